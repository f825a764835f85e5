"""Transactions whose statements take turns as a script says, each in a thread of its own."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from app import write_queue
from app.database import db
from challenges.errors import RuleBroken

Act = Callable[[], object]
# So many steps of one actor, None for as far as she gets.
Script = Sequence[tuple[int, int | None]]
PATIENCE = 60
# How long somebody may be silent until one looks whether she waits for a lock.
SILENCE = 0.01
IS_HELD_UP = sa.text("SELECT cardinality(pg_blocking_pids(:pid)) > 0")


class Stuck(Exception):
    """Nobody can go on."""


class Actor:
    """Stops before she begins, before each of her statements and before her COMMIT."""

    def __init__(self, app: Flask, act: Act) -> None:
        self.result: object = None
        self.steps = 0
        self.is_done = False
        self._app, self._act = app, act
        self._pid = 0
        self._may_go = threading.Event()
        self._stands = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        _actors[threading.get_ident()] = self
        with self._app.app_context():
            self.stop()
            try:
                self.result = self._act()
            except RuleBroken as refusal:
                self.result = type(refusal)
            except Exception as error:
                self.result = error
            db.session.remove()
        del _actors[threading.get_ident()]
        self.is_done = True
        self._stands.set()

    def stop(self, connection: Connection | None = None) -> None:
        if connection is not None and connection.dialect.name == "postgresql":
            self._pid = connection.connection.dbapi_connection.info.backend_pid  # pyright: ignore[reportOptionalMemberAccess]
        self._stands.set()
        assert self._may_go.wait(PATIENCE)
        self._may_go.clear()

    def go(self) -> None:
        self.steps += 1
        self._stands.clear()
        self._may_go.set()

    def stands(self, seconds: float = 0) -> bool:
        return self._stands.wait(seconds)

    def is_held_up(self) -> bool:
        """Whether a lock of somebody else keeps her from reaching her next stop."""
        if db.engine.dialect.name == "sqlite":
            writers = {line._writer for line in write_queue._lines.values()}
            return not writers <= {None, self._thread.ident}
        with db.engine.connect() as monitor:
            return bool(monitor.scalar(IS_HELD_UP, {"pid": self._pid}))


_actors: dict[int, Actor] = {}


@contextmanager
def stopping() -> Iterator[None]:
    """The statements of actors stop; everybody else's go through."""

    def at_statement(connection: Connection, *_: object) -> None:
        actor = _actors.get(threading.get_ident())
        if actor is not None:
            actor.stop(connection)

    event.listen(Engine, "before_cursor_execute", at_statement)
    event.listen(Engine, "commit", at_statement)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", at_statement)
        event.remove(Engine, "commit", at_statement)


def perform(app: Flask, acts: Sequence[Act], script: Script) -> list[Actor]:
    """Follow the script, then let everybody finish; who waits for a lock lets the others go on."""
    with stopping():
        actors = [Actor(app, act) for act in acts]
        _settle(actors)
        for number, steps in script:
            _walk(actors, actors[number], steps)
        ends = time.monotonic() + PATIENCE
        while unfinished := [each for each in actors if not each.is_done]:
            if time.monotonic() > ends:
                raise Stuck
            for actor in unfinished:
                if actor.stands(SILENCE):
                    _walk(actors, actor, None)
    return actors


def _walk(actors: Sequence[Actor], actor: Actor, steps: int | None) -> None:
    taken = 0
    while taken != steps and actor.stands() and not actor.is_done:
        actor.go()
        taken += 1
        _settle(actors)


def _settle(actors: Iterable[Actor]) -> None:
    """Wait until everybody stands, is done, or is held up by a lock."""
    ends = time.monotonic() + PATIENCE
    for actor in actors:
        while not actor.stands(SILENCE) and not actor.is_held_up():
            assert time.monotonic() < ends, "an actor neither stands nor waits"
