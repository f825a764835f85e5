"""One's own page: everything here is read by its owner alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.badges.queries import awards_of
from app.history.queries import DiaryRow, EntryRow, diary, entries_of, history_of
from app.seasons.models import Participation
from app.seasons.queries import SeasonRow
from challenges.catalogue import Catalogue, Challenge
from challenges.streaks import Outcome, Streak, streak


@dataclass(frozen=True, slots=True)
class RoundRow:
    """`done` is None where nothing was checked in."""

    number: int
    challenge: Challenge
    outcome: Outcome
    done: DiaryRow | None


@dataclass(frozen=True, slots=True)
class ComfortPoint:
    """Expected against actual discomfort, 0 to 10; expectations given afterwards are left out."""

    number: int
    expected: int | None
    actual: int | None


@dataclass(frozen=True, slots=True)
class OwnPage:
    points: int
    streak: Streak
    rounds: tuple[RoundRow, ...]
    comfort: tuple[ComfortPoint, ...]
    entries: tuple[EntryRow, ...]
    badge_count: int


def own_page(season: SeasonRow, participation: Participation, catalogue: Catalogue) -> OwnPage:
    history = history_of(participation.id, catalogue)
    result = streak(season.plan, history)
    done = {row.number: row for row in diary(participation.id)}
    return OwnPage(
        points=participation.points,
        streak=result,
        rounds=tuple(
            RoundRow(
                number=number,
                challenge=catalogue.challenge(season.plan.rounds[number - 1].challenge),
                outcome=outcome,
                done=done.get(number),
            )
            for number, outcome in result.outcomes
            if outcome is not Outcome.OPEN or number in done
        ),
        comfort=comfort_points(done.values()),
        entries=tuple(entries_of(participation.user_id, season.id)),
        badge_count=len(awards_of(participation.user_id)),
    )


def comfort_points(rows: Iterable[DiaryRow]) -> tuple[ComfortPoint, ...]:
    return tuple(
        ComfortPoint(row.number, row.expected, row.actual)
        for row in rows
        if row.expected is not None or row.actual is not None
    )
