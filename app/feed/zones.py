"""A time zone as a calendar carries it along. The library's own way has the clock put forward an
hour late, and a comment where the standard knows none."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

DAY = timedelta(days=1)
# Clocks are moved on a quarter of an hour.
STEP = timedelta(minutes=15)


@lru_cache
def time_zone(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """The zone between the two instants; the last offset in it goes on."""
    made = Timezone()
    made.add("tzid", zone.key)
    before = _offset(zone, first)
    for onset in (first, *_changes(zone, first, last)):
        local = onset.astimezone(zone)
        observance = TimezoneDaylight() if local.dst() else TimezoneStandard()
        # By the clock as it was until then.
        observance.DTSTART = (onset + before).replace(tzinfo=None)
        observance.TZOFFSETFROM = before
        observance.TZOFFSETTO = before = _offset(zone, onset)
        observance.add("tzname", local.tzname())
        made.add_component(observance)
    return made


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """The instants at which the zone's clocks are moved."""
    day = first
    while day < last:
        if _offset(zone, day) != _offset(zone, day + DAY):
            quarters = (day + number * STEP for number in range(1, DAY // STEP + 1))
            yield next(each for each in quarters if _offset(zone, each) != _offset(zone, day))
        day += DAY


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)
