"""What was marked from week to week: both partners for their therapist, and for a partner their own."""

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.guards import fresh_sign_in
from clients.guards import clinical, partners_only, therapists_only
from clients.models import Couple
from clients.queries import couple_or_404
from clients.viewer import ViewerRequest
from exercises.charts import draw, table
from exercises.commands import reading
from exercises.queries import progress as queries
from exercises.queries.progress import Section
from intimacy_site.web import page_or_part
from safekeeping.csv import csv_file

RANGES = {"quarter": (_("3 months"), 91), "year": (_("1 year"), 365), "all": (_("All"), None)}
FILE = "values.csv"


@require_safe
@therapists_only
def of_couple(request: ViewerRequest, pk: UUID) -> HttpResponse:
    viewer = request.viewer
    couple = couple_or_404(viewer=viewer, pk=pk)
    reading.read_progress(by=viewer, couple=couple, at=viewer.at)
    asked = request.GET.get("range", "")
    chosen = asked if asked in RANGES else "quarter"
    sections = queries.progress_of(couple, viewer=viewer, since=_since(chosen, couple, request))
    context = {
        "couple": couple,
        "sections": _drawn(sections, reverse("couple-progress-file", args=[pk])),
        "ranges": [(key, label, key == chosen) for key, (label, _days) in RANGES.items()],
        "is_all": chosen == "all",
    }
    return page_or_part(request, "exercises/progress/couple.html", "progress", context)


def _since(chosen: str, couple: Couple, request: ViewerRequest) -> date | None:
    days = RANGES[chosen][1]
    today = request.viewer.at.astimezone(ZoneInfo(couple.time_zone)).date()
    return today - timedelta(days) if days else None


def _drawn(sections: list[Section], file: str) -> list[tuple[str, str, list[object]]]:
    return [
        (f"s{n}", section.title, [draw(chart, key=key, csv=file) for key, chart in section.charts])
        for n, section in enumerate(sections)
    ]


@require_safe
@therapists_only
@fresh_sign_in()
def of_couple_file(request: ViewerRequest, pk: UUID) -> StreamingHttpResponse:
    """All of it as a file, which leaves the walls of this house: so it asks who is there."""
    couple = couple_or_404(viewer=request.viewer, pk=pk)
    reading.take_progress_along(by=request.viewer, couple=couple, at=request.viewer.at)
    return _file(queries.progress_of(couple, viewer=request.viewer))


@require_safe
@clinical
@partners_only
def own(request: ViewerRequest) -> HttpResponse:
    sections = _drawn(queries.own_progress(viewer=request.viewer), reverse("progress-file"))
    return render(request, "exercises/progress/own.html", {"sections": sections})


@require_safe
@clinical
@partners_only
@fresh_sign_in()
def own_file(request: ViewerRequest) -> StreamingHttpResponse:
    reading.take_own_progress_along(by=request.viewer, at=request.viewer.at)
    return _file(queries.own_progress(viewer=request.viewer))


def _file(sections: list[Section]) -> StreamingHttpResponse:
    """Opened before it is sent: what is sealed opens only while PostgreSQL knows who asks."""
    rows = list(table(chart for section in sections for _key, chart in section.charts))
    return csv_file(rows, name=FILE)
