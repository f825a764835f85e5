"""Invitations by mail: whoever has no password yet gets a link that lets her choose one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select

from app.accounts.invited import INVITATION_OF, MAY_BE_INVITED
from app.accounts.models import AccountToken, User
from app.accounts.service import start_session, store_password
from app.accounts.tokens import ISSUING, Purpose, Recipient, issue, use_link
from app.database import db, one_at_a_time
from app.notifications.service import Letter, post

BATCH = 500
# Of two clicks on "send again" one sends.
AGAIN_AFTER = timedelta(minutes=1)


class AlreadyCame(Exception):
    """Whoever has a password needs no invitation; a closed account gets none."""


def invite(users: Sequence[User], *, secret_key: str, now: datetime) -> None:
    """A new invitation for each; the links of earlier ones lead nowhere from now on."""
    languages = {user.id: user.language for user in users}
    for start in range(0, len(users), BATCH):
        batch = [Recipient(user.email, user.id, user.name) for user in users[start : start + BATCH]]
        links = issue(Purpose.INVITATION, batch, secret_key=secret_key, now=now)
        post(
            [
                Letter(
                    link.key,
                    Purpose.INVITATION,
                    link.recipient.email,
                    languages[link.recipient.user_id or 0],
                    {"seed": link.seed, "name": link.recipient.name.partition(" ")[0]},
                    link.recipient.user_id,
                )
                for link in links
            ],
            now=now,
        )


def invite_the_uninvited(*, secret_key: str, now: datetime) -> int:
    """Everybody who has neither a password nor an invitation; returns how many that were."""
    # Two clicks at once: the second one finds them invited.
    one_at_a_time(ISSUING)
    users = db.session.scalars(
        select(User).where(MAY_BE_INVITED, ~exists().where(INVITATION_OF)).order_by(User.id)
    ).all()
    invite(users, secret_key=secret_key, now=now)
    return len(users)


def invite_again(user_id: int, *, secret_key: str, now: datetime) -> tuple[User, bool]:
    """Whom, and whether it is a new one: a second click within a minute sends nothing more. Raises
    AlreadyCame."""
    one_at_a_time(ISSUING)
    user = db.session.scalar(select(User).where(User.id == user_id, MAY_BE_INVITED))
    if user is None:
        raise AlreadyCame
    sent_at = db.session.scalar(
        select(AccountToken.created_at).where(
            AccountToken.purpose == Purpose.INVITATION, AccountToken.user_id == user_id
        )
    )
    is_new = sent_at is None or sent_at <= now - AGAIN_AFTER
    if is_new:
        invite([user], secret_key=secret_key, now=now)
    return user, is_new


def accept_invitation(
    token: str, name: str, password_hash: str, *, language: str, browser: str, now: datetime
) -> str:
    """Returns the token of her first session. Raises LinkDead, AccountClosed."""
    recipient = use_link(Purpose.INVITATION, token, now=now)
    user = db.session.get_one(User, recipient.user_id)
    user.name, user.language = name, language
    store_password(user.id, password_hash)
    return start_session(user.id, browser=browser, now=now)
