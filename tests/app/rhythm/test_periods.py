"""Which periods have begun at an instant, by the clock on the organisation's wall."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.rhythm.periods import BEATS, Job, due_at, next_start

STOCKHOLM = ZoneInfo("Europe/Stockholm")
ZONES = [STOCKHOLM, ZoneInfo("America/St_Johns"), ZoneInfo("Pacific/Apia"), ZoneInfo("UTC")]


def at(local: str, zone: ZoneInfo = STOCKHOLM, fold: int = 0) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def period(job: Job, now: datetime, zone: ZoneInfo = STOCKHOLM) -> str:
    (found,) = (each for each in due_at(now, zone) if each.job is job)
    return found.period


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-11-30T11:59:59", "2026-W48"),
        ("2026-11-30T12:00", "2026-W49"),
        ("2026-12-06T23:59", "2026-W49"),
        # Week 53, and the year that begins in it.
        ("2026-12-28T11:59", "2026-W52"),
        ("2026-12-28T12:00", "2026-W53"),
        ("2027-01-01T00:00", "2026-W53"),
        ("2027-01-04T11:59", "2026-W53"),
        ("2027-01-04T12:00", "2027-W01"),
        # Noon is noon also on the Monday after the clocks were moved.
        ("2027-03-29T11:59", "2027-W12"),
        ("2027-03-29T12:00", "2027-W13"),
        ("2026-10-26T11:59", "2026-W43"),
        ("2026-10-26T12:00", "2026-W44"),
    ],
)
def test_a_closing_is_due_from_monday_noon_on_for_the_week_that_has_begun(
    local: str, expected: str
):
    assert period(Job.CLOSING, at(local)) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at("2026-12-31T02:14"), "2026-12-30"),
        (at("2026-12-31T02:15"), "2026-12-31"),
        (at("2027-01-01T02:14"), "2026-12-31"),
        (at("2027-01-01T02:15"), "2027-01-01"),
        # A quarter past two comes twice in October, and never in March.
        (at("2026-10-25T02:14"), "2026-10-24"),
        (at("2026-10-25T02:15"), "2026-10-25"),
        (at("2026-10-25T02:14", fold=1), "2026-10-25"),
        (at("2027-03-28T01:59"), "2027-03-27"),
        (at("2027-03-28T03:14"), "2027-03-27"),
        (at("2027-03-28T03:15"), "2027-03-28"),
    ],
)
def test_a_night_is_due_once_however_many_hours_it_has(now: datetime, expected: str):
    assert period(Job.NIGHT, now) == expected


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_over_a_year_every_period_comes_once_in_order_and_none_is_left_out(zone: ZoneInfo):
    """Hour by hour across two daylight-saving nights, New Year and week 53."""
    begins = datetime(2026, 3, 1, 0, 15, tzinfo=UTC)
    found: dict[Job, list[str]] = {job: [] for job in BEATS}
    for hours in range(24 * 371):
        now = begins + timedelta(hours=hours)
        for each in due_at(now, zone):
            assert each.since <= now
            if each.job in BEATS and each.period not in found[each.job][-1:]:
                found[each.job].append(each.period)
    for job, periods in found.items():
        assert len(periods) == len(set(periods)), job
    assert len(found[Job.CLOSING]) == 371 / 7 + 1
    assert len(found[Job.NIGHT]) == 371 + 1
    assert "2026-W53" in found[Job.CLOSING]


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("job", BEATS)
def test_the_next_start_is_when_the_period_changes(job: Job, zone: ZoneInfo):
    now = datetime(2026, 10, 24, 9, tzinfo=UTC)
    for _ in range(30):
        begins = next_start(job, now, zone)
        before = period(job, begins - timedelta(seconds=1), zone)
        assert period(job, now, zone) == before
        assert period(job, begins, zone) != before
        now = begins


def test_mail_is_due_every_minute_of_the_world_s_clock():
    assert period(Job.MAIL, at("2026-10-25T02:59:59")) == "2026-10-25T00:59Z"
    assert period(Job.MAIL, at("2026-10-25T02:59", fold=1)) == "2026-10-25T01:59Z"
