"""What the week page shows its reader: her own round, in one dataclass."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.badges.queries import badges_of_participation
from app.checkins.reports import Met, Report
from app.checkins.service import changeable_until
from app.database import db
from app.history.models import CheckIn, Meeting
from app.history.own import OwnCheckIn, OwnMeeting, OwnRound, OwnSeason, own_season
from app.league.own import Contribution, contribution
from app.organisation.queries import DepartmentRow, departments_and_team_of
from app.seasons.models import Participation
from app.seasons.queries import SeasonRow
from challenges import badges, calendar
from challenges.catalogue import Badge, Catalogue, Challenge
from challenges.model import History, Round
from challenges.story import is_halfway_fresh
from challenges.streaks import Outcome, Streak, streak

RECENT_PEOPLE = 5


@dataclass(frozen=True, slots=True)
class Celebration:
    """What a standing check-in gave, for its author's eyes alone."""

    contribution: Contribution
    badges: tuple[Badge, ...]
    streak: Streak


@dataclass(frozen=True, slots=True)
class RoundLink:
    """Another round that has begun; `outcome` is None before the person's first round."""

    number: int
    challenge: Challenge
    outcome: Outcome | None
    can_check_in: bool
    is_in_time: bool


@dataclass(frozen=True, slots=True)
class RecentPerson:
    meeting_id: int
    person: str


@dataclass(frozen=True, slots=True)
class WeekPage:
    """One round as its participant sees it.

    `report` is what an earlier check-in says, standing or undone; `celebration` is set exactly
    while it stands; `changeable_until` is when undo and redo end; `tells_halfway` says that the
    story of her first half is new.
    """

    season: SeasonRow
    participation: Participation
    round: Round
    challenge: Challenge
    days: tuple[calendar.DayState, ...]
    is_in_time: bool
    takes_check_in: bool
    has_left: bool
    is_leaving: bool
    is_away: bool
    can_be_away: bool
    mission: str | None
    expected: int | None
    is_pledged: bool
    report: Report | None
    is_undone: bool
    changeable_until: datetime | None
    celebration: Celebration | None
    departments: tuple[DepartmentRow, ...]
    own_department: int | None
    recent_people: tuple[RecentPerson, ...]
    first_day: date
    today: date
    other_rounds: tuple[RoundLink, ...]
    tells_halfway: bool

    @property
    def visits(self) -> tuple[DepartmentRow, ...]:
        """Where she is welcome for a cup, if the round is about that."""
        if not self.challenge.goes_visiting:
            return ()
        return tuple(
            each for each in self.departments if each.has_fika and each.id != self.own_department
        )


def round_to_show(season: SeasonRow, participation: Participation, now: datetime) -> int | None:
    """The number of the round that the week page opens with, None before the first has begun.

    In a rest week and after the season that is the newest one that has begun.
    """
    begun = [each.number for each in season.plan.rounds if each.starts_at <= now]
    return begun[-1] if begun and begun[-1] >= participation.first_round else None


def week_page(
    season: SeasonRow,
    participation: Participation,
    number: int,
    *,
    catalogue: Catalogue,
    zone: ZoneInfo,
    now: datetime,
) -> WeekPage | None:
    """The page of a round for a participant; None for one that has not begun or does not exist."""
    this = season.plan.round(number)
    if this is None or now < this.starts_at:
        return None
    own = own_season(participation.id)
    history = own.history(catalogue)
    pledge, row = own.rounds[number].pledge, own.rounds[number].check_in
    stands = row is not None and row.stands
    standing = streak(season.plan, history)
    until = changeable_until(season, row) if row else None
    takes = not stands and _takes_check_in(season, history, this, now)
    # Only the form asks whom one met.
    departments, team = (
        departments_and_team_of(participation.user_id, before=this.ends_at) if takes else ([], None)
    )
    return WeekPage(
        season=season,
        participation=participation,
        round=this,
        challenge=catalogue.challenge(this.challenge),
        days=tuple(calendar.day_states(this, now, zone)),
        is_in_time=_is_open(this, now),
        takes_check_in=takes and (until is None or now < until),
        has_left=history.left_from is not None,
        is_leaving=calendar.is_leaving(season.plan, history.first_round, history.left_from, now),
        is_away=number in history.away,
        can_be_away=takes
        and not calendar.is_rescue_over(season.plan, this)
        and not calendar.is_closing_late(season.plan, this, now),
        mission=row.mission if row else pledge.mission if pledge else None,
        expected=pledge.expected if pledge else None,
        is_pledged=pledge is not None,
        report=report_of(own.rounds[number], row) if row else None,
        is_undone=row is not None and not stands,
        changeable_until=until if until and now < until else None,
        celebration=_celebration(season, participation, history, this, row, standing, catalogue)
        if row and stands
        else None,
        departments=tuple(departments),
        own_department=team.department_id if team else None,
        recent_people=_recent_people(own) if takes else (),
        first_day=calendar.local_day(this.starts_at, zone),
        today=calendar.local_day(now, zone),
        other_rounds=_other_rounds(season, history, standing, this, catalogue, now),
        tells_halfway=is_halfway_fresh(season.plan)
        and history.first_round <= season.halfway.number,
    )


def _is_open(this: Round, now: datetime) -> bool:
    return not this.closed and calendar.is_in_time(this, now)


def _takes_check_in(season: SeasonRow, history: History, this: Round, now: datetime) -> bool:
    return history.covers(this.number) and now < calendar.last_catch_up(season.plan)


def report_of(this: OwnRound, row: OwnCheckIn) -> Report:
    """What the check-in says, standing or undone."""
    return Report(
        mission=row.mission,
        happened_on=row.happened_on,
        actual=row.actual,
        recalled=row.recalled,
        met=tuple(Met(each.department_id, each.is_outside, each.person) for each in this.meetings),
        note=row.note,
    )


def _celebration(
    season: SeasonRow,
    participation: Participation,
    history: History,
    this: Round,
    row: OwnCheckIn,
    standing: Streak,
    catalogue: Catalogue,
) -> Celebration:
    return Celebration(
        contribution=contribution(
            row.team_id,
            season.id,
            row.booking_round_id or this.id,
            check_in_id=row.id,
            revision=row.revision,
        ),
        badges=_badges_of_it(season, history, this.number, participation.id, catalogue),
        streak=standing,
    )


def _badges_of_it(
    season: SeasonRow, history: History, number: int, participation_id: int, catalogue: Catalogue
) -> tuple[Badge, ...]:
    """The badges held that the history without this check-in would not give."""
    held = badges_of_participation(participation_id)
    others = {key: done for key, done in history.done.items() if key != number}
    without = replace(history, done=others)
    earned_anyway = badges.earned(
        catalogue.badges, season.plan, without, streak(season.plan, without)
    )
    return tuple(badge for badge in catalogue.badges if badge.slug in held - earned_anyway)


def _recent_people(own: OwnSeason) -> tuple[RecentPerson, ...]:
    """Those whom she has named, each by her last meeting with that name, the newest first."""
    meetings = [met for each in own.rounds.values() for met in each.meetings if met.person]
    newest: dict[str, OwnMeeting] = {}
    for met in sorted(meetings, key=lambda met: met.id, reverse=True):
        newest.setdefault(met.person, met)
    return tuple(RecentPerson(met.id, met.person) for met in list(newest.values())[:RECENT_PEOPLE])


def recent_meeting(participation_id: int, meeting_id: int) -> Met | None:
    """A meeting of the participant's own, to be met again; None for anybody else's."""
    found = db.session.scalar(
        select(Meeting)
        .join(CheckIn, CheckIn.id == Meeting.check_in_id)
        .where(Meeting.id == meeting_id, CheckIn.participation_id == participation_id)
    )
    return Met(found.department_id, found.is_outside, found.person) if found else None


def _other_rounds(
    season: SeasonRow,
    history: History,
    standing: Streak,
    this: Round,
    catalogue: Catalogue,
    now: datetime,
) -> tuple[RoundLink, ...]:
    outcomes = dict(standing.outcomes)
    return tuple(
        RoundLink(
            number=each.number,
            challenge=catalogue.challenge(each.challenge),
            outcome=outcomes.get(each.number),
            can_check_in=each.number not in history.done
            and _takes_check_in(season, history, each, now),
            is_in_time=_is_open(each, now),
        )
        for each in season.plan.rounds
        if each.starts_at <= now and each.number != this.number
    )
