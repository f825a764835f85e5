from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from challenges.calendar import (
    DayState,
    booking_round,
    day_states,
    instant_of,
    is_closing_late,
    is_in_time,
    is_leaving,
    is_mail_time,
    is_rescue_over,
    is_rest_week,
    last_catch_up,
    monday_of,
    next_round,
    open_rounds,
    receiving_round,
    rescue_deadline,
    round_times,
    week_round,
)
from challenges.errors import NotAMonday
from challenges.model import Season
from challenges.planning import plan_rounds
from tests.challenges.builders import MODEST, START, STOCKHOLM, at, season

ZONES = [
    "Europe/Stockholm",
    "America/St_Johns",
    "America/Havana",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "UTC",
]
TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("monday", "hours"),
    [
        (date(2026, 11, 23), 168),
        (date(2026, 10, 19), 169),
        (date(2027, 3, 22), 167),
        (date(2026, 12, 28), 168),
    ],
)
def test_a_week_is_as_long_as_the_clocks_make_it(monday: date, hours: int):
    times = round_times(monday, STOCKHOLM)
    assert times.ends_at - times.starts_at == timedelta(hours=hours)
    assert times.closes_at - times.ends_at == timedelta(hours=12)


def test_only_a_monday_begins_a_round_or_a_rest_week():
    with pytest.raises(NotAMonday):
        round_times(TUESDAY, STOCKHOLM)
    with pytest.raises(NotAMonday):
        plan_rounds(TUESDAY, ["a"], frozenset(), STOCKHOLM)
    with pytest.raises(NotAMonday):
        plan_rounds(START, ["a"], frozenset({TUESDAY}), STOCKHOLM)


@pytest.mark.parametrize(
    ("start", "local", "first_is_open", "second_is_open"),
    [
        ("2026-08-31", "2026-08-30T23:59:59.999999", False, False),
        ("2026-08-31", "2026-08-31T00:00:00", True, False),
        ("2026-08-31", "2026-09-06T23:59:59", True, False),
        ("2026-08-31", "2026-09-07T00:00:00", True, True),
        ("2026-08-31", "2026-09-07T11:59:59.999999", True, True),
        ("2026-08-31", "2026-09-07T12:00:00", False, True),
        # The clocks go back in the last night of the first week: 169 hours.
        ("2026-10-19", "2026-10-18T23:59:59", False, False),
        ("2026-10-19", "2026-10-19T00:00:00", True, False),
        ("2026-10-19", "2026-10-25T23:59:59", True, False),
        ("2026-10-19", "2026-10-26T00:00:00", True, True),
        ("2026-10-19", "2026-10-26T11:59:59", True, True),
        ("2026-10-19", "2026-10-26T12:00:00", False, True),
        # They go forward: 167 hours.
        ("2027-03-22", "2027-03-22T00:00:00", True, False),
        ("2027-03-22", "2027-03-28T23:59:59", True, False),
        ("2027-03-22", "2027-03-29T00:00:00", True, True),
        ("2027-03-22", "2027-03-29T11:59:59", True, True),
        ("2027-03-22", "2027-03-29T12:00:00", False, True),
    ],
)
def test_a_round_takes_check_ins_from_monday_to_the_next_mondays_noon(
    start: str, local: str, first_is_open: bool, second_is_open: bool
):
    plan = season(2, start=date.fromisoformat(start))
    first, second = plan.rounds
    assert is_in_time(first, at(local)) == first_is_open
    assert is_in_time(second, at(local)) == second_is_open
    expected = [first] * first_is_open + [second] * second_is_open
    assert open_rounds(plan, at(local)) == expected


@pytest.mark.parametrize(
    ("hours_of_utc", "clock"), [(0, "02:30:00"), (1, "02:30:00"), (2, "03:30:00")]
)
def test_both_turns_of_the_repeated_hour_lie_in_the_same_round(hours_of_utc: int, clock: str):
    moment = at("2026-10-25T00:00:00") + timedelta(hours=2 + hours_of_utc, minutes=30)
    assert moment.astimezone(STOCKHOLM).time() == time.fromisoformat(clock)
    plan = season(2, start=date(2026, 10, 19))
    assert week_round(plan, moment) == plan.rounds[0]


def test_a_season_runs_through_week_53_and_new_year():
    plan = season(3, start=date(2026, 12, 21))
    weeks = [each.starts_at.astimezone(STOCKHOLM).isocalendar()[:2] for each in plan.rounds]
    assert weeks == [(2026, 52), (2026, 53), (2027, 1)]
    assert week_round(plan, at("2026-12-31T23:59:59")) == plan.rounds[1]
    assert week_round(plan, at("2027-01-01T00:00:00")) == plan.rounds[1]
    assert week_round(plan, at("2027-01-03T23:59:59")) == plan.rounds[1]
    assert week_round(plan, at("2027-01-04T00:00:00")) == plan.rounds[2]


def test_a_rest_week_has_no_round_and_takes_no_number():
    plan = season(4, rests=REST)
    assert [each.number for each in plan.rounds] == [1, 2, 3, 4]
    assert plan.rounds[2].starts_at == at("2026-09-21T00:00")
    assert week_round(plan, at("2026-09-16T10:00")) is None
    assert next_round(plan, at("2026-09-16T10:00")) == plan.rounds[2]
    assert next_round(plan, plan.rounds[3].starts_at) is None


@pytest.mark.parametrize(
    ("local", "is_resting"),
    [
        ("2026-08-30T23:59:59", False),
        ("2026-08-31T00:00:00", False),
        ("2026-09-13T23:59:59", False),
        ("2026-09-14T00:00:00", True),
        ("2026-09-20T23:59:59", True),
        ("2026-09-21T00:00:00", False),
        ("2026-10-05T00:00:00", False),
    ],
)
def test_a_season_rests_only_between_two_of_its_rounds(local: str, is_resting: bool):
    assert is_rest_week(season(4, rests=REST), at(local)) is is_resting


# Four rounds from 31 August with a rest week after the second: the weeks of 31 August,
# 7 September, (14 September), 21 September and 28 September.
REST = frozenset({START + timedelta(weeks=2)})


@pytest.mark.parametrize(
    ("challenge", "received", "booked"),
    [
        pytest.param(1, "2026-08-31T00:00", 1, id="in time, the first instant"),
        pytest.param(1, "2026-09-02T10:00", 1, id="in time"),
        pytest.param(1, "2026-09-07T11:59:59", 1, id="in time on the Monday after"),
        pytest.param(1, "2026-09-07T12:00", 2, id="a catch-up from noon on"),
        pytest.param(1, "2026-09-10T10:00", 2, id="a catch-up in the next week"),
        pytest.param(2, "2026-09-07T00:00", 2, id="the new round on an overlapping morning"),
        pytest.param(1, "2026-09-14T09:00", 3, id="a catch-up as a rest week begins"),
        pytest.param(2, "2026-09-14T11:59", 2, id="in time in a rest week"),
        pytest.param(2, "2026-09-14T12:00", 3, id="a catch-up in a rest week"),
        pytest.param(1, "2026-09-16T10:00", 3, id="an older catch-up in a rest week"),
        pytest.param(1, "2026-09-21T09:00", 3, id="an older catch-up after a rest week"),
        pytest.param(3, "2026-09-28T09:00", 3, id="in time on an overlapping morning"),
        pytest.param(2, "2026-09-28T09:00", 4, id="a catch-up on an overlapping morning"),
        pytest.param(4, "2026-10-05T11:59", 4, id="in time after the last week"),
        pytest.param(3, "2026-10-04T23:59:59", 4, id="the last catch-up with points"),
        pytest.param(3, "2026-10-05T00:00", None, id="a catch-up after the last week"),
        pytest.param(4, "2026-10-05T12:00", None, id="the last round caught up"),
        pytest.param(3, "2026-09-20T23:59:59", None, id="before the round has begun"),
    ],
)
def test_a_check_in_is_booked_where_the_rule_says(
    challenge: int, received: str, booked: int | None
):
    plan = season(4, rests=REST)
    found = booking_round(plan, plan.rounds[challenge - 1], at(received))
    assert (found.number if found else None) == booked


EARLY = at("2026-09-09T10:00")


def closed_early() -> Season:
    """The second of three rounds closed on its Wednesday."""
    first, second, third = season(3, closed=2).rounds
    return Season((first, replace(second, closes_at=EARLY), third))


@pytest.mark.parametrize(
    ("challenge", "late", "booked"),
    [
        pytest.param(2, timedelta(microseconds=-1), 2, id="before the early close"),
        pytest.param(2, timedelta(0), 3, id="at the early close"),
        pytest.param(1, timedelta(hours=-1), 2, id="a catch-up before it"),
        pytest.param(1, timedelta(0), 3, id="a catch-up after it, the week still running"),
    ],
)
def test_what_an_early_closed_round_no_longer_takes_books_in_the_next(
    challenge: int, late: timedelta, booked: int
):
    plan = closed_early()
    found = booking_round(plan, plan.rounds[challenge - 1], EARLY + late)
    assert found == plan.rounds[booked - 1]


@given(challenge=st.integers(1, 4), minutes=st.integers(-60 * 24 * 28, 60 * 24 * 45))
@MODEST
def test_nothing_is_ever_booked_in_a_round_that_has_closed_or_lies_before(
    challenge: int, minutes: int
):
    plan = season(4, rests=REST)
    this = plan.rounds[challenge - 1]
    received = this.starts_at + timedelta(minutes=minutes)
    found = booking_round(plan, this, received)
    assert found is None or (received < found.closes_at and found.number >= this.number)
    assert (found == this) == is_in_time(this, received)


def test_what_is_no_check_in_in_time_books_where_it_is_received_until_the_last_week_ends():
    plan = season(2)
    first, last = plan.rounds
    on_monday_morning = first.ends_at + timedelta(hours=10)
    assert receiving_round(plan, first.starts_at) == first
    assert receiving_round(plan, on_monday_morning) == last
    assert receiving_round(plan, last.ends_at - timedelta(microseconds=1)) == last
    assert receiving_round(plan, last.ends_at) is None
    assert is_in_time(last, last.ends_at)


def test_a_catch_up_rescues_until_the_next_closing_and_a_week_after_the_last():
    plan = season(4, rests=REST)
    assert rescue_deadline(plan, plan.rounds[0]) == plan.rounds[1].closes_at
    assert rescue_deadline(plan, plan.rounds[1]) == at("2026-09-28T12:00")
    assert rescue_deadline(plan, plan.rounds[3]) == last_catch_up(plan) == at("2026-10-12T12:00")


def test_a_rescue_is_over_when_the_next_round_has_been_closed_however_late_that_is():
    assert not is_rescue_over(season(2, closed=1), season(2, closed=1).rounds[0])
    assert is_rescue_over(season(2, closed=2), season(2, closed=2).rounds[0])
    assert not is_rescue_over(season(2, closed=2), season(2, closed=2).rounds[1])
    settled = season(2, closed=2, settled=True)
    assert is_rescue_over(settled, settled.rounds[1])


def test_a_closing_is_late_from_its_time_until_it_is_done():
    noons = [each.closes_at for each in season(2).rounds]
    settling = last_catch_up(season(2))
    for number, closed, due in (
        (1, 0, noons[0]),
        (1, 1, noons[1]),
        (2, 1, noons[1]),
        (2, 2, settling),
    ):
        this = season(2, closed=closed)
        for instant, is_late in ((due - timedelta(microseconds=1), False), (due, True)):
            assert is_closing_late(this, this.rounds[number - 1], instant) == is_late
    settled = season(2, closed=2, settled=True)
    assert not any(is_closing_late(settled, each, settling) for each in settled.rounds)


@pytest.mark.parametrize(
    ("local", "gone", "is_today"),
    [
        ("2026-08-30T23:59", 0, False),
        ("2026-08-31T00:00", 0, True),
        ("2026-09-03T08:00", 3, True),
        ("2026-09-06T23:59", 6, True),
        ("2026-09-07T00:00", 7, False),
    ],
)
def test_the_days_of_a_week_are_gone_today_or_left(local: str, gone: int, is_today: bool):
    states = day_states(season(1).rounds[0], at(local), STOCKHOLM)
    left = 7 - gone - is_today
    today = [DayState.TODAY] * is_today
    assert states == [DayState.GONE] * gone + today + [DayState.LEFT] * left


@given(
    day=st.dates(date(1975, 1, 6), date(2100, 12, 31)),
    zone=st.sampled_from(ZONES),
    second=st.integers(0, 86_399),
)
@MODEST
def test_every_local_moment_lies_in_the_week_that_the_calendar_gives(
    day: date, zone: str, second: int
):
    place = ZoneInfo(zone)
    moment = instant_of(day, time(second // 3600, second // 60 % 60, second % 60), place)
    local = moment.astimezone(place)
    times = round_times(monday_of(local.date()), place)
    assert times.starts_at <= moment < times.ends_at
    year, week, _ = local.date().isocalendar()
    begins = times.starts_at.astimezone(place)
    assert begins.date() == date.fromisocalendar(year, week, 1)
    assert times.closes_at.astimezone(place).time() == time(12)


@pytest.mark.parametrize(
    ("local", "may_leave"),
    [
        ("2026-11-25T06:59:59", False),
        ("2026-11-25T07:00", True),
        ("2026-11-25T17:59:59", True),
        ("2026-11-25T18:00", False),
        ("2026-11-28T12:00", False),
        ("2026-11-29T12:00", False),
        # Seven is seven on the wall, on the Mondays after both nights on which clocks are moved.
        ("2026-10-26T06:59", False),
        ("2026-10-26T07:00", True),
        ("2027-03-29T07:00", False),
        ("2027-03-30T06:59", False),
        ("2027-03-30T07:00", True),
        # Christmas and New Year, with working days in between.
        ("2026-12-24T12:00", False),
        ("2026-12-25T12:00", False),
        ("2026-12-28T12:00", True),
        ("2026-12-31T12:00", False),
        ("2027-01-01T12:00", False),
        ("2027-01-04T12:00", True),
        ("2027-01-06T12:00", False),
    ],
)
def test_mails_that_nobody_asked_for_leave_while_people_work(local: str, may_leave: bool):
    assert is_mail_time(at(local), STOCKHOLM) is may_leave


@pytest.mark.parametrize(
    ("left_from", "weeks", "closed", "expected"),
    [
        pytest.param(None, 1, 0, False, id="stays"),
        pytest.param(3, 1, 0, True, id="in the round before"),
        pytest.param(3, 2, 0, False, id="from the first moment without her"),
        pytest.param(1, 0, 0, False, id="left before her first round"),
        pytest.param(5, 4, 3, True, id="no round is left, but the season is not over"),
        pytest.param(5, 4, 4, False, id="the season is over"),
    ],
)
def test_who_leaves_is_in_until_the_first_round_without_her(
    left_from: int | None, weeks: int, closed: int, expected: bool
):
    plan = season(4, closed=closed)
    instant = plan.rounds[0].starts_at + timedelta(weeks=weeks)
    assert is_leaving(plan, 1, left_from, instant) is expected
