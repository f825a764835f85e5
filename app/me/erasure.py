"""Erasing one person, for good."""

from datetime import datetime

from sqlalchemy import exists, select

from app.accounts.leaving import is_due
from app.accounts.models import User
from app.database import db
from app.erased import ErasedList
from app.me.own_data import FEATURES
from app.seasons.models import Participation, Round
from app.seasons.queries import CURRENT
from app.seasons.service import hold_season


class ClosingOverdue(Exception):
    """A round is still to be published in which the person counts."""


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
    """Of the season that runs: nobody plays in a draft, and nothing closes its rounds."""
    overdue = exists().where(
        Round.season_id == CURRENT, Round.closes_at <= now, Round.closed_at.is_(None)
    )
    return bool(db.session.scalar(select(overdue)))
