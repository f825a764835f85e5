"""A CSV file of unknown encoding and separator as rows of cells."""

import codecs
import csv
import re
from collections.abc import Iterator
from io import StringIO

from app.roster.reading import LONGEST_CELL, MOST_COLUMNS, Cells, Unreadable, check_row

SEPARATORS = ";,\t"
LONGEST_LINE = LONGEST_CELL * MOST_COLUMNS
# Longer marks first: that of UTF-16 begins that of UTF-32.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 1_000
# What Swedish letters become where a file was read in one encoding and saved in another.
_SPOILT = re.compile("\N{REPLACEMENT CHARACTER}|Ã[¥¤¶…„–©\x84\x85\x96]|[A-Za-z][†„”Œ][A-Za-z]")
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SAID_BY_EXCEL = re.compile("sep=([;,\t|])", re.IGNORECASE)


def read_text(body: bytes) -> Iterator[Cells]:
    """The rows in order, the empty ones too. Raises Unreadable."""
    text = _decode(body)
    _refuse_endless_lines(text)
    first, _, rest = text.partition("\n")
    if said := _SAID_BY_EXCEL.match(first):
        yield []
        yield from _rows(rest, said[1], before=1)
    else:
        yield from _rows(text, _separator(text), before=0)


def _rows(text: str, separator: str, *, before: int) -> Iterator[Cells]:
    number = before
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            number += 1
            yield check_row([cell.strip() for cell in cells], number)
    except csv.Error:
        raise Unreadable("quotes", number + 1) from None


def _decode(body: bytes) -> str:
    text = _in_its_encoding(body)
    for pattern, key in ((_NO_TEXT, "not-text"), (_SPOILT, "spoilt-letters")):
        if found := pattern.search(text):
            raise Unreadable(key, _row_of(text, found.start()))
    return text


def _in_its_encoding(body: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if body.startswith(mark)), None)
    encoding = encoding or _encoding_without_mark(body)
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            row = body[: error.start].count(b"\n") + 1
            raise Unreadable("encoding", row) from None
    try:
        return body.decode("cp1252")
    except UnicodeDecodeError as error:
        raise Unreadable("encoding", body[: error.start].count(b"\n") + 1) from None


def _encoding_without_mark(body: bytes) -> str:
    """In UTF-16 nearly every second byte of ordinary text is zero."""
    sample = body[:_SAMPLE]
    if sample[1::2].count(0) > len(sample) // 4:
        return "utf-16-le"
    if sample[0::2].count(0) > len(sample) // 4:
        return "utf-16-be"
    return "utf-8"


def _row_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _refuse_endless_lines(text: str) -> None:
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LONGEST_LINE:
            raise Unreadable("line-too-long", number)


def _separator(text: str) -> str:
    """The one that the first line with any holds most of, quoted text left out."""
    for line in text.splitlines():
        bare = re.sub(r'"[^"]*"', "", line)
        counts = {each: bare.count(each) for each in SEPARATORS}
        if any(counts.values()):
            return max(counts, key=lambda each: counts[each])
    return SEPARATORS[0]
