"""A clinic's admins read what therapists offer to all others, approve it or hand it back, and retire."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.guards import admins_only
from clients.viewer import ViewerRequest
from exercises.building import policies
from exercises.building.forms import HandBackForm
from exercises.building.saying import overview, pages
from exercises.commands import clinic_library
from exercises.content.drafts import compared
from exercises.queries import building as queries
from exercises.queries.building import Offer

PAGE = "exercises/clinic_library/detail.html"


@require_safe
@admins_only
def index(request: ViewerRequest) -> HttpResponse:
    context = {"exercises": queries.clinic_exercises(viewer=request.viewer)}
    return render(request, "exercises/clinic_library/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@admins_only
def detail(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Read it whole; approve exactly that version, hand it back with a sentence, or retire."""
    found = queries.offer_or_404(viewer=request.viewer, pk=pk)
    form = HandBackForm(request.POST if request.POST.get("go") == "hand-back" else None)
    if request.method == "POST":
        done: dict[str, Any] = {"by": request.viewer, "exercise": found.exercise, "at": request.viewer.at}
        go = request.POST.get("go", "")
        if go == "approve":
            return _approve(request, found, form, done)
        if go == "retire":
            clinic_library.retire(**done)
            messages.success(request, _("Retired. What is assigned stays as it is."))
            return redirect("clinic-library")
        if go != "hand-back":
            raise Http404
        policies.may_answer_offer(request.viewer, found.exercise).require()
        if form.is_valid():
            clinic_library.hand_back(**done, sentence=form.cleaned_data["sentence"])
            messages.success(request, _("Handed back, with your sentence."))
            return redirect("clinic-library")
    return render(request, PAGE, _context(request, found, form), status=422 if form.errors else 200)


def _approve(request: ViewerRequest, found: Offer, form: HandBackForm, done: dict[str, Any]) -> HttpResponse:
    version = found.version if request.POST.get("version") == str(found.version.pk) else None
    try:
        clinic_library.approve(**done, version=version.pk if version else None)
    except clinic_library.OtherVersion:
        return render(request, PAGE, {**_context(request, found, form), "is_other": True}, status=409)
    messages.success(request, _("Approved. All therapists of the clinic can give it now."))
    return redirect("clinic-library")


def _context(request: ViewerRequest, found: Offer, form: HandBackForm) -> dict[str, Any]:
    body = found.version.body
    return {
        "exercise": found.exercise,
        "version": found.version,
        "content": found.version.content,
        "before": found.before,
        "lines": compared(found.before.body, body) if found.before else [],
        "pages": pages(body),
        "hints": overview(body).hints,
        "form": form,
        "may_answer": policies.may_answer_offer(request.viewer, found.exercise),
        "may_retire": policies.may_retire(request.viewer, found.exercise),
    }
