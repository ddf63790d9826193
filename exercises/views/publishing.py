"""From a draft to a version, and from one therapist to the whole clinic."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.guards import therapists_only
from clients.viewer import ViewerRequest
from exercises.building import policies
from exercises.building.saying import overview
from exercises.commands import building, clinic_library
from exercises.content import Step
from exercises.content.drafts import HEAD, compared, fingerprint
from exercises.forms import StepForm, number_in
from exercises.kinds import kind_of
from exercises.queries import building as queries


@require_safe
@therapists_only
def preview(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """One page after the other as a partner would see it. There is no homework behind it, and nothing to send."""
    exercise = queries.own_exercise_or_404(viewer=request.viewer, pk=pk)
    body = queries.body_of(exercise)
    total, number = len(body["steps"]), number_in(request.GET, "page")
    if number > total + 1:
        raise Http404
    context: dict[str, Any] = {
        "exercise": exercise, "body": body, "number": number, "total": total, "before": number - 1, "after": number + 1,
        "is_first": number == 0, "is_last": number == total + 1,
    }  # fmt: skip
    if 0 < number <= total:
        context |= _page(body, number)
    return render(request, "exercises/building/preview.html", context)


def _page(body: dict[str, Any], number: int) -> dict[str, Any]:
    part = body["steps"][number - 1]
    problems, _hints = overview(body).of(part["key"])
    if problems:
        return {"problems": problems}
    step = Step.from_json(part)
    kind = kind_of(step)
    return {"step": step, "kind": kind, "asks": kind.asks, "form": StepForm(step=step)}


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def publish(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """What is still missing, what would change, and then: a version of exactly what was looked at."""
    viewer = request.viewer
    exercise = queries.own_exercise_or_404(viewer=viewer, pk=pk)
    policies.may_edit_exercise(viewer, exercise).require()
    draft, is_other = queries.draft_of(exercise), False
    whole = overview(queries.body_of(exercise))
    if request.method == "POST" and draft and not whole.problems:
        try:
            building.publish(by=viewer, exercise=exercise, looked_at=request.POST.get("looked_at", ""), at=viewer.at)
        except building.OtherWords:
            is_other = True
        else:
            messages.success(request, _("Published. You can give this version now."))
            return redirect("builder-exercise", pk=pk)
    newest = exercise.newest
    context = {
        "exercise": exercise, "draft": draft, "whole": whole, "is_other": is_other, "head": HEAD,
        "lines": compared(newest.body if newest else None, draft.body) if draft and newest else [],
        "looked_at": fingerprint(draft.body) if draft else "",
    }  # fmt: skip
    status = 409 if is_other else 422 if request.method == "POST" else 200
    return render(request, "exercises/building/publish.html", context, status=status)


@require_POST
@therapists_only
def offer(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Offer the newest version to the clinic, or take that back."""
    exercise = queries.own_exercise_or_404(viewer=request.viewer, pk=pk)
    done: dict[str, Any] = {"by": request.viewer, "exercise": exercise, "at": request.viewer.at}
    if request.POST.get("go") == "take-back":
        clinic_library.take_back(**done)
        messages.success(request, _("Taken back."))
    else:
        clinic_library.offer(**done)
        messages.success(request, _("Offered. An admin of your clinic reads it."))
    return redirect("builder-exercise", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def retire(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Asks once; then nobody gives it any more."""
    exercise = queries.own_exercise_or_404(viewer=request.viewer, pk=pk)
    policies.may_retire(request.viewer, exercise).require()
    if request.method == "POST":
        clinic_library.retire(by=request.viewer, exercise=exercise, at=request.viewer.at)
        return redirect("builder")
    return render(request, "exercises/building/retire.html", {"exercise": exercise})
