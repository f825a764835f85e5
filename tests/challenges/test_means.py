"""What a told mean gives away: nothing of anybody, not even to two who put theirs together."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from challenges.means import (
    DISCOMFORT,
    FEWEST_PEOPLE,
    FIVE_STEPS,
    TO_SPARE,
    Scale,
    may_be_told,
    told_mean,
)

SCALES = pytest.mark.parametrize("scale", [DISCOMFORT, FIVE_STEPS], ids=["discomfort", "five"])
INSIDERS = 2


@pytest.mark.parametrize(
    ("total", "people", "told"),
    [
        (90, 20, 45),
        (94, 20, 45),
        (95, 20, 50),
        (0, 20, 20),
        (44, 20, 20),
        (45, 20, 25),
        (200, 20, 80),
    ],
)
def test_discomfort_is_told_in_halves_from_two_to_eight(total: int, people: int, told: int):
    assert told_mean(total, people, DISCOMFORT) == told


@pytest.mark.parametrize(
    ("total", "people", "told"),
    [(60, 20, 30), (62, 20, 32), (20, 20, 18), (100, 20, 42), (61, 20, 30)],
)
def test_the_five_steps_are_told_in_fifths_from_eighteen_to_forty_two(
    total: int, people: int, told: int
):
    assert told_mean(total, people, FIVE_STEPS) == told


@pytest.mark.parametrize(
    ("people", "possible", "is_told"),
    [(20, 23, True), (19, 500, False), (20, 22, False), (500, 600, True), (0, 0, False)],
)
def test_it_takes_twenty_and_three_who_might_not_have(people: int, possible: int, is_told: bool):
    assert may_be_told(people, possible) is is_told
    assert FEWEST_PEOPLE == 20
    assert TO_SPARE == 3


@pytest.mark.parametrize(
    ("total", "people", "told"),
    [
        (115, 20, 50),  # 5.75: one of the twenty may have come with a ten
        (116, 20, 60),
        (84, 20, 40),
        (1060, 200, 50),  # 5.3: of two hundred, one moves it by a twentieth
        (1061, 200, 55),
    ],
)
def test_it_stays_until_no_single_person_can_have_moved_it(total: int, people: int, told: int):
    assert told_mean(total, people, DISCOMFORT, before=50) == told


def befores(scale: Scale) -> list[int | None]:
    return [None, *range(scale.bottom, scale.top + 1, scale.step)]


@SCALES
@pytest.mark.parametrize("people", [20, 21, 22, 25, 30, 40])
def test_anybody_may_have_answered_anything_whatever_two_others_know(scale: Scale, people: int):
    """Who knows two figures and how many there are still thinks every answer possible."""
    others = people - INSIDERS - 1
    least = (INSIDERS + 1) * scale.highest + others * scale.lowest
    most = (INSIDERS + 1) * scale.lowest + others * scale.highest
    for before in befores(scale):
        behind: dict[int, list[int]] = {}
        for total in range(people * scale.lowest, people * scale.highest + 1):
            behind.setdefault(told_mean(total, people, scale, before), []).append(total)
        for told, totals in behind.items():
            # Two at the top and she too, and all others at the bottom; and the other way round.
            assert totals[-1] >= least, (before, told)
            assert totals[0] <= most, (before, told)
            assert totals == list(range(totals[0], totals[-1] + 1))


@given(
    st.lists(st.integers(0, 10), min_size=20, max_size=80),
    st.integers(0, 10),
    st.sampled_from(befores(DISCOMFORT)),
)
def test_nobody_who_joins_moves_what_was_newly_told(
    figures: list[int], newcomer: int, earlier: int | None
):
    before = told_mean(sum(figures), len(figures), DISCOMFORT, earlier)
    assume(before != earlier)
    total, people = sum(figures) + newcomer, len(figures) + 1
    assert told_mean(total, people, DISCOMFORT, before) == before
