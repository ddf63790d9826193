"""Keeping, moving and calling off sessions. Of one with one partner alone, nobody else is told, now or afterwards."""

from collections.abc import Sequence
from datetime import date, datetime, time
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import transaction

from clients.models import Appointment, Couple, Partner
from clients.policies import appointments as policies
from clients.policies import may_edit_couple
from clients.viewer import Viewer
from clients.walltime import instant, weeks_apart
from safekeeping import audit


class MovedMeanwhile(ValueError):
    """Another page has moved this session, or called it off, since this one was opened."""


def _held(couple: Couple, by: Viewer) -> Couple:
    """One at a time for each couple: two pages that move the same session meet here."""
    held = Couple.objects.select_for_update(no_key=True).get(pk=couple.pk)
    may_edit_couple(by, held).require()
    return held


@transaction.atomic
def make(
    *, by: Viewer, couple: Couple, alone: Partner | None, day: date, moment: time, minutes: int, weeks: int = 1,
    times: int = 1, at: datetime,
) -> list[Appointment]:  # fmt: skip
    """One session, or so many, so many weeks apart, at the same hour where the couple lives. Raises NoSuchTime."""
    couple = _held(couple, by)
    starts = weeks_apart(day, moment, ZoneInfo(couple.time_zone), weeks=weeks, times=times)
    policies.may_begin(starts, at).require()
    if Appointment.objects.standing().filter(couple=couple, starts_at__in=starts).exists():
        policies.TAKEN.require()
    series = uuid4() if times > 1 else None
    made = Appointment.objects.bulk_create(
        Appointment(
            clinic_id=couple.clinic_id, couple=couple, alone=alone, starts_at=start, minutes=minutes, series=series,
            made_at=at,
        )
        for start in starts
    )  # fmt: skip
    for one in made:
        audit.record(verb="appointment.made", by=by, subject=one, at=at)
    return made


def _with_later(appointment: Appointment, *, later: bool) -> list[Appointment]:
    """This one; and with `later` those of its series that come after it."""
    rows = Appointment.objects.standing().filter(couple=appointment.couple_id)
    if later and appointment.series:
        rows = rows.filter(series=appointment.series, starts_at__gte=appointment.starts_at)
    else:
        rows = rows.filter(pk=appointment.pk)
    return list(rows.order_by("starts_at"))


def _now(appointment: Appointment, by: Viewer, seen: datetime) -> Appointment:
    """The session as it is, if it is as the page showed it. Raises MovedMeanwhile."""
    now = Appointment.objects.get(pk=appointment.pk)
    if now.starts_at != seen:
        raise MovedMeanwhile
    policies.may_change_appointment(by, now).require()
    return now


@transaction.atomic
def move(
    *, by: Viewer, appointment: Appointment, day: date, moment: time, minutes: int, later: bool, seen: datetime,
    at: datetime,
) -> None:  # fmt: skip
    """
    To another day, hour or length. With `later`, those after it in the series move by as many days, to the same hour.
    Raises MovedMeanwhile, where it is no longer at the time `seen`, and NoSuchTime.
    """
    couple = _held(appointment.couple, by)
    now = _now(appointment, by, seen)
    rows, zone = _with_later(now, later=later), ZoneInfo(couple.time_zone)
    days = day - now.starts_at.astimezone(zone).date()
    starts = [instant(row.starts_at.astimezone(zone).date() + days, moment, zone) for row in rows]
    policies.may_begin(starts, at).require()
    others = Appointment.objects.standing().filter(couple=couple, starts_at__in=starts)
    if others.exclude(pk__in=[row.pk for row in rows]).exists():
        policies.TAKEN.require()
    _write(rows, starts, minutes)
    for row in rows:
        audit.record(verb="appointment.moved", by=by, subject=row, at=at)


def _write(rows: Sequence[Appointment], starts: Sequence[datetime], minutes: int) -> None:
    """From the end that moves into free time, so that none meets the next before that has moved, too."""
    pairs = list(zip(rows, starts, strict=True))
    for row, start in reversed(pairs) if starts[0] > rows[0].starts_at else pairs:
        Appointment.objects.filter(pk=row.pk).update(starts_at=start, minutes=minutes)


@transaction.atomic
def cancel(*, by: Viewer, appointment: Appointment, later: bool, seen: datetime, at: datetime) -> None:
    """Call it off; with `later` those after it in the series, too. Raises MovedMeanwhile."""
    _held(appointment.couple, by)
    for row in _with_later(_now(appointment, by, seen), later=later):
        Appointment.objects.filter(pk=row.pk).update(cancelled_at=at)
        audit.record(verb="appointment.cancelled", by=by, subject=row, at=at)
