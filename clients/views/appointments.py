"""A therapist keeps sessions: one couple's, one of them, and a month of everybody's."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients import policies
from clients.commands import appointments as commands
from clients.forms.appointments import AppointmentForm, MoveForm, WhenForm
from clients.guards import therapists_only
from clients.models import Appointment, Couple
from clients.policies.appointments import TAKEN, may_change_appointment
from clients.queries import appointments as queries
from clients.queries import couple_or_404
from clients.viewer import ViewerRequest
from safekeeping.verdict import Refused

ONE, MANY = "clients/appointment.html", "clients/appointments.html"


def _own_zone(request: ViewerRequest) -> str:
    return str(request.user.time_zone)  # type: ignore[union-attr]


def _say_which(request: ViewerRequest, form: WhenForm) -> None:
    """Of a time that comes twice in one night, the first is meant; a page says so."""
    for day in form.twice():
        messages.info(
            request,
            _("On {day} the clocks go back, and this time comes twice. The first of the two is kept.").format(
                day=date_format(day, "j F Y")
            ),
        )


def _meets(request: ViewerRequest, form: WhenForm, *without: Appointment) -> list[queries.AppointmentRow]:
    """What it overlaps with, unless the page has said so and it is meant all the same."""
    if not form.starts or request.POST.get("anyway") == "yes":
        return []
    return queries.meeting(
        form.starts, form.cleaned_data["minutes"], viewer=request.viewer, own_zone=_own_zone(request),
        without=[one.pk for one in without],
    )  # fmt: skip


def _say_taken(refused: Refused, form: WhenForm) -> None:
    """A time of the couple's own that is taken is said beside the field; any other refusal is a page."""
    if refused.verdict.code != TAKEN.code:
        raise refused
    form.add_error("moment", str(TAKEN.reason))


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def of_couple(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """What is to come for one couple; sent back by keeping a session, or a series."""
    viewer = request.viewer
    couple = couple_or_404(viewer=viewer, pk=pk)
    places = queries.partners_of(couple, viewer=viewer)
    form = AppointmentForm(
        request.POST if request.method == "POST" else None, places=places, zone=ZoneInfo(couple.time_zone), at=viewer.at
    )
    overlap: list[queries.AppointmentRow] = []
    if request.method == "POST":
        policies.may_edit_couple(viewer, couple).require()
    if form.is_valid() and not (overlap := _meets(request, form)):
        try:
            commands.make(by=viewer, couple=couple, **form.made(), at=viewer.at)
        except Refused as refused:
            _say_taken(refused, form)
        else:
            _say_which(request, form)
            return redirect("appointments", pk=pk)
    context = {
        "couple": couple,
        "form": form,
        "overlap": overlap,
        "rows": queries.appointments_of(couple, viewer=viewer, own_zone=_own_zone(request)),
        "own_zone": _own_zone(request),
        "may_edit": policies.may_edit_couple(viewer, couple),
    }
    return render(request, MANY, context, status=422 if form.errors or overlap else 200)


def _page(request: ViewerRequest, appointment: Appointment, form: MoveForm, **more: Any) -> HttpResponse:
    couple: Couple = appointment.couple
    context = {
        "couple": couple,
        "appointment": appointment,
        "row": queries.row_of(appointment, viewer=request.viewer, own_zone=_own_zone(request)),
        "seen": appointment.starts_at.astimezone(UTC).isoformat(),
        "form": form,
        "own_zone": _own_zone(request),
        "may_change": policies.may_edit_couple(request.viewer, couple)
        and may_change_appointment(request.viewer, appointment),
        **more,
    }
    return render(request, ONE, context, status=409 if "met" in more else 422 if form.errors or more else 200)


def _form(request: ViewerRequest, appointment: Appointment, sent: Any = None) -> MoveForm:
    zone = ZoneInfo(appointment.couple.time_zone)
    local = appointment.starts_at.astimezone(zone)
    after = queries.series_after(appointment, viewer=request.viewer)
    initial = {"day": local.date(), "moment": local.time(), "minutes": appointment.minutes}
    return MoveForm(sent, appointment=appointment, after=after, zone=zone, at=request.viewer.at, initial=initial)


def _seen(request: ViewerRequest) -> datetime:
    """The time that the page showed. What cannot be read was never shown."""
    try:
        found = datetime.fromisoformat(request.POST.get("seen", ""))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def one(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """One session; sent back by moving it, alone or with those after it."""
    viewer = request.viewer
    appointment = queries.appointment_or_404(viewer=viewer, pk=pk)
    form = _form(request, appointment, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, appointment, form)
    policies.may_edit_couple(viewer, appointment.couple).require()
    if _seen(request) != appointment.starts_at:
        return _page(request, appointment, form, met=True)
    may_change_appointment(viewer, appointment).require()
    if not form.is_valid():
        return _page(request, appointment, form)
    moves = [appointment, *(form.after if form.cleaned_data.get("later") else ())]
    if overlap := _meets(request, form, *moves):
        return _page(request, appointment, form, overlap=overlap)
    try:
        commands.move(by=viewer, appointment=appointment, **form.moved(), seen=_seen(request), at=viewer.at)
    except commands.MovedMeanwhile:
        return _page(request, queries.appointment_or_404(viewer=viewer, pk=pk), form, met=True)
    except Refused as refused:
        _say_taken(refused, form)
        return _page(request, appointment, form)
    _say_which(request, form)
    return redirect("appointments", pk=appointment.couple_id)


@require_POST
@therapists_only
def cancel(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Called off: this one, or this and those after it."""
    viewer = request.viewer
    appointment = queries.appointment_or_404(viewer=viewer, pk=pk)
    later = request.POST.get("which") == "later"
    try:
        commands.cancel(by=viewer, appointment=appointment, later=later, seen=_seen(request), at=viewer.at)
    except commands.MovedMeanwhile:
        now = queries.appointment_or_404(viewer=viewer, pk=pk)
        return _page(request, now, _form(request, now), met=True)
    return redirect("appointments", pk=appointment.couple_id)


def _month(request: ViewerRequest, today: date) -> date:
    """The first day of the month that is asked for, as in 2026-03; or else of this one."""
    try:
        asked = date.fromisoformat(f"{request.GET.get('month', '')[:7]}-01")
    except ValueError:
        return today.replace(day=1)
    return asked if abs(asked.year - today.year) <= 20 else today.replace(day=1)


@require_safe
@therapists_only
def calendar(request: ViewerRequest) -> HttpResponse:
    """A month of the therapist's sessions, as a list, in the therapist's own zone."""
    zone = ZoneInfo(_own_zone(request))
    first = _month(request, request.viewer.at.astimezone(zone).date())
    after = (first + timedelta(days=31)).replace(day=1)
    begin, end = (datetime.combine(day, time(), zone) for day in (first, after))
    context = {
        "first": first,
        "before": first - timedelta(days=1),
        "after": after,
        "rows": queries.calendar(begin, end, viewer=request.viewer, own_zone=str(zone)),
    }
    return render(request, "clients/calendar.html", context)
