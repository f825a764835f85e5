from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from challenges.badge_rules import Badge, Rule
from challenges.badges import (
    Progress,
    TeamRecord,
    earned,
    is_decided_by_closing,
    progress,
    team_earned,
    team_progress,
)
from challenges.catalogue import load_catalogue
from challenges.model import DepartmentId, Done, History, Level, Season
from challenges.streaks import streak
from tests.challenges.builders import MODEST, done, history, season, without

CATALOGUE = load_catalogue()
RULES: TypeAdapter[Rule] = TypeAdapter(Rule)

QUIET = {"kind": "quiet-missions", "count": 3}
FIGURES = {"kind": "both-figures", "count": 3}
BRIDGED = {"kind": "departments-bridged", "count": 3}
THREE_KEPT = {"kind": "kept-in-a-row", "count": 3}
NEWCOMER = {"kind": "tag-done", "tag": "newcomer"}
FIRST = {"kind": "challenge-done", "challenge": "c1"}
WHOLE = {"kind": "whole-season", "minimum": 5}


def badge(**rule: Any) -> Badge:
    """A badge with that rule and nothing else that matters."""
    model = CATALOGUE.badges[0]
    return model.model_copy(update={"rule": RULES.validate_python(rule)})


def how_far(rule: dict[str, Any], plan: Season, story: History) -> tuple[int, int]:
    found = progress(badge(**rule), plan, story, streak(plan, story))
    assert found is not None
    assert found.is_earned == (found.is_decided and found.have == found.need)
    return found.have, found.need


def earned_by(plan: Season, story: History) -> frozenset[str]:
    return earned(CATALOGUE.badges, plan, story, streak(plan, story))


def deeds(plan: Season, *each: dict[str, Any]) -> History:
    """A check-in in each round from the first on, with what is to be known of it."""
    return History(1, {n: done(plan, n, **what) for n, what in enumerate(each, start=1)})


@pytest.mark.parametrize(
    ("rule", "story", "closed", "expected"),
    [
        pytest.param(FIRST, "k", 0, (1, 1), id="a challenge done"),
        pytest.param(FIRST, "l", 4, (1, 1), id="a challenge caught up, however late"),
        pytest.param(FIRST, ".k", 2, (0, 1), id="another challenge"),
        pytest.param(THREE_KEPT, "kk", 2, (2, 3), id="two kept"),
        pytest.param(THREE_KEPT, "kkrk", 4, (3, 3), id="more than three kept, one rescued"),
        pytest.param(THREE_KEPT, "kak", 3, (2, 3), id="away does not extend"),
        pytest.param(THREE_KEPT, "kkl", 4, (2, 3), id="a late catch-up is not kept"),
        pytest.param(THREE_KEPT, "kk.k", 3, (2, 3), id="a pending round is waited for"),
        pytest.param(THREE_KEPT, "kk.k", 2, (2, 3), id="so is one still open on Monday morning"),
        pytest.param(THREE_KEPT, "kk.k", 4, (3, 3), id="grace has bridged it"),
        pytest.param(THREE_KEPT, "kkk...", 6, (3, 3), id="an ended streak has been one"),
    ],
)
def test_progress_of_a_story(
    rule: dict[str, Any], story: str, closed: int, expected: tuple[int, int]
):
    plan = season(closed=closed)
    assert how_far(rule, plan, history(plan, story)) == expected


QUIETLY = {"level": Level.QUIET}
NOTED = {"both_figures": True}
LATE = {"late": timedelta(days=1)}


@pytest.mark.parametrize(
    ("rule", "check_ins", "expected"),
    [
        pytest.param(QUIET, [QUIETLY, {"level": Level.BOLD}, {}], (1, 3), id="quiet ones only"),
        pytest.param(QUIET, [QUIETLY, QUIETLY, QUIETLY | LATE], (3, 3), id="quiet, one caught up"),
        pytest.param(QUIET, [QUIETLY] * 5, (3, 3), id="never more than is needed"),
        pytest.param(FIGURES, [NOTED, {}, NOTED], (2, 3), id="both figures noted twice"),
        pytest.param(NEWCOMER, [{"tags": ("newcomer", "fika")}], (1, 1), id="a newcomer met"),
        pytest.param(NEWCOMER, [{"tags": ("reconnect",)}], (0, 1), id="another tag"),
        pytest.param(BRIDGED, [{"departments": (2, 3)}], (2, 3), id="two departments at once"),
        pytest.param(
            BRIDGED, [{"departments": (2,)}, {"departments": (2,)}], (1, 3), id="one met twice"
        ),
        pytest.param(
            BRIDGED,
            [{"departments": (2, 3)}, {"departments": (4,)} | LATE],
            (3, 3),
            id="a catch-up bridges for badges",
        ),
    ],
)
def test_progress_counts_what_the_check_ins_were(
    rule: dict[str, Any], check_ins: list[dict[str, Any]], expected: tuple[int, int]
):
    plan = season(closed=len(check_ins))
    assert how_far(rule, plan, deeds(plan, *check_ins)) == expected


def test_no_rule_can_read_a_discomfort_value():
    """What the rules see of a check-in holds no number but ids and which round it was."""
    types = get_type_hints(Done)
    assert types.pop("round_number") is int
    assert set(types.values()) <= {
        str,
        bool,
        datetime,
        Level,
        frozenset[str],
        frozenset[DepartmentId],
    }


@pytest.mark.parametrize(
    ("story", "first", "settled", "is_earned"),
    [
        pytest.param("kkkkkkkkk", 1, True, True, id="everything kept"),
        pytest.param("kkkkkkkkk", 1, False, False, id="everything kept but not settled"),
        pytest.param("kkkkkkkk.", 1, True, False, id="one missed"),
        pytest.param("kkkkklrkk", 1, True, True, id="caught up, once after the rescue was over"),
        pytest.param("kkkakkaak", 1, True, True, id="away excepted"),
        pytest.param("kkaaaaaka", 1, True, False, id="fewer than five done"),
        pytest.param("kKKaaaakk", 1, True, True, id="done although away counts"),
        pytest.param("kkkkk", 5, True, True, id="the last five since joining"),
        pytest.param("kkkk", 6, True, False, id="joined too late for five"),
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


def test_who_leaves_has_not_been_there_the_whole_season():
    plan = season(closed=9, settled=True)
    assert how_far(WHOLE, plan, history(plan, "kkkkkk", left_from=7)) == (6, 9)


@pytest.mark.parametrize(
    ("story", "first", "expected"),
    [
        ("kk", 1, (2, 9)),
        ("kkaa", 1, (2, 7)),
        ("k", 7, (1, 5)),
        ("kkkkkkkkk", 1, (9, 9)),
    ],
)
def test_the_whole_season_shows_how_far_it_is(story: str, first: int, expected: tuple[int, int]):
    plan = season(closed=len(story))
    assert how_far(WHOLE, plan, history(plan, story, first=first)) == expected


stories = st.text("krla.KRL", max_size=9)


@given(story=stories, undone=st.sets(st.integers(1, 9), max_size=3), settled=st.booleans())
@MODEST
def test_an_undo_earns_nothing_and_doing_it_again_restores_exactly(
    story: str, undone: set[int], settled: bool
):
    plan = season(closed=9 if settled else len(story), settled=settled)
    full = history(plan, story)
    names = earned_by(plan, full)
    fewer = without(full, undone)
    assert earned_by(plan, fewer) <= names
    again = {number: full.done[number] for number in sorted(full.done, reverse=True)}
    assert earned_by(plan, replace(fewer, done=again)) == names


def test_each_undo_takes_what_it_had_given_and_no_more():
    plan = season(closed=3)
    full = deeds(plan, {"departments": (2,)}, {"departments": (2,)}, {"departments": (3,)})
    assert how_far(BRIDGED, plan, full) == (2, 3)
    assert how_far(BRIDGED, plan, without(full, [1])) == (2, 3)
    assert how_far(BRIDGED, plan, without(full, [3])) == (1, 3)
    assert how_far(THREE_KEPT, plan, full) == (3, 3)
    assert how_far(THREE_KEPT, plan, without(full, [3])) == (2, 3)


def test_a_badge_is_a_persons_or_a_teams():
    plan = season()
    nothing = history(plan, "")
    record = TeamRecord(0, 0, 7)
    for each in CATALOGUE.badges:
        personal = progress(each, plan, nothing, streak(plan, nothing))
        assert (personal is None) == each.is_team
        assert (team_progress(each, record) is None) != each.is_team


def test_nothing_done_earns_nothing():
    plan = season(closed=9, settled=True)
    assert earned_by(plan, history(plan, "")) == frozenset()
    assert earned_by(plan, history(plan, "aaaaaaaaa")) == frozenset()


def test_a_closing_alone_decides_streaks_and_the_whole_season():
    decided = {kind for kind, rule in KINDS.items() if is_decided_by_closing(badge(**rule))}
    assert decided == {"kept-in-a-row", "whole-season"}


KINDS = {
    rule["kind"]: rule
    for rule in (
        QUIET,
        FIGURES,
        BRIDGED,
        THREE_KEPT,
        NEWCOMER,
        FIRST,
        WHOLE,
        {"kind": "team-check-ins", "count": 10},
        {"kind": "team-departments-bridged"},
    )
}


@pytest.mark.parametrize(
    ("rule", "record", "expected"),
    [
        pytest.param("team-check-ins", TeamRecord(0, 0, 7), Progress(0, 10), id="none"),
        pytest.param("team-check-ins", TeamRecord(9, 0, 7), Progress(9, 10), id="nine"),
        pytest.param("team-check-ins", TeamRecord(12, 0, 7), Progress(10, 10), id="past ten"),
        pytest.param("team-departments-bridged", TeamRecord(0, 6, 7), Progress(6, 7), id="six"),
        pytest.param("team-departments-bridged", TeamRecord(0, 7, 7), Progress(7, 7), id="all"),
        pytest.param(
            "team-departments-bridged", TeamRecord(0, 7, 6), Progress(6, 6), id="one is gone since"
        ),
        pytest.param(
            "team-departments-bridged", TeamRecord(0, 0, 0), Progress(0, 1), id="none to bridge to"
        ),
    ],
)
def test_team_badges(rule: str, record: TeamRecord, expected: Progress):
    assert team_progress(badge(**KINDS[rule]), record) == expected


@pytest.mark.parametrize(
    ("check_ins", "departments", "expected"),
    [
        (9, 6, set()),
        (10, 6, {"team-10"}),
        (50, 7, {"team-10", "team-25", "team-50", "team-all-bridges"}),
        (100, 0, {"team-10", "team-25", "team-50", "team-100"}),
    ],
)
def test_a_team_earns_every_step_it_has_reached(
    check_ins: int, departments: int, expected: set[str]
):
    record = TeamRecord(check_ins, departments, other_departments=7)
    assert team_earned(CATALOGUE.badges, record) == expected


@pytest.mark.parametrize(("have", "share"), [(0, 0.0), (1, 0.25), (4, 1.0), (6, 1.0)])
def test_a_share_is_never_more_than_all(have: int, share: float):
    assert Progress(have, 4).share == share
