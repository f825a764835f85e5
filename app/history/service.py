"""Writing what happened: the ledger with its sums, and the stored streak."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, insert, select, update

from app.database import db, store
from app.history.models import CheckIn, Meeting, PointEntry, Streak
from app.seasons.models import Participation, Round
from challenges import streaks
from challenges.points import Entry, thing_of, things_of


def book(
    check_in: CheckIn, participation: Participation, entries: Iterable[Entry], *, now: datetime
) -> None:
    """Append the entries to the check-in's booking round and add them to the person's sum."""
    rows = [
        {
            "thing": thing_of(check_in.id),
            "revision": check_in.revision,
            "kind": entry.kind,
            "points": entry.points,
            "round_id": check_in.booking_round_id,
            "team_id": check_in.team_id,
            "user_id": participation.user_id,
            "booked_at": now,
        }
        for entry in entries
    ]
    if check_in.booking_round_id is None or not rows:
        return
    db.session.execute(insert(PointEntry), rows)
    participation.points += sum(row["points"] for row in rows)
    db.session.flush()


def reverse(check_in: CheckIn, participation: Participation, *, now: datetime) -> None:
    """Compensate what the check-in's present revision booked, where it was booked and for whom:
    a meeting that was confirmed gave something to the other one, too."""
    standing = db.session.scalars(
        select(PointEntry)
        .where(
            PointEntry.thing.in_(things_of(check_in.id, _count_meetings(check_in.id))),
            PointEntry.revision == check_in.revision,
            PointEntry.is_reversal.is_(False),
        )
        .order_by(PointEntry.id)
    ).all()
    for entry in standing:
        db.session.add(
            PointEntry(
                thing=entry.thing,
                revision=entry.revision,
                kind=entry.kind,
                is_reversal=True,
                points=-entry.points,
                round_id=entry.round_id,
                team_id=entry.team_id,
                user_id=entry.user_id,
                booked_at=now,
            )
        )
    _take_back(standing, participation)
    db.session.flush()


def _take_back(entries: Sequence[PointEntry], participation: Participation) -> None:
    """Lower the sums of those for whom the entries were booked, in the participation's season."""
    taken: Counter[int | None] = Counter()
    for entry in entries:
        taken[entry.user_id] += entry.points
    participation.points -= taken.pop(participation.user_id, 0)
    for user_id, points in taken.items():
        db.session.execute(
            update(Participation)
            .where(
                Participation.user_id == user_id,
                Participation.season_id == participation.season_id,
            )
            .values(points=Participation.points - points)
        )


def sum_points(season_id: int) -> None:
    """Every participant's sum made anew from the ledger, in one statement."""
    total = (
        select(func.coalesce(func.sum(PointEntry.points), 0))
        .join(Round, Round.id == PointEntry.round_id)
        .where(PointEntry.user_id == Participation.user_id, Round.season_id == season_id)
        .scalar_subquery()
    )
    db.session.execute(
        update(Participation)
        .where(Participation.season_id == season_id)
        .values(points=total)
        .execution_options(synchronize_session=False)
    )


def store_streak(participation_id: int, result: streaks.Streak) -> None:
    store(Streak, streak_values(participation_id, result))


def streak_values(participation_id: int, result: streaks.Streak) -> dict[str, int]:
    """The row of a streak, its key first."""
    return {
        "participation_id": participation_id,
        "current": result.current,
        "longest": result.longest,
        "settled_longest": result.settled_longest,
        "grace_held": result.grace_held,
        "grace_spent": result.grace_spent,
    }


def _count_meetings(check_in_id: int) -> int:
    counted = select(func.count()).where(Meeting.check_in_id == check_in_id)
    return db.session.scalar(counted) or 0
