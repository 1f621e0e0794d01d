"""Events of whole days as an iCalendar file (RFC 5545)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

EVERY = timedelta(hours=6)
"""So often programs are asked to read it again."""


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """`number` is the same in every file; `link` "" for none."""

    number: str
    first: date
    last: date
    title: str
    words: str
    link: str


def calendar_file(name: str, entries: Iterable[CalendarEntry], *, made_at: datetime) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//hightech-projects//calendar//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for entry in entries:
        calendar.add_component(_event(entry, made_at))
    return bytes(calendar.to_ical())


def _event(entry: CalendarEntry, made_at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{entry.number}@hightech-projects")
    event.add("dtstamp", made_at)
    event.add("dtstart", entry.first)
    event.add("dtend", entry.last + timedelta(days=1))
    event.add("summary", entry.title)
    event.add("description", f"{entry.words}\n{entry.link}".strip())
    event.add("transp", "TRANSPARENT")
    if entry.link:
        event.add("url", entry.link)
    return event
