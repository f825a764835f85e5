"""Mails asked for by somebody who is not signed in: a forgotten password, a way in.

The page only writes the wish down, in the same way for every address. Whether there is an account
is looked up afterwards, before the next mails are sent: so the answer and its time cannot tell.
"""

from datetime import datetime

from sqlalchemy import delete, select

from app.accounts.invitations import invite
from app.accounts.joining import may_join
from app.accounts.models import MailWish, User
from app.accounts.personal_data import forget
from app.accounts.tokens import Purpose, Recipient, issue
from app.database import db, insert_new
from app.notifications.service import Letter, post

AT_A_TIME = 200
ALREADY_IN = "already-in"


def wish_for_mail(purpose: Purpose, email: str, language: str, *, now: datetime) -> None:
    """Once an address until it is answered, however often it is asked for."""
    insert_new(
        MailWish, [{"purpose": purpose, "email": email, "language": language, "wished_at": now}]
    )


def answer_wishes(*, secret_key: str, now: datetime) -> int:
    """Turn the oldest wishes into mails, or into nothing; returns how many there were."""
    forget(now=now)
    wishes = db.session.scalars(
        select(MailWish).order_by(MailWish.id).limit(AT_A_TIME).with_for_update(skip_locked=True)
    ).all()
    known = {
        user.email: user
        for user in db.session.scalars(
            select(User).where(User.email.in_([wish.email for wish in wishes]))
        )
    }
    for wish in wishes:
        user = known.get(wish.email)
        if user is None:
            _answer_stranger(wish, secret_key, now)
        elif user.disabled_at is None:
            _answer_user(wish, user, secret_key, now)
    db.session.execute(delete(MailWish).where(MailWish.id.in_([wish.id for wish in wishes])))
    return len(wishes)


def _answer_stranger(wish: MailWish, secret_key: str, now: datetime) -> None:
    if wish.purpose != Purpose.JOIN or not may_join(wish.email):
        return
    (link,) = issue(Purpose.JOIN, [Recipient(wish.email)], secret_key=secret_key, now=now)
    post([Letter(link.key, Purpose.JOIN, wish.email, wish.language, {"seed": link.seed})], now=now)


def _answer_user(wish: MailWish, user: User, secret_key: str, now: datetime) -> None:
    recipient = Recipient(user.email, user.id, user.name)
    if wish.purpose == Purpose.RESET:
        (link,) = issue(Purpose.RESET, [recipient], secret_key=secret_key, now=now)
        letter = Letter(
            link.key, Purpose.RESET, user.email, user.language, {"seed": link.seed}, user.id
        )
        post([letter], now=now)
    elif user.password_hash is None:
        invite([user], secret_key=secret_key, now=now)
    else:
        key = f"{ALREADY_IN}:{wish.id}:{now.isoformat()}"
        post([Letter(key, ALREADY_IN, user.email, user.language, {}, user.id)], now=now)
