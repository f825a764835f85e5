"""gunicorn with several workers, and a crowd of browsers that all send in the same moment."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from app.accounts.models import User
from app.accounts.service import start_session
from app.database import writing
from challenges.model import Level
from tests.factories import World, catalogue
from tests.faults import site

WORKERS = 2
THREADS = 4
SECONDS_TO_START = 60
SECONDS_TO_ANSWER = 120
UNANSWERED = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """Status 0: the worker died before it had answered."""

    status: int
    retry_after: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A signed-in browser tab, ready to send."""

    cookie: str
    token: str

    def get(self, path: str) -> bytes:
        lines = (
            f"GET {path} HTTP/1.1",
            "Host: localhost",
            "Connection: close",
            f"Cookie: session={self.cookie}",
        )
        return "\r\n".join((*lines, "", "")).encode()

    def post(self, path: str, **fields: object) -> bytes:
        body = urlencode({"csrf_token": self.token, **fields}, doseq=True)
        lines = (
            f"POST {path} HTTP/1.1",
            "Host: localhost",
            "Connection: close",
            "Sec-Fetch-Site: same-origin",
            f"Cookie: session={self.cookie}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
        )
        return "\r\n".join((*lines, "", body)).encode()

    def check_in(self, number: int = 1, **fields: object) -> bytes:
        challenge = catalogue().challenges[number - 1]
        mission = challenge.missions_at(Level.EVERYDAY)[0].slug
        return self.post(f"/week/{number}/check-in", mission=mission, **fields)


def open_tab(app: Flask, user: User, world: World) -> Tab:
    with writing():
        token = start_session(user.id, now=world.now)
    seed = secrets.token_hex()
    signer = app.session_interface.get_signing_serializer(app)  # pyright: ignore[reportAttributeAccessIssue]
    cookie = signer.dumps({"_user_id": token, "_fresh": True, "csrf_token": seed})
    csrf = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token")
    return Tab(cookie, str(csrf.dumps(seed)))


@dataclass(frozen=True, slots=True)
class Server:
    folder: Path

    def at_once(self, requests: list[bytes]) -> list[Answer]:
        """All are sent before the first answer is read."""
        return self.answers(self.send(requests))

    def send(self, requests: list[bytes]) -> list[socket.socket]:
        sent = [self._connect() for _ in requests]
        for connection, request in zip(sent, requests, strict=True):
            with suppress(ConnectionError):
                connection.sendall(request)
        return sent

    def answers(self, sent: list[socket.socket]) -> list[Answer]:
        return [_answer(connection) for connection in sent]

    def workers(self) -> list[int]:
        """The process ids of the workers that live."""
        return [int(path.name) for path in self._workers.iterdir() if _lives(int(path.name))]

    def kill_workers(self) -> None:
        for worker in self.workers():
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)

    def is_up(self) -> bool:
        try:
            connection = self._connect()
        except OSError:
            return False
        connection.sendall(b"GET /health/ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        return _answer(connection).status == 200

    def _connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(SECONDS_TO_ANSWER)
        try:
            connection.connect(str(self.folder / "socket"))
        except OSError:
            connection.close()
            raise
        return connection

    @property
    def _workers(self) -> Path:
        return self.folder / "workers"


def _answer(connection: socket.socket) -> Answer:
    with connection:
        response = HTTPResponse(connection)
        try:
            response.begin()
            text = response.read().decode()
        except (ConnectionError, HTTPException):
            return Answer(UNANSWERED)
        finally:
            response.close()
        return Answer(response.status, response.getheader("Retry-After", ""), text)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def serving(url: str, now: datetime) -> Iterator[Server]:
    """gunicorn before that database, on a socket of its own."""
    with tempfile.TemporaryDirectory(prefix="fika-") as folder:
        server = Server(Path(folder))
        server._workers.mkdir()
        command = [
            *(
                sys.executable,
                "-m",
                "gunicorn",
                "--preload",
                "--config",
                "python:tests.faults.site",
            ),
            *("--workers", str(WORKERS), "--threads", str(THREADS), "--log-level", "error"),
            # On a machine under load gunicorn would take a starved worker for a dead one.
            *("--timeout", str(SECONDS_TO_ANSWER)),
            *("--bind", f"unix:{folder}/socket", "--no-control-socket", "tests.faults.site:site()"),
        ]
        environment = site.environment(url, now, server._workers)
        with subprocess.Popen(command, env=environment) as gunicorn:  # noqa: S603 - ours
            try:
                _wait_for(server)
                yield server
            finally:
                gunicorn.terminate()


def _wait_for(server: Server) -> None:
    ends = time.monotonic() + SECONDS_TO_START
    while not server.is_up():
        assert time.monotonic() < ends, "gunicorn did not start"
        time.sleep(0.05)
