"""Closing all that is due, each in a transaction of its own."""

from collections.abc import Callable, Iterator
from datetime import datetime

from app.database import writing
from app.rhythm.service import Closed, close_due_round, settle_season
from app.seasons.queries import find_current_season
from challenges.catalogue import Catalogue

Clock = Callable[[], datetime]


def close_due_rounds(catalogue: Catalogue, *, dashboards: bool, clock: Clock) -> Iterator[Closed]:
    """In order; what the caller does between two of them holds up nobody."""
    while find_current_season() is not None:
        with writing():
            closed = close_due_round(catalogue, dashboards=dashboards, now=clock())
        if closed is None:
            return
        yield closed


def settle_ended_season(catalogue: Catalogue, *, clock: Clock) -> bool:
    if find_current_season() is None:
        return False
    with writing():
        return settle_season(catalogue, now=clock())
