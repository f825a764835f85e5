"""Both languages are complete: every Swedish text of the sources has its English."""

import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent.parent
ENGLISH = ROOT / "app" / "translations" / "en" / "LC_MESSAGES"
METHODS = [
    ("**.py", "python"),
    *((f"templates/**.{ending}", "jinja2") for ending in ("html", "svg", "txt")),
]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)[ds]")
ADVICE = "run `make translations`, then fill in what is empty"


def extracted() -> set[tuple[str, ...]]:
    found = extract_from_dir(ROOT / "app", METHODS, keywords=KEYWORDS)
    return {forms(message) for _file, _line, message, _comments, _context in found}


def english() -> Catalog:
    with (ENGLISH / "messages.po").open("rb") as file:
        return read_po(file)


def forms(text: object) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, (tuple, list)) else (str(text),)


def texts(catalogue: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The Swedish forms, one or two, with their English ones."""
    return {forms(message.id): forms(message.string) for message in catalogue if message.id}


def test_every_text_has_its_english_and_no_english_is_left_over():
    known = set(texts(english()))
    today = extracted()
    assert today - known == set(), ADVICE
    assert known - today == set(), ADVICE


def test_no_english_is_empty_or_doubtful():
    unfinished = [
        message.id
        for message in english()
        if message.id and (message.fuzzy or not all(forms(message.string)))
    ]
    assert unfinished == [], ADVICE


def test_placeholders_agree():
    """The last form of a plural has them all; the first may say "one" in words."""
    wrong = [
        swedish
        for swedish, translated in texts(english()).items()
        if set(PLACEHOLDER.findall(swedish[-1])) != set(PLACEHOLDER.findall(translated[-1]))
    ]
    assert wrong == []


def test_the_compiled_catalogue_is_the_written_one():
    with (ENGLISH / "messages.mo").open("rb") as file:
        compiled = texts(read_mo(file))
    assert compiled == texts(english()), "run `make translations`"
