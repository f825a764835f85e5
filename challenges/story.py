"""How a season is looked back on: where its middle lies, and which round was somebody's best.

Read by its owner alone, so unlike every rule of points and badges it may read her figures.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from challenges.model import Round, Season


class Reason(StrEnum):
    """Why a round was the best, in the order in which they are asked."""

    CALMER = "calmer"
    PEOPLE = "people"
    BEGUN = "begun"


@dataclass(frozen=True, slots=True)
class Memory:
    """A checked-in round as its author remembers it: `expected` was given beforehand."""

    number: int
    expected: int | None
    actual: int | None
    meetings: int

    @property
    def calmer_by(self) -> int:
        """How many steps calmer it was than expected; 0 when it was not, or nobody can say."""
        if self.expected is None or self.actual is None:
            return 0
        return max(0, self.expected - self.actual)


@dataclass(frozen=True, slots=True)
class Best:
    """`amount` is how many steps calmer, or how many meetings; 1 for having begun."""

    number: int
    reason: Reason
    amount: int


def halfway(season: Season) -> Round:
    """The middle round; of an even number, the last one of the first half."""
    return season.rounds[(len(season.rounds) + 1) // 2 - 1]


def is_halfway_fresh(season: Season) -> bool:
    """From the closing of the middle round until the next one closes."""
    middle = halfway(season)
    following = season.round(middle.number + 1)
    return middle.closed and following is not None and not following.closed


def is_over(season: Season) -> bool:
    """Whether the last table is published; catching up may go on for another week."""
    return season.rounds[-1].closed


def best_round(memories: Iterable[Memory]) -> Best | None:
    """One's own best round, measured against nobody else: where the outcome was furthest below
    the expectation, else where most people were met, else the first one. Of equals the latest."""
    newest_first = sorted(memories, key=lambda each: each.number, reverse=True)
    if not newest_first:
        return None
    calmest = max(newest_first, key=lambda each: each.calmer_by)
    if calmest.calmer_by:
        return Best(calmest.number, Reason.CALMER, calmest.calmer_by)
    liveliest = max(newest_first, key=lambda each: each.meetings)
    if liveliest.meetings:
        return Best(liveliest.number, Reason.PEOPLE, liveliest.meetings)
    return Best(newest_first[-1].number, Reason.BEGUN, 1)
