"""The words in which an import is planned."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256

from app.roster.entries import TEAM_PREFIX
from app.roster.reading import Problem


class Verdict(StrEnum):
    WRONG = "wrong"
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class Field(StrEnum):
    NAME = "name"
    EMAIL = "email"
    NUMBER = "number"
    TEAM = "team"
    MANAGES = "manages"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """A team or a department, by its name as it is or will be written."""

    name: str
    is_team: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is in the organisation already. `team` is the one she is in or on her way to;
    `is_going` where her account has been closed for so long that the next night erases it."""

    id: int
    name: str
    email: str
    number: str
    team: str
    manages: frozenset[Unit]
    is_closed: bool
    is_lead: bool
    is_going: bool = False


@dataclass(frozen=True, slots=True)
class Organisation:
    """`teams` gives the name of each team's department; joint teams have none."""

    people: tuple[Person, ...]
    departments: frozenset[str]
    teams: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Change:
    """Of the account only, `new` is empty: a closed one opens again."""

    field: Field
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row and what comes of it. `person` is whom it was matched with; `team` and `manages` are
    what she will have, `manages` None where the file does not say."""

    row: int
    name: str
    email: str
    number: str
    team: str
    verdict: Verdict
    person: Person | None = None
    manages: frozenset[Unit] | None = None
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()

    def changed(self, field: Field) -> bool:
        return any(each.field is field for each in self.changes)


@dataclass(frozen=True)
class Plan:
    """`new_teams` gives the department of each team that does not exist yet; `leavers` are people
    with an open account who do not stand in the file."""

    lines: tuple[Line, ...]
    leavers: tuple[Person, ...]
    new_departments: tuple[str, ...]
    new_teams: Mapping[str, str]

    @cached_property
    def counts(self) -> Counter[Verdict]:
        return Counter(line.verdict for line in self.lines)

    @property
    def is_possible(self) -> bool:
        return not self.counts[Verdict.WRONG]

    @property
    def changes_something(self) -> bool:
        return bool(self.counts[Verdict.NEW] or self.counts[Verdict.CHANGED])

    @cached_property
    def digest(self) -> str:
        """The same exactly while everything that the preview shows is still true."""
        seen = sha256()
        for line in self.lines:
            person_id = line.person.id if line.person else None
            seen.update(repr((line.row, line.verdict, person_id, line.changes)).encode())
        seen.update(repr([each.id for each in self.leavers]).encode())
        seen.update(repr((self.new_departments, sorted(self.new_teams.items()))).encode())
        return seen.hexdigest()


def names_of(units: Iterable[Unit]) -> str:
    """As our own export writes them: a department by its name, a team with a word before it."""
    return " | ".join(
        f"{TEAM_PREFIX} {unit.name}" if unit.is_team else unit.name for unit in sorted(units)
    )
