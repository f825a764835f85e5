"""The whole game at random, through the real services on both databases."""

from collections.abc import Iterator
from itertools import count
from random import Random

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.app.game.machine import TheGame

# A rule is one step or, where a crowd acts, several.
RULES_AN_EXAMPLE = 150
STEPS_AN_EXAMPLE = 300
EXAMPLES_A_RUN = 10
PHASES = (Phase.generate, Phase.shrink)
PATIENT = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
# What a run that is long enough comes across; a game in which these never happen proves little.
MUST_BE_SEEN = {
    ("join", None),
    ("join", "AlreadyJoined"),
    ("join", "RoundNotOpen"),
    ("leave", None),
    ("leave", "NotJoined"),
    ("mark_away", None),
    ("mark_away", "RoundClosed"),
    ("mark_away", "RoundIsClosing"),
    ("pledge", None),
    ("pledge", "AlreadyCheckedIn"),
    ("pledge", "RoundNotOpen"),
    ("check_in", None),
    ("check_in", "AlreadyCheckedIn"),
    ("check_in", "BeforeJoining"),
    ("check_in", "NotJoined"),
    ("check_in", "RoundClosed"),
    ("check_in", "RoundNotOpen"),
    ("undo", None),
    ("undo", "NotCheckedIn"),
    ("undo", "RoundClosed"),
    ("redo", None),
    ("redo", "AlreadyCheckedIn"),
    ("redo", "NotCheckedIn"),
    ("redo", "RoundClosed"),
    ("close", None),
    ("close_early", None),
    ("close_early", "EarlyCloseRefused"),
    ("close_early", "NothingToClose"),
    ("settle", None),
    ("settle", "NoRunningSeason"),
}


def play(steps: int, seeds: Iterator[int]) -> None:
    """Play at least that many steps of the game; what must be seen has been seen then."""
    TheGame.steps = 0
    TheGame.seen.clear()
    while TheGame.steps < steps:
        left = (steps - TheGame.steps) // STEPS_AN_EXAMPLE + 1
        seed(next(seeds))(TheGame)
        run_state_machine_as_test(
            TheGame,
            settings=settings(
                max_examples=min(left, EXAMPLES_A_RUN),
                stateful_step_count=RULES_AN_EXAMPLE,
                database=None,
                deadline=None,
                phases=PHASES,
                suppress_health_check=PATIENT,
            ),
        )
    assert MUST_BE_SEEN - set(TheGame.seen) == set()


def test_the_game_is_played_by_its_rules_for_ten_thousand_steps(hasty_app: Flask):
    play(10_000, count())


@pytest.mark.soak
def test_the_game_is_played_by_its_rules_for_half_a_million_steps(hasty_app: Flask):
    chance = Random()
    play(500_000, iter(lambda: chance.getrandbits(64), None))
