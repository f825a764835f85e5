"""A mail about a new badge: once, after the time to undo, with the pin in it."""

from collections.abc import Sequence

from flask import Flask
from sqlalchemy import select

from app.accounts.models import User
from app.badges.announcing import TIME_TO_UNDO
from app.checkins import service
from app.database import db, writing
from app.notifications.kinds import WeekMail
from app.notifications.models import OutboxMail
from tests.conftest import NOW, FrozenClock
from tests.factories import World, catalogue
from tests.post_office import PostOffice, html_of

OF_THE_FIRST_ROUND = "tip-curiosity"


def waiting(user: User) -> Sequence[OutboxMail]:
    db.session.rollback()
    return db.session.scalars(
        select(OutboxMail).where(OutboxMail.user_id == user.id, OutboxMail.kind == WeekMail.BADGE)
    ).all()


def undo(user: User) -> None:
    with writing():
        service.undo(user.id, 1, catalogue=catalogue(), now=NOW)


def redo(user: User) -> None:
    with writing():
        service.redo(user.id, 1, None, catalogue=catalogue(), now=NOW)


def test_an_undo_takes_the_unsent_mail_back_and_a_redo_writes_it_anew(app: Flask):
    world = World(NOW)
    sara = world.person()
    world.check_in(sara)
    (mail,) = waiting(sara)
    assert mail.payload == {"badge": OF_THE_FIRST_ROUND}
    assert mail.next_try_at == NOW + TIME_TO_UNDO
    undo(sara)
    assert waiting(sara) == []
    redo(sara)
    assert len(waiting(sara)) == 1


def test_one_that_was_announced_is_not_announced_again(
    app: Flask, clock: FrozenClock, post_office: PostOffice
):
    world = World(NOW)
    sara = world.person()
    world.check_in(sara)
    assert post_office.deliver() == []
    clock.set(NOW + TIME_TO_UNDO)
    (mail,) = post_office.deliver()
    undo(sara)
    redo(sara)
    clock.move(hours=2)
    assert post_office.deliver() == []
    assert mail["Subject"] == "Du har fått ett märke"
    (picture,) = (part for part in mail.walk() if part.get_content_type() == "image/png")
    assert picture["Content-ID"] == "<picture>"
    assert picture.get_content().startswith(b"\x89PNG")
    assert 'src="cid:picture"' in html_of(mail)


def test_what_only_a_closing_can_award_is_announced_by_it(app: Flask):
    """A forgiven round holds a streak together only once it is settled."""
    world = World(NOW, week=4)
    sara = world.person()
    for number in (1, 2, 4):
        world.play(sara, number)
    assert "kept-3" not in {mail.payload["badge"] for mail in waiting(sara)}
    world.close_through(4)
    assert "kept-3" in {mail.payload["badge"] for mail in waiting(sara)}
