"""The worker beside the site: a child process that ends with it, however it ends."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_END = 15


class Companion:
    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        """`settings` are those of the environment that the child shall have otherwise."""
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "flask", "--app", f"{ROOT}/app", "worker", "--beside"],
            env={**os.environ, **(settings or {}), "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            # Ctrl+C in the terminal is for the parent, which ends it gently.
            start_new_session=True,
        )

    def end(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def environment_of_demo(address: str) -> dict[str, str]:
    """What the child needs in its environment to serve the same demo as its parent."""
    return {
        "FIKALIGAN_DEMO": "true",
        # The links in mails lead there.
        "FIKALIGAN_BASE_URL": address,
        "FIKALIGAN_LOG_JSON": "false",
        "FIKALIGAN_LOG_LEVEL": "warning",
    }
