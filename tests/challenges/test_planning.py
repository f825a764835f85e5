from dataclasses import replace
from datetime import date, timedelta

import pytest

from challenges.errors import NotAMonday
from challenges.planning import (
    begun_rounds,
    first_monday,
    fixed_rounds,
    is_rest_proposed,
    plan_rounds,
    rest_weeks_of,
    round_to_vote_about,
    weeks_of,
    working_days,
)
from tests.challenges.builders import STOCKHOLM, at, season

WEEK = timedelta(weeks=1)
AUTUMN = date(2026, 11, 30)
CHRISTMAS = date(2026, 12, 21)
NEW_YEAR = date(2026, 12, 28)


@pytest.mark.parametrize(
    ("monday", "is_rest"),
    [
        pytest.param("2026-11-23", False, id="an ordinary week"),
        pytest.param("2025-12-29", True, id="New Year's Eve and Day"),
        pytest.param("2026-01-05", False, id="Epiphany"),
        pytest.param("2026-03-30", False, id="before Easter, Friday free"),
        pytest.param("2026-04-06", False, id="after Easter, Monday free"),
        pytest.param("2026-05-11", False, id="Ascension"),
        pytest.param("2026-06-15", False, id="midsummer, the Eve free"),
        pytest.param("2026-06-22", False, id="before July"),
        pytest.param("2026-06-29", True, id="Thursday is 2 July"),
        pytest.param("2026-07-27", True, id="Thursday is 30 July"),
        pytest.param("2026-08-03", False, id="after July"),
        pytest.param("2026-12-14", False, id="before Christmas"),
        pytest.param("2026-12-21", True, id="Christmas"),
        pytest.param("2026-12-28", True, id="week 53"),
        pytest.param("2027-01-04", False, id="Epiphany on a Wednesday"),
        pytest.param("2027-06-28", True, id="Thursday is 1 July"),
        pytest.param("2027-12-20", False, id="Christmas Eve on a Friday"),
        pytest.param("2029-12-31", True, id="New Year on Monday and Tuesday"),
    ],
)
def test_short_weeks_and_july_are_proposed_as_rest(monday: str, is_rest: bool):
    day = date.fromisoformat(monday)
    assert is_rest_proposed(day) is is_rest


def test_a_season_that_runs_into_the_new_year_is_proposed_two_rest_weeks():
    assert rest_weeks_of(AUTUMN, 9) == {CHRISTMAS, NEW_YEAR}
    assert rest_weeks_of(date(2027, 1, 11), 9) == frozenset()


def test_what_was_chosen_holds_for_the_weeks_that_were_shown_and_proposals_for_the_others():
    shown = {AUTUMN + number * WEEK for number in range(4)}
    assert CHRISTMAS in shown
    assert rest_weeks_of(AUTUMN, 9, shown, {AUTUMN + WEEK}) == {AUTUMN + WEEK, NEW_YEAR}
    assert rest_weeks_of(AUTUMN, 9, shown, {date(2027, 1, 4)}) == {NEW_YEAR}


def test_a_rest_week_may_push_the_season_over_the_summer():
    start, july = date(2027, 4, 26), date(2027, 6, 28)
    assert rest_weeks_of(start, 9) == frozenset()
    chosen = {start + WEEK}
    summer = {july + number * WEEK for number in range(5)}
    assert rest_weeks_of(start, 9, chosen, chosen) == chosen | summer


def test_the_weeks_of_a_plan_are_all_there_in_order():
    planned = plan_rounds(AUTUMN, ["a", "b", "c", "d"], {CHRISTMAS, NEW_YEAR}, STOCKHOLM)
    weeks = weeks_of(planned, AUTUMN)
    assert [week.monday for week in weeks] == [AUTUMN + number * WEEK for number in range(6)]
    assert [week.round.challenge if week.round else None for week in weeks] == [
        "a", "b", "c", None, None, "d",
    ]  # fmt: skip
    assert [week.working_days for week in weeks] == [5, 5, 5, 3, 3, 4]


def test_only_a_monday_is_planned_from():
    for ask in (working_days, lambda day: rest_weeks_of(day, 1)):
        with pytest.raises(NotAMonday):
            ask(date(2026, 11, 24))


@pytest.mark.parametrize(
    ("local", "monday"),
    [
        ("2026-11-23T00:00", date(2026, 11, 23)),
        ("2026-11-23T00:01", date(2026, 11, 30)),
        ("2026-11-29T23:59", date(2026, 11, 30)),
    ],
)
def test_the_first_monday_is_the_one_that_has_not_begun(local: str, monday: date):
    assert first_monday(at(local), STOCKHOLM) == monday


# Four rounds from 31 August with a rest week after the second.
REST = frozenset({date(2026, 9, 14)})


@pytest.mark.parametrize(
    ("local", "begun"),
    [
        pytest.param("2026-08-30T23:59", 0, id="before the first round"),
        pytest.param("2026-08-31T00:00", 1, id="as it begins"),
        pytest.param("2026-09-13T12:00", 2, id="in the second"),
        pytest.param("2026-09-16T12:00", 3, id="in the rest week: catch-ups book in the third"),
        pytest.param("2026-09-21T12:00", 3, id="in the third"),
        pytest.param("2026-10-20T12:00", 4, id="after the last"),
    ],
)
def test_a_round_that_has_begun_or_takes_catch_ups_cannot_be_taken_away(local: str, begun: int):
    assert len(begun_rounds(season(4, rests=REST), at(local))) == begun


def test_nothing_is_moved_once_people_vote():
    def fixed(closed: int, *, has_vote: bool) -> int:
        plan = season(9, closed=closed)
        if has_vote:
            voted = replace(plan.rounds[7], alternative="c9")
            plan = replace(plan, rounds=(*plan.rounds[:7], voted, plan.rounds[8]))
        return len(fixed_rounds(plan, plan.rounds[closed].starts_at))

    assert fixed(4, has_vote=True) == 5
    assert fixed(5, has_vote=True) == 9
    assert fixed(5, has_vote=False) == 6


@pytest.mark.parametrize(
    ("closed", "rounds", "voted"),
    [(0, 9, 8), (0, 5, 4), (0, 4, None), (5, 9, 8), (6, 9, None), (5, 6, None)],
)
def test_a_vote_needs_a_round_to_decide_it(closed: int, rounds: int, voted: int | None):
    fixed = season(9, closed=closed).rounds[: closed + 1]
    assert round_to_vote_about(fixed, rounds) == voted
