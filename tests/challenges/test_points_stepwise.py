"""The ledger of one person through any acts, kept with the rules and against a plain recount."""

from collections import Counter
from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from challenges.calendar import booking_round, is_in_time
from challenges.model import Done, History
from challenges.points import (
    Entry,
    EntryKind,
    bridged_before,
    catch_up_entries,
    in_time_entries,
)
from tests.challenges.builders import LATE, MODEST, done, season

PLAN = season(6)
VALUES = {EntryKind.CHECK_IN: 10, EntryKind.BRIDGE: 5, EntryKind.CATCH_UP: 5}


@dataclass
class Ledger:
    """Append-only rows by check-in; what stands is decided when it is received."""

    story: History = field(default_factory=lambda: History(1, {}))
    rows: list[tuple[int, int | None, Entry]] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(entry.points for _, _, entry in self.rows)

    def standing(self) -> Counter[tuple[int, EntryKind]]:
        net: Counter[tuple[int, EntryKind]] = Counter()
        for number, _, entry in self.rows:
            net[number, entry.kind] += entry.points
        return Counter({key: points for key, points in net.items() if points})

    def do(self, deed: Done) -> None:
        number = deed.round_number
        self.story = replace(self.story, done={**self.story.done, number: deed})
        this = PLAN.rounds[number - 1]
        booked = booking_round(PLAN, this, deed.received_at)
        if is_in_time(this, deed.received_at):
            entries = in_time_entries(deed.departments, bridged_before(PLAN, self.story, deed))
        elif booked is None:
            entries = ()
        else:
            paid = sum(
                entry.points
                for _, where, entry in self.rows
                if where == booked.number and entry.kind is EntryKind.CATCH_UP
            )
            entries = catch_up_entries(paid_before=bool(paid))
        where = booked.number if booked else None
        self.rows += [(number, where, entry) for entry in entries]

    def undo(self, number: int) -> None:
        rest = {each: deed for each, deed in self.story.done.items() if each != number}
        self.story = replace(self.story, done=rest)
        standing = self.standing()
        where = {each: booked for each, booked, _ in self.rows}
        self.rows += [
            (number, where[number], Entry(kind, -points))
            for (each, kind), points in standing.items()
            if each == number
        ]


def deeds(number: int) -> st.SearchStrategy[Done]:
    return st.builds(
        lambda how, met: done(PLAN, number, late=LATE[how], departments=tuple(met)),
        st.sampled_from("kkrl"),
        st.sets(st.integers(2, 5), max_size=3),
    )


acts = st.lists(st.integers(1, len(PLAN.rounds)), min_size=1, max_size=20)


def play(numbers: list[int], data: st.DataObject) -> Ledger:
    """A check-in where none stands, an undo where one does."""
    ledger = Ledger()
    for number in numbers:
        if number in ledger.story.done:
            ledger.undo(number)
        else:
            ledger.do(data.draw(deeds(number)))
    return ledger


@given(acts, st.data())
@MODEST
def test_any_undoing_and_redoing_nets_to_what_the_standing_check_ins_are_worth(
    numbers: list[int], data: st.DataObject
):
    ledger = play(numbers, data)
    story, standing = ledger.story, ledger.standing()
    assert all(VALUES[kind] == points for (_, kind), points in standing.items())
    in_time = {
        number: deed
        for number, deed in story.done.items()
        if is_in_time(PLAN.rounds[number - 1], deed.received_at)
    }
    assert {n for n, kind in standing if kind is EntryKind.CHECK_IN} == set(in_time)
    bridging = {n for n, kind in standing if kind is EntryKind.BRIDGE}
    caught_up = {n for n, kind in standing if kind is EntryKind.CATCH_UP}
    assert bridging <= {n for n, deed in in_time.items() if deed.departments}
    assert len(bridging) <= len({each for deed in in_time.values() for each in deed.departments})
    assert caught_up <= set(story.done) - set(in_time)
    bookings = [
        booking_round(PLAN, PLAN.rounds[n - 1], story.done[n].received_at) for n in caught_up
    ]
    assert None not in bookings
    assert len({each.number for each in bookings if each}) == len(caught_up)
    assert ledger.total == 10 * len(in_time) + 5 * len(bridging) + 5 * len(caught_up)


@given(acts, st.data())
@MODEST
def test_undoing_the_newest_and_redoing_it_changes_nothing(numbers: list[int], data: st.DataObject):
    ledger = play(numbers, data)
    if numbers[-1] not in ledger.story.done:
        ledger.do(data.draw(deeds(numbers[-1])))
    before, newest = ledger.standing(), ledger.story.done[numbers[-1]]
    ledger.undo(newest.round_number)
    assert newest.round_number not in {number for number, _ in ledger.standing()}
    ledger.do(newest)
    assert ledger.standing() == before


@given(acts, st.data())
@MODEST
def test_undoing_everything_leaves_nothing_and_a_fresh_start_is_a_first_time(
    numbers: list[int], data: st.DataObject
):
    ledger = play(numbers, data)
    story = dict(ledger.story.done)
    for number in story:
        ledger.undo(number)
    assert ledger.total == 0
    assert ledger.standing() == Counter()
    fresh = Ledger()
    for number in sorted(story):
        ledger.do(story[number])
        fresh.do(story[number])
    assert ledger.standing() == fresh.standing()
