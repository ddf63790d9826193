"""A clinic's instruments: taken in from a file, described, answered for, retired."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.guards import therapists_only
from clients.viewer import ViewerRequest
from exercises import scoring
from exercises.commands import instruments as commands
from exercises.content.fhir.incoming import LARGEST
from exercises.forms.measures import LicenceForm, NormsForm, TakeInForm
from exercises.models import Instrument
from exercises.policies import measures as policies
from exercises.queries import instruments as queries
from exercises.queries.building import authors
from exercises.scoring import Direction


@require_safe
@therapists_only
def index(request: ViewerRequest) -> HttpResponse:
    rows = queries.instruments(viewer=request.viewer)
    return render(request, "exercises/instruments/index.html", {"instruments": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def take_in(request: ViewerRequest) -> HttpResponse:
    """A file becomes an instrument, exactly; or a list of what is in the way, and nothing is kept."""
    viewer, is_sent = request.viewer, request.method == "POST"
    sent = (request.POST, request.FILES) if is_sent else (None, None)
    form = TakeInForm(*sent, authors=authors(viewer=viewer))
    lines: list[str] = []
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            sheet = scoring.read_instrument(file.read(LARGEST + 1))
        except scoring.Unusable as error:
            form.add_error("file", _("This file cannot be used as an instrument. Nothing is imported."))
            lines = str(error).split("\n")
        else:
            direction = Direction(form.cleaned_data["direction"])
            made = commands.take_in(by=viewer, author=form.author, sheet=sheet, direction=direction, at=viewer.at)
            messages.success(request, _("Imported. Look through it, then answer for its licence."))
            return redirect("instrument", pk=made.pk)
    context = {"form": form, "lines": lines}
    return render(request, "exercises/instruments/import.html", context, status=422 if is_sent else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def instrument(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Its items as a partner sees them, its published numbers, its licence; and retiring it."""
    found, go = queries.instrument_or_404(viewer=request.viewer, pk=pk), request.POST.get("go", "")
    norms = NormsForm(request.POST if go == "norms" else None, instrument=found)
    licence = LicenceForm(request.POST if go == "confirm" else None)
    if request.method == "POST":
        if go not in {"norms", "confirm", "retire"}:
            raise Http404
        rule = policies.may_confirm if go == "confirm" else policies.may_change_instrument
        rule(request.viewer, found).require()
        if _done(request, found, go, norms, licence):
            return redirect("instrument", pk=pk)
    context = {**_shown(request, found), "norms": norms, "licence": licence}
    context["form"] = norms if norms.is_bound else licence
    return render(request, "exercises/instruments/instrument.html", context, status=200 if not go else 422)


def _done(request: ViewerRequest, found: Instrument, go: str, norms: NormsForm, licence: LicenceForm) -> bool:
    done: dict[str, Any] = {"by": request.viewer, "instrument": found, "at": request.viewer.at}
    if go == "retire":
        commands.retire(**done)
        messages.success(request, _("Retired. Nobody is asked it any more."))
    elif go == "norms" and norms.is_valid():
        commands.set_norms(
            **done, norms=norms.norms, sources=norms.sources, direction=Direction(norms.cleaned_data["direction"]),
            most_missing=norms.cleaned_data["most_missing"] or 0,
        )  # fmt: skip
        messages.success(request, _("Saved."))
    elif go == "confirm" and licence.is_valid():
        member = queries.member_at(found, viewer=request.viewer)
        commands.confirm(**done, member=member, licence=licence.cleaned_data["licence"])
        messages.success(request, _("Confirmed, in your name. It can be asked now."))
    else:
        return False
    return True


def _shown(request: ViewerRequest, found: Instrument) -> dict[str, Any]:
    sheet, norms = found.sheet, found.published
    scales = [(scale, *map(scoring.plain, scoring.span(sheet, scale))) for scale in (sheet.total, *sheet.subscales)]
    items = [(item, [(one.label, _weight(one)) for one in item.options]) for item in sheet.items]
    least, cut = scoring.least_change(norms), scoring.cut_off(norms)
    return {
        "instrument": found,
        "sheet": sheet,
        "items": items,
        "scales": scales,
        "least": None if least is None else scoring.plain(least),
        "cut": None if cut is None else scoring.plain(cut),
        "may_change": policies.may_change_instrument(request.viewer, found),
        "may_confirm": policies.may_confirm(request.viewer, found),
    }


def _weight(option: scoring.Option) -> Any:
    return None if option.weight is None else scoring.plain(option.weight)
