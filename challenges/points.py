"""What a check-in is worth, decided once, at receipt."""

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

from challenges.calendar import is_in_time
from challenges.model import DepartmentId, Done, History, Season

CHECK_IN = 10
BRIDGE = 5
CATCH_UP = 5
MEETING_CONFIRMED = 2


class EntryKind(StrEnum):
    CHECK_IN = "check-in"
    BRIDGE = "bridge"
    CATCH_UP = "catch-up"


@dataclass(frozen=True, slots=True)
class Entry:
    kind: EntryKind
    points: int


def in_time_entries(
    departments: Set[DepartmentId], bridged_before: Set[DepartmentId]
) -> tuple[Entry, ...]:
    """Both sets hold other departments than the person's own, the second from this season's
    other check-ins in time."""
    entries = (Entry(EntryKind.CHECK_IN, CHECK_IN),)
    if departments - bridged_before:
        entries += (Entry(EntryKind.BRIDGE, BRIDGE),)
    return entries


def bridged_before(season: Season, history: History, this: Done) -> frozenset[DepartmentId]:
    """The departments bridged by the other check-ins in time; a catch-up uses none up."""
    return frozenset(
        department
        for number, done in history.done.items()
        if number != this.round_number and is_in_time(season.rounds[number - 1], done.received_at)
        for department in done.departments
    )


def catch_up_entries(*, paid_before: bool) -> tuple[Entry, ...]:
    """`paid_before`: another catch-up of this person earned points in that booking round."""
    return () if paid_before else (Entry(EntryKind.CATCH_UP, CATCH_UP),)
