"""A few seasons of `benchmarks/league_fairness.py`, chosen by a seed that is typical of many."""

import pytest

from benchmarks.league_fairness import SIZE_CLASSES, TEAMS, Tally, is_fair, plain_mean, simulate
from challenges.league import round_scores

SEASONS = 40
SEED = 2


@pytest.fixture(scope="module")
def tallies() -> dict[str, list[Tally]]:
    return simulate(SEASONS, SEED, {"league": round_scores, "plain mean": plain_mean})


def test_no_size_of_team_is_better_off(tallies: dict[str, list[Tally]]):
    assert len(tallies["league"]) == len(SIZE_CLASSES)
    assert sum(tally.teams for tally in tallies["league"]) == SEASONS * TEAMS
    assert all(is_fair(tally) for tally in tallies["league"])


def test_the_plain_mean_would_favour_small_teams_and_hold_back_large_ones(
    tallies: dict[str, list[Tally]],
):
    smallest, *_, largest = tallies["plain mean"]
    assert not is_fair(smallest)
    assert not is_fair(largest)
    assert smallest.top_tenth > 4 * largest.top_tenth
