import pytest

from challenges.story import Memory, best_round, halfway, is_halfway_fresh, is_over
from tests.challenges.builders import season


def memory(number: int, expected=None, actual=None, meetings: int = 0) -> Memory:
    return Memory(number, expected, actual, meetings)


@pytest.mark.parametrize(("rounds", "middle"), [(1, 1), (2, 1), (5, 3), (8, 4), (9, 5)])
def test_the_middle_round_ends_the_first_half(rounds: int, middle: int):
    assert halfway(season(rounds)).number == middle


@pytest.mark.parametrize(
    ("closed", "is_fresh"), [(0, False), (4, False), (5, True), (6, False), (9, False)]
)
def test_halfway_is_fresh_during_the_following_round(closed: int, is_fresh: bool):
    assert is_halfway_fresh(season(9, closed=closed)) == is_fresh


def test_a_season_of_one_round_has_nothing_after_its_middle():
    assert not is_halfway_fresh(season(1, closed=1))


@pytest.mark.parametrize(("closed", "over"), [(0, False), (8, False), (9, True)])
def test_a_season_is_over_when_its_last_round_has_closed(closed: int, over: bool):
    assert is_over(season(9, closed=closed)) == over


@pytest.mark.parametrize(
    ("memories", "best"),
    [
        # The widest gap, whatever the figures themselves and however many were met.
        ([memory(1, 9, 7, 5), memory(2, 4, 1), memory(3, 10, 9)], (2, "calmer", 3)),
        # Of equals the latest.
        ([memory(1, 6, 3), memory(2, 5, 2)], (2, "calmer", 3)),
        # Nothing was calmer than expected, or nobody can say: then the people.
        ([memory(1, 3, 6, 1), memory(2, 4, 4, 2), memory(3, None, 0, 2)], (3, "people", 2)),
        ([memory(1, 8, None, 1), memory(2)], (1, "people", 1)),
        # Neither: the first step.
        ([memory(2), memory(3, 2, 5), memory(4)], (2, "begun", 1)),
        ([], None),
    ],
)
def test_the_best_round_is_measured_against_oneself(memories, best):
    found = best_round(memories)
    assert (found and (found.number, found.reason, found.amount)) == best
    assert best_round(reversed(memories)) == found
