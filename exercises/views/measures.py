"""A partner's side of instruments: what they are asked now, one question a page, and what they have ticked so far."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.guards import agreed, clinical
from clients.viewer import ViewerRequest
from exercises.charts import draw
from exercises.commands import measuring
from exercises.forms.measures import ItemForm
from exercises.models import Asking
from exercises.policies import measures as policies
from exercises.queries import asked, measures, results
from exercises.queries.asked import Ticked
from safekeeping.verdict import Verdict


@require_safe
@clinical
@agreed
def index(request: ViewerRequest) -> HttpResponse:
    """What is asked now, and one's own numbers in words."""
    viewer = request.viewer
    if not viewer.is_partner:
        raise Http404
    rows = results.own_results(viewer=viewer)
    charts = measures.own_charts_from(rows)
    context = {
        "askings": asked.own_askings(viewer=viewer),
        "rows": rows,
        "drawings": [draw(chart, key=f"own-{n}") for n, chart in enumerate(charts)],
    }
    return render(request, "exercises/measures/index.html", context)


def _opened(request: ViewerRequest, pk: UUID) -> tuple[Asking, list[Ticked], Verdict]:
    """What is asked, with what is ticked this time; and whether it can be answered now."""
    asking = asked.own_asking_or_404(viewer=request.viewer, pk=pk)
    since = asked.since(asking, viewer=request.viewer)
    found = asked.open_measurement(asking, viewer=request.viewer, since=since) if since else None
    return asking, asked.ticked(asking, found), policies.may_answer(request.viewer, asking, since=since)


def _context(asking: Asking, rows: list[Ticked], **more: Any) -> dict[str, Any]:
    return {"asking": asking, "sheet": asking.instrument.sheet, "rows": rows, "total": len(rows), **more}


@require_http_methods(["GET", "HEAD", "POST"])
@clinical
@agreed
def measure(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """What it is, how long, and who reads it; and passing it over."""
    asking, rows, verdict = _opened(request, pk)
    if verdict == policies.NOT_ASKED:
        return redirect("measures")
    verdict.require()
    if request.method == "POST":
        measuring.pass_over(by=request.viewer, asking=asking.pk, at=request.viewer.at)
        messages.success(request, _("Passed over. That is fine."))
        return redirect("measures")
    begun = any(row.is_there for row in rows)
    context = _context(asking, rows, begun=begun, first=asked.first_open(rows))
    return render(request, "exercises/measures/measure.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@clinical
@agreed
def item(request: ViewerRequest, pk: UUID, number: int) -> HttpResponse:
    """One question. Each button but Back keeps what is ticked."""
    asking, rows, verdict = _opened(request, pk)
    if verdict == policies.NOT_ASKED:
        return redirect("measures")
    verdict.require()
    row = next((one for one in rows if one.number == number), None)
    if row is None:
        raise Http404
    form = ItemForm(request.POST if request.method == "POST" else None, item=row.item, said=row.code)
    if request.method != "POST":
        return render(request, "exercises/measures/item.html", _context(asking, rows, row=row, form=form))
    if not form.is_valid():
        return render(request, "exercises/measures/item.html", _context(asking, rows, row=row, form=form), status=422)
    go, code = request.POST.get("go", ""), form.cleaned_data["answer"] or None
    if go == "rather-not" or code:
        code = None if go == "rather-not" else code
        measuring.answer(by=request.viewer, asking=asking.pk, link=row.item.link, code=code, at=request.viewer.at)
    if go == "leave":
        return redirect("measures")
    if number == len(rows):
        return redirect("measure-check", pk=asking.pk)
    return redirect("measure-item", pk=asking.pk, number=number + 1)


@require_http_methods(["GET", "HEAD", "POST"])
@clinical
@agreed
def check(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Everything once more, and who will read it; then it is sent."""
    asking, rows, verdict = _opened(request, pk)
    if verdict == policies.NOT_ASKED:
        return redirect("measures")
    verdict.require()
    if request.method == "POST":
        measuring.hand_in(by=request.viewer, asking=asking.pk, at=request.viewer.at)
        messages.success(request, _("Sent. You can take it back here at any time."))
        return redirect("measures")
    return render(request, "exercises/measures/check.html", _context(asking, rows))


@require_POST
@clinical
def take_back(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """From the therapist, at once."""
    found = results.own_measurement_or_404(viewer=request.viewer, pk=pk)
    measuring.take_back(by=request.viewer, measurement=found, at=request.viewer.at)
    messages.success(request, _("Taken back. Only you can read it now."))
    return redirect("measures")
