"""gunicorn with two workers, and what its processes cost: CPU time, memory, time to start."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
MEBIBYTE = 2**20
STARTS_WITHIN_SECONDS = 60
# Positions in /proc/PID/stat after the closing bracket of the name.
PARENT, USER, SYSTEM = 1, 11, 12


@dataclass(frozen=True, slots=True)
class Server:
    """`first_answer` is the time in seconds from starting it to its first answer."""

    port: int
    pid: int
    first_answer: float

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def cpu_seconds(self) -> float:
        """User and system time of the whole process tree so far."""
        return sum(_cpu_ticks(pid) for pid in (self.pid, *self.workers())) / TICKS_PER_SECOND

    def workers(self) -> list[int]:
        found = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal())
        return [pid for pid in found if _stat(pid)[PARENT : PARENT + 1] == [str(self.pid)]]

    def worker_mebibytes(self) -> float:
        """Resident memory of the largest worker."""
        pages = (int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self.workers())
        return max(pages) * PAGE_BYTES / MEBIBYTE


@contextmanager
def serving(target: str, environment: Mapping[str, str], probe: str) -> Iterator[Server]:
    """Serve the application `target` until the block ends; ready once `probe` answers."""
    port = _free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "-c", "app/gunicorn.conf.py", target),
        *("--log-level", "error"),
    ]
    settings = {
        **os.environ,
        **environment,
        "PORT": str(port),
        "WEB_CONCURRENCY": str(WORKERS),
        # Only pages are measured here.
        "FIKALIGAN_WORKER": "false",
    }
    # As installed: modules compiled at the first start serve all later ones.
    settings.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=ROOT, env=settings, stdout=subprocess.DEVNULL
    ) as process:
        try:
            _wait_for(port, probe)
            yield Server(port, process.pid, time.perf_counter() - began)
        finally:
            process.terminate()
            process.wait()


def _wait_for(port: int, probe: str) -> None:
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", probe)
            connection.getresponse().read()
        except OSError:
            time.sleep(0.01)
        else:
            return
        finally:
            connection.close()
    raise TimeoutError(f"the server did not answer {probe}")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _stat(pid: int) -> list[str]:
    """The fields after the name, none for a process that has ended meanwhile."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _cpu_ticks(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[USER]) + int(fields[SYSTEM])
