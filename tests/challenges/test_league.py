from fractions import Fraction
from math import floor
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from challenges.league import (
    HEADS_OF_A_TEAM_OF_ITS_OWN,
    TeamSeason,
    TeamWeek,
    biggest_rises,
    places,
    proposed_joint_teams,
    round_scores,
    weeks_teams,
)
from challenges.model import DepartmentId, TeamId
from tests.challenges.builders import MODEST


def week(team: int, points: int, available: int) -> TeamWeek:
    return TeamWeek(TeamId(team), points, available)


def team(number: int, score: int, departments: int = 0, *, ranked: bool = True) -> TeamSeason:
    return TeamSeason(TeamId(number), score, departments, ranked)


@pytest.mark.parametrize(
    ("weeks", "scores"),
    [
        pytest.param([], {}, id="no teams"),
        pytest.param([week(1, 0, 0), week(2, 0, 0)], {1: 0, 2: 0}, id="nobody available anywhere"),
        pytest.param([week(1, 10, 0)], {1: 0}, id="points of somebody erased, nobody available"),
        pytest.param([week(1, 0, 5), week(2, 0, 5)], {1: 0, 2: 0}, id="no points"),
        pytest.param([week(1, 100, 10)], {1: 1000}, id="one team is its own average"),
        pytest.param([week(1, 100, 10), week(2, 0, 10)], {1: 750, 2: 250}, id="pulled halfway"),
        pytest.param(
            [week(1, 100, 10), week(2, 0, 0)], {1: 1000, 2: 1000}, id="none available, the mean"
        ),
        pytest.param(
            [week(1, 90, 10), week(2, 10, 0)],
            {1: 950, 2: 1000},
            id="none available, the mean whatever an erased person had",
        ),
        pytest.param(
            [week(1, 15, 1), week(2, 585, 59)], {1: 1045, 2: 993}, id="one busy colleague"
        ),
        pytest.param([week(1, 1, 3)], {1: 33}, id="a third rounds down"),
        pytest.param([week(1, 1, 8)], {1: 13}, id="half a hundredth rounds up"),
    ],
)
def test_scores_are_means_among_ten_average_colleagues(
    weeks: list[TeamWeek], scores: dict[int, int]
):
    assert round_scores(weeks) == scores


weeks = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 60)), min_size=1, max_size=8).map(
    lambda rows: [week(number, *row) for number, row in enumerate(rows)]
)


@given(weeks)
@MODEST
def test_scores_are_exact_and_rounded_half_up(teams: list[TeamWeek]):
    available = sum(each.available for each in teams)
    mean = Fraction(sum(each.points for each in teams), available) if available else Fraction(0)
    scores = round_scores(teams)
    for each in teams:
        exact = (each.points + 10 * mean) / (each.available + 10) if each.available else mean
        assert scores[each.team] == floor(exact * 100 + Fraction(1, 2))


@given(weeks, st.randoms(use_true_random=False))
@MODEST
def test_nothing_depends_on_a_teams_number_or_on_the_order(teams: list[TeamWeek], chance: Random):
    renamed = [TeamWeek(TeamId(1000 - each.team), each.points, each.available) for each in teams]
    chance.shuffle(renamed)
    scores, others = round_scores(teams), round_scores(renamed)
    assert {1000 - name: score for name, score in others.items()} == scores


@given(
    sizes=st.lists(st.integers(0, 60), min_size=1, max_size=6).filter(any),
    mean=st.integers(0, 20),
)
@MODEST
def test_a_team_of_average_people_gets_the_mean_whatever_its_size(sizes: list[int], mean: int):
    teams = [week(number, size * mean, size) for number, size in enumerate(sizes)]
    assert set(round_scores(teams).values()) == {mean * 100}


@pytest.mark.parametrize(
    ("teams", "expected"),
    [
        pytest.param([], {}, id="no teams"),
        pytest.param([team(1, 100), team(2, 300), team(3, 200)], {2: 1, 3: 2, 1: 3}, id="by score"),
        pytest.param([team(1, 300, 2), team(2, 300, 3)], {2: 1, 1: 2}, id="then by departments"),
        pytest.param(
            [team(1, 300, 2), team(2, 300, 2), team(3, 100)],
            {1: 1, 2: 1, 3: 3},
            id="a shared place, the next one skipped",
        ),
        pytest.param(
            [team(1, 9), team(2, 5), team(3, 5), team(4, 5), team(5, 1)],
            {1: 1, 2: 2, 3: 2, 4: 2, 5: 5},
            id="three share the second",
        ),
        pytest.param(
            [team(1, 900, ranked=False), team(2, 200)], {2: 1}, id="an unranked one takes no place"
        ),
        pytest.param([team(1, 900, ranked=False)], {}, id="only unranked ones"),
        pytest.param([team(1, 0), team(2, 0)], {1: 1, 2: 1}, id="nothing anywhere"),
    ],
)
def test_places_with_ties_and_unranked_teams(teams: list[TeamSeason], expected: dict[int, int]):
    assert places(teams) == expected


tables = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.booleans()), max_size=8).map(
    lambda rows: [team(n, s, d, ranked=ranked) for n, (s, d, ranked) in enumerate(rows)]
)


@given(tables, st.randoms(use_true_random=False))
@MODEST
def test_a_place_is_one_more_than_the_ranked_teams_above(table: list[TeamSeason], chance: Random):
    ranked = [each for each in table if each.ranked]
    expected = {
        one.team: 1
        + sum((each.score, each.departments) > (one.score, one.departments) for each in ranked)
        for one in ranked
    }
    chance.shuffle(table)
    assert places(table) == expected


@pytest.mark.parametrize(
    ("scores", "ranked", "expected"),
    [
        pytest.param({1: 400, 2: 500}, [1, 2], [2], id="the highest score"),
        pytest.param({1: 500, 2: 400, 3: 500}, [3, 2, 1], [1, 3], id="several when they tie"),
        pytest.param({1: 500, 3: 900}, [1], [1], id="an unranked one is not named"),
        pytest.param({1: 0, 2: 0}, [1, 2], [], id="nobody wins with nothing"),
        pytest.param({1: 500}, [], [], id="nobody ranked"),
    ],
)
def test_the_weeks_team(scores: dict[TeamId, int], ranked: list[TeamId], expected: list[int]):
    assert weeks_teams(scores, ranked) == expected


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        pytest.param({1: 1, 2: 2}, {}, (0, []), id="none in the first round"),
        pytest.param({1: 1, 2: 2}, {1: 1, 2: 2}, (0, []), id="nobody moved"),
        pytest.param({1: 1, 2: 4, 3: 2}, {1: 4, 2: 1, 3: 5}, (3, [1, 3]), id="two rose as much"),
        pytest.param({1: 1, 9: 2}, {1: 2}, (1, [1]), id="one newly ranked has not risen"),
        pytest.param({1: 1, 2: 2}, {1: 1, 2: 2, 3: 3}, (0, []), id="one fell out of the table"),
    ],
)
def test_the_biggest_rise(
    now: dict[TeamId, int], before: dict[TeamId, int], expected: tuple[int, list[int]]
):
    assert biggest_rises(now, before) == expected


def joined(heads: dict[int, int], department: dict[int, int] | None = None) -> list[tuple]:
    places_of = {TeamId(t): DepartmentId((department or {}).get(t, 1)) for t in heads}
    return proposed_joint_teams({TeamId(t): n for t, n in heads.items()}, places_of)


@pytest.mark.parametrize(
    ("heads", "department", "expected"),
    [
        pytest.param({}, {}, [], id="no teams"),
        pytest.param({1: 7, 2: 30}, {}, [], id="none is small"),
        pytest.param({1: 4, 2: 3, 3: 20}, {}, [(1, 2)], id="two small ones"),
        pytest.param({1: 4, 2: 4, 3: 2}, {}, [(1, 2, 3)], id="a third joins them"),
        pytest.param({1: 6, 2: 6, 3: 6, 4: 6}, {}, [(1, 2), (3, 4)], id="no larger than needed"),
        pytest.param(
            {1: 4, 2: 4, 3: 5, 4: 5}, {1: 1, 2: 1, 3: 2, 4: 2}, [(1, 2), (3, 4)], id="by department"
        ),
        pytest.param({1: 4, 2: 4}, {1: 1, 2: 2}, [(1, 2)], id="across departments if need be"),
        pytest.param({1: 3, 2: 12, 3: 9}, {}, [(1, 3)], id="a single one joins the smallest other"),
        pytest.param({1: 2, 2: 2}, {}, [(1, 2)], id="few people in all"),
        pytest.param({1: 2}, {}, [], id="nobody to join"),
    ],
)
def test_small_teams_are_joined_by_head_count(
    heads: dict[int, int], department: dict[int, int], expected: list[tuple]
):
    assert joined(heads, department) == expected


@given(
    st.lists(st.tuples(st.integers(1, 30), st.integers(1, 4)), max_size=25).map(
        lambda rows: {number: row for number, row in enumerate(rows, start=1)}
    )
)
@MODEST
def test_no_small_team_is_left_alone_and_none_is_in_two(company: dict[int, tuple[int, int]]):
    heads = {number: count for number, (count, _) in company.items()}
    groups = joined(heads, {number: department for number, (_, department) in company.items()})
    members = [team_id for group in groups for team_id in group]
    small = {team_id for team_id, count in heads.items() if count < HEADS_OF_A_TEAM_OF_ITS_OWN}
    assert len(members) == len(set(members))
    assert all(len(group) > 1 for group in groups)
    if len(heads) > 1:
        assert small <= set(members)
    if sum(heads.values()) >= HEADS_OF_A_TEAM_OF_ITS_OWN and small and len(heads) > 1:
        sizes = [sum(heads[team_id] for team_id in group) for group in groups]
        assert min(sizes) >= HEADS_OF_A_TEAM_OF_ITS_OWN
