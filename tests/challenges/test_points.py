from datetime import timedelta

import pytest

from challenges.model import DepartmentId, History
from challenges.points import EntryKind, bridged_before, catch_up_entries, in_time_entries
from tests.challenges.builders import done, season


def ids(*numbers: int) -> frozenset[DepartmentId]:
    return frozenset(DepartmentId(number) for number in numbers)


@pytest.mark.parametrize(
    ("met", "before", "points"),
    [
        (ids(), ids(), [10]),
        (ids(2), ids(), [10, 5]),
        (ids(2, 3, 4), ids(), [10, 5]),
        (ids(2), ids(2), [10]),
        (ids(2, 3), ids(2), [10, 5]),
    ],
)
def test_a_check_in_gives_ten_and_a_new_bridge_five_more(met, before, points):
    assert [entry.points for entry in in_time_entries(met, before)] == points


def test_a_catch_up_gives_five_once_a_booking_round():
    assert [entry.points for entry in catch_up_entries(paid_before=False)] == [5]
    assert catch_up_entries(paid_before=True) == ()
    assert catch_up_entries(paid_before=False)[0].kind is EntryKind.CATCH_UP


def test_catch_ups_use_up_no_departments_bridge():
    plan = season(3)
    caught_up = done(plan, 1, late=timedelta(days=1), departments=(2,))
    in_time = done(plan, 2, departments=(3,))
    this = done(plan, 3, departments=(2, 3))
    story = History(1, {1: caught_up, 2: in_time, 3: this})
    assert bridged_before(plan, story, this) == ids(3)
