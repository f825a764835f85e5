from datetime import timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from challenges.badges import Progress, TeamRecord, earned, progress, team_earned, team_progress
from challenges.catalogue import Badge, Rule, load_catalogue
from challenges.model import Done, History, Level, Season
from challenges.streaks import streak
from tests.challenges.builders import done, history, season

CATALOGUE = load_catalogue()


def badge(**rule: Any) -> Badge:
    """A badge with that rule and nothing else that matters."""
    model = CATALOGUE.badges[0]
    return model.model_copy(update={"rule": TypeAdapter(Rule).validate_python(rule)})


def how_far(rule: dict[str, Any], plan: Season, story: History) -> tuple[int, int]:
    found = progress(badge(**rule), plan, story, streak(plan, story))
    assert found is not None
    return found.have, found.need


def one(plan: Season, number: int = 1, **what: Any) -> History:
    return History(1, {number: done(plan, number, **what)})


def many(plan: Season, *deeds: Done) -> History:
    return History(1, {deed.round_number: deed for deed in deeds})


@pytest.mark.parametrize(
    ("rule", "story", "expected"),
    [
        ({"kind": "challenge-done", "challenge": "c1"}, "k", (1, 1)),
        ({"kind": "challenge-done", "challenge": "c1"}, "l", (1, 1)),
        ({"kind": "challenge-done", "challenge": "c2"}, "k", (0, 1)),
        ({"kind": "kept-in-a-row", "count": 3}, "kk", (2, 3)),
        ({"kind": "kept-in-a-row", "count": 3}, "kkrk", (3, 3)),
        ({"kind": "kept-in-a-row", "count": 3}, "kak", (2, 3)),
        ({"kind": "quiet-missions", "count": 2}, "kkk", (0, 2)),
        ({"kind": "both-figures", "count": 2}, "kkk", (0, 2)),
    ],
)
def test_progress_of_a_story(rule: dict[str, Any], story: str, expected: tuple[int, int]):
    plan = season(closed=len(story))
    assert how_far(rule, plan, history(plan, story)) == expected


def test_departments_are_counted_once_each_catch_ups_included():
    plan = season(closed=3)
    story = many(
        plan,
        done(plan, 1, departments=(2, 3)),
        done(plan, 2, departments=(2,)),
        done(plan, 3, departments=(4,), late=timedelta(days=1)),
    )
    assert how_far({"kind": "departments-bridged", "count": 5}, plan, story) == (3, 5)


def test_quiet_missions_noted_figures_and_tags_are_counted():
    plan = season(closed=2)
    story = many(
        plan,
        done(plan, 1, level=Level.QUIET, both_figures=True),
        done(plan, 2, level=Level.BOLD, both_figures=True, tags=("newcomer",)),
    )
    assert how_far({"kind": "quiet-missions", "count": 3}, plan, story) == (1, 3)
    assert how_far({"kind": "both-figures", "count": 3}, plan, story) == (2, 3)
    assert how_far({"kind": "tag-done", "tag": "newcomer"}, plan, story) == (1, 1)
    assert how_far({"kind": "tag-done", "tag": "reconnect"}, plan, story) == (0, 1)


def test_no_rule_can_read_a_discomfort_value():
    assert not {"actual", "expected", "recalled", "discomfort"} & set(Done.__slots__)


WHOLE = {"kind": "whole-season", "minimum": 5}


@pytest.mark.parametrize(
    ("story", "first", "settled", "is_earned"),
    [
        ("kkkkkkkkk", 1, True, True),
        ("kkkkkkkkk", 1, False, False),
        ("kkkkkkkk.", 1, True, False),
        ("kkkkklkkk", 1, True, True),
        ("kkkakkaak", 1, True, True),
        ("kkaaaaaka", 1, True, False),
        ("kkkkk", 5, True, True),
        ("kkkk", 6, True, False),
    ],
)
def test_the_whole_season_is_decided_when_it_is_settled(
    story: str, first: int, settled: bool, is_earned: bool
):
    plan = season(closed=9, settled=settled)
    past = history(plan, story, first=first)
    found = progress(badge(**WHOLE), plan, past, streak(plan, past))
    assert found is not None
    assert found.is_earned == is_earned


def test_undoing_anything_and_doing_it_again_restores_exactly():
    plan = season(closed=5)
    full = history(plan, "kkrkk")
    names = earned(CATALOGUE.badges, plan, full, streak(plan, full))
    for number in full.done:
        rest = {key: value for key, value in full.done.items() if key != number}
        without = History(1, rest)
        fewer = earned(CATALOGUE.badges, plan, without, streak(plan, without))
        assert fewer <= names
        again = History(1, {**rest, number: full.done[number]})
        assert earned(CATALOGUE.badges, plan, again, streak(plan, again)) == names


@pytest.mark.parametrize(
    ("rule", "record", "expected"),
    [
        ({"kind": "team-check-ins", "count": 10}, TeamRecord(9, 0, 7), Progress(9, 10)),
        ({"kind": "team-check-ins", "count": 10}, TeamRecord(12, 0, 7), Progress(10, 10)),
        ({"kind": "team-departments-bridged"}, TeamRecord(0, 6, 7), Progress(6, 7)),
        ({"kind": "team-departments-bridged"}, TeamRecord(0, 0, 0), Progress(0, 1)),
    ],
)
def test_team_badges(rule: dict[str, Any], record: TeamRecord, expected: Progress):
    assert team_progress(badge(**rule), record) == expected
    plan = season()
    nothing = history(plan, "")
    assert progress(badge(**rule), plan, nothing, streak(plan, nothing)) is None


def test_a_team_earns_every_step_it_has_passed():
    record = TeamRecord(check_ins=50, departments=7, other_departments=7)
    assert team_earned(CATALOGUE.badges, record) == {
        "team-10",
        "team-25",
        "team-50",
        "team-all-bridges",
    }
