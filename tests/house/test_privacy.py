"""What is stored is listed, and what is private never reaches anybody but its author."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from app.database import db, writing
from app.history.models import CheckIn, Meeting, Pledge
from app.pages.inventory import INVENTORY, load_inventory
from app.seasons.models import Participation
from challenges.reading import ContentError
from tests.conftest import NOW, change_settings
from tests.house.conftest import House
from tests.house.routes import pages

REQUEST_ID = re.compile(r"\b[0-9a-f]{16}\b")
# Written into every private column of the author's, so that a page which shows one is found out.
CANARIES = NOTE, PERSON = "kanarie-anteckning", "Kanarie Kanariesson"
PRIVATE = {
    "check_in": {"mission", "recalled", "actual", "note", "happened_on"},
    "pledge": {"mission", "expected"},
    "meeting": {"person", "is_outside"},
}
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}
JSON = {"Accept": "application/json"}


def stored_columns() -> dict[str, set[str]]:
    return {table.name: {c.name for c in table.columns} for table in db.metadata.sorted_tables}


def test_every_stored_column_is_in_the_inventory_and_nothing_else():
    listed = {name: set(columns) for name, columns in load_inventory().stored.items()}
    assert listed == stored_columns(), (
        f"say in {INVENTORY.name} what the column is for, who sees it and how long it is kept"
    )


def test_no_private_column_is_listed_as_seen_by_others():
    stored = load_inventory().stored
    seen = [
        f"{table}.{column}"
        for table, columns in PRIVATE.items()
        for column in columns
        if stored[table][column].who != "herself"
    ]
    assert seen == [], "notes, figures and names are read by their author alone"


@pytest.mark.parametrize(
    ("found", "changed", "reason"),
    [
        ('"Tells accounts apart."', '"Tells accounts apart"', "stored.user.id"),
        ('"herself", "account"', '"herself", "ages"', "its kept is not explained"),
        ('"herself", "account"', '"anybody", "account"', "its who or its kept"),
        ('tables = ["user", ', 'tables = ["user", "pledge", ', "stands in one group"),
        ('tables = ["pledge", ', "tables = [", "stands in one group"),
        ('sv = "Ditt konto"', 'sv = ""', "groups.account.title.sv"),
    ],
)
def test_an_inventory_that_does_not_hang_together_is_refused(
    tmp_path: Path, found: str, changed: str, reason: str
):
    whole = INVENTORY.read_text(encoding="utf-8")
    assert found in whole
    harmed = tmp_path / INVENTORY.name
    harmed.write_text(whole.replace(found, changed, 1), encoding="utf-8")
    with pytest.raises(ContentError, match=reason):
        load_inventory(harmed)


@pytest.mark.parametrize("wanted", ["sv", "en"])
def test_the_privacy_page_tells_of_every_stored_column(app: Flask, wanted: str):
    page = app.test_client().get("/privacy", headers={"Accept-Language": wanted})
    body = unescape(page.get_data(as_text=True))
    missing = [
        f"{table}.{column}"
        for table, columns in load_inventory().stored.items()
        for column, entry in columns.items()
        if f"<li>{entry.into(wanted)}</li>" not in body
    ]
    assert missing == []


def test_what_is_only_stored_for_dashboards_is_not_told_where_there_are_none(app: Flask):
    change_settings(app, dashboards=False)
    body = app.test_client().get("/privacy").get_data(as_text=True)
    assert "Vilken chef eller programledare" not in body
    assert "Dina incheckningar" in body


@pytest.fixture
def canaries(house: House) -> House:
    """Every private text of the author is a canary; the test sees them by their words."""
    with writing():
        db.session.execute(update(CheckIn).where(CheckIn.note != "").values(note=NOTE))
        db.session.execute(update(Meeting).values(person=PERSON))
    return house


def others(house: House) -> dict[str, FlaskClient]:
    return {role: browser for role, browser in house.browsers.items() if role != "author"}


def leaks(answer_text: str) -> list[str]:
    return [canary for canary in CANARIES if canary in answer_text]


@pytest.mark.parametrize("headers", [{}, FRAGMENT, JSON], ids=["page", "fragment", "json"])
def test_no_other_role_ever_sees_a_private_text(canaries: House, headers: dict[str, str]):
    seen = {
        f"{role} {path}": found
        for role, browser in others(canaries).items()
        for path in [*pages(canaries.app, canaries.world), "/nowhere"]
        if (found := leaks(browser.get(path, headers=headers).get_data(as_text=True)))
    }
    assert seen == {}


def test_no_other_role_sees_anything_change_when_a_private_figure_does(
    canaries: House, monkeypatch: pytest.MonkeyPatch
):
    """A figure from 0 to 10 has no canary: so every page must be the same whatever it is."""
    monkeypatch.setattr("app.cards.views.randbelow", lambda _shuffles: 1)

    def seen() -> dict[str, str]:
        return {
            f"{role} {path}": settled(browser.get(path).get_data(as_text=True))
            for role, browser in others(canaries).items()
            for path in pages(canaries.app, canaries.world)
        }

    own = select(Participation.id).where(Participation.user_id == canaries.author.id)
    round_id = canaries.world.rounds[0].id
    pledge = {"round_id": round_id, "mission": "m", "expected": 2, "pledged_at": NOW}
    with writing():
        db.session.add(Pledge(participation_id=db.session.scalar(own), **pledge))
    seen()  # the first visits stand in the dashboards' logs from here on
    before = seen()
    with writing():
        db.session.execute(
            update(CheckIn).where(CheckIn.participation_id.in_(own)).values(actual=9, recalled=8)
        )
        db.session.execute(
            update(Pledge).where(Pledge.participation_id.in_(own)).values(expected=7)
        )
    assert seen() == before


def settled(html: str) -> str:
    """The page without its tokens and the request's id."""
    kept = [line for line in html.splitlines() if "csrf_token" not in line]
    return REQUEST_ID.sub("", "\n".join(kept))


def test_the_author_does_see_hers(canaries: House):
    """Otherwise the tests above would prove nothing."""
    browser = canaries.browsers["author"]
    with writing():
        db.session.execute(update(CheckIn).values(undone_at=canaries.world.now))
    body = browser.get("/week/2").get_data(as_text=True)
    with writing():
        db.session.execute(update(CheckIn).values(undone_at=None))
    assert NOTE in body
    assert PERSON in body


@contextmanager
def failing(statement_word: str, error: Exception) -> Iterator[None]:
    """The database fails at the first statement with that word."""

    def fail(_connection, _cursor, statement, *_rest):
        if statement_word in statement:
            raise error

    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)


@pytest.mark.parametrize("word", ["check_in", "meeting", "INSERT", "UPDATE"])
def test_a_note_is_in_no_log_and_no_error_page_when_the_database_fails_midway(
    house: House, word: str, capsys
):
    cause = Exception(f"the row was ({NOTE}, {PERSON})")
    with (
        structlog.testing.capture_logs() as lines,
        failing(word, OperationalError(f"INSERT … '{NOTE}'", {"note": NOTE}, cause)),
    ):
        answer = house.browsers["participant"].post("/week/2/check-in", data=report())
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert leaks(answer.get_data(as_text=True)) == []
    assert leaks(str(lines)) == []
    written = capsys.readouterr()
    assert leaks(written.out + written.err) == []


def test_a_note_is_in_no_log_when_the_database_quotes_the_refused_row(house: House, capsys):
    """PostgreSQL repeats every value of a row that it refuses, the note included."""
    browser = house.browsers["author"]
    browser.post("/week/2/undo")
    with structlog.testing.capture_logs() as lines, refusing_canaries():
        with pytest.raises(IntegrityError, match=NOTE), writing():
            db.session.execute(text("UPDATE check_in SET note = :note"), {"note": NOTE})
        answer = browser.post("/week/2/check-in", data=report())
    assert answer.status_code == 500
    assert any(line["event"] == "unforeseen" for line in lines)
    assert leaks(answer.get_data(as_text=True)) == []
    assert leaks(str(lines)) == []
    written = capsys.readouterr()
    assert leaks(written.out + written.err) == []


@contextmanager
def refusing_canaries() -> Iterator[None]:
    """A database that takes no such note, and says which one it was."""
    if db.engine.dialect.name == "postgresql":
        begin = f"ALTER TABLE check_in ADD CONSTRAINT no_canary CHECK (note <> '{NOTE}')"
        end = "ALTER TABLE check_in DROP CONSTRAINT no_canary"
    else:
        begin = (
            f"CREATE TRIGGER no_canary BEFORE UPDATE ON check_in WHEN NEW.note = '{NOTE}'"
            f" BEGIN SELECT RAISE(ABORT, 'refused {NOTE}'); END"
        )
        end = "DROP TRIGGER no_canary"
    with writing():
        db.session.execute(text(begin))
    try:
        yield
    finally:
        db.session.rollback()
        with writing():
            db.session.execute(text(end))


def report() -> dict[str, str]:
    return {"mission": "advice-quiet-draft", "note": NOTE, "person": PERSON, "actual": "7"}
