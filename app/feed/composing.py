"""A calendar as calendar programs read it: iCalendar, RFC 5545."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from icalendar import Alarm, Calendar, Event, Timezone

from app.feed.queries import OwnRounds, Reminder, Subscriber
from app.feed.zones import time_zone
from challenges.calendar import instant_of, local_day
from challenges.catalogue import Catalogue
from challenges.model import Round

NAME = "Fikaligan"
MAKER = "-//Fikaligan//Fikaligan//SV"
ASK_AGAIN_AFTER = timedelta(hours=6)
DAY = timedelta(days=1)
MOMENT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Writer:
    """`url` makes the address of a page; `host` is whose events these are."""

    subscriber: Subscriber
    own: OwnRounds
    catalogue: Catalogue
    zone: ZoneInfo
    host: str
    url: Callable[..., str]

    def calendar(self) -> bytes:
        """The same for as long as nothing in it has changed."""
        made = Calendar()
        made.add("prodid", MAKER)
        made.add("version", "2.0")
        made.calendar_name = NAME
        made.add("refresh-interval", ASK_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
        made.add_component(self._time_zone())
        changed_at = self._changed_at()
        for each in self.own.rounds:
            for event in self._events(each):
                event.add("dtstamp", changed_at)
                event.add("last-modified", changed_at)
                # A look at the week is no appointment.
                event.add("transp", "TRANSPARENT")
                made.add_component(event)
        return made.to_ical()

    def _time_zone(self) -> Timezone:
        """Its summer and winter times from the first round on; without rounds it is all there is,
        because a calendar must hold something."""
        rounds = self.own.rounds
        first = rounds[0].starts_at if rounds else self.subscriber.created_at
        last = rounds[-1].closes_at if rounds else first
        return time_zone(self.zone, first, last)

    def _changed_at(self) -> datetime:
        asked = (self.subscriber.changed_at, self.subscriber.worded_at, self.own.planned_at)
        return max(instant for instant in asked if instant is not None)

    def _events(self, each: Round) -> Iterator[Event]:
        yield self._beginning(each)
        if self.subscriber.reminder:
            yield self._reminder(each, self.subscriber.reminder)
        yield self._closing(each)

    def _beginning(self, each: Round) -> Event:
        monday = local_day(each.starts_at, self.zone)
        if each.challenge in self.own.undecided:
            summary = _("Ny utmaning")
            about = _("Ni röstar om vilken det blir.")
        else:
            challenge = self.catalogue.challenge(each.challenge)
            summary = _("Ny utmaning: %(title)s", title=self._title(each))
            about = challenge.why.into(self.subscriber.language)
        page = self._week(each)
        return self._event("round", each, monday, monday + DAY, summary, about, page)

    def _closing(self, each: Round) -> Event:
        at = each.closes_at.astimezone(self.zone)
        about = _("Omgång %(number)d stänger, och tabellen är klar att läsa.", number=each.number)
        page = self.url("league.table")
        return self._event("closing", each, at, at + MOMENT, _("Ligan uppdateras"), about, page)

    def _reminder(self, each: Round, reminder: Reminder) -> Event:
        day = local_day(each.starts_at, self.zone) + reminder.weekday * DAY
        at = instant_of(day, reminder.at, self.zone).astimezone(self.zone)
        summary = _("En stund för veckans utmaning")
        about = "" if each.challenge in self.own.undecided else self._title(each)
        page = self._week(each)
        event = self._event("reminder", each, at, at + MOMENT, summary, about, page)
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", summary)
        alarm.add("trigger", timedelta(0))
        event.add_component(alarm)
        return event

    def _event(
        self,
        kind: str,
        each: Round,
        start: date,
        end: date,
        summary: str,
        about: str,
        page: str,
    ) -> Event:
        event = Event()
        # The round's own id: a round that is moved keeps it.
        event.add("uid", f"{kind}-{each.id}@{self.host}")
        event.add("summary", summary)
        event.add("description", f"{about}\n{page}".strip())
        event.add("url", page)
        event.add("dtstart", start)
        event.add("dtend", end)
        return event

    def _title(self, each: Round) -> str:
        return self.catalogue.challenge(each.challenge).title.into(self.subscriber.language)

    def _week(self, each: Round) -> str:
        return self.url("checkins.round_page", number=each.number)
