"""Which team each person is in, what she manages and her employee number: for one as for many."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert

from app.database import db, in_parts
from app.organisation.models import DepartmentManager, Employment, Membership, TeamManager


@dataclass(frozen=True, slots=True)
class Managed:
    """Ids of what somebody manages."""

    teams: frozenset[int] = frozenset()
    departments: frozenset[int] = frozenset()


def place(teams: Mapping[int, int], *, starts_at: datetime) -> None:
    """Each user (by id) in that team from the instant on, instead of in whichever was meant for
    then or later."""
    for user_ids in in_parts(teams):
        db.session.execute(
            delete(Membership).where(
                Membership.user_id.in_(user_ids), Membership.starts_at >= starts_at
            )
        )
        db.session.execute(
            insert(Membership),
            [
                {"user_id": each, "team_id": teams[each], "starts_at": starts_at}
                for each in user_ids
            ],
        )


def undo_move(user_id: int, *, now: datetime) -> bool:
    """Whether there was a move ahead to forget."""
    undone = db.session.scalars(
        delete(Membership)
        .where(Membership.user_id == user_id, Membership.starts_at > now)
        .returning(Membership.team_id)
    )
    return bool(undone.all())


def set_managed(units: Mapping[int, Managed]) -> None:
    """Each user (by id) manages those teams and departments, and no others."""
    for user_ids in in_parts(units):
        for table in (TeamManager, DepartmentManager):
            db.session.execute(delete(table).where(table.user_id.in_(user_ids)))
    teams = [{"user_id": key, "team_id": id_} for key, its in units.items() for id_ in its.teams]
    departments = [
        {"user_id": key, "department_id": id_}
        for key, its in units.items()
        for id_ in its.departments
    ]
    if teams:
        db.session.execute(insert(TeamManager), teams)
    if departments:
        db.session.execute(insert(DepartmentManager), departments)


def set_employee_numbers(numbers: Mapping[int, str]) -> None:
    """Each user's (by id); an empty one takes it away. Raises IntegrityError for one that somebody
    else has."""
    for user_ids in in_parts(numbers):
        db.session.execute(delete(Employment).where(Employment.user_id.in_(user_ids)))
    rows = [{"user_id": key, "number": number} for key, number in numbers.items() if number]
    if rows:
        db.session.execute(insert(Employment), rows)
