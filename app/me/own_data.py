"""Everything that is stored of one person, put together from every feature, and erased there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select

from app.accounts import personal_data as accounts
from app.accounts.leaving import is_due
from app.accounts.models import User
from app.badges import personal_data as badges
from app.dashboard import personal_data as dashboard
from app.database import db
from app.erased import ErasedList
from app.history import personal_data as history
from app.organisation import personal_data as organisation
from app.organisation.models import Department, Team
from app.personal_data import Export
from app.seasons import personal_data as seasons
from app.seasons.models import Participation, Round, Season
from app.seasons.queries import CURRENT
from app.seasons.service import hold_season

# From the ground up, as app/ lists them; what stands on something else is erased before it.
FEATURES = (accounts, organisation, seasons, history, badges, dashboard)
# What a row's keys stand for, so that it can be read.
NAMES: Mapping[str, ColumnElement[Any]] = {
    "team": Team.name.expression,
    "department": Department.name.expression,
    "season": Season.name.expression,
    "round": Round.number.expression,
}

Names = dict[str, dict[int, Any]]


class ClosingOverdue(Exception):
    """A round is still to be published in which the person counts."""


def export(user_id: int) -> Export:
    """Every row that refers to the person, by table."""
    found: Export = {}
    for feature in FEATURES:
        found |= feature.export(user_id)
    return found


def names_in(found: Export) -> Names:
    """What the teams, departments, seasons and rounds in those rows are called."""
    wanted: dict[str, set[int]] = {name: set() for name in NAMES}
    for table, rows in found.items():
        for column, target in references(table).items():
            if target in wanted:
                wanted[target] |= {row[column] for row in rows if row[column] is not None}
    return {
        name: dict(
            db.session.execute(
                select(column.table.c.id, column).where(column.table.c.id.in_(wanted[name]))
            ).all()
        )
        for name, column in NAMES.items()
    }


def references(table: str) -> dict[str, str]:
    """Which table each of its keys leads to."""
    return {
        column.name: key.column.table.name
        for column in db.metadata.tables[table].columns
        for key in column.foreign_keys
    }


def erase_person(
    user_id: int, erased: ErasedList, *, only_if_due: bool = True, now: datetime
) -> bool:
    """Everything of her goes, in this transaction; False when there is nobody to erase any more.

    Raises ClosingOverdue. Her own writes and closings wait until the transaction ends. Her random
    id is on the list before the commit: after a crash between the two she is erased once more.
    """
    hold_season(CURRENT)
    db.session.execute(
        select(Participation.id).where(Participation.user_id == user_id).with_for_update()
    )
    whom = select(User.public_id).where(User.id == user_id)
    public_id = db.session.scalar(
        (whom.where(is_due(now)) if only_if_due else whom).with_for_update()
    )
    if public_id is None:
        return False
    if is_closing_overdue(now):
        raise ClosingOverdue
    for feature in reversed(FEATURES):
        feature.erase(user_id)
    db.session.flush()
    erased.add(public_id)
    return True


def is_closing_overdue(now: datetime) -> bool:
    overdue = exists().where(Round.closes_at <= now, Round.closed_at.is_(None))
    return bool(db.session.scalar(select(overdue)))
