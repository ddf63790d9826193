"""The exercise library, for therapists."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clients.guards import therapists_only
from clients.viewer import ViewerRequest
from exercises.building import policies
from exercises.building.forms import BeginForm
from exercises.queries import library as queries
from exercises.queries.building import authors
from exercises.queries.review import couples_to_assign
from intimacy_site.web import page_or_part


@require_safe
@therapists_only
def index(request: ViewerRequest) -> HttpResponse:
    search = request.GET.get("q", "")[:80]
    rows = queries.library(viewer=request.viewer, search=search)
    return page_or_part(request, "exercises/library/index.html", "exercises", {"rows": rows, "search": search})


@require_safe
@therapists_only
def detail(request: ViewerRequest, slug: str) -> HttpResponse:
    exercise = queries.exercise_or_404(viewer=request.viewer, slug=slug)
    version = queries.shown_version(exercise, viewer=request.viewer)
    couples = [
        couple for couple in couples_to_assign(viewer=request.viewer) if exercise.clinic_id in {None, couple.clinic_id}
    ]
    context = {
        "exercise": exercise, "version": version, "content": version.content, "couples": couples,
        "is_mine": policies.may_edit_exercise(request.viewer, exercise),
        "begin": BeginForm(authors=authors(viewer=request.viewer)),
    }  # fmt: skip
    return render(request, "exercises/library/detail.html", context)
