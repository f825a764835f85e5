import pytest
import sqlalchemy as sa
from flask import Flask

from app.database import db, writing
from app.notifications.invariants import outbox_differences
from app.notifications.models import OutboxMail
from app.notifications.queries import State
from app.notifications.service import Letter, post
from tests.conftest import NOW

RIGHT = {"state": State.SENT, "payload": {}, "last_error": None}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"state": "lost"}, ["mail 1: lost without a reason"]),
        ({"state": State.GIVEN_UP}, ["mail 1: given-up without a reason"]),
        ({"payload": {"seed": "x"}}, ["mail 1: over, and still holds what stood in it"]),
        ({"state": State.GIVEN_UP, "last_error": "550 nobody"}, []),
        ({"state": State.SENDING, "payload": {"seed": "x"}}, []),
        ({}, []),
    ],
)
def test_a_mail_that_ended_oddly_is_named(app: Flask, wrong: dict, words: list[str]):
    with writing():
        post([Letter("one", "already-in", "sara@example.org", "sv")], now=NOW)
        db.session.execute(sa.update(OutboxMail).values(RIGHT | wrong))
    id_ = db.session.scalars(sa.select(OutboxMail.id)).one()
    found = list(outbox_differences())
    with writing():
        db.session.execute(sa.delete(OutboxMail))
    assert [each.replace(f"mail {id_}:", "mail 1:") for each in found] == words
