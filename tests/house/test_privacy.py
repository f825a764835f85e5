"""What is stored is listed, and what is private never reaches anybody but its author."""

import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog
from flask.testing import FlaskClient
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from app.database import db, writing
from app.history.models import CheckIn, Meeting, Pledge
from app.seasons.models import Participation
from tests.conftest import NOW
from tests.house.conftest import House
from tests.house.routes import pages

INVENTORY = Path(__file__).parent.parent.parent / "docs" / "privacy" / "inventory.toml"
EXPLAINED = ("who", "kept")
LONGEST_PURPOSE = 90
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


def inventory() -> dict[str, dict]:
    return tomllib.loads(INVENTORY.read_text(encoding="utf-8"))


def test_every_stored_column_is_in_the_inventory_and_nothing_else():
    listed = {name: set(columns) for name, columns in inventory().items() if name not in EXPLAINED}
    stored = {table.name: {c.name for c in table.columns} for table in db.metadata.sorted_tables}
    assert listed == stored, (
        f"say in {INVENTORY.name} what the column is for, who sees it and how long it is kept"
    )


def test_every_entry_says_what_for_who_and_how_long():
    known = inventory()
    wrong = [
        f"{table}.{column}"
        for table, columns in known.items()
        if table not in EXPLAINED
        for column, (purpose, who, kept) in columns.items()
        if not (purpose.endswith(".") and len(purpose) <= LONGEST_PURPOSE)
        or who not in known["who"]
        or kept not in known["kept"]
    ]
    assert wrong == [], "write [purpose, who, kept]: a short sentence and two known words"


def test_no_private_column_is_listed_as_seen_by_others():
    known = inventory()
    seen = [
        f"{table}.{column}"
        for table, columns in PRIVATE.items()
        for column in columns
        if known[table][column][1] != "herself"
    ]
    assert seen == [], "notes, figures and names are read by their author alone"


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


def test_no_other_role_sees_anything_change_when_a_private_figure_does(canaries: House):
    """A figure from 0 to 10 has no canary: so every page must be the same whatever it is."""

    def seen() -> dict[str, str]:
        return {
            f"{role} {path}": settled(browser.get(path).get_data(as_text=True))
            for role, browser in others(canaries).items()
            for path in pages(canaries.app, canaries.world)
            # Its cards are shuffled anew on each visit, and are the same for everybody.
            if not path.startswith("/deck")
        }

    own = select(Participation.id).where(Participation.user_id == canaries.author.id)
    round_id = canaries.world.rounds[0].id
    pledge = {"round_id": round_id, "mission": "m", "expected": 2, "pledged_at": NOW}
    with writing():
        db.session.add(Pledge(participation_id=db.session.scalar(own), **pledge))
    seen()  # so that the visits of managers and leads are in the dashboards' logs
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
