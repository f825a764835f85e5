"""Weeks and rounds in every zone from 1970 to 2100; `date.isocalendar` is the judge."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from challenges.calendar import (
    booking_round,
    is_in_time,
    local_day,
    monday_of,
    next_round,
    open_rounds,
    round_times,
    week_round,
)
from challenges.model import Round, RoundId, Season
from challenges.planning import plan_rounds
from tests.challenges.builders import MODEST

FIRST_MONDAY = date(1970, 1, 5)
WEEKS = 6_800
LAST_MONDAY = FIRST_MONDAY + timedelta(weeks=WEEKS)
MOMENT = timedelta(microseconds=1)

zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
mondays = st.integers(0, WEEKS).map(lambda weeks: FIRST_MONDAY + timedelta(weeks=weeks))
instants = st.integers(14 * 24 * 60, WEEKS * 7 * 24 * 60).map(
    lambda minutes: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def iso_monday(day: date) -> date:
    year, week, _ = day.isocalendar()
    return date.fromisocalendar(year, week, 1)


@given(st.dates(FIRST_MONDAY, LAST_MONDAY))
@MODEST
def test_every_day_belongs_to_the_monday_of_its_iso_week(day: date):
    assert monday_of(day) == iso_monday(day)


@given(mondays, zones)
@MODEST
def test_a_round_begins_with_its_monday_and_ends_with_its_sunday_in_every_zone(
    monday: date, zone: ZoneInfo
):
    times = round_times(monday, zone)
    following = round_times(monday + timedelta(weeks=1), zone)
    assert times.ends_at == following.starts_at
    assert local_day(times.starts_at, zone) == monday
    assert local_day(times.starts_at - MOMENT, zone) < monday
    assert local_day(times.ends_at - MOMENT, zone) <= monday + timedelta(days=6)
    noon = times.closes_at.astimezone(zone)
    assert (noon.date(), noon.time()) == (monday + timedelta(weeks=1), time(12))


@given(instants, zones)
@MODEST
def test_every_instant_lies_in_the_round_of_its_iso_week_and_in_no_other(
    instant: datetime, zone: ZoneInfo
):
    monday = iso_monday(local_day(instant, zone))
    around = [monday + timedelta(weeks=offset) for offset in (-2, -1, 0, 1, 2)]
    times = {each: round_times(each, zone) for each in around}
    holding = [each for each in around if times[each].starts_at <= instant < times[each].ends_at]
    assert holding == [monday]


@pytest.mark.parametrize(
    ("zone", "monday", "hours"),
    [
        pytest.param("Europe/Stockholm", date(1980, 3, 31), 7 * 24 - 1, id="forward in 1980"),
        pytest.param("Europe/Stockholm", date(2100, 3, 22), 7 * 24 - 1, id="forward in 2100"),
        pytest.param("Europe/Stockholm", date(2100, 10, 25), 7 * 24 + 1, id="back in 2100"),
        pytest.param("Australia/Lord_Howe", date(2026, 9, 28), 7 * 24 - 0.5, id="half an hour"),
        pytest.param("Pacific/Apia", date(2011, 12, 26), 6 * 24, id="a Friday that never was"),
        pytest.param("Pacific/Kwajalein", date(1993, 8, 16), 6 * 24, id="a day never was"),
        pytest.param("Antarctica/Troll", date(2026, 3, 23), 7 * 24 - 2, id="two hours forward"),
        pytest.param("Antarctica/Troll", date(2026, 10, 19), 7 * 24 + 2, id="two hours back"),
    ],
)
def test_a_strange_week_is_as_long_as_its_zone_makes_it(zone: str, monday: date, hours: float):
    times = round_times(monday, ZoneInfo(zone))
    assert times.ends_at - times.starts_at == timedelta(hours=hours)


@st.composite
def seasons(draw: st.DrawFn) -> tuple[Season, ZoneInfo]:
    """Any season anywhere, with rest weeks and perhaps with rounds that a demo closed early."""
    zone = draw(zones)
    start = draw(mondays)
    count = draw(st.integers(1, 9))
    offsets = draw(st.sets(st.integers(0, count + 3), max_size=4))
    rests = {start + timedelta(weeks=offset) for offset in offsets}
    planned = plan_rounds(start, [f"c{number}" for number in range(count)], rests, zone)
    rounds = tuple(
        Round(
            RoundId(each.number),
            each.number,
            each.challenge,
            each.times.starts_at,
            each.times.ends_at,
            each.times.closes_at,
        )
        for each in planned
    )
    early = draw(st.sets(st.integers(1, count), max_size=2))
    hours = draw(st.integers(1, 120))
    return Season(
        tuple(
            replace(each, closes_at=each.starts_at + timedelta(hours=hours))
            if each.number in early
            else each
            for each in rounds
        )
    ), zone


def edges(plan: Season) -> list[datetime]:
    """The instants at which an answer may change, and those just before."""
    found = {
        instant
        for each in plan.rounds
        for edge in (each.starts_at, each.ends_at, each.closes_at)
        for instant in (edge - MOMENT, edge)
    }
    return sorted(found)


def by_iso_week(plan: Season, instant: datetime, zone: ZoneInfo) -> Round | None:
    weeks = {local_day(each.starts_at, zone).isocalendar()[:2]: each for each in plan.rounds}
    return weeks.get(local_day(instant, zone).isocalendar()[:2])


@given(seasons())
@MODEST
def test_rounds_and_the_gaps_between_them_tile_time(drawn: tuple[Season, ZoneInfo]):
    plan, zone = drawn
    for instant in edges(plan):
        holding = [each for each in plan.rounds if each.starts_at <= instant < each.ends_at]
        found = week_round(plan, instant)
        assert holding == ([found] if found else [])
        assert found == by_iso_week(plan, instant, zone)
        later = [each for each in plan.rounds if each.starts_at > instant]
        assert next_round(plan, instant) == (later[0] if later else None)
        assert open_rounds(plan, instant) == [
            each for each in plan.rounds if each.starts_at <= instant < each.closes_at
        ]


@given(seasons(), st.data())
@MODEST
def test_a_check_in_has_exactly_one_booking_round_by_the_rule_and_never_an_earlier_one_later(
    drawn: tuple[Season, ZoneInfo], data: st.DataObject
):
    """The rule again, in its own words, over iso weeks instead of instants."""
    plan, zone = drawn
    this = data.draw(st.sampled_from(plan.rounds))
    booked_before = 0
    for instant in edges(plan):
        found = booking_round(plan, this, instant)
        if instant < this.starts_at:
            assert found is None
            continue
        week = by_iso_week(plan, instant, zone)
        following = [each for each in plan.rounds if each.starts_at > instant]
        if instant < this.closes_at:
            expected = this
        elif week is not None and instant < week.closes_at:
            expected = week
        else:
            expected = following[0] if following else None
        assert found == expected
        assert (found == this) == is_in_time(this, instant)
        number = found.number if found else len(plan.rounds) + 1
        assert number >= booked_before
        booked_before = number
