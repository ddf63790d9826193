"""When a couple, or one of them alone, comes: the doors to appointments."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from clients.models import Appointment, Couple
from clients.viewer import Viewer


@dataclass(frozen=True)
class NextSession:
    """The day both come next, in the couple's zone; and the appointment, where it is one and not a day set by hand."""

    day: date
    appointment: Appointment | None


def next_session(couple: Couple, *, viewer: Viewer) -> NextSession | None:
    """The next session of both. An appointment comes before a day that was set by hand; a day that is past is none."""
    zone = ZoneInfo(couple.time_zone)
    rows = Appointment.objects.visible_to(viewer).standing().filter(couple=couple, alone__isnull=True)
    coming = rows.filter(starts_at__gte=viewer.at).order_by("starts_at").first()
    if coming:
        return NextSession(coming.starts_at.astimezone(zone).date(), coming)
    day = couple.next_session_on
    return NextSession(day, None) if day and day >= viewer.at.astimezone(zone).date() else None


def last_session(couple: Couple, *, viewer: Viewer) -> Appointment | None:
    """The latest session of both that has begun."""
    rows = Appointment.objects.visible_to(viewer).standing().filter(couple=couple, alone__isnull=True)
    return rows.filter(starts_at__lt=viewer.at).order_by("-starts_at").first()


def last_session_at(couple: Couple, *, viewer: Viewer) -> datetime | None:
    """When the latest session of both began: what is newer is new for the next."""
    last = last_session(couple, viewer=viewer)
    return last.starts_at if last else None


def sessions_of(couples: Collection[UUID], *, viewer: Viewer) -> list[Appointment]:
    """The sessions of both that have begun, the earliest first."""
    rows = Appointment.objects.visible_to(viewer).standing().filter(couple__in=couples, alone__isnull=True)
    return list(rows.filter(starts_at__lt=viewer.at).order_by("starts_at"))
