"""A partner says what would suit them better, or rests; their therapist says that there was a session."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from clients.guards import agreed, clinical, therapists_only
from clients.queries import couple_or_404
from clients.viewer import ViewerRequest
from exercises.commands import wishing
from exercises.forms.together import INSTEAD_HINTS, RestForm, WishForm
from exercises.policies import together as policies
from exercises.queries import wishes as queries
from exercises.queries import writing
from exercises.states import Instead, Rest


@require_http_methods(["GET", "HEAD", "POST"])
@clinical
@agreed
def wish(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """What would suit somebody better than an exercise as it is; sent back by Tell my therapist, or Take it back."""
    viewer = request.viewer
    homework = writing.own_homework_or_404(viewer=viewer, pk=pk)
    if request.POST.get("go") == "take-back":
        wishing.take_back_wish(by=viewer, homework=homework, at=viewer.at)
        return redirect("homework", pk=pk)
    policies.may_wish(viewer, homework).require()
    kept = queries.own_wish(homework, viewer=viewer)
    initial = {"instead": kept.instead, "reason": kept.reason or ""} if kept else {}
    form = WishForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        said = form.cleaned_data
        wishing.wish(
            by=viewer, homework=homework, instead=Instead(said["instead"]), reason=said["reason"], at=viewer.at
        )
        return redirect("homework", pk=pk)
    context = {"homework": homework, "form": form, "kept": kept, "hints": INSTEAD_HINTS}
    return render(request, "exercises/homework/wish.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@clinical
def rest(request: ViewerRequest) -> HttpResponse:
    """Rest from all exercises, or come back."""
    viewer = request.viewer
    if not queries.places_at_work(viewer=viewer):
        raise Http404
    if request.POST.get("go") == "back":
        wishing.come_back(by=viewer, at=viewer.at)
        return redirect("today")
    form = RestForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        wishing.rest(by=viewer, lasts=Rest(form.cleaned_data["lasts"]), at=viewer.at)
        return redirect("today")
    context = {"form": form, "pause": queries.own_pause(viewer=viewer)}
    return render(request, "exercises/homework/rest.html", context, status=422 if form.errors else 200)


@require_POST
@therapists_only
def session_was(request: ViewerRequest, pk: UUID) -> HttpResponse:
    couple = couple_or_404(viewer=request.viewer, pk=pk)
    wishing.session_was(by=request.viewer, couple=couple, at=request.viewer.at)
    return redirect("couple", pk=pk)
