import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from app import create_app, database, write_queue
from app.database import db
from app.write_queue import NestedWrite, QueueTooLong, turn_to_write
from tests.conftest import settings_for

PATIENCE = 60
# The module alone: the whole site would take a second to start.
IMPORTS = f"""
import sys
sys.path.append({str(Path(write_queue.__file__).parent)!r})
from sqlalchemy.engine import make_url
from write_queue import turn_to_write
"""
# Another process that says when it writes, and goes on when it is told to.
WRITER = f"""{IMPORTS}
print("up", flush=True)
sys.stdin.readline()
with turn_to_write(make_url(sys.argv[1]), 60):
    print("writes", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'some.db'}"


@contextmanager
def other_process(url: str) -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", WRITER, url]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:  # noqa: S603
        assert reads(process) == "up"
        yield process
        process.kill()


def reads(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def tell(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.001)


def waiting_threads(url: str) -> int:
    path = Path(make_url(url).database or "").resolve()
    return len(write_queue._lines[path]._waiting)


def test_threads_write_in_the_order_in_which_they_came(url: str):
    order: list[int] = []

    def write(number: int) -> None:
        with turn_to_write(make_url(url), PATIENCE):
            order.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    with turn_to_write(make_url(url), PATIENCE):
        for number, thread in enumerate(threads):
            thread.start()
            until(lambda count=number + 1: waiting_threads(url) == count)
    for thread in threads:
        thread.join()
    assert order == list(range(20))


def test_who_has_waited_too_long_is_told_and_the_others_go_on(url: str):
    results: list[str] = []

    def write(patience: float) -> None:
        try:
            with turn_to_write(make_url(url), patience):
                results.append("wrote")
        except QueueTooLong:
            results.append("too long")

    with turn_to_write(make_url(url), PATIENCE):
        hasty = threading.Thread(target=write, args=(0.05,))
        patient = threading.Thread(target=write, args=(PATIENCE,))
        hasty.start()
        until(lambda: waiting_threads(url) == 1)
        patient.start()
        hasty.join()
    patient.join()
    assert results == ["too long", "wrote"]


def test_an_error_while_writing_lets_the_next_one_in(url: str):
    with pytest.raises(RuntimeError), turn_to_write(make_url(url), PATIENCE):
        raise RuntimeError
    with turn_to_write(make_url(url), 0):
        assert waiting_threads(url) == 0


def test_a_thread_never_waits_for_itself(url: str):
    with (
        turn_to_write(make_url(url), PATIENCE),
        pytest.raises(NestedWrite),
        turn_to_write(make_url(url), PATIENCE),
    ):
        pass


def test_a_process_that_has_just_written_lets_the_waiting_one_in_before_itself(url: str):
    with other_process(url) as other:
        with turn_to_write(make_url(url), PATIENCE):
            tell(other)
            until(lambda: _is_door_taken(url))
        with pytest.raises(QueueTooLong), turn_to_write(make_url(url), 0.2):
            pass
        assert reads(other) == "writes"
        tell(other)
        with turn_to_write(make_url(url), PATIENCE):
            assert other.wait(PATIENCE) == 0


def _is_door_taken(url: str) -> bool:
    """As another process sees it, without touching the file in this one."""
    path = f"{make_url(url).database}{write_queue.FILE_SUFFIX}"
    program = (
        "import fcntl, os, sys; file = os.open(sys.argv[1], os.O_RDWR);"
        f"fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, {write_queue.DOOR})"
    )
    command = [sys.executable, "-c", program, path]
    return subprocess.run(command, check=False, capture_output=True).returncode != 0  # noqa: S603


def test_a_writer_that_is_killed_leaves_its_place(url: str):
    with other_process(url) as other:
        tell(other)
        assert reads(other) == "writes"
        with pytest.raises(QueueTooLong), turn_to_write(make_url(url), 0.05):
            pass
        other.send_signal(signal.SIGKILL)
        with turn_to_write(make_url(url), PATIENCE):
            assert other.wait(PATIENCE) == -signal.SIGKILL


def test_a_process_forked_while_another_thread_writes_can_write_afterwards(url: str):
    """As gunicorn forks its workers; run apart, because a test runner has threads of its own."""
    program = f"""{IMPORTS}
import os, threading
url = make_url({url!r})
inside, done = threading.Event(), threading.Event()
def write():
    with turn_to_write(url, 60):
        inside.set()
        done.wait()
threading.Thread(target=write).start()
inside.wait()
child = os.fork()
if child == 0:
    with turn_to_write(url, 60):
        os._exit(7)
done.set()
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)  # noqa: S603
    assert ran.stdout.strip() == "7"


def test_without_a_place_for_its_file_sqlite_decides_alone(tmp_path: Path):
    with turn_to_write(make_url(f"sqlite:///{tmp_path}/nowhere/some.db"), 0):
        assert not (tmp_path / "nowhere").exists()


def test_other_databases_do_not_queue():
    url = make_url("postgresql://nobody@127.0.0.1/nowhere")
    with turn_to_write(url, 0), turn_to_write(url, 0):
        assert not os.path.exists(f"{url.database}{write_queue.FILE_SUFFIX}")


def test_a_queue_that_is_too_long_is_answered_with_a_later_time(sqlite_url: str, monkeypatch):
    monkeypatch.setattr(database, "BUSY_TIMEOUT_SECONDS", 0.05)
    site = create_app(settings_for(sqlite_url))
    site.config["WTF_CSRF_ENABLED"] = False
    with other_process(sqlite_url) as other:
        tell(other)
        assert reads(other) == "writes"
        typed = {"email": "a@b.example", "password": "x"}
        answer = site.test_client().post("/login", data=typed)
        with site.app_context():
            db.engine.dispose()
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
