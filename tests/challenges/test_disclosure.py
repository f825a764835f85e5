"""A band together with the league tells of nobody: checked against every reality there can be."""

from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from challenges.disclosure import TeamPart, bands_for, may_move_sums
from challenges.reporting import counts_in, share
from tests.challenges.builders import MODEST

# What one available person can have done: whether she checked in, and her points.
DEEDS = [(False, 0), (False, 5), (True, 10), (True, 15), (True, 20)]
ALL, NOBODY = "all", "nobody"


def part(deeds: list[tuple[bool, int]], first_timers: int) -> TeamPart:
    """The first people of the team have not held the challenge's pin before."""
    return TeamPart(
        available=len(deeds),
        points=sum(points for _, points in deeds),
        known=sum(checked_in for checked_in, _ in deeds[:first_timers]),
        hidden=len(deeds) - first_timers,
    )


def realities(part: TeamPart) -> set[int]:
    """Every number of hidden people that can have checked in, found by trying all."""
    first = part.available - part.hidden
    return {
        sum(checked_in for checked_in, _ in deeds[first:])
        for deeds in product(DEEDS, repeat=part.available)
        if sum(points for _, points in deeds) == part.points
        and sum(checked_in for checked_in, _ in deeds[:first]) == part.known
    }


def verdict(possible: set[int], size: int) -> str | None:
    return NOBODY if possible == {0} else ALL if possible == {size} else None


teams = st.lists(
    st.lists(st.sampled_from(DEEDS), min_size=1, max_size=4).flatmap(
        lambda deeds: st.tuples(st.just(deeds), st.integers(0, len(deeds)))
    ),
    min_size=2,
    max_size=3,
)


@given(teams)
@MODEST
def test_the_bounds_are_exactly_what_the_points_allow(drawn):
    for deeds, first_timers in drawn:
        each = part(deeds, first_timers)
        low, high = each.bounds(5)
        assert realities(each) == set(range(low, high + 1))


# Where a band would betray somebody is rare: fewer examples would miss it.
THOROUGH = settings(max_examples=150, deadline=None)


@given(teams)
@THOROUGH
def test_whatever_is_published_tells_of_nobody_what_the_league_does_not(drawn):
    parts = [part(deeds, first_timers) for deeds, first_timers in drawn]
    people = sum(each.available for each in parts)
    bands = bands_for(parts, managers=0)
    assume(bands)
    count = sum(checked_in for deeds, _ in drawn for checked_in, _ in deeds)
    known = sum(each.known for each in parts)
    told = counts_in(share(count, people, bands), people)
    alone = [realities(each) for each in parts]
    fitting = [each for each in product(*alone) if known + sum(each) in told]
    for number, each in enumerate(parts):
        together = {reality[number] for reality in fitting}
        if each.hidden:
            assert verdict(together, each.hidden) == verdict(alone[number], each.hidden)


@given(teams)
@MODEST
def test_whether_a_band_is_told_depends_on_the_league_alone(drawn):
    """The same league with other check-ins behind it gets the same bands."""
    parts = [part(deeds, first_timers) for deeds, first_timers in drawn]
    twins = [TeamPart(each.available, each.points, each.known, each.hidden) for each in parts]
    assert bands_for(parts, 0) == bands_for(twins, 0)


@pytest.mark.parametrize(
    ("parts", "managers", "bands"),
    [
        pytest.param([TeamPart(5, 50, 5, 0)], 0, 0, id="five are too few"),
        pytest.param([TeamPart(12, 60, 6, 0)], 0, 4, id="the shelf has told it already"),
        pytest.param([TeamPart(12, 70, 0, 12)], 0, 4, id="nobody's pin moved, room enough"),
        pytest.param([TeamPart(13, 70, 0, 13)], 1, 4, id="a manager never makes bands finer"),
        pytest.param([TeamPart(6, 40, 0, 6)], 0, 2, id="six people give halves"),
        pytest.param(
            [TeamPart(3, 45, 0, 3), TeamPart(3, 10, 0, 3)], 0, 0, id="the other team would be told"
        ),
    ],
)
def test_as_many_bands_as_can_betray_nobody(parts: list[TeamPart], managers: int, bands: int):
    assert bands_for(parts, managers) == bands


@pytest.mark.parametrize(
    ("parts", "moves"),
    [
        pytest.param([TeamPart(6, 60, 6, 0)], True, id="enough people, any of whom may have"),
        pytest.param([TeamPart(5, 50, 5, 0)], False, id="too few at work"),
        pytest.param(
            [TeamPart(3, 0, 0, 3), TeamPart(4, 25, 0, 4)], False, id="the league names the few"
        ),
    ],
)
def test_sums_wait_for_a_round_in_which_enough_may_have_added_to_them(
    parts: list[TeamPart], moves: bool
):
    assert may_move_sums(parts, managers=0) is moves
