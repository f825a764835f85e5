"""The attack of benchmarks/privacy_attack.py, in a small company: it fails on what we publish and
succeeds as soon as one of the protections is taken away."""

from collections import Counter

import pytest

from benchmarks.privacy_attack import VARIANTS, attack, points_behind
from benchmarks.privacy_means import VARIANTS as MEANS_VARIANTS
from benchmarks.privacy_means import attack_means
from benchmarks.privacy_words import Policy
from benchmarks.privacy_world import two_years
from benchmarks.sums import Contradiction, Sum, narrowed, solved

PEOPLE, SEED = 130, 3


def test_nobody_is_determined_by_what_is_published():
    loot = attack(PEOPLE, VARIANTS["as published"], SEED)
    assert loot.total == 0
    # Not because nothing is said.
    assert loot.bands > loot.groups / 2
    assert loot.means == loot.rounds


@pytest.mark.parametrize(
    "variant", ["without merging", "without bands", "without asking the league first"]
)
def test_without_a_protection_it_is_known_who_checked_in(variant: str):
    loot = attack(PEOPLE, VARIANTS[variant], SEED)
    assert loot.outside + loot.inside > 0


def test_without_rounding_it_is_known_who_met_nobody():
    assert attack(PEOPLE, VARIANTS["without rounding"], SEED).met > 0


def test_people_counted_otherwise_than_in_the_league_stand_alone():
    """Who moves or manages would be the difference between two published sums."""
    assert attack(PEOPLE, VARIANTS["managers left out, team at joining"], SEED).outside > 0


def test_no_figure_of_discomfort_is_determined_by_the_told_means():
    assert attack_means(MEANS_VARIANTS["as published"], seed=1).total == 0


@pytest.mark.parametrize(
    "variant", ["exact means", "means of fewer than twenty", "means of each group"]
)
def test_with_means_told_otherwise_somebodys_figure_is_known(variant: str):
    assert attack_means(MEANS_VARIANTS[variant], seed=1, pairs=1).total > 0


def test_the_leagues_scores_give_away_its_points():
    for week in two_years(PEOPLE, Policy(), SEED):
        points = Counter[int]()
        for deed in week.deeds:
            points[deed.team] += deed.points
        available = Counter(deed.team for deed in week.deeds)
        found = points_behind(week.league, available)
        assert {team: found[team] for team in available} == {
            team: points[team] for team in available
        }


def test_intervals_are_narrowed_by_all_sums_together():
    sums = [Sum((0, 1), 0, 2), Sum((1, 2), 5, 6), Sum((2,), 0, 3)]
    assert narrowed([3, 3, 3], sums) == [(0, 0), (2, 2), (3, 3)]


def test_elimination_finds_what_differences_of_exact_sums_fix():
    sums = [Sum((0, 1, 2), 7, 7), Sum((1, 2), 4, 4), Sum((2, 3), 0, 5)]
    assert solved(4, sums) == {0: 3}


@pytest.mark.parametrize("sums", [[Sum((0,), 4, 5)], [Sum((0, 1), 1, 1), Sum((0, 1), 2, 2)]])
def test_an_attacker_who_is_wrong_notices(sums: list[Sum]):
    with pytest.raises(Contradiction):
        narrowed([3, 3], sums)
