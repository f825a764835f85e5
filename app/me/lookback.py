"""A participant's own season told again: her rounds, people, figures and pins, for her alone."""

from collections import defaultdict
from dataclasses import dataclass

from app.badges.queries import AwardRow, awards_in
from app.history.queries import DiaryRow, MeetingRow, diary, history_of, meetings_in
from app.me.queries import ComfortPoint, comfort_points
from app.seasons.models import Participation
from app.seasons.queries import SeasonRow
from challenges.catalogue import Badge, Catalogue, Challenge, Mission
from challenges.model import History
from challenges.story import Best, Memory, best_round
from challenges.streaks import Outcome, Streak, streak


@dataclass(frozen=True, slots=True)
class Chapter:
    """One round; `done` and `mission` are None where nothing was checked in."""

    number: int
    challenge: Challenge
    outcome: Outcome
    done: DiaryRow | None
    mission: Mission | None
    meetings: tuple[MeetingRow, ...]


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
    history = history_of(participation.id, catalogue)
    result = streak(season.plan, history)
    done = {row.number: row for row in diary(participation.id) if row.number <= up_to}
    met = [row for row in meetings_in(participation.id) if row.number <= up_to]
    chapters = _chapters(season, result, done, met, catalogue, up_to)
    return LookBack(
        chapters=chapters,
        check_ins=len(done),
        meetings=len(met),
        departments=_departments(history, met),
        comfort=comfort_points(done.values()),
        best=best_round(_memories(chapters)),
        pins=_pins(participation, catalogue, up_to),
        streak=result,
    )


def _chapters(
    season: SeasonRow,
    result: Streak,
    done: dict[int, DiaryRow],
    met: list[MeetingRow],
    catalogue: Catalogue,
    up_to: int,
) -> tuple[Chapter, ...]:
    meetings: dict[int, list[MeetingRow]] = defaultdict(list)
    for row in met:
        meetings[row.number].append(row)
    return tuple(
        Chapter(
            number=number,
            challenge=catalogue.challenge(season.plan.rounds[number - 1].challenge),
            outcome=outcome,
            done=done.get(number),
            mission=catalogue.mission(done[number].mission) if number in done else None,
            meetings=tuple(meetings[number]),
        )
        for number, outcome in result.outcomes
        if number <= up_to and (outcome is not Outcome.OPEN or number in done)
    )


def _departments(history: History, met: list[MeetingRow]) -> tuple[str, ...]:
    bridged = {department for each in history.done.values() for department in each.departments}
    names = dict.fromkeys(row.department for row in met if row.department_id in bridged)
    return tuple(name for name in names if name)


def _memories(chapters: tuple[Chapter, ...]) -> list[Memory]:
    return [
        Memory(each.number, each.done.expected, each.done.actual, len(each.meetings))
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
