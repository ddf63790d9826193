"""A calendar as programs read it (RFC 5545, RFC 7986). Pure: entries in, bytes out."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from uuid import UUID

from icalendar import Calendar, Event

AGAIN = timedelta(hours=6)  # how soon a program may look again


class Entry(Protocol):
    @property
    def uid(self) -> UUID: ...
    @property
    def starts(self) -> datetime | date: ...
    @property
    def ends(self) -> datetime | date: ...
    @property
    def is_day(self) -> bool: ...


def written(entries: Iterable[Entry], *, title: str, at: datetime) -> bytes:
    """
    Every entry under the same words. An instant is written in UTC, so that no program's idea of a time zone moves it;
    a due day is no instant, and leaves its day free.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for entry in entries:
        calendar.add_component(_event(entry, title, at))
    return bytes(calendar.to_ical())


def _event(entry: Entry, title: str, at: datetime) -> Event:
    event = Event()
    event.add("uid", str(entry.uid))
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", _moment(entry.starts))
    event.add("dtend", _moment(entry.ends))
    event.add("summary", title)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if entry.is_day else "OPAQUE")
    return event


def _moment(when: datetime | date) -> datetime | date:
    return when.astimezone(UTC) if isinstance(when, datetime) else when
