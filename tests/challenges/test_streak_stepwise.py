"""What must hold of every streak, whatever was done and whichever rounds have closed."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from challenges.calendar import is_rescue_over
from challenges.model import Done, History, Season
from challenges.streaks import GRACE_HELD_AT_MOST, Streak, streak
from tests.challenges.builders import MODEST, START, done, history, season
from tests.challenges.streak_by_events import Shown, told

MOMENT = timedelta(microseconds=1)
# After the closing, in microseconds off every edge that the rules know.
LATENESS = st.builds(
    lambda weeks, minutes, off: timedelta(weeks=weeks, minutes=minutes) + off * MOMENT,
    st.integers(0, 3),
    st.sampled_from((0, 0, 0, 60, 60 * 24 * 3)),
    st.integers(-1, 1),
)


def figures(result: Streak) -> Shown:
    return Shown(
        result.current,
        result.longest,
        result.settled_longest,
        result.grace_held,
        result.grace_spent,
    )


@st.composite
def plans(draw: st.DrawFn) -> Season:
    count = draw(st.integers(1, 9))
    closed = draw(st.integers(0, count))
    rests = draw(st.sets(st.integers(1, count + 2), max_size=2))
    return season(
        count,
        closed=closed,
        settled=closed == count and draw(st.booleans()),
        rests=frozenset(START + timedelta(weeks=week) for week in rests),
    )


@st.composite
def pasts(draw: st.DrawFn) -> tuple[Season, History]:
    """Any season at any closing, and anything that one participation may have done in it."""
    plan = draw(plans())
    count = len(plan.rounds)
    first = draw(st.integers(1, count))
    deeds: dict[int, Done] = {}
    for number in range(first, count + 1):
        how = draw(st.sampled_from("kkkl.."))
        if how == "k":
            deeds[number] = done(plan, number)
        elif how == "l":
            deeds[number] = done(plan, number, late=draw(LATENESS))
    away = draw(st.frozensets(st.integers(first, count), max_size=4))
    left_from = draw(st.none() | st.integers(first, count + 1))
    return plan, History(first, deeds, away, left_from)


@given(pasts())
@MODEST
def test_a_streak_kept_event_by_event_is_the_one_recomputed_from_the_history(
    past: tuple[Season, History],
):
    plan, story = past
    assert figures(streak(plan, story)) == told(plan, story)


def test_both_ways_show_three_in_the_example_of_the_rules():
    plan = season(closed=5, rests=frozenset({START + timedelta(weeks=4)}))
    story = history(plan, "kkra.")
    assert streak(plan, story).current == told(plan, story).current == 3


@given(pasts())
@MODEST
def test_grace_is_never_below_none_nor_above_two_at_any_moment(past: tuple[Season, History]):
    plan, story = past
    for closed in range(len(plan.rounds) + 1):
        rounds = tuple(replace(each, closed=each.number <= closed) for each in plan.rounds)
        result = streak(Season(rounds), story)
        assert 0 <= result.grace_held <= GRACE_HELD_AT_MOST == 2
        assert result.grace_spent <= 1 + sum(n in story.done for n in range(1, 10)) // 4


@given(pasts(), st.data())
@MODEST
def test_a_check_in_for_a_round_that_is_not_settled_never_shortens_anything(
    past: tuple[Season, History], data: st.DataObject
):
    """In time or to the rescue. (In a settled round it could: a streak that began earlier may have
    spent its grace by now.)"""
    plan, story = past
    unsettled = [
        each.number
        for each in plan.rounds
        if story.covers(each.number) and not is_rescue_over(plan, each)
    ]
    before = streak(plan, story)
    for number in data.draw(st.permutations(unsettled)):
        story = replace(story, done={**story.done, number: done(plan, number)})
        after = streak(plan, story)
        assert after.current >= before.current
        assert after.longest >= before.longest
        assert after.settled_longest >= before.settled_longest
        before = after


@given(story=st.text("kra.", max_size=8), data=st.data())
@MODEST
def test_a_round_away_neither_breaks_nor_extends(story: str, data: st.DataObject):
    """The same settled story with one more round, in which the person is away."""
    where = data.draw(st.integers(0, len(story)))
    longer = story[:where] + "a" + story[where:]
    with_away, without_it = (
        season(len(each), closed=len(each), settled=True) for each in (longer, story)
    )
    shown = figures(streak(without_it, history(without_it, story)))
    assert figures(streak(with_away, history(with_away, longer))) == shown
