from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from challenges.model import DepartmentId, History, UserId
from challenges.points import (
    EntryKind,
    bridged_before,
    catch_up_entries,
    confirmation_entries,
    in_time_entries,
    thing_of,
    thing_of_meeting,
    things_of,
)
from tests.challenges.builders import MODEST, done, season

A_DAY = timedelta(days=1)
SARA, OMAR = UserId(1), UserId(2)


def ids(*numbers: int) -> frozenset[DepartmentId]:
    return frozenset(DepartmentId(number) for number in numbers)


@pytest.mark.parametrize(
    ("met", "before", "points"),
    [
        pytest.param(ids(), ids(), [10], id="nobody, or only the own department"),
        pytest.param(ids(), ids(2), [10], id="nobody, after a bridge"),
        pytest.param(ids(2), ids(), [10, 5], id="a new department"),
        pytest.param(ids(2, 3, 4), ids(), [10, 5], id="three new ones at once"),
        pytest.param(ids(2), ids(2), [10], id="one bridged already"),
        pytest.param(ids(2, 3), ids(2), [10, 5], id="an old and a new one"),
    ],
)
def test_a_check_in_gives_ten_and_a_new_bridge_five_more(
    met: frozenset[DepartmentId], before: frozenset[DepartmentId], points: list[int]
):
    entries = in_time_entries(met, before)
    assert [entry.points for entry in entries] == points
    assert [entry.kind for entry in entries] == [EntryKind.CHECK_IN, EntryKind.BRIDGE][
        : len(points)
    ]


def test_a_catch_up_gives_five_once_a_booking_round_and_never_for_a_bridge():
    (paid,) = catch_up_entries(paid_before=False)
    assert (paid.kind, paid.points) == (EntryKind.CATCH_UP, 5)
    assert catch_up_entries(paid_before=True) == ()


def test_nothing_else_ever_gives_points():
    """No text, click, sign-in or invitation."""
    assert {*EntryKind} == {"check-in", "bridge", "catch-up", "met", "confirmed"}


def test_catch_ups_use_up_no_departments_bridge():
    plan = season(3)
    caught_up = done(plan, 1, late=A_DAY, departments=(2,))
    in_time = done(plan, 2, departments=(3,))
    this = done(plan, 3, departments=(2, 3))
    story = History(1, {1: caught_up, 2: in_time, 3: this})
    assert bridged_before(plan, story, this) == ids(3)
    assert len(in_time_entries(this.departments, bridged_before(plan, story, this))) == 2


def test_a_check_in_done_again_finds_its_bridge_used_by_the_one_made_meanwhile():
    plan = season(2)
    again, meanwhile = done(plan, 1, departments=(2,)), done(plan, 2, departments=(2,))
    story = History(1, {1: again, 2: meanwhile})
    assert bridged_before(plan, story, again) == ids(2)
    alone = History(1, {1: again})
    assert bridged_before(plan, alone, again) == ids()


@pytest.mark.parametrize(
    ("other", "paid", "is_pair_confirmed", "points"),
    [
        pytest.param(OMAR, set(), False, {SARA: ("met", 2), OMAR: ("confirmed", 2)}, id="both"),
        pytest.param(OMAR, {SARA}, False, {OMAR: ("confirmed", 2)}, id="the author had hers"),
        pytest.param(OMAR, {OMAR}, False, {SARA: ("met", 2)}, id="the other one had his"),
        pytest.param(OMAR, {SARA, OMAR}, False, {}, id="both had theirs"),
        pytest.param(OMAR, set(), True, {}, id="the same pair again this season"),
        pytest.param(SARA, set(), False, {}, id="oneself"),
    ],
)
def test_a_confirmed_meeting_gives_two_to_each_of_two_people(
    other: UserId,
    paid: set[UserId],
    is_pair_confirmed: bool,
    points: dict[UserId, tuple[str, int]],
):
    entries = confirmation_entries(SARA, other, paid=paid, is_pair_confirmed=is_pair_confirmed)
    assert {user: (entry.kind, entry.points) for user, entry in entries.items()} == points


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 40))
@MODEST
def test_no_two_check_ins_and_no_two_meetings_share_a_name_in_the_ledger(
    one: int, another: int, meetings: int
):
    names = things_of(one, meetings)
    assert names[0] == thing_of(one)
    assert names[1:] == tuple(thing_of_meeting(one, place) for place in range(1, meetings + 1))
    assert len(set(names)) == 1 + meetings
    assert one == another or not set(names) & set(things_of(another, meetings))


deeds = st.lists(
    st.tuples(st.booleans(), st.sets(st.integers(2, 5), max_size=3)), min_size=1, max_size=9
)


@given(deeds)
@MODEST
def test_a_season_pays_each_department_at_most_once_and_only_in_time(
    story: list[tuple[bool, set[int]]],
):
    plan = season(9)
    past: History = History(1, {})
    paid = 0
    for number, (in_time, met) in enumerate(story, start=1):
        late = None if in_time else A_DAY
        this = done(plan, number, late=late, departments=tuple(met))
        past = History(1, {**past.done, number: this})
        if in_time:
            entries = in_time_entries(this.departments, bridged_before(plan, past, this))
            bridges = [entry for entry in entries if entry.kind is EntryKind.BRIDGE]
            assert len(bridges) <= 1
            paid += len(bridges)
    bridged = {department for in_time, met in story if in_time for department in met}
    assert paid <= min(len(bridged), len(story))
    assert (paid > 0) == bool(bridged)
