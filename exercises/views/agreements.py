"""An agreement of two: its page, signing, the page to print, and opening it with the therapist in the room."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.guards import agreed, clinical, therapists_only
from clients.viewer import ViewerRequest
from exercises import policies
from exercises.commands import agreeing
from exercises.commands.sharing import release_of_offer
from exercises.content import Step
from exercises.forms import stamp_of, tidied
from exercises.forms.together import TermsForm
from exercises.models import Homework
from exercises.queries import agreements as queries
from exercises.queries import review, writing

TEMPLATE = "exercises/agreements/detail.html"
KIND = "agreement"


def _step_or_404(homework: Homework, number: int) -> Step:
    steps = writing.content_of(homework).steps
    if not 1 <= number <= len(steps) or steps[number - 1].kind != KIND:
        raise Http404
    return steps[number - 1]


def _page(
    request: ViewerRequest, homework: Homework, number: int, form: TermsForm | None = None, **more: Any
) -> HttpResponse:
    step, viewer = _step_or_404(homework, number), request.viewer
    found = queries.agreement_at(homework.assignment_id, step, viewer=viewer)
    status = more.pop("status", 200)
    context = {
        "homework": homework,
        "number": number,
        "total": len(writing.content_of(homework).steps),
        "step": step,
        "found": found,
        "form": form or TermsForm(step=step, terms=found.begin_from),
        "release": release_of_offer(homework.couple, at=viewer.at),
        "may_write": policies.may_write(viewer, homework),
        **more,
    }
    return render(request, TEMPLATE, context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@clinical
@agreed
def detail(request: ViewerRequest, pk: UUID, number: int) -> HttpResponse:
    """What the two agree on, as far as it is open; sent back by writing down a version."""
    homework = writing.own_homework_or_404(viewer=request.viewer, pk=pk)
    if request.method != "POST":
        return _page(request, homework, number)
    step = _step_or_404(homework, number)
    policies.may_write(request.viewer, homework).require()
    form = TermsForm(tidied(request.POST), step=step, terms={})
    if not form.is_valid():
        return _page(request, homework, number, form, status=422)
    done = agreeing.propose(
        by=request.viewer, homework=homework, number=number, step=step, terms=form.terms(),
        base=request.POST.get("base", ""), stamp=stamp_of(request.POST), at=request.viewer.at,
    )  # fmt: skip
    if done.is_conflict:
        return _page(request, homework, number, form, conflict=True, status=409)
    return redirect("agreement", pk=pk, number=number)


@require_POST
@clinical
def sign(request: ViewerRequest, pk: UUID, number: int) -> HttpResponse:
    """Sign what stood on the page, or take one's signature back."""
    homework = writing.own_homework_or_404(viewer=request.viewer, pk=pk)
    step, proposal = _step_or_404(homework, number), request.POST.get("proposal", "")
    about: dict[str, Any] = {
        "by": request.viewer,
        "homework": homework,
        "step": step,
        "proposal": proposal,
        "at": request.viewer.at,
    }
    try:
        if request.POST.get("go") == "take-back":
            agreeing.unsign(**about)
        else:
            agreeing.sign(**about, number=number)
    except agreeing.NewerWords:
        return _page(request, homework, number, newer=True, status=409)
    return redirect("agreement", pk=pk, number=number)


@require_POST
@clinical
def take_back(request: ViewerRequest, pk: UUID, number: int) -> HttpResponse:
    homework = writing.own_homework_or_404(viewer=request.viewer, pk=pk)
    step = _step_or_404(homework, number)
    agreeing.take_back(by=request.viewer, homework=homework, step=step, at=request.viewer.at)
    return redirect("agreement", pk=pk, number=number)


@require_safe
@clinical
@agreed
def for_print(request: ViewerRequest, pk: UUID, number: int) -> HttpResponse:
    """Only what holds."""
    homework = writing.own_homework_or_404(viewer=request.viewer, pk=pk)
    step = _step_or_404(homework, number)
    found = queries.agreement_at(homework.assignment_id, step, viewer=request.viewer)
    if not found.holds_since:
        raise Http404
    names = queries.names_of(homework.couple_id, viewer=request.viewer)
    context = {"homework": homework, "number": number, "found": found, "names": names}
    return render(request, "exercises/agreements/print.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def in_room(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """What both can read, for a screen that both may see; and opening what either has written down since."""
    viewer = request.viewer
    assignment = review.assignment_or_404(viewer=viewer, pk=pk)
    steps = [step for step in assignment.version.content.steps if step.kind == KIND]
    if not steps:
        raise Http404
    if request.method == "POST":
        step = next((one for one in steps if one.key == request.POST.get("step")), None)
        if step is None:
            raise Http404
        agreeing.open_in_room(by=viewer, assignment=assignment, step=step, at=viewer.at)
        return redirect("agreement-room", pk=pk)
    found = [queries.agreement_at(assignment.pk, step, viewer=viewer) for step in steps]
    return render(request, "exercises/agreements/room.html", {"assignment": assignment, "agreements": found})
