"""The words the rules speak in: ids, levels, rounds and one person's history of a season."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

UserId = NewType("UserId", int)
TeamId = NewType("TeamId", int)
DepartmentId = NewType("DepartmentId", int)
SeasonId = NewType("SeasonId", int)
RoundId = NewType("RoundId", int)
ParticipationId = NewType("ParticipationId", int)
CheckInId = NewType("CheckInId", int)

DISCOMFORT = range(11)


class Level(StrEnum):
    QUIET = "quiet"
    EVERYDAY = "everyday"
    BOLD = "bold"


@dataclass(frozen=True, slots=True)
class Round:
    """One week of a season. Instants are aware UTC; `closed` says that its table is published;
    `alternative` is the other challenge where the participants vote."""

    id: RoundId
    number: int
    challenge: str
    starts_at: datetime
    ends_at: datetime
    closes_at: datetime
    closed: bool = False
    alternative: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A standing check-in, as the rules see it.

    `departments` are those met other than the person's own; `both_figures` says that the
    expectation was given beforehand and the outcome noted, never which figures they were.
    """

    round_number: int
    challenge: str
    level: Level
    tags: frozenset[str]
    received_at: datetime
    departments: frozenset[DepartmentId] = frozenset()
    met_somebody: bool = False
    both_figures: bool = False


@dataclass(frozen=True, slots=True)
class Season:
    """The rounds of a season in order; `settled` once the last catch-ups are past."""

    rounds: tuple[Round, ...]
    settled: bool = False

    def round(self, number: int) -> Round | None:
        """The round with that number, or None; numbers run from 1 without gaps."""
        return self.rounds[number - 1] if 1 <= number <= len(self.rounds) else None


@dataclass(frozen=True, slots=True)
class History:
    """What one participation did. `left_from` is the first round that is no longer hers."""

    first_round: int
    done: Mapping[int, Done]
    away: frozenset[int] = frozenset()
    left_from: int | None = None

    def covers(self, number: int) -> bool:
        return self.first_round <= number and (self.left_from is None or number < self.left_from)
