"""Who leads the programme: there is always somebody who can."""

from collections.abc import Collection

from sqlalchemy import select, update

from app.accounts.models import User
from app.database import db, one_at_a_time

# Beside tokens.ISSUING, joining.OPENING and ADDING of the wording.
LEADING = 4


class LastLead(Exception):
    """Nobody would be left who leads and has come in."""


def make_lead(user_id: int) -> bool:
    """Whether she was none until now; nobody with a closed account becomes one."""
    is_none = update(User).where(
        User.id == user_id, User.is_lead.is_(False), User.disabled_at.is_(None)
    )
    return db.session.scalar(is_none.values(is_lead=True).returning(User.id)) is not None


def unmake_lead(user_id: int) -> bool:
    """Whether she was one until now. Raises LastLead."""
    keep_a_lead_without([user_id])
    is_one = update(User).where(User.id == user_id, User.is_lead.is_(True))
    return db.session.scalar(is_one.values(is_lead=False).returning(User.id)) is not None


def keep_a_lead_without(user_ids: Collection[int]) -> None:
    """Raises LastLead unless somebody else leads, who can sign in and does not wait to be erased.
    Of two leads who take it from each other at once, one is late."""
    one_at_a_time(LEADING)
    leads = db.session.execute(
        select(
            User.id,
            (
                User.disabled_at.is_(None)
                & User.password_hash.is_not(None)
                & User.erase_at.is_(None)
            ).label("can_lead"),
        ).where(User.is_lead.is_(True))
    ).all()
    going = {lead.id for lead in leads}.intersection(user_ids)
    if going and not any(lead.can_lead for lead in leads if lead.id not in going):
        raise LastLead
