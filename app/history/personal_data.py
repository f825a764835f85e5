"""What a person did. Erased, it leaves sums behind that nobody can be told from."""

import secrets
from datetime import datetime

from sqlalchemy import delete, func, select, update

from app.accounts.models import User
from app.database import db
from app.history.models import ERASED, CheckIn, Meeting, Pledge, PointEntry, Streak, erased_thing
from app.personal_data import Export, carry_out, rows_of
from app.retention import NOTES_KEPT
from app.seasons.models import Round, Season
from app.seasons.personal_data import participations_of

OF_A_PARTICIPATION = (Pledge, CheckIn, Streak)
RANDOM_BYTES = 16


def export(user_id: int) -> Export:
    found = rows_of(PointEntry, PointEntry.user_id == user_id)
    found |= rows_of(Meeting, Meeting.check_in_id.in_(_check_ins_of(user_id)))
    for model in OF_A_PARTICIPATION:
        found |= rows_of(model, model.participation_id.in_(participations_of(user_id)))
    return found


def erase(user_id: int) -> None:
    """The ledger keeps one sum per team and round, the shared goal what she added to it."""
    _keep_for_the_goal(user_id)
    _sum_up_the_ledger(user_id)
    _take_off_others_pages(user_id)
    carry_out(
        delete(Meeting).where(Meeting.check_in_id.in_(_check_ins_of(user_id))),
        *(
            delete(model).where(model.participation_id.in_(participations_of(user_id)))
            for model in OF_A_PARTICIPATION
        ),
    )


def forget(*, now: datetime) -> None:
    """Notes and names of people met; the check-in itself stays for its author."""
    old = CheckIn.received_at <= now - NOTES_KEPT
    carry_out(
        update(CheckIn).where(old, CheckIn.note != "").values(note=""),
        update(Meeting)
        .where(Meeting.person != "", Meeting.check_in_id.in_(select(CheckIn.id).where(old)))
        .values(person=""),
    )


def _check_ins_of(user_id: int):
    return select(CheckIn.id).where(CheckIn.participation_id.in_(participations_of(user_id)))


def _keep_for_the_goal(user_id: int) -> None:
    """Her standing check-ins in which somebody was met."""
    counted = db.session.execute(
        select(Round.season_id, func.count(Meeting.check_in_id.distinct()))
        .join(CheckIn, CheckIn.round_id == Round.id)
        .join(Meeting, Meeting.check_in_id == CheckIn.id)
        .where(CheckIn.id.in_(_check_ins_of(user_id)), CheckIn.undone_at.is_(None))
        .group_by(Round.season_id)
    ).all()
    carry_out(
        *(
            update(Season)
            .where(Season.id == season_id)
            .values(goal_of_erased=Season.goal_of_erased + count)
            for season_id, count in counted
        )
    )


def _sum_up_the_ledger(user_id: int) -> None:
    """Each sum takes the place of her first row, and the instant of its round: rows written one
    after another, or at one time, would tell which sums were one person's."""
    sums = db.session.execute(
        select(func.min(PointEntry.id).label("id"), func.sum(PointEntry.points), Round.starts_at)
        .join(Round, Round.id == PointEntry.round_id)
        .where(PointEntry.user_id == user_id)
        .group_by(PointEntry.team_id, PointEntry.round_id, Round.starts_at)
        .having(func.sum(PointEntry.points) != 0)
    ).all()
    carry_out(
        *(
            update(PointEntry)
            .where(PointEntry.id == id_)
            .values(
                thing=erased_thing(secrets.token_hex(RANDOM_BYTES)),
                revision=0,
                kind=ERASED,
                is_reversal=False,
                points=int(points),
                user_id=None,
                booked_at=starts_at,
            )
            for id_, points, starts_at in sums
        ),
        delete(PointEntry).where(PointEntry.user_id == user_id),
    )


def _take_off_others_pages(user_id: int) -> None:
    """Where a colleague wrote her whole name down, and nobody else is called that."""
    name = select(User.name).where(User.id == user_id).scalar_subquery()
    namesakes = (
        select(func.count()).where(func.lower(User.name) == func.lower(name)).scalar_subquery()
    )
    carry_out(
        update(Meeting)
        .where(Meeting.person != "", func.lower(Meeting.person) == func.lower(name), namesakes == 1)
        .values(person="")
    )
