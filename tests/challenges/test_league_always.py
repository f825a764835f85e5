"""What holds of every table, whatever the teams, their sizes and their points."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from challenges.league import AVERAGE_COLLEAGUES, TeamSeason, TeamWeek, places, round_scores
from challenges.model import TeamId
from tests.challenges.builders import MODEST

weeks = st.lists(st.tuples(st.integers(0, 900), st.integers(1, 60)), min_size=1, max_size=8).map(
    lambda rows: [TeamWeek(TeamId(number), *row) for number, row in enumerate(rows)]
)
tables = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.booleans()), max_size=8).map(
    lambda rows: [TeamSeason(TeamId(n), s, d, ranked) for n, (s, d, ranked) in enumerate(rows)]
)


def mean(teams: list[TeamWeek]) -> Fraction:
    return Fraction(sum(each.points for each in teams), sum(each.available for each in teams))


@given(weeks)
@MODEST
def test_a_score_lies_between_the_teams_own_mean_and_everybodys(teams: list[TeamWeek]):
    scores = round_scores(teams)
    for each in teams:
        low, high = sorted((Fraction(each.points, each.available), mean(teams)))
        assert 100 * low - Fraction(1, 2) <= scores[each.team] <= 100 * high + Fraction(1, 2)


@given(weeks)
@MODEST
def test_scores_hand_out_the_points_there_are_and_no_others(teams: list[TeamWeek]):
    """Weighed by people and average colleagues they are the points booked, but for rounding."""
    scores = round_scores(teams)
    weights = {each.team: each.available + AVERAGE_COLLEAGUES for each in teams}
    handed_out = sum(Fraction(scores[name], 100) * weights[name] for name in weights)
    there_are = sum(each.points for each in teams)
    colleagues = AVERAGE_COLLEAGUES * len(teams) * mean(teams)
    assert abs(handed_out - there_are - colleagues) <= Fraction(sum(weights.values()), 200)


@given(weeks, st.data())
@MODEST
def test_more_points_lift_the_own_team_at_least_as_much_as_any_other(
    teams: list[TeamWeek], data: st.DataObject
):
    lucky = data.draw(st.sampled_from(teams))
    more = data.draw(st.integers(1, 50))
    richer = [
        TeamWeek(each.team, each.points + more * (each is lucky), each.available) for each in teams
    ]
    before, after = round_scores(teams), round_scores(richer)
    rises = {name: after[name] - before[name] for name in before}
    assert min(rises.values()) >= 0
    others = [
        rises[each.team] for each in teams if each.available >= lucky.available and each != lucky
    ]
    # Rounding may favour another one by a hundredth.
    assert all(rises[lucky.team] >= rise - 1 for rise in others)


@given(tables)
@MODEST
def test_places_are_a_competition_ranking(table: list[TeamSeason]):
    """From 1 on; as many places are skipped as are shared; a better place is a better team."""
    standing = places(table)
    assert set(standing) == {each.team for each in table if each.ranked}
    in_order = sorted(standing.values())
    assert all(place == in_order.index(place) + 1 for place in in_order)
    keys = {each.team: (each.score, each.departments) for each in table}
    for one, place in standing.items():
        for other, another in standing.items():
            assert (place < another) == (keys[one] > keys[other])


@given(tables, st.permutations(range(8)))
@MODEST
def test_places_know_no_teams_number(table: list[TeamSeason], names: list[int]):
    renamed = [
        TeamSeason(TeamId(names[each.team]), each.score, each.departments, each.ranked)
        for each in table
    ]
    expected = {names[name]: place for name, place in places(table).items()}
    assert places(renamed) == expected
