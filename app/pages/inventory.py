"""What the site stores, as docs/privacy/inventory.toml lists it, told to whoever asks."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import Field, model_validator

from app.retention import SPANS
from challenges.reading import read
from challenges.texts import Frozen, Sentence, Text, Title

INVENTORY = Path(__file__).parents[2] / "docs" / "privacy" / "inventory.toml"
LONGEST_ENTRY = 90

Line = Annotated[str, Field(pattern=r"\.$", max_length=LONGEST_ENTRY)]


class Stored(NamedTuple):
    """A column: what it is and what for, who sees it, how long it is kept."""

    sv: Line
    en: Line
    who: str
    kept: str

    def into(self, language: str) -> str:
        return self.en if language == "en" else self.sv


class Group(Frozen):
    """Tables that a reader thinks of as one thing."""

    title: Title
    about: Sentence
    tables: tuple[str, ...]


class Inventory(Frozen):
    who: dict[str, Text]
    kept: dict[str, Text]
    groups: dict[str, Group]
    stored: dict[str, dict[str, Stored]]

    @model_validator(mode="after")
    def _names_known_spans(self) -> "Inventory":
        for name, text in self.kept.items():
            try:
                _with_spans(text.sv + text.en)
            except KeyError as error:
                raise ValueError(f"kept.{name}: app/retention.py has no span {error}") from error
        return self

    @model_validator(mode="after")
    def _hangs_together(self) -> "Inventory":
        for table, columns in self.stored.items():
            for column, entry in columns.items():
                if entry.who not in self.who or entry.kept not in self.kept:
                    raise ValueError(f"{table}.{column}: its who or its kept is not explained")
        grouped = Counter(table for group in self.groups.values() for table in group.tables)
        for table in grouped.keys() | self.stored.keys():
            if grouped[table] != 1 or table not in self.stored:
                raise ValueError(f"{table}: a stored table stands in one group, and no other does")
        return self


@dataclass(frozen=True, slots=True)
class Shared:
    """What the same people see for the same time."""

    who: str
    kept: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    slug: str
    title: str
    about: str
    parts: tuple[Shared, ...]


def load_inventory(path: Path = INVENTORY) -> Inventory:
    """Raises ContentError naming what is wrong in the file."""
    return read(path, Inventory)


def told(inventory: Inventory, language: str) -> tuple[Told, ...]:
    """Every column in plain words, by what a reader recognises, then by who sees it: first what is
    hers alone, last what no page shows."""
    return tuple(
        Told(slug, group.title.into(language), group.about.into(language), parts)
        for slug, group in inventory.groups.items()
        if (parts := _parts(inventory, group, language))
    )


def _parts(inventory: Inventory, group: Group, language: str) -> tuple[Shared, ...]:
    lines: dict[tuple[str, str], list[str]] = defaultdict(list)
    for table in group.tables:
        for entry in inventory.stored[table].values():
            lines[entry.who, entry.kept].append(entry.into(language))
    return tuple(
        Shared(
            seen_by.into(language),
            _with_spans(how_long.into(language)),
            tuple(lines[who, kept]),
        )
        for who, seen_by in inventory.who.items()
        for kept, how_long in inventory.kept.items()
        if (who, kept) in lines
    )


def _with_spans(sentence: str) -> str:
    return sentence.format_map(SPANS)
