"""Where each person starts; the therapist's caseload; one couple."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.guards import fresh_sign_in
from clients import commands as private
from clients import queries as clients
from clients.guards import therapists_only
from clients.queries import care, consent
from clients.states import CoupleState
from clients.viewer import ViewerRequest
from exercises import policies
from exercises.commands import reading
from exercises.queries import caseload as lists
from exercises.queries import given, marks, mutual
from exercises.queries import pulse as lately
from exercises.queries import wishes as wished
from exercises.queries.caseload import Show
from exercises.queries.confirmations import reasons_for
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
    """The viewer's couples. What was last said in weekly check-ins is opened by itself, once the page stands."""
    viewer = request.viewer
    search = request.GET.get("q", "")[:80]
    asked = request.GET.get("show", "")
    show = Show(asked) if asked in Show.values else Show.ALL
    with_pulses = request.GET.get("pulses") == "1"
    if show == Show.ATTENTION or with_pulses:
        reading.read_caseload(by=viewer, at=viewer.at)
    found = lists.caseload(viewer=viewer, search=search, show=show)
    rows = found if request.GET.get("all") == "1" else found[: lists.MOST]
    pulses = lately.pulses(lists.couples_of(rows), viewer=viewer) if with_pulses else {}
    context = {
        "rows": [(row, pulses.get(UUID(row.pk), [])) for row in rows], "search": search, "show": show, "shows": Show,
        "more": len(found) - len(rows), "with_pulses": with_pulses,
        "again": urlencode({"q": search, "show": show.value, "all": request.GET.get("all", "")}),
    }  # fmt: skip
    part = "pulses" if with_pulses else "caseload"
    return page_or_part(request, "exercises/caseload/index.html", part, context)


@require_safe
@therapists_only
def couple(request: ViewerRequest, pk: UUID) -> HttpResponse:
    viewer = request.viewer
    pair = clients.couple_or_404(viewer=viewer, pk=pk)
    places = clients.places_of(pair, viewer=viewer)
    assignments = given.assignments_of(pair, viewer=viewer)
    readiness = mutual.readiness_of([row.pk for row in assignments], viewer=viewer)
    return render(
        request,
        "exercises/caseload/couple.html",
        {
            "couple": pair,
            "places": places,
            "assignments": [(row, readiness.get(row.pk)) for row in assignments],
            "marks": marks.marks_of(pair, viewer=viewer),
            "may_assign": policies.may_assign(viewer, pair),
            "asks": [row for row in places if row.asked_at and pair.state != CoupleState.ENDED],
            "documents": consent.current_documents(pair.clinic_id, viewer=viewer),
            "care": care.care_of(pair, viewer=viewer),
            "wishes": wished.wishes_of(pair, viewer=viewer),
            "rests": wished.rests_of(pair, viewer=viewer),
        },
    )


@require_safe
@therapists_only
@fresh_sign_in()
def check_ins(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """What both told their therapist in private, and why exercises were given all the same. Looking is written down."""
    viewer = request.viewer
    pair = clients.couple_or_404(viewer=viewer, pk=pk)
    private.open_check_ins(couple=pair, by=viewer, at=viewer.at)
    told, reasons = care.told_by(pair, viewer=viewer), reasons_for(pair, viewer=viewer)
    return render(request, "exercises/caseload/check_ins.html", {"couple": pair, "told": told, "reasons": reasons})
