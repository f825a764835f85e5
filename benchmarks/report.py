"""Writes benchmarks/README.md from what was measured: figures beside their aims."""

import json
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

README = Path(__file__).parent / "README.md"
RESULT = "-result.json"
KNOWN = Path(__file__).parent / "causes.md"
AIMS = {"/league": 2.5, "/week": 3.0}
CHECK_IN_AIM = 5.0
GROWTH_AIM = 1.2
PER_SECOND_AIM = 250
P99_AIM_MS = 60
CLOSING_AIM_SECONDS = 20
MEMORY_AIM_MEBIBYTES = 110
FIRST_ANSWER_AIM_SECONDS = 1.2


@dataclass(frozen=True, slots=True)
class Writes:
    """CPU milliseconds of the bare write and of a check-in; how many of each a second, one after
    another; the 99th percentile in milliseconds with eight check-ins at once."""

    bare_ms: float
    check_in_ms: float
    bare_per_second: float
    per_second: float
    p99_ms: float

    @property
    def ratio(self) -> float:
        return self.check_in_ms / self.bare_ms


@dataclass(frozen=True, slots=True)
class Measured:
    """One database of one size; `pages` in CPU milliseconds a request, `load` the machine's
    average over the five minutes before the end."""

    database: str
    people: int
    bare_page: float
    pages: dict[str, float]
    writes: Writes
    mebibytes: float
    first_answer: float
    closing: float
    load: float

    def ratio(self, page: str) -> float:
        return self.pages[page] / self.bare_page

    @property
    def where(self) -> str:
        return f"{self.database}, {self.people:,} people"


def keep(folder: Path, result: Measured) -> None:
    name = f"{result.database}-{result.people:06}{RESULT}"
    (folder / name).write_text(json.dumps(asdict(result)), encoding="utf-8")


def kept(folder: Path) -> list[Measured]:
    """The newest result of each database and size, SQLite and small companies first."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob(f"*{RESULT}")]
    results = [Measured(**{**each, "writes": Writes(**each["writes"])}) for each in found]
    return sorted(results, key=lambda each: (each.database != "sqlite", each.people))


def write(results: list[Measured]) -> None:
    README.write_text("\n".join(_lines(results)) + "\n", encoding="utf-8")
    print(README)


def _lines(results: list[Measured]) -> list[str]:
    missed = list(_missed(results))
    return [
        "# How fast it is",
        "",
        "`make bench` measures everything anew and writes this file (Linux only; choose sizes with "
        "`PEOPLE='240 5000'`). gunicorn with two sync workers, the client on the same machine, "
        "people signed in, CSRF and languages on, answers packed as browsers ask for it. "
        "Milliseconds are CPU time, user and system, of the server's processes per answered "
        "request; ratios are to a bare Flask page (one indexed query, fifty rendered rows) and a "
        "bare write (one transaction, an insert and an update) in the same run.",
        "",
        f"Measured with Python {platform.python_version()} on {os.cpu_count()} cores. The load is "
        "the machine's average over five minutes. Above the number of cores others were at work: "
        "that inflates CPU times, the bare ones unlike the site's, so compare lines with care, "
        "and it makes figures of time that passes (a second, p99, first answer, closing) worthless "
        "as a verdict.",
        "",
        *_reads(results),
        "",
        *_writes(results),
        "",
        *_rest(results),
        "",
        "## Aims that are not met" if missed else "Every aim is met.",
        *(["", *missed, "", KNOWN.read_text(encoding="utf-8").strip()] if missed else []),
    ]


def _reads(results: list[Measured]) -> list[str]:
    pages = list(results[0].pages)
    return [
        "## Reading",
        "",
        f"| | load | bare page | {' | '.join(pages)} |",
        "|---|" + "---|" * (len(pages) + 2),
        *(
            f"| {each.where} | {each.load:.0f} | {each.bare_page:.2f} ms | "
            + " | ".join(f"{each.pages[page]:.1f} ms, {each.ratio(page):.1f}×" for page in pages)
            + " |"
            for each in results
        ),
        f"| aim | | | {' | '.join(f'{AIMS[page]}×' if page in AIMS else '' for page in pages)} |",
    ]


def _writes(results: list[Measured]) -> list[str]:
    return [
        "## Checking in",
        "",
        "| | bare write | check-in | bare, a second | check-ins, a second | p99, eight at once |",
        "|---|---|---|---|---|---|",
        *(
            f"| {each.where} | {each.writes.bare_ms:.2f} ms | {each.writes.check_in_ms:.1f} ms, "
            f"{each.writes.ratio:.1f}× | {each.writes.bare_per_second:.0f} | "
            f"{each.writes.per_second:.0f} | "
            f"{each.writes.p99_ms:.0f} ms |"
            for each in results
        ),
        f"| aim | | {CHECK_IN_AIM}× | | {PER_SECOND_AIM} | {P99_AIM_MS} ms |",
    ]


def _rest(results: list[Measured]) -> list[str]:
    return [
        "## Starting, memory, closing",
        "",
        "| | first answer | a worker's memory | closing a round |",
        "|---|---|---|---|",
        *(
            f"| {each.where} | {each.first_answer:.2f} s | {each.mebibytes:.0f} MiB | "
            f"{each.closing:.1f} s |"
            for each in results
        ),
        f"| aim | {FIRST_ANSWER_AIM_SECONDS} s | {MEMORY_AIM_MEBIBYTES} MiB | "
        f"{CLOSING_AIM_SECONDS} s |",
    ]


def _missed(results: list[Measured]):
    for each in results:
        for page, aim in AIMS.items():
            if each.ratio(page) > aim:
                yield f"- {each.where}: {page} costs {each.ratio(page):.1f}×, the aim is {aim}×."
        written = each.writes
        if written.ratio > CHECK_IN_AIM:
            yield f"- {each.where}: a check-in costs {written.ratio:.1f}×, not {CHECK_IN_AIM}×."
        if written.per_second < PER_SECOND_AIM:
            yield f"- {each.where}: {written.per_second:.0f} check-ins/s, not {PER_SECOND_AIM}."
        if written.p99_ms > P99_AIM_MS:
            yield f"- {each.where}: p99 is {written.p99_ms:.0f} ms, not {P99_AIM_MS} ms."
        if each.mebibytes > MEMORY_AIM_MEBIBYTES:
            yield f"- {each.where}: {each.mebibytes:.0f} MiB, not {MEMORY_AIM_MEBIBYTES} MiB."
        if each.first_answer > FIRST_ANSWER_AIM_SECONDS:
            yield (
                f"- {each.where}: the first answer takes {each.first_answer:.2f} s, "
                f"not {FIRST_ANSWER_AIM_SECONDS} s."
            )
        if each.closing > CLOSING_AIM_SECONDS:
            yield f"- {each.where}: closing takes {each.closing:.1f} s, not {CLOSING_AIM_SECONDS}."
    yield from _grown(results)


def _grown(results: list[Measured]):
    for database in {each.database: None for each in results}:
        sizes = [each for each in results if each.database == database]
        for page in sizes[0].pages:
            grown = sizes[-1].pages[page] / sizes[0].pages[page]
            if grown > GROWTH_AIM:
                yield (
                    f"- {database}: {page} costs {grown:.1f} times as much with "
                    f"{sizes[-1].people} people as with {sizes[0].people}, the aim is {GROWTH_AIM}."
                )
