from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from challenges.model import History
from challenges.streaks import GRACE_HELD_AT_MOST, Outcome, streak
from tests.challenges.builders import START, done, history, season

SHORT = {
    Outcome.KEPT: "k",
    Outcome.RESCUED: "r",
    Outcome.AWAY: "a",
    Outcome.OPEN: "o",
    Outcome.PENDING: "p",
    Outcome.GRACE: "g",
    Outcome.MISSED: "m",
}


# story, closed rounds -> current, longest, grace held, grace spent, outcomes
@pytest.mark.parametrize(
    ("story", "closed", "current", "longest", "held", "spent", "outcomes"),
    [
        ("", 0, 0, 0, 1, 0, "ooooooooo"),
        ("k", 0, 1, 1, 1, 0, "koooooooo"),
        ("kkk", 3, 3, 3, 1, 0, "kkkoooooo"),
        ("kkr", 3, 3, 3, 1, 0, "kkroooooo"),
        ("kk.", 3, 2, 2, 1, 0, "kkpoooooo"),
        ("kk..", 4, 2, 2, 0, 1, "kkgpooooo"),
        ("kk...", 5, 0, 2, 0, 0, "kkgmpoooo"),
        ("k.k", 3, 2, 2, 0, 1, "kgkoooooo"),
        ("...k", 4, 1, 1, 1, 0, "mmmkooooo"),
        ("kkkk", 4, 4, 4, 2, 0, "kkkkooooo"),
        ("kkkk..k", 7, 5, 5, 0, 2, "kkkkggkoo"),
        ("kkkkkkkk", 8, 8, 8, 2, 0, "kkkkkkkko"),
        ("kak", 3, 2, 2, 1, 0, "kakoooooo"),
        ("kKk", 3, 3, 3, 1, 0, "kkkoooooo"),
        ("aaaa", 4, 0, 0, 1, 0, "aaaaooooo"),
        ("kl.", 3, 1, 1, 0, 1, "kgpoooooo"),
        ("k..k", 4, 1, 1, 0, 0, "kgmkooooo"),
        ("k.kkkk", 6, 5, 5, 1, 1, "kgkkkkooo"),
    ],
)
def test_streaks_as_the_rules_tell_them(story, closed, current, longest, held, spent, outcomes):
    plan = season(closed=closed)
    result = streak(plan, history(plan, story))
    assert (result.current, result.longest) == (current, longest)
    assert (result.grace_held, result.grace_spent) == (held, spent)
    assert "".join(SHORT[outcome] for _, outcome in result.outcomes) == outcomes


def test_the_example_of_the_rules_shows_three():
    rest = frozenset({START + timedelta(weeks=4)})
    plan = season(closed=5, rests=rest)
    assert streak(plan, history(plan, "kkra.")).current == 3


def test_a_rescue_counts_until_the_very_instant_of_the_next_closing():
    plan = season(closed=2)
    window = plan.rounds[1].closes_at - plan.rounds[0].closes_at
    for late, current in ((window - timedelta(microseconds=1), 1), (window, 0)):
        story = History(1, {1: done(plan, 1, late=late)})
        assert streak(plan, story).current == current


def test_the_last_round_can_be_rescued_for_a_week_and_then_is_settled():
    plan = season(3, closed=3)
    assert streak(plan, history(plan, "kk.")).outcomes[-1] == (3, Outcome.PENDING)
    settled = season(3, closed=3, settled=True)
    assert streak(settled, history(settled, "kk.")).outcomes[-1] == (3, Outcome.GRACE)
    assert streak(settled, history(settled, "kkr")).current == 3


def test_rounds_before_joining_and_after_leaving_are_nobodys():
    plan = season(closed=6)
    result = streak(plan, history(plan, "kk", first=3, left_from=5))
    assert [number for number, _ in result.outcomes] == [3, 4]
    assert result.current == 2


def test_badges_wait_for_a_pending_round():
    plan = season(closed=3)
    assert streak(plan, history(plan, "kk.k")).current == 3
    assert streak(plan, history(plan, "kk.k")).settled_longest == 2
    later = season(closed=4)
    assert streak(later, history(later, "kk.k")).settled_longest == 3


@given(story=st.text("krla.K", max_size=9), closed=st.integers(0, 9))
@settings(max_examples=100, deadline=None)
def test_what_always_holds(story: str, closed: int):
    plan = season(closed=closed)
    result = streak(plan, history(plan, story))
    counted = sum(o in (Outcome.KEPT, Outcome.RESCUED) for _, o in result.outcomes)
    assert 0 <= result.grace_held <= GRACE_HELD_AT_MOST
    assert result.settled_longest <= result.longest <= counted
    assert result.current <= result.longest
    assert sum(o is Outcome.GRACE for _, o in result.outcomes) <= 1 + counted // 4


@given(story=st.text("kra.", min_size=9, max_size=9))
@settings(max_examples=40, deadline=None)
def test_closing_round_by_round_never_takes_back_what_was_settled(story: str):
    settled = [
        streak(season(closed=closed), history(season(closed=closed), story[:closed]))
        for closed in range(10)
    ]
    longest = [result.settled_longest for result in settled]
    assert longest == sorted(longest)
