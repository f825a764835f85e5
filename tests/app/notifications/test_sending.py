"""The outbox and its sweep, against a real mail server on loopback."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.database import db, writing
from app.notifications.models import OutboxMail
from app.notifications.queries import State
from app.notifications.sending import SENDING_LASTS, WAITS
from app.notifications.service import Letter, post
from app.retention import MAIL_KEPT
from tests.conftest import NOW, FrozenClock
from tests.post_office import ACCEPTED, BASE_URL, CUT_BEFORE_ANSWER, PostOffice, html_of, text_of

SARA = "sara@example.org"


def letter(key: str = "one", address: str = SARA, language: str = "sv") -> Letter:
    return Letter(key, "already-in", address, language)


def write(*letters: Letter) -> None:
    with writing():
        post(letters, now=NOW)


def row(key: str = "one") -> OutboxMail:
    db.session.expire_all()
    return db.session.scalars(sa.select(OutboxMail).where(OutboxMail.key == key)).one()


def test_a_letter_arrives_as_text_and_html_in_its_language(post_office: PostOffice):
    write(letter(), letter("two", "nils@example.org", "en"))
    swedish, english = post_office.deliver()
    assert (swedish["To"], english["To"]) == (SARA, "nils@example.org")
    assert swedish["Subject"] == "Du har redan ett konto i Fikaligan"
    assert english["Subject"] == "You already have an account in Fikaligan"
    for mail, words, language in ((swedish, "Logga in", "sv"), (english, "Sign in", "en")):
        assert f"{words}:\n{BASE_URL}/login" in text_of(mail)
        assert f'<html lang="{language}"' in html_of(mail)
        assert f'href="{BASE_URL}/login"' in html_of(mail)
        assert mail["From"] == "Fikaligan <fikaligan@fika.example.org>"
        assert mail["Auto-Submitted"] == "auto-generated"
    assert row().state == State.SENT


def test_the_html_carries_its_style_in_itself_and_knows_the_dark(post_office: PostOffice):
    write(letter())
    (mail,) = post_office.deliver()
    html = html_of(mail)
    assert '<h1 style="' in html
    assert "prefers-color-scheme: dark" in html
    assert "var(--" not in html
    assert "oklch" not in html
    assert "<link" not in html
    assert "<img" not in html


def test_an_announcement_is_written_once_however_often_it_is_made(post_office: PostOffice):
    write(letter(), letter())
    write(letter())
    assert len(post_office.deliver()) == 1
    assert post_office.deliver() == []


def test_what_is_rolled_back_is_never_sent(app: Flask, post_office: PostOffice):
    def announce_what_fails() -> None:
        with writing():
            post([letter()], now=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        announce_what_fails()
    assert post_office.deliver() == []


def test_a_busy_server_is_asked_again_later_and_the_mail_keeps_its_name(
    post_office: PostOffice, clock: FrozenClock
):
    write(letter())
    post_office.answers = ["451 try again"]
    assert post_office.deliver() == []
    waiting = row()
    assert (waiting.state, waiting.last_error) == (State.PENDING, "451 try again")
    assert waiting.next_try_at == NOW + WAITS[0]
    assert post_office.deliver() == []
    clock.set(NOW + WAITS[0])
    (mail,) = post_office.deliver()
    assert mail["Message-ID"] == f"<{row().message_id}@fika.example.org>"
    assert (row().tries, row().state, row().last_error) == (2, State.SENT, None)


def test_a_server_that_stays_busy_is_given_up_in_the_end(
    post_office: PostOffice, clock: FrozenClock
):
    write(letter())
    post_office.to = {SARA: "450 mailbox busy"}
    for wait in WAITS:
        assert post_office.deliver() == []
        assert row().state == State.PENDING
        clock.move(seconds=wait.total_seconds())
    assert post_office.deliver() == []
    assert (row().state, row().last_error) == (State.GIVEN_UP, "450 mailbox busy")
    assert row().payload == {}


@pytest.mark.parametrize("where", ["address", "mail"])
def test_a_refused_one_is_given_up_at_once_and_the_others_arrive(
    post_office: PostOffice, where: str
):
    write(letter(), letter("two", "nils@example.org"))
    if where == "address":
        post_office.to = {SARA: "550 no such person"}
    else:
        post_office.answers = ["554 not this one"]
    assert [mail["To"] for mail in post_office.deliver()] == ["nils@example.org"]
    assert row().state == State.GIVEN_UP
    assert row().last_error in ("550 no such person", "554 not this one")


def test_a_server_that_hangs_up_is_called_again_for_the_next_one(post_office: PostOffice):
    write(letter(), letter("two", "nils@example.org"))
    post_office.to = {SARA: "421 going down"}
    assert [mail["To"] for mail in post_office.deliver()] == ["nils@example.org"]
    assert post_office.connections == 2
    assert row().state == State.PENDING


def test_an_unknown_outcome_is_tried_once_more_under_the_same_name(
    post_office: PostOffice, clock: FrozenClock
):
    """Cut after DATA: it arrived, but nobody said so. At most once more, and never a third time."""
    write(letter())
    post_office.answers = [CUT_BEFORE_ANSWER, CUT_BEFORE_ANSWER]
    post_office.sweep()
    assert (row().state, row().unknown_outcomes) == (State.PENDING, 1)
    clock.set(NOW + WAITS[0])
    post_office.sweep()
    assert row().state == State.GIVEN_UP
    clock.move(days=7)
    post_office.sweep()
    first, second = post_office.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_what_a_dead_sweep_was_sending_is_taken_up_once(
    post_office: PostOffice, clock: FrozenClock
):
    write(letter())
    with writing():
        db.session.execute(sa.update(OutboxMail).values(state=State.SENDING, tries=1))
    clock.set(NOW + SENDING_LASTS - timedelta(seconds=1))
    assert post_office.deliver() == []
    clock.move(seconds=1)
    assert len(post_office.deliver()) == 1
    with writing():
        db.session.execute(sa.update(OutboxMail).values(state=State.SENDING, changed_at=NOW))
    assert post_office.deliver() == []
    assert (row().state, row().unknown_outcomes) == (State.GIVEN_UP, 2)


def test_a_mail_that_cannot_be_made_does_not_stop_the_next(post_office: PostOffice):
    write(Letter("one", "no-such-kind", SARA, "sv"), letter("two", "nils@example.org"))
    assert [mail["To"] for mail in post_office.deliver()] == ["nils@example.org"]
    assert (row().state, row().last_error) == (State.GIVEN_UP, "not composed: TemplateNotFound")


def test_nobody_there_is_one_line_and_everything_stays_due(app: Flask, clock: FrozenClock):
    office = PostOffice(app)
    with office.open():
        pass
    write(letter())
    result = office.sweep()
    assert result.exit_code == 1
    assert "the mail server does not take us in (ConnectionRefusedError" in result.output
    assert "Traceback" not in result.output
    assert (row().state, row().tries, row().next_try_at) == (State.PENDING, 0, NOW)


def test_letters_of_other_alphabets_that_the_server_refuses_are_given_up(post_office: PostOffice):
    write(letter(address="åsa@example.org"), letter("two", "nils@example.org"))
    assert [mail["To"] for mail in post_office.deliver()] == ["nils@example.org"]
    assert row().state == State.GIVEN_UP


def test_what_was_sent_is_forgotten_after_a_month(post_office: PostOffice, clock: FrozenClock):
    write(letter(), letter("two", "nils@example.org"))
    post_office.answers = [ACCEPTED, "451 try again"]
    post_office.deliver()
    clock.move(seconds=MAIL_KEPT.total_seconds())
    post_office.deliver()
    assert db.session.scalars(sa.select(OutboxMail.key)).all() == ["two"]


def test_two_sweeps_never_send_one_mail_twice(post_office: PostOffice):
    """A second sweep, begun in the middle of the first one, finds only what is left."""
    write(*(letter(str(number), f"{number}@example.org") for number in range(6)))
    second = PostOffice(post_office.app)
    second.port = post_office.port
    post_office.meanwhile = second.sweep
    post_office.deliver()
    arrived = sorted(mail["To"] for mail in post_office.mails)
    assert arrived == [f"{number}@example.org" for number in range(6)]


def test_a_mail_of_the_week_waits_for_working_hours_and_what_was_asked_for_does_not(
    post_office: PostOffice, clock: FrozenClock
):
    reminder = {"mission": "curiosity-quiet-article", "closes_at": NOW.isoformat(), "round_id": 1}
    of_the_week = Letter("reminder", "reminder", SARA, "sv", reminder)
    friday_evening = NOW.replace(hour=16, minute=59) + timedelta(days=2)
    clock.set(friday_evening)
    write(of_the_week)
    post_office.answers = ["451 try again"]
    assert post_office.deliver() == []
    write(letter())
    clock.move(minutes=1)
    assert [mail["Subject"] for mail in post_office.deliver()] == [
        "Du har redan ett konto i Fikaligan"
    ]
    clock.set(friday_evening + timedelta(days=2, hours=13))
    assert post_office.deliver() == []
    clock.move(minutes=1)
    (mail,) = post_office.deliver()
    assert mail["Message-ID"] == f"<{row('reminder').message_id}@fika.example.org>"
    assert row("reminder").tries == 2


def test_the_screen_shows_one_of_many_alike(post_office: PostOffice):
    """In the demo nobody's console drowns in what everybody gets."""
    reminder = {"mission": "curiosity-quiet-article", "closes_at": NOW.isoformat(), "round_id": 1}
    write(*(Letter(f"{n}", "reminder", f"p{n}@example.org", "sv", reminder) for n in range(4)))
    write(letter(), letter("two", "nils@example.org"))
    output = post_office.sweep(mail_url="console").output
    assert output.count("To: ") == 3
    assert "and 3 more like it" in output
