"""What the programme lead does to one person."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.credentials import announce_corrections
from app.accounts.leads import keep_a_lead_without, make_lead, unmake_lead
from app.accounts.models import User
from app.accounts.service import change_email, create_user, disable_users, enable_users
from app.audit.service import Action, By, record, record_for_each
from app.database import db
from app.installation import language_of_new
from app.organisation.models import (
    Department,
    DepartmentManager,
    Employment,
    Membership,
    Team,
    TeamManager,
)
from app.organisation.people import Managed, place, set_employee_numbers, set_managed, undo_move
from app.seasons.service import leave_all


class NumberTaken(Exception):
    """Somebody else has that employee number."""


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of a person; `number` may be empty."""

    name: str
    email: str
    number: str = ""


def add_person(details: Details, team_id: int | None, *, by: By) -> User:
    """Somebody new, without a password. She is in her team at once, so that she can join.

    Raises EmailTaken and NumberTaken.
    """
    user = create_user(details.email, details.name, language=language_of_new(), now=by.now)
    _set_number(user.id, details.number)
    if team_id is not None:
        place({user.id: team_id}, starts_at=by.now)
    record(by, Action.PERSON_ADDED, person_id=user.id)
    return user


def change_person(user: User, details: Details, *, by: By) -> None:
    """Raises EmailTaken and NumberTaken."""
    number = db.session.scalar(select(Employment.number).where(Employment.user_id == user.id)) or ""
    before = Details(user.name, user.email, number)
    if details.email != user.email:
        announce_corrections({user.id: details.email}, now=by.now)
        change_email(user.id, details.email)
    user.name = details.name
    _set_number(user.id, details.number)
    changed = [
        name
        for name in ("name", "email", "number")
        if getattr(before, name) != getattr(details, name)
    ]
    if changed:
        record(by, Action.PERSON_CHANGED, person_id=user.id, details={"changed": changed})


def _set_number(user_id: int, number: str) -> None:
    try:
        with db.session.begin_nested():
            set_employee_numbers({user_id: number})
    except IntegrityError:
        raise NumberTaken from None


def move_person(user_id: int, team: Team, *, monday: datetime, by: By) -> None:
    """Into the team from that Monday on; at once where she has had none. Back to the team that she
    is in undoes a move that lies ahead."""
    now_in = db.session.scalar(
        select(Membership.team_id)
        .where(Membership.user_id == user_id, Membership.starts_at <= by.now)
        .order_by(Membership.starts_at.desc())
        .limit(1)
    )
    if now_in == team.id:
        undo_person_move(user_id, by=by)
        return
    place({user_id: team.id}, starts_at=by.now if now_in is None else monday)
    record(by, Action.PERSON_MOVED, person_id=user_id, thing=team.name)


def undo_person_move(user_id: int, *, by: By) -> None:
    if undo_move(user_id, now=by.now):
        record(by, Action.MOVE_UNDONE, person_id=user_id)


def close_accounts(user_ids: Collection[int], *, by: By) -> None:
    """Nobody signs in any more, from this moment; in the season they count until the round ends.

    Raises LastLead.
    """
    keep_a_lead_without(user_ids)
    closed = disable_users(user_ids, now=by.now)
    leave_all(closed, now=by.now)
    record_for_each(by, Action.ACCOUNT_CLOSED, closed)


def open_accounts(user_ids: Collection[int], *, by: By) -> None:
    """They may sign in again, unless the night is to erase them; whether to join again is their own
    choice."""
    record_for_each(by, Action.ACCOUNT_OPENED, enable_users(user_ids, now=by.now))


def change_managed(user_id: int, unit: Team | Department, *, manages: bool, by: By) -> None:
    """Let somebody manage the unit, or no longer; doing either twice is harmless."""
    before = managed_by(user_id)
    its = frozenset({unit.id})
    if isinstance(unit, Team):
        after = replace(before, teams=before.teams | its if manages else before.teams - its)
    else:
        departments = before.departments | its if manages else before.departments - its
        after = replace(before, departments=departments)
    if after != before:
        set_managed({user_id: after})
        action = Action.MANAGER_ADDED if manages else Action.MANAGER_REMOVED
        record(by, action, person_id=user_id, thing=unit.name)


def change_lead(user_id: int, *, leads: bool, by: By) -> None:
    """Let somebody lead the programme, or no longer, from her next request on; doing either twice
    is harmless. Raises LastLead."""
    if make_lead(user_id) if leads else unmake_lead(user_id):
        record(by, Action.LEAD_ADDED if leads else Action.LEAD_REMOVED, person_id=user_id)


def managed_by(user_id: int) -> Managed:
    return Managed(
        teams=frozenset(
            db.session.scalars(select(TeamManager.team_id).where(TeamManager.user_id == user_id))
        ),
        departments=frozenset(
            db.session.scalars(
                select(DepartmentManager.department_id).where(DepartmentManager.user_id == user_id)
            )
        ),
    )
