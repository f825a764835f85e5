from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from challenges.model import History
from challenges.streaks import GRACE_HELD_AT_MOST, Outcome, streak
from tests.challenges.builders import MODEST, START, done, history, season

SHORT = {
    Outcome.KEPT: "k",
    Outcome.RESCUED: "r",
    Outcome.AWAY: "a",
    Outcome.OPEN: "o",
    Outcome.PENDING: "p",
    Outcome.GRACE: "g",
    Outcome.MISSED: "m",
}
KEPT = (Outcome.KEPT, Outcome.RESCUED)


@pytest.mark.parametrize(
    ("story", "closed", "current", "longest", "held", "spent", "outcomes"),
    [
        pytest.param("", 0, 0, 0, 1, 0, "ooooooooo", id="nothing has happened"),
        pytest.param("k", 0, 1, 1, 1, 0, "koooooooo", id="the first check-in"),
        pytest.param("kkk", 3, 3, 3, 1, 0, "kkkoooooo", id="three kept"),
        pytest.param("kkr", 3, 3, 3, 1, 0, "kkroooooo", id="a rescue counts"),
        pytest.param("kk.", 2, 2, 2, 1, 0, "kkooooooo", id="an open round counts nothing"),
        pytest.param("kk.k", 2, 3, 3, 1, 0, "kkokooooo", id="two open on a Monday morning"),
        pytest.param("kk.", 3, 2, 2, 1, 0, "kkpoooooo", id="a missed round is pending"),
        pytest.param("kk..", 4, 2, 2, 0, 1, "kkgpooooo", id="then grace is spent"),
        pytest.param("kk...", 5, 0, 2, 0, 0, "kkgmpoooo", id="without grace the streak ends"),
        pytest.param("k.k", 3, 2, 2, 0, 1, "kgkoooooo", id="grace bridges and never counts"),
        pytest.param("...k", 4, 1, 1, 1, 0, "mmmkooooo", id="not spent without a streak"),
        pytest.param("...k..k", 7, 1, 1, 0, 0, "mmmkgmkoo", id="kept for the streak that comes"),
        pytest.param("kkk", 4, 3, 3, 1, 0, "kkkpooooo", id="three kept earn nothing"),
        pytest.param("kkkk", 4, 4, 4, 2, 0, "kkkkooooo", id="the fourth earns a grace"),
        pytest.param("kkrr", 4, 4, 4, 2, 0, "kkrrooooo", id="a rescued fourth too"),
        pytest.param("k.kkk", 5, 4, 4, 1, 1, "kgkkkoooo", id="the fourth in all, gap or not"),
        pytest.param("k..kkk", 6, 3, 3, 1, 0, "kgmkkkooo", id="the fourth after an end"),
        pytest.param("kkkk..k", 7, 5, 5, 0, 2, "kkkkggkoo", id="both spent in one streak"),
        pytest.param("kkkkkkkk", 8, 8, 8, 2, 0, "kkkkkkkko", id="at most two are held"),
        pytest.param("kkk..k", 6, 1, 3, 1, 0, "kkkgmkooo", id="earned too late to help"),
        pytest.param("kak", 3, 2, 2, 1, 0, "kakoooooo", id="away neither breaks nor extends"),
        pytest.param("kKk", 3, 3, 3, 1, 0, "kkkoooooo", id="a check-in overrides away"),
        pytest.param("kRk", 3, 3, 3, 1, 0, "krkoooooo", id="so does a rescue"),
        pytest.param("kLk", 4, 2, 2, 1, 0, "kakpooooo", id="too late a catch-up leaves it away"),
        pytest.param("aaaa", 4, 0, 0, 1, 0, "aaaaooooo", id="only away"),
        pytest.param("k.a.k", 5, 1, 1, 0, 0, "kgamkoooo", id="away between two missed"),
        pytest.param("kl.", 3, 1, 1, 0, 1, "kgpoooooo", id="caught up after the rescue was over"),
        pytest.param("k..k", 4, 1, 1, 0, 0, "kgmkooooo", id="a new streak has spent nothing"),
        pytest.param("k.kkkk", 6, 5, 5, 1, 1, "kgkkkkooo", id="spent and earned again"),
    ],
)
def test_streaks_as_the_rules_tell_them(
    story: str, closed: int, current: int, longest: int, held: int, spent: int, outcomes: str
):
    plan = season(closed=closed)
    result = streak(plan, history(plan, story))
    assert "".join(SHORT[outcome] for _, outcome in result.outcomes) == outcomes
    assert (result.current, result.longest) == (current, longest)
    assert (result.grace_held, result.grace_spent) == (held, spent)


def test_the_example_of_the_rules_shows_three():
    rest = frozenset({START + timedelta(weeks=4)})
    plan = season(closed=5, rests=rest)
    result = streak(plan, history(plan, "kkra."))
    assert result.current == 3
    assert "".join(SHORT[outcome] for _, outcome in result.outcomes) == "kkrapoooo"


def test_a_rescue_counts_until_the_very_instant_of_the_next_closing():
    plan = season(closed=2)
    window = plan.rounds[1].closes_at - plan.rounds[0].closes_at
    for late, current in ((window - timedelta(microseconds=1), 1), (window, 0)):
        story = History(1, {1: done(plan, 1, late=late)})
        assert streak(plan, story).current == current


def test_a_catch_up_rescues_nothing_once_the_next_closing_is_due_though_it_has_not_run():
    plan = season(closed=1)
    story = History(1, {1: done(plan, 1, late=timedelta(days=7))})
    assert streak(plan, story).outcomes[0] == (1, Outcome.PENDING)
    assert streak(plan, story).current == 0


def test_a_round_that_is_due_but_not_closed_yet_can_still_be_rescued():
    plan = season(closed=0)
    assert streak(plan, history(plan, "r")).outcomes[0] == (1, Outcome.RESCUED)


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


def test_somebody_who_joined_late_starts_with_one_grace_and_nothing_missed():
    plan = season(closed=7)
    result = streak(plan, history(plan, "k.", first=5))
    assert result.outcomes[:2] == ((5, Outcome.KEPT), (6, Outcome.GRACE))
    assert (result.current, result.grace_held, result.grace_spent) == (1, 0, 1)


def test_badges_wait_for_a_pending_round():
    plan = season(closed=3)
    assert streak(plan, history(plan, "kk.k")).current == 3
    assert streak(plan, history(plan, "kk.k")).settled_longest == 2
    later = season(closed=4)
    assert streak(later, history(later, "kk.k")).settled_longest == 3


def test_badges_wait_for_a_round_that_is_still_open_on_monday_morning_too():
    plan = season(closed=2)
    assert streak(plan, history(plan, "kk.k")).current == 3
    assert streak(plan, history(plan, "kk.k")).settled_longest == 2
    assert streak(plan, history(plan, "kkkk")).settled_longest == 4


@given(story=st.text("krla.KRL", max_size=9), closed=st.integers(0, 9))
@MODEST
def test_what_always_holds(story: str, closed: int):
    plan = season(closed=closed)
    result = streak(plan, history(plan, story))
    outcomes = [outcome for _, outcome in result.outcomes]
    counted = sum(outcome in KEPT for outcome in outcomes)
    assert 0 <= result.grace_held <= GRACE_HELD_AT_MOST
    assert result.settled_longest <= result.longest <= counted
    assert result.current <= result.longest
    assert outcomes.count(Outcome.GRACE) + result.grace_held <= 1 + counted // 4


@given(story=st.text("kraKR", min_size=1, max_size=9))
@MODEST
def test_without_a_miss_the_streak_is_the_kept_rounds_alone(story: str):
    plan = season(closed=len(story))
    result = streak(plan, history(plan, story))
    kept = len(story) - story.count("a")
    assert (result.current, result.longest, result.settled_longest) == (kept, kept, kept)
    assert result.grace_spent == 0


@given(story=st.text("ka.", min_size=9, max_size=9))
@MODEST
def test_no_closing_ever_takes_back_what_badges_were_given_for(story: str):
    """Every round is checked in for while the one before it is still open, as on Mondays."""
    moments = [(closed, begun) for closed in range(10) for begun in (closed + 1, closed + 2)]
    longest = [
        streak(plan, history(plan, story[:begun])).settled_longest
        for plan, begun in ((season(closed=closed), begun) for closed, begun in moments)
    ]
    assert longest == sorted(longest)
