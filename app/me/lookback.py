"""A participant's own season told again: her rounds, people, figures and pins, for her alone."""

from dataclasses import dataclass

from app.badges.queries import AwardRow, awards_in
from app.history.own import OwnCheckIn, OwnMeeting, OwnSeason, own_season
from app.me.queries import ComfortPoint, comfort_points
from app.seasons.models import Participation
from app.seasons.queries import SeasonRow
from challenges.catalogue import Badge, Catalogue, Challenge, Mission
from challenges.model import History
from challenges.story import Best, Memory, best_round
from challenges.streaks import Outcome, Streak, streak


@dataclass(frozen=True, slots=True)
class Chapter:
    """One round; `done` and `mission` are None where nothing was checked in, `expected` is the
    guess given beforehand."""

    number: int
    challenge: Challenge
    outcome: Outcome
    done: OwnCheckIn | None = None
    mission: Mission | None = None
    expected: int | None = None
    meetings: tuple[OwnMeeting, ...] = ()


@dataclass(frozen=True, slots=True)
class Won:
    badge: Badge
    award: AwardRow


@dataclass(frozen=True, slots=True)
class LookBack:
    """The chapters up to a round, and what they add up to. `streak` is the present one;
    `departments` are those met other than her own, in the order in which she met them."""

    chapters: tuple[Chapter, ...]
    check_ins: int
    meetings: int
    departments: tuple[str, ...]
    comfort: tuple[ComfortPoint, ...]
    best: Best | None
    pins: tuple[Won, ...]
    streak: Streak

    def chapter(self, number: int) -> Chapter:
        return next(each for each in self.chapters if each.number == number)


def look_back(
    season: SeasonRow, participation: Participation, catalogue: Catalogue, *, up_to: int
) -> LookBack:
    """The participation's rounds from its first one up to that number."""
    own = own_season(participation.id)
    history = own.history(catalogue)
    result = streak(season.plan, history)
    chapters = tuple(
        _chapter(number, outcome, own, season, catalogue)
        for number, outcome in result.outcomes
        if number <= up_to and (outcome is not Outcome.OPEN or number in own.done)
    )
    return LookBack(
        chapters=chapters,
        check_ins=sum(each.done is not None for each in chapters),
        meetings=sum(len(each.meetings) for each in chapters),
        departments=_departments(history, chapters),
        comfort=comfort_points(own, up_to=up_to),
        best=best_round(_memories(chapters)),
        pins=_pins(participation, catalogue, up_to),
        streak=result,
    )


def _chapter(
    number: int, outcome: Outcome, own: OwnSeason, season: SeasonRow, catalogue: Catalogue
) -> Chapter:
    challenge = catalogue.challenge(season.plan.rounds[number - 1].challenge)
    if number not in own.done:
        return Chapter(number, challenge, outcome)
    this, done = own.done[number]
    return Chapter(
        number,
        challenge,
        outcome,
        done=done,
        mission=catalogue.mission(done.mission),
        expected=this.expected,
        meetings=tuple(this.meetings),
    )


def _departments(history: History, chapters: tuple[Chapter, ...]) -> tuple[str, ...]:
    bridged = {department for each in history.done.values() for department in each.departments}
    met = [meeting for each in chapters for meeting in each.meetings]
    names = dict.fromkeys(each.department for each in met if each.department_id in bridged)
    return tuple(name for name in names if name)


def _memories(chapters: tuple[Chapter, ...]) -> list[Memory]:
    return [
        Memory(each.number, each.expected, each.done.actual, len(each.meetings))
        for each in chapters
        if each.done
    ]


def _pins(participation: Participation, catalogue: Catalogue, up_to: int) -> tuple[Won, ...]:
    awards = awards_in(participation.id)
    return tuple(
        Won(badge, awards[badge.slug])
        for badge in catalogue.badges
        if badge.slug in awards and awards[badge.slug].round_number <= up_to
    )
