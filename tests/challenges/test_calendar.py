from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from challenges.calendar import (
    DayState,
    booking_round,
    day_states,
    instant_of,
    is_in_time,
    last_catch_up,
    monday_of,
    open_rounds,
    plan_rounds,
    proposed_rest_weeks,
    rescue_deadline,
    round_times,
    week_round,
)
from challenges.errors import NotAMonday
from tests.challenges.builders import START, STOCKHOLM, at, season

ZONES = ["Europe/Stockholm", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "UTC"]


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


def test_only_a_monday_begins_a_round():
    with pytest.raises(NotAMonday):
        round_times(date(2026, 11, 24), STOCKHOLM)
    with pytest.raises(NotAMonday):
        plan_rounds(date(2026, 11, 24), ["a"], frozenset(), STOCKHOLM)


@pytest.mark.parametrize(
    ("local", "first_is_open", "second_is_open"),
    [
        ("2026-08-30T23:59:59.999999", False, False),
        ("2026-08-31T00:00:00", True, False),
        ("2026-09-06T23:59:59", True, False),
        ("2026-09-07T00:00:00", True, True),
        ("2026-09-07T11:59:59.999999", True, True),
        ("2026-09-07T12:00:00", False, True),
    ],
)
def test_a_round_takes_check_ins_from_monday_to_the_next_mondays_noon(
    local: str, first_is_open: bool, second_is_open: bool
):
    first, second = season(2).rounds
    assert is_in_time(first, at(local)) == first_is_open
    assert is_in_time(second, at(local)) == second_is_open
    assert len(open_rounds(season(2), at(local))) == first_is_open + second_is_open


@pytest.mark.parametrize("monday", [date(2026, 10, 19), date(2027, 3, 22)])
def test_noon_is_noon_after_a_night_in_which_the_clocks_change(monday: date):
    closes_at = round_times(monday, STOCKHOLM).closes_at
    assert closes_at.astimezone(STOCKHOLM).time() == time(12)
    assert closes_at.astimezone(STOCKHOLM).date() == monday + timedelta(days=7)


def test_week_53_and_new_year_are_ordinary():
    plan = season(3, start=date(2026, 12, 21))
    weeks = [each.starts_at.astimezone(STOCKHOLM).isocalendar().week for each in plan.rounds]
    assert weeks == [52, 53, 1]
    assert week_round(plan, at("2027-01-03T23:59:59")) == plan.rounds[1]


# Booking: where a check-in of a round (1 to 4, a rest week after the second) lands.
REST = frozenset({START + timedelta(weeks=2)})


@pytest.mark.parametrize(
    ("challenge", "received", "booked"),
    [
        (1, "2026-09-02T10:00", 1),
        (1, "2026-09-07T11:59:59", 1),
        (1, "2026-09-07T12:00", 2),
        (1, "2026-09-10T10:00", 2),
        (2, "2026-09-07T00:00", 2),
        (2, "2026-09-14T11:59", 2),
        (2, "2026-09-14T12:00", 3),
        (1, "2026-09-16T10:00", 3),
        (1, "2026-09-21T09:00", 3),
        (3, "2026-09-28T09:00", 3),
        (2, "2026-09-28T09:00", 4),
        (4, "2026-10-05T11:59", 4),
        (3, "2026-10-05T09:00", None),
        (4, "2026-10-05T12:00", None),
    ],
)
def test_a_check_in_is_booked_where_the_rule_says(
    challenge: int, received: str, booked: int | None
):
    plan = season(4, rests=REST)
    found = booking_round(plan, plan.rounds[challenge - 1], at(received))
    assert (found.number if found else None) == booked


def test_after_an_early_close_it_books_in_the_next_round():
    plan = season(2)
    first, second = plan.rounds
    early = type(first)(
        first.id, 1, "c1", first.starts_at, first.ends_at, at("2026-09-02T10:00"), closed=True
    )
    closed_early = type(plan)((early, second))
    assert booking_round(closed_early, early, at("2026-09-02T10:00")) == second
    assert booking_round(closed_early, early, at("2026-09-02T09:59")) == early


@given(challenge=st.integers(1, 4), hours=st.integers(0, 24 * 45))
@settings(max_examples=80, deadline=None)
def test_nothing_is_ever_booked_in_a_round_that_has_closed_or_lies_before(
    challenge: int, hours: int
):
    plan = season(4, rests=REST)
    this = plan.rounds[challenge - 1]
    received = this.starts_at + timedelta(hours=hours)
    found = booking_round(plan, this, received)
    assert found is None or (received < found.closes_at and found.number >= this.number)


def test_a_catch_up_rescues_until_the_next_closing_and_a_week_after_the_last():
    plan = season(2)
    assert rescue_deadline(plan, plan.rounds[0]) == plan.rounds[1].closes_at
    assert rescue_deadline(plan, plan.rounds[1]) == at("2026-09-21T12:00")
    assert last_catch_up(plan) == at("2026-09-21T12:00")


@pytest.mark.parametrize(
    ("monday", "is_rest"),
    [
        (date(2026, 11, 23), False),
        (date(2026, 12, 21), True),
        (date(2026, 12, 28), True),
        (date(2027, 1, 4), False),
        (date(2027, 3, 22), False),
        (date(2027, 6, 21), False),
        (date(2027, 6, 28), True),
        (date(2027, 7, 26), True),
        (date(2027, 8, 2), False),
    ],
)
def test_short_weeks_and_july_are_proposed_as_rest(monday: date, is_rest: bool):
    assert (monday in proposed_rest_weeks(monday, 1)) == is_rest


def test_the_days_of_a_week_are_gone_today_or_left():
    states = day_states(season(1).rounds[0], at("2026-09-03T08:00"), STOCKHOLM)
    assert states == [DayState.GONE] * 3 + [DayState.TODAY] + [DayState.LEFT] * 3


@given(
    day=st.dates(date(1970, 1, 5), date(2100, 12, 31)),
    zone=st.sampled_from(ZONES),
    second=st.integers(0, 86_399),
)
@settings(max_examples=100, deadline=None)
def test_every_local_moment_lies_in_the_week_that_the_calendar_gives(
    day: date, zone: str, second: int
):
    place = ZoneInfo(zone)
    moment = instant_of(day, time(second // 3600, second // 60 % 60, second % 60), place)
    local = moment.astimezone(place)
    times = round_times(monday_of(local.date()), place)
    assert times.starts_at <= moment < times.ends_at
    begins = times.starts_at.astimezone(place).date()
    assert begins.isocalendar()[:2] == local.date().isocalendar()[:2]
