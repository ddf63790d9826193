"""The exercise library, for therapists."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clients.guards import therapists_only
from clients.viewer import ViewerRequest
from exercises.queries import library as queries
from exercises.queries.review import couples_to_assign
from intimacy_site.web import page_or_part


@require_safe
@therapists_only
def index(request: ViewerRequest) -> HttpResponse:
    search = request.GET.get("q", "")[:80]
    rows = queries.library(search=search)
    return page_or_part(request, "exercises/library/index.html", "exercises", {"rows": rows, "search": search})


@require_safe
@therapists_only
def detail(request: ViewerRequest, slug: str) -> HttpResponse:
    version = queries.exercise_or_404(slug=slug).current
    couples = couples_to_assign(viewer=request.viewer)
    context = {"version": version, "content": version.content if version else None, "couples": couples}
    return render(request, "exercises/library/detail.html", context)
