"""When a couple, or one of them alone, comes: the doors to appointments."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, OuterRef, Subquery
from django.shortcuts import get_object_or_404

from clients.models import Appointment, Couple, Partner
from clients.states import CoupleState
from clients.viewer import Viewer

LONGEST = timedelta(minutes=480)
LENGTH = ExpressionWrapper(F("minutes") * timedelta(minutes=1), output_field=DurationField())
ENDS = ExpressionWrapper(F("starts_at") + LENGTH, output_field=DateTimeField())


@dataclass(frozen=True)
class NextSession:
    """The day both come next, in the couple's zone; and the appointment, where it is one and not a day set by hand."""

    day: date
    appointment: Appointment | None


def next_session(couple: Couple, *, viewer: Viewer, or_now: bool = False) -> NextSession | None:
    """
    The next session of both; with `or_now` the one that goes on just now before it. An appointment comes before a day
    that was set by hand; a day that is past is none.
    """
    zone = ZoneInfo(couple.time_zone)
    rows = Appointment.objects.visible_to(viewer).standing().filter(couple=couple, alone__isnull=True)
    if or_now:
        rows = rows.alias(ends=ENDS).filter(ends__gt=viewer.at, starts_at__gt=viewer.at - LONGEST)
    else:
        rows = rows.filter(starts_at__gte=viewer.at)
    coming = rows.order_by("starts_at").first()
    if coming:
        return NextSession(coming.starts_at.astimezone(zone).date(), coming)
    day = couple.next_session_on
    return NextSession(day, None) if day and day >= viewer.at.astimezone(zone).date() else None


def last_session(couple: Couple, *, viewer: Viewer) -> Appointment | None:
    """The latest session of both that has begun."""
    rows = Appointment.objects.visible_to(viewer).standing().filter(couple=couple, alone__isnull=True)
    return rows.filter(starts_at__lt=viewer.at).order_by("-starts_at").first()


def held(couple: Couple, *, viewer: Viewer, most: int = 26) -> list[datetime]:
    """When the latest sessions of both began, the latest first."""
    rows = Appointment.objects.visible_to(viewer).standing().filter(couple=couple, alone__isnull=True)
    return list(rows.filter(starts_at__lt=viewer.at).order_by("-starts_at").values_list("starts_at", flat=True)[:most])


def last_session_at(couple: Couple, *, viewer: Viewer) -> datetime | None:
    """When the latest session of both began: what is newer is new for the next."""
    last = last_session(couple, viewer=viewer)
    return last.starts_at if last else None


def sessions_of(couples: Collection[UUID], *, viewer: Viewer) -> list[Appointment]:
    """The sessions of both that have begun, the earliest first."""
    rows = Appointment.objects.visible_to(viewer).standing().filter(couple__in=couples, alone__isnull=True)
    return list(rows.filter(starts_at__lt=viewer.at).order_by("starts_at"))


# --- a partner's own


@dataclass(frozen=True)
class Coming:
    """When somebody comes next: with the other, or alone. Without an instant, a day that was set by hand."""

    day: date
    starts_at: datetime | None
    alone: bool = False


def comes(viewer: Viewer) -> dict[str, Subquery]:
    """For a query of the viewer's places: when each comes next, and whether that is for one alone."""
    rows = Appointment.objects.visible_to(viewer).standing().filter(couple=OuterRef("couple"), starts_at__gte=viewer.at)
    first = rows.order_by("starts_at")
    return {"comes_at": Subquery(first.values("starts_at")[:1]), "comes_alone": Subquery(first.values("alone")[:1])}


def coming_to(place: Any, *, viewer: Viewer) -> Coming | None:
    """When the viewer comes next, by a place that was read with `comes`."""
    couple = place.couple
    zone = ZoneInfo(couple.time_zone)
    if place.comes_at:
        return Coming(place.comes_at.astimezone(zone).date(), place.comes_at, place.comes_alone is not None)
    day = couple.next_session_on
    return Coming(day, None) if day and day >= viewer.at.astimezone(zone).date() else None


# --- their therapist's


@dataclass(frozen=True)
class AppointmentRow:
    """One session: its time on the wall where the couple lives, and on the viewer's own where that differs."""

    pk: UUID
    couple: UUID
    alias: str
    local: datetime  # without a zone, as it is read
    own: datetime | None
    minutes: int
    alone: str
    in_series: bool
    is_past: bool

    @property
    def mine(self) -> datetime:
        """On the viewer's own clock."""
        return self.own or self.local


def _row(row: Appointment, *, viewer: Viewer, own_zone: str) -> AppointmentRow:
    there = row.starts_at.astimezone(ZoneInfo(row.couple.time_zone)).replace(tzinfo=None)
    here = row.starts_at.astimezone(ZoneInfo(own_zone)).replace(tzinfo=None)
    return AppointmentRow(
        pk=row.pk, couple=row.couple_id, alias=row.couple.alias, local=there, own=here if here != there else None,
        minutes=row.minutes, alone=row.alone.display_name if row.alone else "", in_series=row.series is not None,
        is_past=row.starts_at <= viewer.at,
    )  # fmt: skip


def appointment_or_404(*, viewer: Viewer, pk: UUID) -> Appointment:
    """A session of a couple that the viewer treats: for the therapist's pages."""
    rows = Appointment.objects.visible_to(viewer).filter(couple__in=viewer.treats)
    return get_object_or_404(rows.select_related("couple", "alone__person"), pk=pk)


def row_of(appointment: Appointment, *, viewer: Viewer, own_zone: str) -> AppointmentRow:
    return _row(appointment, viewer=viewer, own_zone=own_zone)


def partners_of(couple: Couple, *, viewer: Viewer) -> list[Partner]:
    """Both partners of a couple, for their therapist."""
    rows = Partner.objects.visible_to(viewer).filter(couple=couple, couple__in=viewer.treats)
    return list(rows.select_related("person", "couple"))


def appointments_of(couple: Couple, *, viewer: Viewer, own_zone: str) -> list[AppointmentRow]:
    """What is still to come for a couple, the next first. One query."""
    rows = Appointment.objects.visible_to(viewer).standing().filter(couple=couple, couple__in=viewer.treats)
    coming = rows.filter(starts_at__gt=viewer.at).select_related("couple", "alone__person").order_by("starts_at")
    return [_row(row, viewer=viewer, own_zone=own_zone) for row in coming]


def calendar(first: datetime, until: datetime, *, viewer: Viewer, own_zone: str) -> list[AppointmentRow]:
    """Every session of the viewer's couples in a stretch of time. What an ended couple would have had is none."""
    rows = Appointment.objects.visible_to(viewer).standing().filter(couple__in=viewer.treats)
    rows = rows.filter(starts_at__gte=first, starts_at__lt=until)
    rows = rows.exclude(couple__state=CoupleState.ENDED, starts_at__gte=viewer.at)
    return [
        _row(row, viewer=viewer, own_zone=own_zone)
        for row in rows.select_related("couple", "alone__person").order_by("starts_at")
    ]


def meeting(
    starts: Sequence[datetime], minutes: int, *, viewer: Viewer, own_zone: str, without: Iterable[UUID] = ()
) -> list[AppointmentRow]:
    """The viewer's other sessions that overlap with these. One query."""
    rows = Appointment.objects.visible_to(viewer).standing().filter(couple__in=viewer.treats)
    rows = rows.filter(starts_at__gt=min(starts) - LONGEST, starts_at__lt=max(starts) + LONGEST)
    rows = rows.exclude(pk__in=list(without)).exclude(couple__state=CoupleState.ENDED)
    length = timedelta(minutes=minutes)
    return [
        _row(row, viewer=viewer, own_zone=own_zone)
        for row in rows.select_related("couple", "alone__person").order_by("starts_at")
        if any(row.starts_at < start + length and start < row.ends_at for start in starts)
    ]


def series_after(appointment: Appointment, *, viewer: Viewer) -> list[Appointment]:
    """Those that come after it in its series."""
    rows = Appointment.objects.visible_to(viewer).standing().filter(couple=appointment.couple_id)
    if appointment.series is None:
        return []
    return list(rows.filter(series=appointment.series, starts_at__gt=appointment.starts_at).order_by("starts_at"))
