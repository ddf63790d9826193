"""Where each person starts; the therapist's caseload; one couple."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from clients import queries as clients
from clients.guards import therapists_only
from clients.queries import consent
from clients.states import CoupleState
from clients.viewer import ViewerRequest
from exercises import policies
from exercises.queries import review as queries
from intimacy_site.web import page_or_part


@require_safe
def front_door(request: ViewerRequest) -> HttpResponse:
    """The one link in every mail. From here each goes where they work."""
    viewer = request.viewer
    if viewer.is_therapist:
        return redirect("caseload")
    if viewer.is_partner or not viewer.is_admin:
        return redirect("today")
    return redirect("people")


@require_safe
@therapists_only
def index(request: ViewerRequest) -> HttpResponse:
    search = request.GET.get("q", "")[:80]
    rows = queries.caseload(viewer=request.viewer, search=search)
    return page_or_part(request, "exercises/caseload/index.html", "caseload", {"rows": rows, "search": search})


@require_safe
@therapists_only
def couple(request: ViewerRequest, pk: UUID) -> HttpResponse:
    viewer = request.viewer
    pair = clients.couple_or_404(viewer=viewer, pk=pk)
    places = clients.places_of(pair, viewer=viewer)
    return render(
        request,
        "exercises/caseload/couple.html",
        {
            "couple": pair,
            "places": places,
            "assignments": queries.assignments_of(pair, viewer=viewer),
            "marks": queries.marks_of(pair, viewer=viewer),
            "may_assign": policies.may_assign(viewer, pair),
            "asks": [row for row in places if row.asked_at and pair.state != CoupleState.ENDED],
            "documents": consent.current_documents(pair.clinic_id, viewer=viewer),
        },
    )
