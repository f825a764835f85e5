"""What happened, read for the rules (`History`) and for its author (`DiaryRow`, `EntryRow`)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select

from app.database import db
from app.history.models import CheckIn, Meeting, Pledge, PointEntry, Streak, thing_of
from app.organisation.models import Department, Team
from app.seasons.models import Away, Participation, Round, Season
from challenges.catalogue import Catalogue
from challenges.model import DepartmentId, Done, History
from challenges.points import EntryKind


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A ledger row as its owner reads it; `points` is negative in a reversal."""

    round_number: int
    kind: str
    is_reversal: bool
    points: int
    booked_at: datetime


@dataclass(frozen=True, slots=True)
class DiaryRow:
    """One standing check-in with its private figures and note: for its author's eyes alone."""

    number: int
    mission: str
    expected: int | None
    recalled: int | None
    actual: int | None
    happened_on: date
    note: str


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """Somebody met in the check-in of that round, as its author wrote it down."""

    number: int
    department_id: int | None
    department: str | None
    is_outside: bool
    person: str


def history_of(participation_id: int, catalogue: Catalogue) -> History:
    return _histories(Participation.id == participation_id, catalogue)[participation_id]


def histories(season_id: int, catalogue: Catalogue) -> dict[int, History]:
    """Every participation's history by its id, in four statements."""
    return _histories(Participation.season_id == season_id, catalogue)


def _histories(whose: ColumnElement[bool], catalogue: Catalogue) -> dict[int, History]:
    away: dict[int, set[int]] = defaultdict(set)
    for participation_id, number in db.session.execute(
        select(Away.participation_id, Round.number)
        .join(Round, Round.id == Away.round_id)
        .join(Participation, Participation.id == Away.participation_id)
        .where(whose)
    ):
        away[participation_id].add(number)
    done = _done(whose, catalogue)
    participations = db.session.execute(
        select(Participation.id, Participation.first_round, Participation.left_from).where(whose)
    )
    return {
        id_: History(first_round, done.get(id_, {}), frozenset(away.get(id_, ())), left_from)
        for id_, first_round, left_from in participations
    }


def _done(whose: ColumnElement[bool], catalogue: Catalogue) -> dict[int, dict[int, Done]]:
    met = _met(whose)
    done: dict[int, dict[int, Done]] = defaultdict(dict)
    rows = db.session.execute(
        select(
            CheckIn.id,
            CheckIn.participation_id,
            Round.number,
            Round.challenge,
            CheckIn.mission,
            CheckIn.received_at,
            CheckIn.actual,
            Pledge.expected,
            Team.department_id,
        )
        .join(Round, Round.id == CheckIn.round_id)
        .join(Participation, Participation.id == CheckIn.participation_id)
        .join(Team, Team.id == CheckIn.team_id)
        .outerjoin(
            Pledge,
            (Pledge.participation_id == CheckIn.participation_id)
            & (Pledge.round_id == CheckIn.round_id),
        )
        .where(whose, CheckIn.undone_at.is_(None))
    )
    for row in rows:
        mission = catalogue.mission(row.mission)
        departments = met.get(row.id)
        done[row.participation_id][row.number] = Done(
            round_number=row.number,
            challenge=row.challenge,
            level=mission.level,
            tags=frozenset(mission.tags),
            received_at=row.received_at,
            departments=frozenset(
                DepartmentId(each)
                for each in departments or ()
                if each is not None and each != row.department_id
            ),
            met_somebody=departments is not None,
            both_figures=row.expected is not None and row.actual is not None,
        )
    return done


def _met(whose: ColumnElement[bool]) -> dict[int, set[int | None]]:
    met: dict[int, set[int | None]] = defaultdict(set)
    for check_in_id, department_id in db.session.execute(
        select(Meeting.check_in_id, Meeting.department_id)
        .join(CheckIn, CheckIn.id == Meeting.check_in_id)
        .join(Participation, Participation.id == CheckIn.participation_id)
        .where(whose, CheckIn.undone_at.is_(None))
    ):
        met[check_in_id].add(department_id)
    return met


def find_pledge(participation_id: int, round_id: int) -> Pledge | None:
    return db.session.scalar(
        select(Pledge).where(
            Pledge.participation_id == participation_id, Pledge.round_id == round_id
        )
    )


def find_check_in(participation_id: int, round_id: int) -> CheckIn | None:
    """The check-in of that challenge round, standing or undone."""
    return db.session.scalar(
        select(CheckIn).where(
            CheckIn.participation_id == participation_id, CheckIn.round_id == round_id
        )
    )


def find_streak(participation_id: int) -> Streak | None:
    return db.session.get(Streak, participation_id)


def meetings_of(check_in_id: int) -> list[Meeting]:
    return list(
        db.session.scalars(
            select(Meeting).where(Meeting.check_in_id == check_in_id).order_by(Meeting.id)
        )
    )


def is_catch_up_paid(user_id: int, booking_round_id: int) -> bool:
    """Whether a standing catch-up already earned the user points in that booking round."""
    net = db.session.scalar(
        select(func.sum(PointEntry.points)).where(
            PointEntry.user_id == user_id,
            PointEntry.round_id == booking_round_id,
            PointEntry.kind == EntryKind.CATCH_UP,
        )
    )
    return bool(net)


def standing_points(check_in: CheckIn) -> dict[str, int]:
    """What the check-in's present revision earned, by kind; empty once it is undone."""
    if check_in.undone_at is not None:
        return {}
    rows = db.session.execute(
        select(PointEntry.kind, PointEntry.points).where(
            PointEntry.thing == thing_of(check_in.id), PointEntry.revision == check_in.revision
        )
    )
    return {kind: points for kind, points in rows}


def entries_of(user_id: int, season_id: int) -> list[EntryRow]:
    """The user's ledger of a season, newest first."""
    rows = db.session.execute(
        select(
            Round.number,
            PointEntry.kind,
            PointEntry.is_reversal,
            PointEntry.points,
            PointEntry.booked_at,
        )
        .join(Round, Round.id == PointEntry.round_id)
        .where(PointEntry.user_id == user_id, Round.season_id == season_id)
        .order_by(PointEntry.id.desc())
    )
    return [EntryRow(*row) for row in rows]


def diary(participation_id: int) -> list[DiaryRow]:
    """The participant's standing check-ins in round order."""
    rows = db.session.execute(
        select(
            Round.number,
            CheckIn.mission,
            Pledge.expected,
            CheckIn.recalled,
            CheckIn.actual,
            CheckIn.happened_on,
            CheckIn.note,
        )
        .join(Round, Round.id == CheckIn.round_id)
        .outerjoin(
            Pledge,
            (Pledge.participation_id == CheckIn.participation_id)
            & (Pledge.round_id == CheckIn.round_id),
        )
        .where(CheckIn.participation_id == participation_id, CheckIn.undone_at.is_(None))
        .order_by(Round.number)
    )
    return [DiaryRow(*row) for row in rows]


def meetings_in(participation_id: int) -> list[MeetingRow]:
    """Whom the participant met in her standing check-ins, in round order."""
    rows = db.session.execute(
        select(
            Round.number,
            Meeting.department_id,
            Department.name,
            Meeting.is_outside,
            Meeting.person,
        )
        .join(CheckIn, CheckIn.id == Meeting.check_in_id)
        .join(Round, Round.id == CheckIn.round_id)
        .outerjoin(Department, Department.id == Meeting.department_id)
        .where(CheckIn.participation_id == participation_id, CheckIn.undone_at.is_(None))
        .order_by(Round.number, Meeting.id)
    )
    return [MeetingRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Standing:
    """A participant's place in the current season, as the frame of every page shows it."""

    participation_id: int
    streak: int


def find_standing(user_id: int) -> Standing | None:
    current = (
        select(Season.id)
        .where(Season.settled_at.is_(None))
        .order_by(Season.starts_at)
        .limit(1)
        .scalar_subquery()
    )
    row = db.session.execute(
        select(Participation.id, func.coalesce(Streak.current, 0))
        .outerjoin(Streak, Streak.participation_id == Participation.id)
        .where(Participation.user_id == user_id, Participation.season_id == current)
    ).one_or_none()
    return Standing(*row) if row else None
