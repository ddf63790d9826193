"""A partner's private pages for their therapist: the check-in, and boundaries."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients import commands
from clients.forms import BoundariesForm, CheckInForm
from clients.guards import clinical
from clients.models import Partner
from clients.queries import care as queries
from clients.queries.cover import who_stands_in
from clients.viewer import ViewerRequest


def _places(request: ViewerRequest) -> tuple[Partner, list[queries.OwnPlace]]:
    """The place a page is about: the one asked for, or else the first; and all of them."""
    places = queries.own_places(viewer=request.viewer)
    if not places:
        raise Http404
    asked = request.POST.get("place") or request.GET.get("place")
    return next((own.place for own in places if str(own.place.pk) == asked), places[0].place), places


def _page(request: ViewerRequest, form: Form, place: Partner, places: list[queries.OwnPlace]) -> dict[str, Any]:
    """With whoever reads it in the therapist's place now: that is said before it is told."""
    return {"form": form, "place": place, "places": places, "stand_ins": who_stands_in(viewer=request.viewer)}


@require_http_methods(["GET", "HEAD", "POST"])
@clinical
def check_in(request: ViewerRequest) -> HttpResponse:
    """One address for all of it: a list of visited pages is the same for whoever answers and whoever does not."""
    place, places = _places(request)
    if request.method == "POST":
        said = CheckInForm(request.POST).said() if request.POST.get("go") == "send" else {}
        commands.leave_check_in(place=place, said=said, by=request.viewer, at=request.viewer.at)
        return redirect("check-in-after")
    return render(request, "clients/check_in.html", _page(request, CheckInForm(), place, places))


@require_safe
@clinical
def after(request: ViewerRequest) -> HttpResponse:
    """Where both ways out of the check-in lead."""
    _places(request)
    return render(request, "clients/check_in_after.html")


@require_http_methods(["GET", "HEAD", "POST"])
@clinical
def boundaries(request: ViewerRequest) -> HttpResponse:
    place, places = _places(request)
    wishes = queries.own_boundaries(place, viewer=request.viewer)
    form = BoundariesForm(request.POST if request.method == "POST" else None, wishes=wishes)
    if form.is_valid():
        commands.set_boundaries(place=place, wishes=form.said(), by=request.viewer, at=request.viewer.at)
        messages.success(request, _("Saved."))
        return redirect(request.get_full_path())
    context = _page(request, form, place, places)
    return render(request, "clients/boundaries.html", context, status=422 if form.errors else 200)
