import pytest
from hypothesis import given
from hypothesis import strategies as st

from challenges.model import DepartmentId, TeamId
from challenges.reporting import (
    SMALLEST_GROUP,
    Few,
    Share,
    TeamSize,
    Unit,
    cell,
    combined,
    counts_in,
    finest_bands,
    form_units,
    is_shown,
    rounded,
    share,
)
from tests.challenges.builders import MODEST

organisations = st.lists(
    st.tuples(st.integers(1, 5), st.integers(0, 14)), min_size=1, max_size=20
).map(lambda rows: [TeamSize(TeamId(n), DepartmentId(d), size) for n, (d, size) in enumerate(rows)])


def sizes(units: tuple[Unit, ...]) -> list[list[int]]:
    return [[group.size for group in unit.groups] for unit in units]


def company(*departments: list[int]) -> list[TeamSize]:
    """Departments 0, 1 and so on, each given by the sizes of its teams."""
    flat = [(number, size) for number, teams in enumerate(departments) for size in teams]
    return [TeamSize(TeamId(n), DepartmentId(d), size) for n, (d, size) in enumerate(flat)]


@pytest.mark.parametrize(
    ("teams", "expected"),
    [
        pytest.param(company([6], [9]), [[6], [9]], id="large enough alone"),
        pytest.param(company([3, 3, 8]), [[6, 8]], id="two small teams join"),
        pytest.param(company([3, 8]), [[11]], id="one small team joins the only other"),
        pytest.param(company([2], [20], [7]), [[20], [9]], id="a department joins the smallest"),
        pytest.param(company([2], [3], [9]), [[14]], id="two small departments are still small"),
        pytest.param(company([2, 5], [0], [6, 6]), [[7], [6, 6]], id="an empty one joins, too"),
        pytest.param(company([2]), [[2]], id="a whole organisation may be small"),
    ],
)
def test_groups_are_merged_until_they_are_large_enough(
    teams: list[TeamSize], expected: list[list[int]]
):
    assert sorted(sizes(form_units(teams))) == sorted(expected)


@given(organisations)
@MODEST
def test_every_team_is_in_exactly_one_group_of_the_unit_of_its_department(teams: list[TeamSize]):
    units = form_units(teams)
    placed = sorted(team for unit in units for group in unit.groups for team in group.teams)
    assert placed == sorted(each.team for each in teams)
    for each in teams:
        unit = next(unit for unit in units if each.department in unit.departments)
        assert any(each.team in group.teams for group in unit.groups)
    departments = [department for unit in units for department in unit.departments]
    assert sorted(departments) == sorted({each.department for each in teams})


@given(organisations)
@MODEST
def test_no_group_is_too_small_unless_everybody_together_is(teams: list[TeamSize]):
    units = form_units(teams)
    everybody = sum(each.participants for each in teams)
    assert sum(unit.size for unit in units) == everybody
    if everybody >= SMALLEST_GROUP:
        assert min(size for unit in sizes(units) for size in unit) >= SMALLEST_GROUP


@given(organisations, st.randoms(use_true_random=False))
@MODEST
def test_groups_do_not_depend_on_the_order_of_teams(teams: list[TeamSize], chance):
    shuffled = list(teams)
    chance.shuffle(shuffled)
    assert form_units(shuffled) == form_units(teams)


@pytest.mark.parametrize(
    ("people", "bands"),
    [(0, 0), (5, 0), (6, 2), (8, 2), (9, 3), (12, 4), (29, 9), (30, 10), (400, 10)],
)
def test_bands_are_as_fine_as_a_groups_size_allows(people: int, bands: int):
    assert finest_bands(people) == bands


@given(st.integers(6, 300), st.data())
@MODEST
def test_no_band_holds_a_single_count_or_knows_about_everybody(people: int, data: st.DataObject):
    bands = data.draw(st.integers(2, finest_bands(people)))
    held = [counts_in(Share(band, bands), people) for band in range(bands)]
    assert [count for counts in held for count in counts] == list(range(people + 1))
    assert min(len(counts) for counts in held) >= 3
    for count in range(people + 1):
        assert count in counts_in(share(count, people, bands), people)


def test_a_band_is_told_in_percent():
    assert [Share(band, 3).percent for band in range(3)] == [(0, 33), (33, 67), (67, 100)]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param([], None, id="nothing published"),
        pytest.param([(Share(1, 2), 6)], Share(1, 2), id="one group is its own parent"),
        pytest.param([(Share(1, 2), 6), (Share(0, 2), 6)], Share(2, 4), id="in the middle"),
        pytest.param([(Share(3, 4), 12), (Share(3, 4), 12)], Share(7, 8), id="all of them high"),
    ],
)
def test_a_parents_share_is_made_of_published_ones(
    parts: list[tuple[Share, int]], expected: Share | None
):
    assert combined(parts) == expected


@pytest.mark.parametrize(
    ("count", "expected"), [(0, 0), (2, 0), (3, 5), (7, 5), (8, 10), (12, 10), (13, 15)]
)
def test_sums_are_rounded_to_the_nearest_five(count: int, expected: int):
    assert rounded(count) == expected


@pytest.mark.parametrize(
    ("count", "expected"), [(0, Few.NONE), (1, Few.SOME), (4, Few.SOME), (5, 5), (7, 5), (8, 10)]
)
def test_cells_say_in_words_what_is_too_small_for_a_number(count: int, expected):
    assert cell(count) == expected


def test_a_group_below_five_shows_only_its_parent():
    assert [is_shown(participants) for participants in (4, 5)] == [False, True]
