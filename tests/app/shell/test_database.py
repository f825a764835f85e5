import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import (
    IntegrityError,
    OperationalError,
    ProgrammingError,
    StatementError,
)

from app import create_app, database
from app.accounts.models import LoginSession, User
from app.accounts.service import EmailTaken, create_user, start_session
from app.database import NestedWrite, db, writing
from tests.conftest import NOW, settings_for


def user(email: str = "one@demo.example", at: datetime = NOW) -> User:
    return create_user(email, "One", now=at)


def count() -> int | None:
    return db.session.scalar(sa.select(sa.func.count()).select_from(User))


def test_a_write_is_kept_when_it_ends_well(app: Flask):
    with writing():
        user()
    db.session.rollback()
    assert count() == 1


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_a_write_that_fails_leaves_nothing(app: Flask, error):
    with pytest.raises(error):
        _write_and_raise(error)
    assert count() == 0


def _write_and_raise(error: type[BaseException]) -> None:
    with writing():
        user()
        raise error


def test_after_a_failed_write_the_next_one_works(app: Flask):
    with pytest.raises(RuntimeError), writing():
        raise RuntimeError
    with writing():
        user()
    assert count() == 1


def test_a_write_inside_a_write_is_refused_and_takes_the_outer_one_along(app: Flask):
    with pytest.raises(NestedWrite):
        _write_twice()
    assert count() == 0


def _write_twice() -> None:
    with writing():
        user()
        with writing():
            user("two@demo.example")


def test_what_was_read_before_does_not_stand_in_the_way_of_a_write(app: Flask):
    """A read transaction that turns into a write fails where another one wrote in between."""
    assert count() == 0
    other = threading.Thread(target=_write_elsewhere, args=(app,))
    other.start()
    other.join()
    with writing():
        user()
        assert count() == 2


def _write_elsewhere(app: Flask) -> None:
    with app.app_context(), writing():
        user("elsewhere@demo.example")


def test_fifty_writers_at_once_all_get_their_turn(app: Flask):
    with writing():
        user_id = user().id
    errors: list[Exception] = []

    def rename() -> None:
        try:
            with app.app_context(), writing():
                found = db.session.get_one(User, user_id, with_for_update=True)
                found.name += "+"
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=rename) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    assert errors == []
    assert db.session.get_one(User, user_id).name == "One" + "+" * 50


def test_a_broken_constraint_inside_a_savepoint_spares_the_rest(app: Flask):
    with writing():
        user()
        with pytest.raises(EmailTaken):
            user("ONE@demo.example ")
        user("two@demo.example")
    assert count() == 2


def test_foreign_keys_are_on(app: Flask):
    nobodys = LoginSession(
        token_hash="x", user_id=999, created_at=NOW, last_seen_at=NOW, expires_at=NOW
    )
    with pytest.raises(IntegrityError), writing():
        db.session.add(nobodys)


def test_sessions_go_with_their_user(app: Flask):
    with writing():
        one = user()
        start_session(one.id, now=NOW)
    with writing():
        db.session.execute(sa.delete(User).where(User.id == one.id))
    assert db.session.scalars(sa.select(LoginSession)).all() == []


def test_an_instant_comes_back_as_it_went_in_and_as_utc(app: Flask):
    summer_in_stockholm = datetime(2026, 7, 1, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    with writing():
        user(at=summer_in_stockholm)
    db.session.expire_all()
    stored = db.session.scalars(sa.select(User.created_at)).one()
    assert stored == summer_in_stockholm
    assert stored.tzinfo is UTC


def test_instants_order_the_same_whatever_zone_they_were_given_in(app: Flask):
    east = timezone(timedelta(hours=9))
    instants = [
        datetime(2026, 3, 1, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 3, 2, 9, 0, tzinfo=east),
        datetime(2026, 3, 2, 0, 0, 0, 1, tzinfo=UTC),
    ]
    with writing():
        for number, instant in enumerate(reversed(instants)):
            user(f"{number}@demo.example", at=instant)
    assert list(db.session.scalars(sa.select(User.created_at).order_by(User.created_at))) == [
        instant.astimezone(UTC) for instant in instants
    ]


def test_an_instant_without_a_zone_is_refused(app: Flask):
    with pytest.raises(StatementError, match="without a zone"), writing():
        user(at=datetime(2026, 3, 1))  # noqa: DTZ001 - that is the point


def test_sqlite_keeps_what_it_acknowledged(sqlite_url: str):
    site = create_app(settings_for(sqlite_url))
    with site.app_context():
        read = {
            name: db.session.execute(sa.text(f"PRAGMA {name}")).scalar()
            for name in ("foreign_keys", "journal_mode", "synchronous", "busy_timeout")
        }
        db.session.remove()
        db.engine.dispose()
    full = 2
    assert read == {
        "foreign_keys": 1,
        "journal_mode": "wal",
        "synchronous": full,
        "busy_timeout": database.BUSY_TIMEOUT_SECONDS * 1000,
    }


def test_a_locked_database_is_answered_with_a_later_time(sqlite_url: str, monkeypatch):
    monkeypatch.setattr(database, "BUSY_TIMEOUT_SECONDS", 0)
    site = create_app(settings_for(sqlite_url))
    site.config["WTF_CSRF_ENABLED"] = False
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        answer = site.test_client().post("/login", data={"email": "a@b.example", "password": "x"})
    finally:
        other.execute("ROLLBACK")
        other.close()
        with site.app_context():
            db.engine.dispose()
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_a_cut_connection_is_replaced_without_anybody_noticing(postgresql_url: str):
    site = create_app(settings_for(postgresql_url))
    with site.app_context():
        pid = db.session.scalar(sa.text("SELECT pg_backend_pid()"))
        db.session.remove()
        other = sa.create_engine(postgresql_url)
        with other.connect() as connection:
            connection.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        other.dispose()
        assert db.session.scalar(sa.text("SELECT pg_backend_pid()")) != pid
        db.session.remove()
        db.engine.dispose()


def test_errors_of_the_database_do_not_print_what_was_bound(app: Flask):
    with pytest.raises(OperationalError if _is_sqlite() else ProgrammingError) as refused:
        db.session.execute(sa.text("SELECT :note FROM nowhere"), {"note": "canary"})
    assert "canary" not in str(refused.value)


def _is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"
