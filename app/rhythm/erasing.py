"""Erasures when they are due, and again after a backup was put back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.accounts.leaving import due_to_be_erased, users_by_public_id
from app.database import writing
from app.erased import ErasedList
from app.me.erasure import ClosingOverdue, erase_person
from app.rhythm.closings import close_due_rounds
from challenges.catalogue import Catalogue

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Erasures:
    """How many are gone, and how many wait until an overdue round is closed."""

    erased: int = 0
    waiting: int = 0


def erase_due(
    erased: ErasedList, *, now: datetime, progress: Progress = lambda done, total: None
) -> Erasures:
    """One transaction a person; running it again erases nobody twice."""
    return _erase(due_to_be_erased(now), erased, progress, only_if_due=True, now=now)


def erase_again(
    erased: ErasedList,
    catalogue: Catalogue,
    *,
    dashboards: bool,
    now: datetime,
    progress: Progress = lambda done, total: None,
) -> Erasures:
    """Whom the database of a backup still holds although she had been erased. What was due to be
    closed since is closed first, as it was then: she counted in it."""
    listed = users_by_public_id(erased.ids())
    if listed:
        for _closed in close_due_rounds(catalogue, dashboards=dashboards, clock=lambda: now):
            pass
    return _erase(listed, erased, progress, only_if_due=False, now=now)


def _erase(
    user_ids: Sequence[int],
    erased: ErasedList,
    progress: Progress,
    *,
    only_if_due: bool,
    now: datetime,
) -> Erasures:
    gone = waiting = 0
    for done, user_id in enumerate(user_ids):
        progress(done, len(user_ids))
        try:
            with writing():
                gone += erase_person(user_id, erased, only_if_due=only_if_due, now=now)
        except ClosingOverdue:
            waiting += 1
    progress(len(user_ids), len(user_ids))
    return Erasures(gone, waiting)
