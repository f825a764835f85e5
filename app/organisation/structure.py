"""Departments and teams as the programme lead keeps them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import time

from sqlalchemy.exc import IntegrityError

from app.audit.service import Action, By, record
from app.database import db
from app.organisation.models import Department, Team


class NameTaken(Exception):
    """A department or team of that name exists."""


@dataclass(frozen=True, slots=True)
class Fika:
    """Where and when a visitor is welcome for a cup; an empty one says nothing."""

    place: str = ""
    at: time | None = None
    welcome: str = ""


def add_department(name: str, fika: Fika, *, by: By) -> Department:
    department = Department(created_at=by.now)
    with _as_only_one():
        _fill(department, name, fika)
        db.session.add(department)
    record(by, Action.DEPARTMENT_ADDED, thing=name)
    return department


def change_department(department: Department, name: str, fika: Fika, *, by: By) -> Department:
    before = _values(department)
    with _as_only_one():
        _fill(department, name, fika)
    _record_change(by, Action.DEPARTMENT_CHANGED, name, before, _values(department))
    return department


def add_team(name: str, department_id: int, *, by: By) -> Team:
    team = Team(name=name, department_id=department_id)
    with _as_only_one():
        db.session.add(team)
    record(by, Action.TEAM_ADDED, thing=name)
    return team


def rename_team(team: Team, name: str, *, by: By) -> Team:
    """Only its name: history says which department's people its check-ins bridged from."""
    before = {"name": team.name}
    with _as_only_one():
        team.name = name
    _record_change(by, Action.TEAM_CHANGED, name, before, {"name": name})
    return team


def _fill(department: Department, name: str, fika: Fika) -> None:
    department.name = name
    department.fika_place, department.fika_time = fika.place, fika.at
    department.fika_welcome = fika.welcome


def _values(department: Department) -> dict[str, object]:
    return {
        "name": department.name,
        "fika_place": department.fika_place,
        "fika_time": department.fika_time,
        "fika_welcome": department.fika_welcome,
    }


@contextmanager
def _as_only_one() -> Iterator[None]:
    """What is changed inside must not give two units one name."""
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError:
        raise NameTaken from None


def _record_change(
    by: By, action: Action, thing: str, before: Mapping[str, object], after: Mapping[str, object]
) -> None:
    changed = [name for name, value in after.items() if before[name] != value]
    if changed:
        record(by, action, thing=thing, details={"changed": changed})
