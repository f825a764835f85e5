"""Who is invited, who came, and who not: what a lead sees of the ways in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, func, select

from app.accounts.models import AccountToken, User
from app.accounts.queries import is_called
from app.accounts.tokens import Purpose
from app.database import db

PEOPLE_ON_A_PAGE = 25

# For a statement about users: the invitation that each was sent last, and who may get one.
INVITATION_OF = and_(
    AccountToken.user_id == User.id,
    AccountToken.email == User.email,
    AccountToken.purpose == Purpose.INVITATION.value,
)
MAY_BE_INVITED = and_(User.password_hash.is_(None), User.disabled_at.is_(None))


class Stage(StrEnum):
    """How far somebody is on her way in."""

    UNINVITED = "uninvited"
    INVITED = "invited"
    EXPIRED = "expired"
    CAME = "came"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """`mail_key` is that of her last invitation in the outbox."""

    id: int
    name: str
    email: str
    stage: Stage
    invited_at: datetime | None
    mail_key: str | None


def count_stages(now: datetime) -> dict[Stage, int]:
    stage = _stage(now)
    found = db.session.execute(
        select(stage, func.count())
        .select_from(User)
        .outerjoin(AccountToken, INVITATION_OF)
        .where(User.disabled_at.is_(None))
        .group_by(stage)
    )
    counts = {Stage(row[0]): row[1] for row in found}
    return {each: counts.get(each, 0) for each in Stage}


def people(
    stage: Stage | None, search: str, sheet: int, *, now: datetime
) -> tuple[list[PersonRow], int]:
    """Those of one sheet, counted from 1, by name; and how many there are on all of them."""
    wanted = _wanted(stage, search, now)
    joined = select(
        User.id,
        User.name,
        User.email,
        _stage(now),
        AccountToken.created_at,
        AccountToken.token_hash,
        func.count().over(),
    ).outerjoin(AccountToken, INVITATION_OF)
    rows = db.session.execute(
        joined.where(*wanted)
        .order_by(func.lower(User.name), User.id)
        .limit(PEOPLE_ON_A_PAGE)
        .offset((sheet - 1) * PEOPLE_ON_A_PAGE)
    ).all()
    found = [
        PersonRow(
            id=row[0],
            name=row[1],
            email=row[2],
            stage=Stage(row[3]),
            invited_at=row[4],
            mail_key=f"{Purpose.INVITATION}:{row[5]}" if row[5] else None,
        )
        for row in rows
    ]
    return found, rows[0][6] if rows else 0


def _wanted(stage: Stage | None, search: str, now: datetime) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [User.disabled_at.is_(None)]
    if stage is not None:
        wanted.append(_stage(now) == stage.value)
    return [*wanted, *map(is_called, search.split())]


def _stage(now: datetime) -> ColumnElement[str]:
    return case(
        (User.password_hash.is_not(None), Stage.CAME.value),
        (AccountToken.id.is_(None), Stage.UNINVITED.value),
        (AccountToken.expires_at <= now, Stage.EXPIRED.value),
        else_=Stage.INVITED.value,
    )
