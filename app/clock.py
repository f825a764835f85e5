"""The only reader of time; tests put another clock in its place."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import current_app, g, has_request_context

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    return datetime.now(UTC)


def now() -> datetime:
    """When the request was received: one instant for all of it, however long it then has to wait
    for its turn to write. A command, which may run for long, gets the present one."""
    clock = current_app.extensions["clock"]
    if not has_request_context():
        return clock()
    if "received_at" not in g:
        g.received_at = clock()
    return g.received_at
