"""What happened, read for the rules (everybody's `History`) and for its author (`EntryRow`); what
one person noted is in `own`."""

from collections import defaultdict
from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, bindparam, func, select

from app.accounts.models import User
from app.database import db
from app.history.models import CheckIn, Meeting, Pledge, PointEntry, Streak
from app.organisation.models import Team
from app.seasons.models import Away, Participation, Round, Season
from app.seasons.queries import CURRENT
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


def as_done(
    catalogue: Catalogue,
    *,
    number: int,
    challenge: str,
    mission: str,
    received_at: datetime,
    own_department: int,
    met: Set[int | None],
    both_figures: bool,
) -> Done:
    """A standing check-in as the rules see it; `met` holds the department of each meeting."""
    found = catalogue.mission(mission)
    return Done(
        round_number=number,
        challenge=challenge,
        level=found.level,
        tags=frozenset(found.tags),
        received_at=received_at,
        departments=frozenset(
            DepartmentId(each) for each in met if each is not None and each != own_department
        ),
        met_somebody=bool(met),
        both_figures=both_figures,
    )


def histories(season_id: int, catalogue: Catalogue) -> dict[int, History]:
    """Every participation's history by its id, in four statements."""
    away: dict[int, set[int]] = defaultdict(set)
    for participation_id, number in db.session.execute(
        select(Away.participation_id, Round.number)
        .join(Round, Round.id == Away.round_id)
        .join(Participation, Participation.id == Away.participation_id)
        .where(Participation.season_id == season_id)
    ):
        away[participation_id].add(number)
    done = _done(season_id, catalogue)
    participations = db.session.execute(
        select(Participation.id, Participation.first_round, Participation.left_from).where(
            Participation.season_id == season_id
        )
    )
    return {
        id_: History(first_round, done.get(id_, {}), frozenset(away.get(id_, ())), left_from)
        for id_, first_round, left_from in participations
    }


def _done(season_id: int, catalogue: Catalogue) -> dict[int, dict[int, Done]]:
    met = _met(season_id)
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
        .where(Participation.season_id == season_id, CheckIn.undone_at.is_(None))
    )
    for row in rows:
        done[row.participation_id][row.number] = as_done(
            catalogue,
            number=row.number,
            challenge=row.challenge,
            mission=row.mission,
            received_at=row.received_at,
            own_department=row.department_id,
            met=met.get(row.id, set()),
            both_figures=row.expected is not None and row.actual is not None,
        )
    return done


def _met(season_id: int) -> dict[int, set[int | None]]:
    met: dict[int, set[int | None]] = defaultdict(set)
    for check_in_id, department_id in db.session.execute(
        select(Meeting.check_in_id, Meeting.department_id)
        .join(CheckIn, CheckIn.id == Meeting.check_in_id)
        .join(Participation, Participation.id == CheckIn.participation_id)
        .where(Participation.season_id == season_id, CheckIn.undone_at.is_(None))
    ):
        met[check_in_id].add(department_id)
    return met


def find_pledge(participation_id: int, round_id: int) -> Pledge | None:
    return db.session.scalar(
        select(Pledge).where(
            Pledge.participation_id == participation_id, Pledge.round_id == round_id
        )
    )


_CHECK_IN = select(CheckIn).where(
    CheckIn.participation_id == bindparam("participation_id"),
    CheckIn.round_id == bindparam("round_id"),
)


def find_check_in(participation_id: int, round_id: int) -> CheckIn | None:
    """The check-in of that challenge round, standing or undone."""
    return db.session.scalar(
        _CHECK_IN, {"participation_id": participation_id, "round_id": round_id}
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


@dataclass(frozen=True, slots=True)
class PlayedSeason:
    """A season that somebody has joined, with her longest streak in it."""

    id: int
    name: str
    longest: int


def seasons_played_by(user_id: int) -> list[PlayedSeason]:
    """The newest first; having left one changes nothing."""
    rows = db.session.execute(
        select(Season.id, Season.name, func.coalesce(Streak.longest, 0))
        .join(Participation, Participation.season_id == Season.id)
        .outerjoin(Streak, Streak.participation_id == Participation.id)
        .where(Participation.user_id == user_id)
        .order_by(Season.starts_at.desc())
    )
    return [PlayedSeason(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Standing:
    """A participant's place in the current season, as the frame of every page shows it."""

    participation_id: int
    streak: int


def with_standing(people: Select) -> Select:
    """Adds each user's place in the current season: `participation_id`, null while she has not
    joined it, and `streak`."""
    return (
        people.add_columns(
            Participation.id.label("participation_id"),
            func.coalesce(Streak.current, 0).label("streak"),
        )
        .outerjoin(
            Participation,
            (Participation.user_id == User.id) & (Participation.season_id == CURRENT),
        )
        .outerjoin(Streak, Streak.participation_id == Participation.id)
    )
