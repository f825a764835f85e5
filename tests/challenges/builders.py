"""Small seasons and histories, spelled out as the rules see them."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import settings

from challenges.model import DepartmentId, Done, History, Level, Round, RoundId, Season
from challenges.planning import plan_rounds

STOCKHOLM = ZoneInfo("Europe/Stockholm")
START = date(2026, 8, 31)
LATE = {"k": None, "r": timedelta(days=1), "l": timedelta(days=15)}
AWAY = "aKRL"
# The rules are tested at every save, so all of their tests together take a second or two.
MODEST = settings(max_examples=30, deadline=None)


@cache
def season(
    rounds: int = 9,
    *,
    closed: int = 0,
    rests: frozenset[date] = frozenset(),
    settled: bool = False,
    start: date = START,
) -> Season:
    """A season whose first `closed` rounds are closed."""
    planned = plan_rounds(start, [f"c{n}" for n in range(1, rounds + 1)], rests, STOCKHOLM)
    return Season(
        tuple(
            Round(
                RoundId(each.number),
                each.number,
                each.challenge,
                each.times.starts_at,
                each.times.ends_at,
                each.times.closes_at,
                closed=each.number <= closed,
            )
            for each in planned
        ),
        settled,
    )


def at(local: str) -> datetime:
    """An instant from Stockholm's wall clock."""
    return datetime.fromisoformat(local).replace(tzinfo=STOCKHOLM).astimezone(UTC)


def done(
    plan: Season,
    number: int,
    *,
    late: timedelta | None = None,
    departments: tuple[int, ...] = (),
    level: Level = Level.EVERYDAY,
    tags: tuple[str, ...] = (),
    both_figures: bool = False,
) -> Done:
    """In time on the Wednesday, or `late` after the round's closing."""
    this = plan.rounds[number - 1]
    return Done(
        round_number=number,
        challenge=this.challenge,
        level=level,
        tags=frozenset(tags),
        received_at=this.starts_at + timedelta(days=2) if late is None else this.closes_at + late,
        departments=frozenset(DepartmentId(each) for each in departments),
        both_figures=both_figures,
    )


def history(
    plan: Season,
    story: str,
    *,
    first: int = 1,
    left_from: int | None = None,
) -> History:
    """One letter a round: k kept, r rescued a day after closing, l caught up too late for the
    streak, a away, . nothing; in capitals although away."""
    made: dict[int, Done] = {}
    away: set[int] = set()
    for number, letter in enumerate(story, start=first):
        if letter.lower() in LATE:
            made[number] = done(plan, number, late=LATE[letter.lower()])
        if letter in AWAY:
            away.add(number)
    return History(first, made, frozenset(away), left_from)


def without(past: History, numbers: Collection[int]) -> History:
    """The history once the check-ins of those rounds are undone."""
    rest = {number: deed for number, deed in past.done.items() if number not in numbers}
    return replace(past, done=rest)
