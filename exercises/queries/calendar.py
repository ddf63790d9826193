"""Somebody's calendar: whose an address is, and the sessions and days in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.db import connection

from accounts.queries import token_hash
from clients.models import Appointment
from clients.states import CoupleState
from clients.viewer import Viewer
from exercises.models import CalendarFeed, Homework
from exercises.states import HomeworkState

BACK, AHEAD = timedelta(days=31), timedelta(days=400)


@dataclass(frozen=True)
class Entry:
    """One entry. Its id is made for this person alone: nobody else's calendar has the same one for the same session."""

    uid: UUID
    starts: datetime | date
    ends: datetime | date

    @property
    def is_day(self) -> bool:
        return not isinstance(self.starts, datetime)


def own_feed(*, viewer: Viewer) -> CalendarFeed | None:
    return CalendarFeed.objects.visible_to(viewer).first()


def person_of_feed(token: str) -> UUID | None:
    """Whose calendar an address is of; nobody's where it was never one, or is none any more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT eyelevel_feed(%s)", [token_hash(token)])
        found: UUID | None = cursor.fetchone()[0]
    return found


def entries(feed: CalendarFeed, *, viewer: Viewer) -> Iterator[Entry]:
    """What stands in the calendar: the sessions that whoever it is may see, and if they want it their own due days."""
    rows = Appointment.objects.visible_to(viewer).standing().exclude(couple__state=CoupleState.ENDED)
    near = rows.filter(starts_at__gt=viewer.at - BACK, starts_at__lt=viewer.at + AHEAD)
    for one in near.order_by("starts_at", "pk"):
        yield Entry(uuid5(feed.person_id, str(one.pk)), one.starts_at, one.ends_at)
    if feed.due_days:
        for day in _due_days(viewer):
            yield Entry(uuid5(feed.person_id, day.isoformat()), day, day + timedelta(days=1))


def _due_days(viewer: Viewer) -> list[date]:
    """The days on which something of one's own is due; each once, however much there is."""
    open_ = Homework.objects.own(viewer).filter(state=HomeworkState.OPEN, couple__in=viewer.takes_part)
    near = open_.filter(due_on__gt=(viewer.at - BACK).date())
    return [day for day in near.order_by("due_on").values_list("due_on", flat=True).distinct() if day]
