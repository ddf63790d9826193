"""A therapist gives an exercise, and takes one back."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clients.guards import therapists_only
from clients.queries import couple_or_404
from clients.queries.care import care_of
from clients.viewer import ViewerRequest
from exercises import policies
from exercises.commands import assigning
from exercises.forms import AssignForm
from exercises.queries import library
from exercises.queries import review as queries


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def assign(request: ViewerRequest, pk: UUID) -> HttpResponse:
    viewer = request.viewer
    couple = couple_or_404(viewer=viewer, pk=pk)
    policies.may_assign(viewer, couple).require()
    versions = library.current_versions(viewer=viewer, clinic=couple.clinic_id)
    places = queries.partners_of(couple, viewer=viewer)
    slug = request.GET.get("exercise", "")
    initial: dict[str, object] = {"frame": "", "partners": [str(place.pk) for place in places]}
    if slug in versions:
        initial["exercise"] = slug
    form = AssignForm(
        request.POST if request.method == "POST" else None,
        versions=versions, places=places, care=care_of(couple, viewer=viewer), at=viewer.at, initial=initial,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        assigning.assign(by=viewer, couple=couple, at=viewer.at, **form.assigned())
        return redirect("couple", pk=pk)
    chosen = versions.get(form["exercise"].value() or "")
    context = {
        "couple": couple,
        "form": form,
        "chosen": chosen.content if chosen else None,
        "concerns": (found := form.concerns()),
        "is_refused": any(concern.code == "not_now" for concern in found),
    }
    return render(request, "exercises/assignments/assign.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def withdraw(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Asks once; then takes back what is not finished."""
    assignment = queries.assignment_or_404(viewer=request.viewer, pk=pk)
    if request.method == "POST":
        assigning.withdraw(by=request.viewer, assignment=assignment, at=request.viewer.at)
        return redirect("couple", pk=assignment.couple_id)
    policies.may_withdraw(request.viewer, assignment).require()
    return render(request, "exercises/assignments/withdraw.html", {"assignment": assignment})
