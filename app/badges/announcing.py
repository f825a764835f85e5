"""A mail about a new badge: some time after it was won, so that an undo takes it back unsent."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from app.accounts.models import User
from app.database import in_parts, read
from app.notifications.kinds import WeekMail
from app.notifications.service import Letter, post, take_back

TIME_TO_UNDO = timedelta(minutes=30)
_READERS = select(User.id, User.email, User.language).where(
    User.id.in_(bindparam("user_ids", expanding=True)),
    User.disabled_at.is_(None),
    User.erase_at.is_(None),
)


def announce(won: Collection[tuple[int, str]], *, now: datetime) -> None:
    """A mail for each pair of a user and a badge's slug; one that was announced before is not
    announced again, however often it is won."""
    readers = {user_id for user_id, _badge in won}
    known = {
        row.id: row for part in in_parts(readers) for row in read(_READERS, {"user_ids": part})
    }
    post(
        [
            Letter(
                _key(user_id, badge),
                WeekMail.BADGE,
                known[user_id].email,
                known[user_id].language,
                {"badge": badge},
                user_id,
                due_at=now + TIME_TO_UNDO,
            )
            for user_id, badge in won
            if user_id in known
        ],
        now=now,
    )


def withdraw(user_id: int, badges: Iterable[str]) -> None:
    """What has not been sent yet is not."""
    take_back([_key(user_id, badge) for badge in badges])


def _key(user_id: int, badge: str) -> str:
    return f"{WeekMail.BADGE}:{user_id}:{badge}"
