"""One's own page: everything here is read by its owner alone."""

from dataclasses import dataclass

from app.badges.queries import awards_of
from app.history.own import OwnSeason, own_season
from app.history.queries import EntryRow, entries_of
from app.seasons.models import Participation
from app.seasons.queries import SeasonRow
from challenges.catalogue import Catalogue, Challenge
from challenges.streaks import Outcome, Streak, streak


@dataclass(frozen=True, slots=True)
class RoundRow:
    number: int
    challenge: Challenge
    outcome: Outcome


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
    own = own_season(participation.id)
    result = streak(season.plan, own.history(catalogue))
    return OwnPage(
        points=participation.points,
        streak=result,
        rounds=tuple(
            RoundRow(
                number=number,
                challenge=catalogue.challenge(season.plan.rounds[number - 1].challenge),
                outcome=outcome,
            )
            for number, outcome in result.outcomes
            if outcome is not Outcome.OPEN or number in own.done
        ),
        comfort=comfort_points(own, up_to=len(season.plan.rounds)),
        entries=tuple(entries_of(participation.user_id, season.id)),
        badge_count=len(awards_of(participation.user_id)),
    )


def comfort_points(own: OwnSeason, *, up_to: int) -> tuple[ComfortPoint, ...]:
    return tuple(
        ComfortPoint(number, each.expected, check_in.actual)
        for number, (each, check_in) in own.done.items()
        if number <= up_to and (each.expected is not None or check_in.actual is not None)
    )
