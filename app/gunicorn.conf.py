"""gunicorn's settings for `make serve`; the address and the number of workers from outside."""

import gc
import os
import sys

from app.config import SettingsError, production_settings

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

# Refuse in one line what would otherwise end in a traceback.
try:
    production_settings()
except SettingsError as error:
    sys.exit(f"Error: {error.message}")


def when_ready(_server: object) -> None:
    """What was made before the fork stays, so no worker needs to look through it for garbage."""
    gc.freeze()
