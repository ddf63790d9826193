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
from clients.models import Partner
from clients.policies import may_edit_couple
from clients.queries import appointments, care, consent
from clients.queries.cover import covered_by
from clients.states import CoupleState, PlaceState
from clients.viewer import ViewerRequest
from exercises import policies
from exercises.charts.rhythm import draw_rhythm
from exercises.commands import reading
from exercises.queries import caseload as lists
from exercises.queries import given, marks, mutual
from exercises.queries import pulse as lately
from exercises.queries import timeline as happened
from exercises.queries import wishes as wished
from exercises.queries.caseload import Show
from exercises.queries.confirmations import reasons_for
from exercises.queries.rhythm import rhythm_of
from intimacy_site.web import page_or_part

GIVEN = 15  # of the latest exercises, on the couple's own page; all of them are in what has happened
LATELY = 6  # lines of what has happened, on the couple's own page


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
        "rows": [(*row, pulses.get(UUID(row.pk), [])) for row in rows], "search": search, "show": show, "shows": Show,
        "more": len(found) - len(rows), "with_pulses": with_pulses,
        "again": urlencode({"q": search, "show": show.value, "all": request.GET.get("all", "")}),
    }  # fmt: skip
    part = "pulses" if with_pulses else "caseload"
    return page_or_part(request, "exercises/caseload/index.html", part, context)


@require_safe
@therapists_only
def couple(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """One couple: both at eye level, what comes next, what was given, and what has happened."""
    viewer = request.viewer
    pair = clients.couple_or_404(viewer=viewer, pk=pk)
    places = clients.places_of(pair, viewer=viewer)
    people = [row.place for row in places if isinstance(row.place, Partner)]
    given_rows = given.assignments_of(pair, viewer=viewer, most=GIVEN + 1)
    readiness = mutual.readiness_of([row.pk for row in given_rows], viewer=viewer)
    joined = [row.place.display_name for row in places if row.state == PlaceState.JOINED]
    context = {
        "couple": pair, "places": places, "more_given": len(given_rows) > GIVEN, "joined": joined,
        "stand_in": covered_by(pair, viewer=viewer),
        "comes": appointments.next_session(pair, viewer=viewer),
        "stretches": given.by_session(
            [(row, readiness.get(row.pk)) for row in given_rows[:GIVEN]], appointments.held(pair, viewer=viewer)
        ),
        "marks": marks.marks_of(pair, viewer=viewer),
        "may_assign": policies.may_assign(viewer, pair),
        "may_edit": may_edit_couple(viewer, pair),
        "asks": [row for row in places if row.asked_at and pair.state != CoupleState.ENDED],
        "documents": consent.current_documents(pair.clinic_id, viewer=viewer),
        "care": care.care_of(pair, viewer=viewer, places=people),
        "wishes": wished.wishes_of(pair, viewer=viewer),
        "rests": wished.rests_of(pair, viewer=viewer),
        "rhythm": draw_rhythm(rhythm_of(pair, viewer=viewer), key="rhythm"),
        "happened": happened.timeline(pair, viewer=viewer, most=LATELY),
    }  # fmt: skip
    return render(request, "exercises/caseload/couple.html", context)


@require_safe
@therapists_only
def timeline(request: ViewerRequest, pk: UUID) -> HttpResponse:
    pair = clients.couple_or_404(viewer=request.viewer, pk=pk)
    found = happened.timeline(pair, viewer=request.viewer, after=request.GET.get("after", ""))
    context = {"couple": pair, "events": found.events, "after": found.after}
    return page_or_part(request, "exercises/caseload/timeline.html", "timeline", context)


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
