"""What a closing reads: one season's facts per team, each in one statement."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from app.dashboard.facts import Attendance
from app.database import db
from app.history.models import CheckIn, Meeting, PointEntry
from app.league.models import TeamRound
from app.organisation.queries import teams_of_members
from app.seasons.models import Away, Participation, Round
from challenges.model import DepartmentId
from challenges.model import Round as RoundOfSeason


@dataclass(frozen=True, slots=True)
class Presence:
    """Who counted where in a round: participants and available people per team, and each person
    as the dashboards count her."""

    participants: Counter[int]
    available: Counter[int]
    people: tuple[Attendance, ...]


def presence(season_id: int, closing: RoundOfSeason) -> Presence:
    """A participant is available who is not away, or has points booked in the round."""
    team_of = teams_of_members(before=closing.ends_at)
    away = set(db.session.scalars(select(Away.participation_id).where(Away.round_id == closing.id)))
    booked = set(
        db.session.scalars(
            select(PointEntry.user_id)
            .where(PointEntry.round_id == closing.id, PointEntry.user_id.is_not(None))
            .group_by(PointEntry.user_id)
            .having(func.sum(PointEntry.points) > 0)
        )
    )
    participants: Counter[int] = Counter()
    available: Counter[int] = Counter()
    people: list[Attendance] = []
    for row in db.session.execute(
        select(
            Participation.id,
            Participation.user_id,
            Participation.first_round,
            Participation.left_from,
        ).where(Participation.season_id == season_id)
    ):
        has_begun = row.first_round <= closing.number
        takes_part = has_begun and (row.left_from is None or closing.number < row.left_from)
        user_id: int = row.user_id
        is_available = (takes_part and row.id not in away) or user_id in booked
        # Somebody who starts later may not even be in a team yet.
        if takes_part or is_available:
            participants[team_of[user_id]] += takes_part
            available[team_of[user_id]] += is_available
            people.append(Attendance(user_id, team_of[user_id], takes_part, is_available))
    return Presence(participants, available, tuple(people))


def points_by_team(round_id: int) -> dict[int, int]:
    rows = db.session.execute(
        select(PointEntry.team_id, func.sum(PointEntry.points))
        .where(PointEntry.round_id == round_id)
        .group_by(PointEntry.team_id)
    )
    return {team_id: int(points) for team_id, points in rows}


def check_ins_by_team(round_id: int) -> dict[int, int]:
    """Standing check-ins booked in the round, catch-ups included."""
    rows = db.session.execute(
        select(CheckIn.team_id, func.count())
        .where(CheckIn.booking_round_id == round_id, CheckIn.undone_at.is_(None))
        .group_by(CheckIn.team_id)
    )
    return {team_id: count for team_id, count in rows}


def newest_receipt(round_id: int) -> datetime | None:
    """When the last check-in booked in the round came in, undone ones included."""
    return db.session.scalar(
        select(func.max(CheckIn.received_at)).where(CheckIn.booking_round_id == round_id)
    )


def departments_by_team(season_id: int, up_to_round: int) -> dict[int, set[DepartmentId]]:
    """The departments that each team's people met in rounds up to that number, own ones too."""
    met: dict[int, set[DepartmentId]] = defaultdict(set)
    rows = db.session.execute(
        select(CheckIn.team_id, Meeting.department_id)
        .join(Round, Round.id == CheckIn.booking_round_id)
        .join(Meeting, Meeting.check_in_id == CheckIn.id)
        .where(
            Round.season_id == season_id,
            Round.number <= up_to_round,
            CheckIn.undone_at.is_(None),
        )
        .distinct()
    )
    for team_id, department_id in rows:
        if department_id is not None:
            met[team_id].add(DepartmentId(department_id))
    return met


@dataclass(frozen=True, slots=True)
class Published:
    """A team's season before this closing, from its published rounds; `place` and `shelf` in the
    newest."""

    season_score: int = 0
    check_ins: int = 0
    departments: int = 0
    is_ranked: bool = False
    place: int | None = None
    shelf: Mapping[str, int] = field(default_factory=dict)


def published_before(season_id: int) -> dict[int, Published]:
    found: dict[int, Published] = defaultdict(Published)
    rows = db.session.execute(
        select(
            TeamRound.team_id,
            TeamRound.score,
            TeamRound.check_ins,
            TeamRound.departments,
            TeamRound.is_ranked,
            TeamRound.place,
            TeamRound.shelf,
        )
        .join(Round, Round.id == TeamRound.round_id)
        .where(Round.season_id == season_id)
        .order_by(Round.number)
    )
    for row in rows:
        before = found[row.team_id]
        found[row.team_id] = Published(
            season_score=before.season_score + row.score,
            check_ins=before.check_ins + row.check_ins,
            departments=max(before.departments, row.departments),
            is_ranked=before.is_ranked or row.is_ranked,
            place=row.place,
            shelf=row.shelf,
        )
    return found


def check_ins_with_somebody(season_id: int) -> int:
    """Standing check-ins of the season in which somebody was met."""
    return (
        db.session.scalar(
            select(func.count(Meeting.check_in_id.distinct()))
            .join(CheckIn, CheckIn.id == Meeting.check_in_id)
            .join(Round, Round.id == CheckIn.round_id)
            .where(Round.season_id == season_id, CheckIn.undone_at.is_(None))
        )
        or 0
    )
