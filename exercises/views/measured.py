"""A therapist's side of what both partners answered: how it has changed, and who is asked what from now on."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import fresh_sign_in
from clients.guards import therapists_only
from clients.models import Couple
from clients.queries.appointments import sessions_of
from clients.viewer import ViewerRequest
from exercises import policies
from exercises.charts import draw
from exercises.commands import measuring
from exercises.forms.measures import AskForm, rhythm_in_words
from exercises.queries import instruments as known
from exercises.queries import measures, results
from exercises.queries.results import Line, OfCouple
from exercises.queries.review import couple_with_partners_or_404
from exercises.scoring import Score
from exercises.states import Rhythm
from safekeeping.csv import Cell, csv_file

PAGE = "exercises/measures/couple.html"


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def of_couple(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Both side by side, instrument by instrument; asking, and asking no more."""
    viewer = request.viewer
    couple, places = couple_with_partners_or_404(viewer=viewer, pk=pk)
    go = request.POST.get("go", "")
    instruments = known.askable(couple, viewer=viewer)
    form = AskForm(request.POST if go == "ask" else None, instruments=instruments, places=places)
    done: dict[str, Any] = {"by": viewer, "at": viewer.at}
    if go == "stop":
        asking = results.asking_or_404(couple, viewer=viewer, pk=request.POST.get("asking", ""))
        measuring.stop_asking(**done, asking=asking)
        messages.success(request, _("Not asked any more. What was answered stays."))
        return redirect("couple-measures", pk=pk)
    if request.method == "POST" and go != "ask":
        raise Http404
    if form.is_valid():
        instrument, partners = form.chosen
        rhythm, weeks = Rhythm(form.cleaned_data["rhythm"]), form.cleaned_data["weeks"] or 0
        measuring.ask(**done, couple=couple, instrument=instrument, partners=partners, rhythm=rhythm, weeks=weeks)
        messages.success(request, _("Asked from now on. Each is asked alone, and neither is told of the other."))
        return redirect("couple-measures", pk=pk)
    measuring.read_measures(**done, couple=couple)
    context = {"couple": couple, "form": form, "instruments": instruments, **_shown(request, couple)}
    return render(request, PAGE, context, status=422 if form.errors else 200)


def _shown(request: ViewerRequest, couple: Couple) -> dict[str, Any]:
    rows = results.of_couple(couple, viewer=request.viewer)
    zone = ZoneInfo(couple.time_zone)
    sessions = tuple(one.starts_at.astimezone(zone).date() for one in sessions_of([couple.pk], viewer=request.viewer))
    found = []
    for n, row in enumerate(rows):
        charts = measures.charts_from(row, sessions)
        found.append(
            {
                "row": row,
                "drawings": [draw(chart, key=f"of-{n}-{m}") for m, chart in enumerate(charts)],
                "askings": [(one, rhythm_in_words(one)) for one in row.askings],
            }
        )
    return {"rows": found, "may_ask": policies.may_assign(request.viewer, couple)}


@require_safe
@therapists_only
@fresh_sign_in()
def file(request: ViewerRequest, pk: UUID) -> HttpResponseBase:
    """Every number of both as a table for a spreadsheet. Taking it is written down, as reading is."""
    viewer = request.viewer
    couple, _places = couple_with_partners_or_404(viewer=viewer, pk=pk)
    measuring.read_measures(by=viewer, couple=couple, at=viewer.at)
    rows = results.of_couple(couple, viewer=viewer)
    head: list[Cell] = [
        _("Day"), _("Name"), _("Instrument"), _("Scale"), _("Score"), _("Answered"), _("Of"), _("Since the first"),
    ]  # fmt: skip
    return csv_file([head, *_cells(rows)], name="measures.csv")  # opened now: the keys are gone once it is sent


def _cells(rows: list[OfCouple]) -> Iterator[list[Cell]]:
    for row in rows:
        for person in row.people:
            scales = [(_("Total"), person.total), *((one.title, person.lines(one)) for one in row.sheet.subscales)]
            for title, lines in scales:
                for line in lines:
                    name = person.partner.display_name
                    yield [line.day.isoformat(), name, row.instrument.title, title, *_numbers(line)]


def _numbers(line: Line) -> list[Cell]:
    if line.score is None:
        return [_("passed over"), 0, None, ""]
    number = line.number if isinstance(line.score, Score) else _("too few answers")
    return [number, line.score.answered, line.score.of, line.verdict.value if line.verdict else ""]
