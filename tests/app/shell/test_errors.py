from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app import create_app, viewer
from app.access import public
from app.accounts.models import User
from app.database import db, writing
from challenges.errors import RoundClosed
from tests.conftest import NOW, settings_for
from tests.factories import World

SignIn = Callable[[User], FlaskClient]
UNREACHABLE = "postgresql+psycopg://nobody@127.0.0.1:1/nowhere?connect_timeout=2"
CANARY = "kanariefågel"
OWN = {"Sec-Fetch-Site": "same-origin"}


def page(app: Flask, path: str, view: Callable) -> None:
    app.add_url_rule(path, path, public(view), methods=["GET", "POST"])


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 422, 429, 500, 503])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_an_error_page_says_what_to_do_in_the_readers_language(app: Flask, status, language):
    page(app, "/stop", lambda: abort(status))
    answer = app.test_client().get("/stop", headers={"Accept-Language": language})
    assert answer.status_code == status
    assert f'lang="{language}"' in answer.text
    assert answer.text.count("<h1>") == 1
    # Whoever is asked for help looks for it in the log; what she can mend herself needs none.
    assert (answer.headers["X-Request-ID"] in answer.text) == (status >= 500)
    assert answer.headers["HX-Retarget"] == "body"


def test_a_rule_of_the_game_becomes_a_sentence(app: Flask):
    def refuse() -> str:
        raise RoundClosed

    page(app, "/rule", refuse)
    answer = app.test_client().post("/rule")
    assert answer.status_code == 422
    assert "Omgången har stängt" in answer.text


def test_what_may_be_done_is_told_along_with_what_may_not(client: FlaskClient):
    answer = client.get("/logout")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_an_unforeseen_error_keeps_nothing_and_shows_nothing(app: Flask, capsys):
    def fail() -> str:
        with writing():
            db.session.add(User(email=f"{CANARY}@demo.example", name="A", created_at=NOW))
            db.session.flush()
            raise ValueError(CANARY)

    page(app, "/fail", fail)
    answer = app.test_client().post("/fail", data={"note": CANARY})
    assert answer.status_code == 500
    assert db.session.scalars(sa.select(User)).all() == []
    log = capsys.readouterr().out
    assert CANARY not in log + answer.text
    assert "ValueError" in log
    assert "test_errors.py" in log


def test_a_row_that_the_database_refuses_is_written_into_no_log(app: Flask, capsys, caplog):
    """PostgreSQL quotes the whole refused row in its message."""

    def fail() -> str:
        with writing():
            statement = "INSERT INTO \"user\" (email, name) VALUES (:canary, 'A')"
            db.session.execute(sa.text(statement), {"canary": CANARY})
        return ""

    page(app, "/fail", fail)
    answer = app.test_client().post("/fail")
    assert answer.status_code == 500
    seen = capsys.readouterr()
    assert "IntegrityError" in seen.out
    assert CANARY not in seen.out + seen.err + caplog.text + answer.text


def test_when_the_frame_itself_breaks_a_bare_page_is_left(app: Flask, capsys):
    app.context_processor(lambda: {"languages": None})
    answer = app.test_client().get("/nowhere")
    assert answer.status_code == 404
    assert "Här var det tomt" in answer.text
    assert "Content-Security-Policy" in answer.headers
    assert "error page" in capsys.readouterr().out


@pytest.fixture
def stranded() -> Iterator[FlaskClient]:
    """The site without its database, and a browser that was signed in before."""
    site = create_app(settings_for(UNREACHABLE))
    site.config["WTF_CSRF_ENABLED"] = False
    browser = site.test_client()
    with browser.session_transaction() as session:
        session["_user_id"] = "a token from before"
    yield browser
    with site.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("path", ["/week", "/nowhere", "/privacy", "/login", "/", "/logout"])
def test_without_a_database_every_page_says_when_to_come_back(stranded: FlaskClient, path):
    answer = stranded.get(path)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Kön vid kaffet" in answer.text


def test_without_a_database_a_write_is_not_acknowledged(stranded: FlaskClient):
    answer = stranded.post("/login", data={"email": "a@b.example", "password": "x"})
    assert answer.status_code == 503


def test_without_a_database_what_was_typed_waits_on_the_page(stranded: FlaskClient):
    typed = {"note": "Vi <pratade>", "met": ["1", "2"], "code": CANARY, "new_password": CANARY}
    answer = stranded.post("/week/3/check-in?from=here", data=typed, headers=OWN)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'action="/week/3/check-in?from=here"' in answer.text
    assert answer.text.count('name="met"') == 2
    assert "Vi &lt;pratade&gt;" in answer.text
    assert 'name="csrf_token"' in answer.text
    assert CANARY not in answer.text
    assert answer.text.count('type="password"') == 2
    assert answer.text.count("<h1>") == 1


def test_without_a_database_a_form_of_unknown_origin_is_not_made_to_look_like_ours(stranded):
    answer = stranded.post("/week/3/check-in", data={"note": "köp detta"})
    assert answer.status_code == 503
    assert "köp detta" not in answer.text


@pytest.mark.parametrize("path", ["/week/3/check-in", "/nowhere"])
def test_without_a_database_a_form_too_large_is_still_told_when_to_come_back(stranded, path):
    answer = stranded.post(path, data={"note": "x" * 100_000}, headers=OWN)
    assert answer.status_code == 503
    assert "Kön vid kaffet" in answer.text


def test_health_tells_a_living_process_from_a_usable_one(stranded: FlaskClient):
    assert stranded.get("/health/live").status_code == 200
    ready = stranded.get("/health/ready")
    assert (ready.status_code, ready.json) == (503, {"status": "no database"})


def test_a_migrated_database_is_ready(client: FlaskClient):
    ready = client.get("/health/ready")
    assert (ready.status_code, ready.json) == (200, {"status": "ok", "worker": "stopped"})


def test_a_database_without_tables_is_not_ready(tmp_path):
    site = create_app(settings_for(f"sqlite:///{tmp_path / 'empty.db'}"))
    ready = site.test_client().get("/health/ready")
    with site.app_context():
        db.engine.dispose()
    assert (ready.status_code, ready.json) == (503, {"status": "not migrated"})


def test_a_page_is_shown_even_when_the_visit_cannot_be_noted(
    app: Flask, sign_in: SignIn, clock, monkeypatch
):
    def busy(*_: object, **__: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    browser = sign_in(World(NOW).person())
    monkeypatch.setattr(viewer, "touch_session", busy)
    clock.move(minutes=11)
    assert browser.get("/me").status_code == 200
