"""A fair queue in front of SQLite's one writer, for the threads of all processes.

SQLite has everybody who waits ask again after growing pauses, so some are passed by for seconds.
Here the threads of a process stand in line, and the first of each process at a door. Only the
order hangs on it: who may write is still SQLite's word, so that a tool that writes past the queue
does no harm.
"""

import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import URL
from sqlalchemy.exc import TimeoutError

FILE_SUFFIX = "-queue"
ASK_AGAIN_SECONDS = 0.0005
# Bytes of the queue's file, locked by processes. Whoever is next waits for the writer's place in
# the door, so that the process that has just written cannot slip in again before her.
DOOR, WRITER = 0, 1


class QueueTooLong(TimeoutError):
    """One's turn did not come in time."""


class NestedWrite(Exception):
    """A write was begun inside another one; a request has exactly one."""


@contextmanager
def turn_to_write(url: URL, patience: float) -> Iterator[None]:
    """Wait at most `patience` seconds for one's turn, and let the next one in at the end.

    Only a SQLite file needs it; elsewhere rows have locks of their own. Raises QueueTooLong.
    """
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        yield
        return
    deadline = time.monotonic() + patience
    path = Path(url.database or "").resolve()
    line = _lines.setdefault(path, _Line())
    line.wait(deadline)
    try:
        with _turn_of_process(path, deadline):
            yield
    finally:
        line.let_next_in()


class _Line:
    """This process's threads that want to write to one file: first come, first served."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._is_free = True
        self._writer: int | None = None

    def wait(self, deadline: float) -> None:
        me = threading.get_ident()
        if self._writer == me:
            raise NestedWrite
        with self._guard:
            if self._is_free:
                self._is_free, self._writer = False, me
                return
            my_turn = threading.Event()
            self._waiting.append(my_turn)
        try:
            my_turn.wait(max(0.0, deadline - time.monotonic()))
        except BaseException:
            if not self._has_stepped_out(my_turn):
                self.let_next_in()
            raise
        if self._has_stepped_out(my_turn):
            raise QueueTooLong("the queue of writers is too long")
        self._writer = me

    def _has_stepped_out(self, my_turn: threading.Event) -> bool:
        """False when the turn has come after all, in the last moment."""
        with self._guard:
            if my_turn.is_set():
                return False
            self._waiting.remove(my_turn)
            return True

    def let_next_in(self) -> None:
        """The place is handed over: nobody who comes now can be faster than who has waited."""
        with self._guard:
            self._writer = None
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_free = True


_lines: dict[Path, _Line] = {}
# A worker that is forked while somebody writes must not wait for a thread that it does not have.
os.register_at_fork(after_in_child=_lines.clear)


@contextmanager
def _turn_of_process(database: Path, deadline: float) -> Iterator[None]:
    """Locks that the kernel lifts when a process dies, and that a fork does not inherit."""
    file = _find_queue_file(database)
    if file is None:
        yield
        return
    try:
        _lock(file, DOOR, deadline)
        _lock(file, WRITER, deadline)
        fcntl.lockf(file, fcntl.LOCK_UN, 1, DOOR)
        yield
    finally:
        # Closing lifts every lock of the process on this file, which only one thread has open.
        os.close(file)


def _find_queue_file(database: Path) -> int | None:
    """None on a full disk or in a closed folder: SQLite has its own waiting, and its own words."""
    try:
        return os.open(f"{database}{FILE_SUFFIX}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None


def _lock(file: int, byte: int, deadline: float) -> None:
    """By asking again: a lock that is waited for in the kernel knows no deadline."""
    while True:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
        except (BlockingIOError, PermissionError):
            if time.monotonic() >= deadline:
                raise QueueTooLong("another process writes for too long") from None
            time.sleep(ASK_AGAIN_SECONDS)
        else:
            return
