"""Badges followed one act at a time, as the site does it, and recomputed at once."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from challenges.badges import earned, is_decided_by_closing, progress
from challenges.catalogue import load_catalogue
from challenges.model import DepartmentId, Done, History, Level, Season
from challenges.streaks import streak
from tests.challenges.builders import LATE, MODEST, done, season

CATALOGUE = load_catalogue()
SLUGS = [each.slug for each in CATALOGUE.challenges]
TAGS = sorted(tag.value for tag in CATALOGUE.tags)
BY_CLOSING = tuple(each for each in CATALOGUE.badges if is_decided_by_closing(each))
ROUNDS = 9


def plan_of(closed: int, *, settled: bool = False) -> Season:
    """A season of the real challenges, whose badges can be won."""
    plan = season(ROUNDS, closed=closed, settled=settled)
    rounds = (replace(each, challenge=SLUGS[each.number - 1]) for each in plan.rounds)
    return replace(plan, rounds=tuple(rounds))


@st.composite
def deeds(draw: st.DrawFn, number: int) -> Done:
    plain = done(
        plan_of(0),
        number,
        late=LATE[draw(st.sampled_from("kkkrl"))],
        departments=tuple(draw(st.sets(st.integers(1, 7), max_size=3))),
        level=draw(st.sampled_from(Level)),
        tags=tuple(draw(st.sets(st.sampled_from(TAGS), max_size=2))),
        both_figures=draw(st.booleans()),
    )
    return replace(plain, challenge=SLUGS[number - 1])


@st.composite
def pasts(draw: st.DrawFn) -> History:
    first = draw(st.integers(1, ROUNDS))
    numbers = draw(st.sets(st.integers(first, ROUNDS)))
    return History(
        first,
        {number: draw(deeds(number)) for number in sorted(numbers)},
        draw(st.frozensets(st.integers(first, ROUNDS), max_size=3)),
    )


def recomputed(plan: Season, story: History) -> frozenset[str]:
    return earned(CATALOGUE.badges, plan, story, streak(plan, story))


def after_closing(held: frozenset[str], plan: Season, story: History) -> frozenset[str]:
    """A closing looks at those badges alone that it can decide."""
    decided = {each.slug for each in BY_CLOSING}
    return (held - decided) | earned(BY_CLOSING, plan, story, streak(plan, story))


acts = st.lists(
    st.sampled_from(("check in", "check in", "undo", "away", "close")), min_size=1, max_size=20
)


@given(acts, st.data())
@MODEST
def test_badges_followed_act_by_act_are_those_recomputed_from_the_history(
    acts: list[str], data: st.DataObject
):
    story, closed, held = History(1, {}), 0, frozenset[str]()
    for act in acts:
        number = data.draw(st.integers(1, ROUNDS))
        if act == "close":
            closed = min(closed + 1, ROUNDS + 1)
        elif act == "check in":
            story = replace(story, done={**story.done, number: data.draw(deeds(number))})
        elif act == "undo":
            rest = {each: deed for each, deed in story.done.items() if each != number}
            story = replace(story, done=rest)
        else:
            story = replace(story, away=story.away ^ {number})
        plan = plan_of(min(closed, ROUNDS), settled=closed > ROUNDS)
        held = after_closing(held, plan, story) if act == "close" else recomputed(plan, story)
        assert held == recomputed(plan, story)


@given(pasts(), st.integers(0, ROUNDS), st.data())
@MODEST
def test_undoing_anything_and_doing_it_again_restores_everything_in_any_order(
    story: History, closed: int, data: st.DataObject
):
    plan = plan_of(closed)
    before = recomputed(plan, story), streak(plan, story)
    undone = data.draw(st.permutations(sorted(story.done)))
    shorter = dict(story.done)
    for number in undone:
        del shorter[number]
        assert recomputed(plan, replace(story, done=dict(shorter))) <= before[0] | SHIFTING
    for number in data.draw(st.permutations(undone)):
        shorter[number] = story.done[number]
    again = replace(story, done=shorter)
    assert (recomputed(plan, again), streak(plan, again)) == before


# An undo may lengthen a later row, for which grace is then left, and make up for one not done
# though not away: those two kinds alone may come by doing less.
SHIFTING = frozenset(each.slug for each in BY_CLOSING)


@given(pasts(), st.integers(0, ROUNDS + 1))
@MODEST
def test_progress_is_never_more_than_what_is_needed(story: History, closed: int):
    plan = plan_of(min(closed, ROUNDS), settled=closed > ROUNDS)
    for badge in CATALOGUE.badges:
        found = progress(badge, plan, story, streak(plan, story))
        assert badge.is_team == (found is None)
        if found is not None:
            assert 0 <= found.have <= found.need
            assert found.is_earned == (badge.slug in recomputed(plan, story))


@given(pasts(), st.permutations(range(1, 8)))
@MODEST
def test_which_departments_they_were_is_nothing_to_a_badge(story: History, names: list[int]):
    renamed = {
        number: replace(
            deed,
            departments=frozenset(DepartmentId(names[each - 1]) for each in deed.departments),
        )
        for number, deed in story.done.items()
    }
    plan = plan_of(ROUNDS, settled=True)
    assert recomputed(plan, replace(story, done=renamed)) == recomputed(plan, story)
