"""A streak told step by step, as somebody with a pencil would keep it from the rules of the game.

Deliberately another way than `challenges.streaks`, which recomputes it from the history: here every
check-in and every closing is an event, in the order of time, and settled rounds are forgotten.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from challenges.model import History, Season


@dataclass
class Pencil:
    """What is written down: the settled part, and what is known of rounds not settled yet."""

    run: int = 0
    kept_in_all: int = 0
    grace: int = 1
    spent: int = 0
    longest: int = 0
    checked_in: set[int] = field(default_factory=set)
    waiting: list[int] = field(default_factory=list)

    def keep(self) -> None:
        self.run += 1
        self.kept_in_all += 1
        self.longest = max(self.longest, self.run)
        if self.kept_in_all in (4, 8, 12) and self.grace < 2:
            self.grace += 1

    def miss(self) -> None:
        if self.run > 0 and self.grace > 0:
            self.grace -= 1
            self.spent += 1
        else:
            self.run = 0
            self.spent = 0

    def settle(self, number: int, away: frozenset[int]) -> None:
        self.waiting.remove(number)
        if number in self.checked_in:
            self.keep()
        elif number not in away:
            self.miss()


@dataclass(frozen=True)
class Shown:
    """The figures of `challenges.streaks.Streak`, under the same names."""

    current: int
    longest: int
    settled_longest: int
    grace_held: int
    grace_spent: int


def told(season: Season, history: History) -> Shown:
    """Play the season's events up to its last closing and the last check-in."""
    pencil = Pencil()
    pencil.waiting = [each.number for each in season.rounds if history.covers(each.number)]
    shut: set[int] = set()
    for _, _, what, number in sorted(_events(season, history)):
        if number not in pencil.waiting:
            continue
        if what == "closing":
            pencil.settle(number, history.away)
        elif what == "deadline":
            shut.add(number)
        elif number not in shut:
            pencil.checked_in.add(number)
    return _shown(pencil, history.away)


def _events(season: Season, history: History) -> list[tuple[datetime, int, str, int]]:
    """When, which comes first at the same instant, what, and the round that it concerns.

    A round is settled by the closing of the next one, the last a week after its own. Where that
    has not run though it is due, the deadline has passed nevertheless.
    """
    events = [(deed.received_at, 1, "check-in", number) for number, deed in history.done.items()]
    for this, following in pairwise((*season.rounds, None)):
        if this is None:
            continue
        due = following.closes_at if following else this.closes_at + timedelta(days=7)
        has_run = following.closed if following else season.settled
        events.append((due, 0, "closing" if has_run else "deadline", this.number))
    return events


def _shown(pencil: Pencil, away: frozenset[int]) -> Shown:
    """Those waiting are bridged for display; badges see a row only up to the first gap in it."""
    settled_longest, row = pencil.longest, pencil.run
    for number in list(pencil.waiting):
        if number in pencil.checked_in:
            pencil.keep()
            row += 1
        elif number not in away:
            row = 0
        settled_longest = max(settled_longest, row)
    return Shown(pencil.run, pencil.longest, settled_longest, pencil.grace, pencil.spent)
