"""What a check-in and a confirmed meeting are worth, decided once, at receipt, and what they are
called in the ledger."""

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

from challenges.calendar import is_in_time
from challenges.model import DepartmentId, Done, History, Season, UserId

CHECK_IN = 10
BRIDGE = 5
CATCH_UP = 5
MEETING_CONFIRMED = 2


class EntryKind(StrEnum):
    CHECK_IN = "check-in"
    BRIDGE = "bridge"
    CATCH_UP = "catch-up"
    MET = "met"
    CONFIRMED = "confirmed"


# What a meeting gives to its author, and to the other one, who confirmed it.
OF_A_MEETING = (EntryKind.MET, EntryKind.CONFIRMED)


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


def confirmation_entries(
    author: UserId, other: UserId, *, paid: Set[UserId], is_pair_confirmed: bool
) -> dict[UserId, Entry]:
    """What either of the two gets when `other` confirms that they met.

    `paid` are those whom a standing confirmation has given points in that booking round;
    `is_pair_confirmed` says that one of these two stands already this season.
    """
    if author == other or is_pair_confirmed:
        return {}
    kinds = zip((author, other), OF_A_MEETING, strict=True)
    return {user: Entry(kind, MEETING_CONFIRMED) for user, kind in kinds if user not in paid}


def thing_of(check_in_id: int) -> str:
    """The check-in's name in the ledger."""
    return f"check-in:{check_in_id}"


def thing_of_meeting(check_in_id: int, place: int) -> str:
    """A meeting's name in the ledger, by its place from 1 in the check-in's present revision.

    A new report replaces the meetings, so that an id of theirs may come again; and who was met is
    not to be read from a name.
    """
    return f"{thing_of(check_in_id)}/{place}"


def things_of(check_in_id: int, meetings: int) -> tuple[str, ...]:
    """Whatever one revision of the check-in may have booked, for its author and for others."""
    of_meetings = (thing_of_meeting(check_in_id, place + 1) for place in range(meetings))
    return (thing_of(check_in_id), *of_meetings)
