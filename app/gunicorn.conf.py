"""gunicorn's settings for `make serve`; the address and the number of workers from outside."""

import gc
import os
import sys

from app.companion import Companion
from app.config import SettingsError, production_settings, read_settings

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
# Sync workers: threads buy nothing on SQLite and lengthen the tail of its writes.
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# A list of 50,000 people takes ten seconds, and more where the machine is slow or busy.
timeout = 120
# The site is made once and its workers are forked from it: they start at once and share its memory.
# Nothing of it is connected to a database by then.
preload_app = True
# The site writes its own line for every request.
accesslog = None
control_socket_disable = True

_companion: Companion | None = None

# Refuse in one line what would otherwise end in a traceback.
try:
    production_settings()
except SettingsError as error:
    sys.exit(f"Error: {error.message}")


def when_ready(_server: object) -> None:
    """Before the first of gunicorn's own workers, once the address is sure to be ours."""
    global _companion
    if read_settings().worker:
        _companion = Companion()
    # What was made before the fork stays, so no worker needs to look through it for garbage.
    gc.freeze()


def on_exit(_server: object) -> None:
    if _companion is not None:
        _companion.end()
