"""Missions in another order."""

from challenges.catalogue import load_catalogue


def test_a_shuffle_keeps_every_mission_and_is_the_same_for_its_seed():
    for challenge in load_catalogue().challenges:
        slugs = [each.slug for each in challenge.missions]
        orders = [[each.slug for each in challenge.shuffled(seed).missions] for seed in range(5)]
        assert all(sorted(order) == sorted(slugs) for order in orders)
        assert [each.slug for each in challenge.shuffled(3).missions] == orders[3]
        assert len({tuple(order) for order in orders}) > 1
