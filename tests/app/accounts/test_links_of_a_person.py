"""What links and mails hold of one person, for her download and her erasure."""

import sqlalchemy as sa
from flask import Flask

from app.accounts import personal_data as own
from app.accounts.invitations import invite
from app.accounts.models import AccountToken, User
from app.accounts.service import create_user
from app.accounts.tokens import LASTS, Purpose, Recipient, issue
from app.accounts.wishes import wish_for_mail
from app.database import db, writing
from app.notifications import personal_data as mails
from app.notifications.service import Letter, post
from tests.conftest import NOW

KEY = "only-for-tests"
EMAIL, OTHER = "canary@example.org", "nils@example.org"


def two_people() -> User:
    """Sara is the canary; Nils has the same of everything."""
    with writing():
        sara = create_user(EMAIL, "Canary", now=NOW)
        nils = create_user(OTHER, "Nils", now=NOW)
        invite([sara, nils], secret_key=KEY, now=NOW)
        for email in (EMAIL, OTHER):
            wish_for_mail(Purpose.RESET, email, "sv", now=NOW)
            issue(Purpose.JOIN, [Recipient(email)], secret_key=KEY, now=NOW)
            # Asked for before there was an account, so it is nobody's by its key.
            post([Letter(f"join:{email}", Purpose.JOIN, email, "sv", {"seed": "x"})], now=NOW)
    return sara


def rows_naming(text: str) -> list[str]:
    """Every table in which some column holds the text."""
    return [
        table.name
        for table in db.metadata.sorted_tables
        if any(text in str(row) for row in db.session.execute(sa.select(table)))
    ]


def test_she_gets_what_is_stored_of_her_but_nothing_that_opens_a_link(app: Flask):
    sara = two_people()
    found = own.export(sara.id) | mails.export(sara.id)
    assert {table: len(rows) for table, rows in found.items()} == {
        "user": 1,
        "login_session": 0,
        "account_token": 1,
        "mail_wish": 1,
        "outbox_mail": 2,
        "mail_refusal": 0,
    }
    assert EMAIL in str(found)
    assert OTHER not in str(found)
    kept = db.session.scalars(sa.select(AccountToken.token_hash)).all()
    assert found["account_token"][0]["token_hash"] not in kept
    assert found["outbox_mail"][0]["payload"] == {}


def test_erased_she_is_in_no_row_and_others_keep_theirs(app: Flask):
    sara = two_people()
    assert set(rows_naming(EMAIL)) == {"user", "account_token", "mail_wish", "outbox_mail"}
    with writing():
        mails.erase(sara.id)
        own.erase(sara.id)
    assert rows_naming(EMAIL) == []
    assert set(rows_naming(OTHER)) == {"user", "account_token", "mail_wish", "outbox_mail"}


def test_links_that_have_expired_are_forgotten_but_for_invitations(app: Flask):
    two_people()
    with writing():
        own.forget(now=NOW + LASTS[Purpose.INVITATION])
    assert set(db.session.scalars(sa.select(AccountToken.purpose))) == {"invitation"}
