"""`python -m app` in a process of its own, on a database and a port of its own."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from app import create_app
from app.accounts.service import create_user
from app.database import db, writing
from tests.conftest import NOW, settings_for

ROOT = Path(__file__).parents[3]
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
PATIENCE = 60


def environment(database: str, **more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("FIKALIGAN_")}
    for name in ("PORT", "HOST"):
        kept.pop(name, None)
    return {**kept, "FIKALIGAN_DATABASE_URL": database, "PYTHONUNBUFFERED": "1", **more}


def run(database: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app"]
    return subprocess.run(  # noqa: S603 - our own program
        command,
        cwd=ROOT,
        env=environment(database, **more),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@contextmanager
def served(database: str, **more: str) -> Iterator[tuple[str, str]]:
    """What it printed until it was ready, and its address."""
    command = [sys.executable, "-m", "app"]
    with subprocess.Popen(  # noqa: S603 - our own program
        command,
        cwd=ROOT,
        env=environment(database, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout
        printed = ""
        for line in process.stdout:
            printed += line
            if "Ctrl+C" in line:
                break
        address = ADDRESS.search(printed)
        try:
            assert address, printed
            yield printed, address[0]
        finally:
            process.terminate()


@contextmanager
def taken_port() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield str(server.getsockname()[1])


def test_it_serves_a_demo_from_nothing_and_keeps_it(tmp_path: Path):
    database = f"sqlite:///{tmp_path / 'demo.db'}"
    more = {"FIKALIGAN_BASE_URL": "https://fika.example.org"}
    with served(database, **more) as (printed, address):
        for person in ("sara", "nils", "johan", "aisha"):
            assert f"{person}@demo.example" in printed
        with urlopen(f"{address}/login") as page:  # noqa: S310 - our own address
            assert "Prova med ett klick" in page.read().decode()
            assert page.headers["Set-Cookie"].startswith("session=")
    with served(database) as (printed, _address):
        assert "Inventing" not in printed


def test_its_worker_runs_beside_it(tmp_path: Path):
    with served(f"sqlite:///{tmp_path / 'demo.db'}") as (_printed, address):
        ends = time.monotonic() + PATIENCE
        while readiness(address)["worker"] != "ok":
            assert time.monotonic() < ends, "no worker was heard of"
            time.sleep(0.2)


def readiness(address: str) -> dict[str, str]:
    with urlopen(f"{address}/health/ready") as answer:  # noqa: S310 - our own address
        return json.load(answer)


def test_a_port_that_is_asked_for_and_taken_is_an_error_of_one_line(tmp_path: Path):
    database = f"sqlite:///{tmp_path / 'demo.db'}"
    with served(database):
        pass
    with taken_port() as port:
        answer = run(database, PORT=port)
    assert answer.returncode == 1
    assert port in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_it_keeps_away_from_a_database_where_people_really_play(tmp_path: Path):
    database = f"sqlite:///{tmp_path / 'real.db'}"
    site = create_app(settings_for(database))
    with site.app_context():
        db.create_all()
        with writing():
            create_user("maria@example.org", "Maria", now=NOW)
        db.session.remove()
        db.engine.dispose()
    answer = run(database)
    assert answer.returncode == 1
    assert "holds no demo" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("given", "asked_for"),
    [({}, "FIKALIGAN_SECRET_KEY"), ({"FIKALIGAN_SECRET_KEY": "k" * 32}, "FIKALIGAN_BASE_URL")],
)
def test_a_production_start_without_its_settings_is_refused_in_one_line(
    tmp_path: Path, given: dict[str, str], asked_for: str
):
    answer = subprocess.run(  # noqa: S603 - our own program
        [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            f"{ROOT}/app/gunicorn.conf.py",
            "app:create_app()",
        ],
        cwd=tmp_path,
        env={**environment(f"sqlite:///{tmp_path / 'x.db'}", **given), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert answer.returncode == 1
    assert answer.stderr.strip().splitlines()[-1].startswith(f"Error: Set {asked_for}")
    assert "Traceback" not in answer.stderr


def test_a_command_serves_nobody_and_needs_no_settings(tmp_path: Path):
    database = f"sqlite:///{tmp_path / 'x.db'}"
    for command in (["db", "upgrade"], ["verify"]):
        answer = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "flask", "--app", f"{ROOT}/app", *command],
            cwd=tmp_path,
            env={**environment(database), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert answer.returncode == 0, answer.stderr
