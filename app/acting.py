"""Who is doing something to the organisation right now, for the log of it."""

from flask_login import current_user

from app import clock
from app.audit.service import By


def by_viewer() -> By:
    return By(current_user.id, clock.now())
