"""The agenda of a session: planned by its therapist, shown large with both in the room, and on paper."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from clients.guards import therapists_only
from clients.models import Couple
from clients.policies import may_edit_couple
from clients.queries import couple_or_404
from clients.queries.appointments import NextSession, next_session
from clients.viewer import ViewerRequest
from exercises.commands import agenda as commands
from exercises.commands import sessions
from exercises.forms import number_in
from exercises.forms.sessions import ItemForm, MinutesForm
from exercises.papers import paper
from exercises.queries import agenda as queries
from exercises.queries.sessions import published
from intimacy_site.web import page_or_part

TEMPLATE = "exercises/sessions/agenda.html"
DEEDS: dict[str, Callable[..., None]] = {
    "up": partial(commands.rise, places=1),
    "down": partial(commands.rise, places=-1),
    "tick": partial(commands.tick, done=True),
    "untick": partial(commands.tick, done=False),
    "publish": partial(commands.publish, opens=False),
    "publish-open": partial(commands.publish, opens=True),
    "withhold": commands.withhold,
    "drop": commands.drop,
}


def _page(request: ViewerRequest, couple: Couple, form: ItemForm | None = None, **more: Any) -> HttpResponse:
    status = more.pop("status", 200)
    context = {
        "couple": couple,
        "rows": queries.agenda(couple, viewer=request.viewer),
        "form": form or ItemForm(),
        "session": next_session(couple, viewer=request.viewer, or_now=True),
        "zone": couple.time_zone,
        "may_edit": may_edit_couple(request.viewer, couple),
        **more,
    }
    return page_or_part(request, TEMPLATE, "agenda", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def agenda(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """What is planned and what waits; sent back by adding a line, or doing something with one."""
    viewer = request.viewer
    couple = couple_or_404(viewer=viewer, pk=pk)
    if request.method != "POST":
        sessions.open_agenda(by=viewer, couple=couple, at=viewer.at)
        return _page(request, couple)
    may_edit_couple(viewer, couple).require()
    about: dict[str, Any] = {"by": viewer, "couple": couple, "at": viewer.at}
    deed = request.POST.get("deed", "add")
    if deed == "add":
        form = ItemForm(request.POST)
        if not form.is_valid():
            return _page(request, couple, form, status=422)
        commands.add(**about, text=form.cleaned_data["text"], minutes=form.cleaned_data["minutes"])
    elif deed == "minutes":
        time = MinutesForm(request.POST)
        if not time.is_valid():
            return _page(request, couple, problem=time.errors["minutes"][0], status=422)
        commands.allow_minutes(**about, key=request.POST.get("row", ""), minutes=time.cleaned_data["minutes"])
    elif deed in DEEDS:
        DEEDS[deed](**about, key=request.POST.get("row", ""))
    else:
        raise Http404
    return _page(request, couple) if request.htmx else redirect("agenda", pk=pk)


# --- with both in the room, and on paper: what is published, and nothing else


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def present(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """One thing at a time, in large type; sent back by opening what was given to be opened in the room."""
    viewer = request.viewer
    couple = couple_or_404(viewer=viewer, pk=pk)
    rows = published(couple, viewer=viewer)
    sent = request.POST if request.method == "POST" else request.GET
    number = min(max(number_in(sent, "n"), 1), len(rows))
    context: dict[str, Any] = {"couple": couple, "total": len(rows), "number": number}
    if rows:
        row = rows[number - 1]
        context["row"] = row
        if request.method == "POST" and row.item.opens:
            sessions.open_in_room(by=viewer, item=row.item, at=viewer.at)
            context |= {"answers": queries.read_in_room(row.item, viewer=viewer), "is_open": True}
    return render(request, "exercises/sessions/present.html", context)


def _when(session: NextSession | None, zone: ZoneInfo) -> str:
    if session is None:
        return ""
    if session.appointment is None:
        return date_format(session.day, "l j F Y")
    return date_format(session.appointment.starts_at.astimezone(zone), "l j F Y, H:i")


def _on_paper(request: ViewerRequest, couple: Couple) -> dict[str, Any]:
    """What both may read, for paper: no name, and no word that only one of them knows of."""
    rows = published(couple, viewer=request.viewer)
    return {
        "title": gettext("Session"),
        "lang": (get_language() or "en").partition("-")[0],
        "when": _when(next_session(couple, viewer=request.viewer, or_now=True), ZoneInfo(couple.time_zone)),
        "heading": gettext("What we talk about"),
        "empty": gettext("Nothing is published yet."),
        "items": [{"words": row.words, "minutes": _minutes(row.item.minutes)} for row in rows],
    }


def _minutes(minutes: int | None) -> str:
    return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes) if minutes else ""


@require_safe
@therapists_only
def for_print(request: ViewerRequest, pk: UUID) -> HttpResponse:
    couple = couple_or_404(viewer=request.viewer, pk=pk)
    context = {"couple": couple, **_on_paper(request, couple)}
    return render(request, "exercises/sessions/print.html", context)


@require_safe
@therapists_only
def as_pdf(request: ViewerRequest, pk: UUID) -> HttpResponse:
    couple = couple_or_404(viewer=request.viewer, pk=pk)
    answer = HttpResponse(
        paper("agenda", _on_paper(request, couple), at=request.viewer.at), content_type="application/pdf"
    )
    answer["Content-Disposition"] = 'attachment; filename="session.pdf"'
    return answer
