"""A mail's link saves for its own person and round, shows nothing of her, and signs nobody in."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import User
from app.accounts.service import disable_user
from app.checkins import service
from app.checkins.from_mail import SAVES_PER_LINK
from app.database import db, writing
from app.history.models import CheckIn, Meeting, Pledge, PointEntry
from app.notifications.links import sign
from app.retention import FAILURE_WINDOW
from app.seasons import service as seasons
from tests.conftest import NOW, FrozenClock
from tests.factories import World, catalogue

NOTE = "kanariefågeln-i-anteckningen"
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


def link(user: User, round_id: int, purpose: str = "week") -> str:
    return f"/mail/week/{sign(purpose, user.id, round_id, secret_key='only-for-tests')}"


def mission(number: int = 0) -> str:
    return catalogue().challenge("curiosity").missions[number].slug


def contents() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    db.session.rollback()
    return {
        table.name: sorted((tuple(row) for row in db.session.execute(select(table))), key=repr)
        for table in db.metadata.sorted_tables
    }


def test_one_tap_pledges_and_checks_in_without_signing_in(app: Flask):
    world = World(NOW)
    path = link(world.person(), world.rounds[0].id)
    browser = app.test_client()
    page = browser.get(f"{path}?mission={mission(3)}").get_data(as_text=True)
    assert f'name="mission" value="{mission(3)}"' in page
    answer = browser.post(path, data={"mission": mission(3), "expected": "7"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{path}/thanks")
    met = f"department-{world.departments[1].id}"
    browser.post(f"{path}?done=1", data={"mission": mission(4), "actual": "3", "met": [met]})
    pledge = db.session.scalars(select(Pledge)).one()
    row = db.session.scalars(select(CheckIn)).one()
    assert (pledge.mission, pledge.expected) == (mission(3), 7)
    assert (row.mission, row.actual, row.received_at) == (mission(4), 3, NOW)
    assert db.session.scalars(select(Meeting.department_id)).all() == [world.departments[1].id]
    assert sum(db.session.scalars(select(PointEntry.points))) == 15
    assert browser.get("/week").headers["Location"].startswith("/login")


def test_a_scanner_that_opens_every_link_changes_no_table(app: Flask):
    world = World(NOW)
    path = link(world.person(), world.rounds[0].id)
    before = contents()
    queries = ("", f"?mission={mission()}", f"?done={mission()}", "?mission=x", "?done=1")
    for method in ("GET", "HEAD", "OPTIONS"):
        for address in (*(path + query for query in queries), f"{path}/thanks"):
            assert app.test_client().open(address, method=method).status_code == 200
    assert contents() == before


def _closes(world: World, clock: FrozenClock, user: User) -> None:
    clock.set(world.rounds[0].closes_at)


def _closes_early(world: World, clock: FrozenClock, user: User) -> None:
    world.close(at=world.rounds[0].closes_at)


def _leaves(world: World, clock: FrozenClock, user: User) -> None:
    with writing():
        seasons.leave(user.id, now=clock())


def _is_closed(world: World, clock: FrozenClock, user: User) -> None:
    with writing():
        disable_user(user.id, now=clock())


@pytest.mark.parametrize("ends", [_closes, _closes_early, _leaves, _is_closed])
def test_a_link_that_has_done_its_part_says_so_and_does_nothing(
    app: Flask, clock: FrozenClock, ends: Callable[[World, FrozenClock, User], None]
):
    world = World(NOW)
    user = world.person()
    path = link(user, world.rounds[0].id)
    ends(world, clock, user)
    before = contents()
    browser = app.test_client()
    for query in ("", "?done=1"):
        assert browser.get(path + query).status_code == 410
        answer = browser.post(path + query, data={"mission": mission()})
        assert answer.status_code == 410
        assert "Den länken gäller inte längre" in answer.get_data(as_text=True)
    assert contents() == before


def test_a_link_is_for_its_own_round_and_person_alone(app: Flask, clock: FrozenClock):
    """On a Monday morning two rounds are open, and neither's link does anything in the other."""
    world = World(NOW)
    sara, late = world.person(), world.person(joins=False)
    world.join(late, at=world.rounds[1].starts_at)
    browser = app.test_client()
    assert browser.post(link(sara, world.rounds[1].id)).status_code == 410
    clock.set(world.rounds[1].starts_at + timedelta(hours=9))
    advice = catalogue().challenge("advice").missions[0].slug
    first, second = (link(sara, each.id) for each in world.rounds[:2])
    assert browser.post(f"{first}?done=1", data={"mission": advice}).status_code == 422
    browser.post(f"{first}?done=1", data={"mission": mission()})
    browser.post(second, data={"mission": advice})
    assert db.session.scalars(select(CheckIn.round_id)).all() == [world.rounds[0].id]
    assert db.session.scalars(select(Pledge.round_id)).all() == [world.rounds[1].id]
    # Before somebody has joined, a round is none of hers.
    assert browser.get(link(late, world.rounds[0].id)).status_code == 410


def test_junk_and_a_link_for_something_else_are_not_found(app: Flask):
    world = World(NOW)
    user = world.person()
    path = link(user, world.rounds[0].id)
    stop = link(user, world.rounds[0].id, "stop")
    erased = link(User(id=999_999), world.rounds[0].id)
    for each in ("/mail/week/none", f"{path}x", stop, erased):
        browser = app.test_client()
        answers = [browser.get(each), browser.post(each), browser.get(f"{each}/thanks")]
        assert [answer.status_code for answer in answers] == [404] * 3, each


def test_posting_twice_saves_once_and_thanks_alike_whatever_was_saved_before(app: Flask):
    world = World(NOW)
    path = link(world.person(), world.rounds[0].id)
    browser = app.test_client()
    thanked = set()
    for query in ("", "", "?done=1", "?done=1", ""):
        answer = browser.post(path + query, data={"mission": mission()})
        thanked.add(browser.get(answer.headers["Location"]).get_data(as_text=True))
    assert len(thanked) == 1
    assert len(db.session.scalars(select(CheckIn)).all()) == 1
    assert len(db.session.scalars(select(Pledge)).all()) == 1
    assert [each.points for each in db.session.scalars(select(PointEntry))] == [10]


def test_the_page_tells_nothing_of_its_reader(app: Flask, sign_in):
    """It is the same, byte for byte, for somebody who has done it all and for a newcomer."""
    world = World(NOW, week=2)
    busy, fresh = world.person(), world.person()
    world.check_in(busy, 1, at=world.rounds[0].starts_at, actual=9)
    world.pledge(busy, 2, 8)
    world.check_in(busy, 2, note=NOTE, actual=6, met=(1,))
    signed_in = sign_in(busy)
    for query in ("", "?done=1"):
        pages = []
        for browser, user in ((app.test_client(), fresh), (signed_in, busy), (signed_in, fresh)):
            path = link(user, world.rounds[1].id)
            page = browser.get(path + query).get_data(as_text=True)
            pages.append(CSRF.sub("", page.replace(path, "")))
            assert NOTE not in page
            assert user.name not in page
            assert "noindex" in page
            assert 'name="note"' not in page
        assert len(set(pages)) == 1


def test_passed_on_to_somebody_signed_in_it_acts_for_its_own_person(app: Flask, sign_in):
    world = World(NOW)
    sara, colleague = world.person(), world.person()
    browser = sign_in(colleague)
    browser.post(f"{link(sara, world.rounds[0].id)}?done=1", data={"mission": mission()})
    assert db.session.scalars(select(PointEntry.user_id)).all() == [sara.id]
    page = browser.get("/me/data").get_data(as_text=True)
    assert colleague.email in page
    assert sara.email not in page


def test_it_speaks_its_reader_s_language(app: Flask, sign_in):
    world = World(NOW)
    english = world.person(language="en")
    path = link(english, world.rounds[0].id)
    browsers = (sign_in(world.person()), app.test_client())
    for browser in browsers:
        for address in (path, f"{path}/thanks", link(english, 0)):
            page = browser.get(address, headers={"Accept-Language": "sv"}).get_data(as_text=True)
            assert '<html lang="en">' in page
    refused = browsers[1].post(path, headers={"Accept-Language": "sv"}).get_data(as_text=True)
    assert "Choose a mission" in refused


def test_a_figure_left_out_takes_none_back(app: Flask):
    world = World(NOW)
    user = world.person()
    world.pledge(user, 1, 8)
    app.test_client().post(link(user, world.rounds[0].id), data={"mission": mission(1)})
    pledge = db.session.scalars(select(Pledge)).one()
    assert (pledge.mission, pledge.expected) == (mission(1), 8)


def test_an_undone_check_in_stands_again_with_all_that_was_written(app: Flask):
    world = World(NOW)
    user = world.person()
    world.check_in(user, 1, note=NOTE, actual=4, met=(1,))
    with writing():
        service.undo(user.id, 1, catalogue=catalogue(), now=NOW)
    app.test_client().post(f"{link(user, world.rounds[0].id)}?done=1", data={"mission": mission(2)})
    row = db.session.scalars(select(CheckIn)).one()
    assert (row.mission, row.note, row.actual, row.undone_at) == (mission(2), NOTE, 4, None)
    assert db.session.scalars(select(Meeting.department_id)).all() == [world.departments[1].id]


def test_wrong_input_comes_back_as_it_was_typed(app: Flask):
    world = World(NOW)
    path = link(world.person(), world.rounds[0].id)
    met = f"department-{world.departments[2].id}"
    answer = app.test_client().post(f"{path}?done=1", data={"actual": "11", "met": [met]})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Välj vilket uppdrag du gjorde." in page
    assert "Välj en siffra mellan 0 och 10." in page
    assert f'value="{met}" checked' in page
    answer = app.test_client().post(path, data={"mission": mission(2), "expected": "x"})
    assert answer.status_code == 422
    assert f'name="mission" value="{mission(2)}"' in answer.get_data(as_text=True)
    # A department with a number longer than any is nobody's, and no mistake of ours.
    data = {"mission": mission(), "met": [f"department-{'9' * 5000}"]}
    assert app.test_client().post(f"{path}?done=1", data=data).status_code == 303
    assert db.session.scalars(select(Meeting)).all() == []


def test_a_link_that_is_used_all_the_time_has_to_wait_and_no_other_with_it(
    app: Flask, clock: FrozenClock
):
    world = World(NOW)
    path, other = (link(world.person(), world.rounds[0].id) for _ in range(2))
    browser = app.test_client()
    for _ in range(SAVES_PER_LINK):
        assert browser.post(path, data={"mission": mission()}).status_code == 303
    before = contents()
    answer = browser.post(path, data={"mission": mission(1)})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    assert contents() == before
    assert browser.post(other, data={"mission": mission()}).status_code == 303
    clock.instant += FAILURE_WINDOW
    assert browser.post(path, data={"mission": mission(1)}).status_code == 303


def test_the_button_needs_the_page_s_own_token_and_no_sign_in(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = True
    world = World(NOW)
    path = link(world.person(), world.rounds[0].id)
    browser = app.test_client()
    found = CSRF.search(browser.get(path).get_data(as_text=True))
    assert found
    typed = {"mission": mission(), "csrf_token": found[1]}
    assert app.test_client().post(path, data=typed).status_code == 400
    foreign = {"Origin": "https://evil.example"}
    assert browser.post(path, data=typed, headers=foreign).status_code == 400
    assert db.session.scalars(select(Pledge)).all() == []
    assert browser.post(path, data=typed).status_code == 303
