"""A therapist looks over a couple's work: what is new since the last session, one answer over time, the balance."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.guards import therapists_only
from clients.queries.appointments import last_session_at
from clients.viewer import ViewerRequest
from exercises.commands import reading
from exercises.queries import balance as balances
from exercises.queries import earlier as answers
from exercises.queries import since as queries
from exercises.queries.review import assignment_or_404, couple_with_partners_or_404


@require_safe
@therapists_only
def since_last_session(request: ViewerRequest, pk: UUID) -> HttpResponse:
    couple, _places = couple_with_partners_or_404(viewer=request.viewer, pk=pk)
    last = last_session_at(couple, viewer=request.viewer)
    since = None if "all" in request.GET else last
    rows = queries.changed_since(couple, viewer=request.viewer, since=since)
    context = {"couple": couple, "rows": rows, "since": since, "last": last}
    return render(request, "exercises/looking/since.html", context)


@require_safe
@therapists_only
def onward(request: ViewerRequest, pk: UUID, steps: int) -> HttpResponse:
    """From one exercise to the next, or the one before, of those that have changed; past the last, their list."""
    assignment = assignment_or_404(viewer=request.viewer, pk=pk)
    found = queries.beside(assignment.couple, viewer=request.viewer, pk=pk, steps=steps)
    if found is None:
        messages.info(request, _("That was the last of them.") if steps > 0 else _("That was the first of them."))
        return redirect("couple-review", pk=assignment.couple_id)
    return redirect("review", pk=found)


@require_safe
@therapists_only
def earlier(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """One partner's answers to the same exercise, whenever it was given."""
    copy = answers.copy_or_404(viewer=request.viewer, pk=pk)
    reading.read_review(by=request.viewer, assignment=copy.assignment, at=request.viewer.at)
    rows = answers.answers_over_time(copy, viewer=request.viewer)
    return render(request, "exercises/looking/earlier.html", {"copy": copy, "rows": rows})


@require_safe
@therapists_only
def balance(request: ViewerRequest, pk: UUID) -> HttpResponse:
    couple, places = couple_with_partners_or_404(viewer=request.viewer, pk=pk)
    rows = balances.balance_of(couple, places, viewer=request.viewer)
    return render(request, "exercises/looking/balance.html", {"couple": couple, "rows": rows})
