"""The exercise library, for therapists."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clients.guards import therapists_only
from clients.models import Couple
from clients.queries import couple_or_404
from clients.queries.care import care_of
from clients.viewer import ViewerRequest
from exercises.building import policies
from exercises.building.forms import BeginForm
from exercises.commands import favourites, reading
from exercises.facets import FACETS
from exercises.queries import closeness, finding
from exercises.queries import library as queries
from exercises.queries.building import authors
from exercises.queries.review import couples_to_assign
from intimacy_site.web import page_or_part

INDEX = "exercises/library/index.html"
FILTERS = ("own", *(facet.name for facet in FACETS))


@require_safe
@therapists_only
def index(request: ViewerRequest) -> HttpResponse:
    """The library, or one more page of it; with `couple`, beside what that couple has had."""
    couple = _couple(request)
    search = request.GET.get("q", "")[:80]
    sent = request.GET.get("page", "")
    page = int(sent) if sent.isascii() and sent.isdecimal() and 0 < len(sent) < 4 else 1
    chosen = {name: request.GET.getlist(name) for name in FILTERS}
    found = finding.find(viewer=request.viewer, words=search, chosen=chosen, couple=couple, page=max(page, 1))
    asked = request.GET.copy()
    asked.pop("page", None)
    part = "page" if page > 1 else "exercises"
    context = {"found": found, "search": search, "couple": couple, "asked": asked.urlencode(), "page": page}
    return page_or_part(request, INDEX, part, context)


def _couple(request: ViewerRequest) -> Couple | None:
    sent = request.GET.get("couple", "")
    if not sent:
        return None
    try:
        return couple_or_404(viewer=request.viewer, pk=UUID(sent))
    except ValueError:
        raise Http404 from None


@require_safe
@therapists_only
def detail(request: ViewerRequest, slug: str) -> HttpResponse:
    exercise = queries.exercise_or_404(viewer=request.viewer, slug=slug)
    version = queries.shown_version(exercise, viewer=request.viewer)
    couples = [
        couple for couple in couples_to_assign(viewer=request.viewer) if exercise.clinic_id in {None, couple.clinic_id}
    ]
    context = {
        "exercise": exercise, "version": version, "content": version.content, "couples": couples, "slug": slug,
        "is_mine": policies.may_edit_exercise(request.viewer, exercise),
        "begin": BeginForm(authors=authors(viewer=request.viewer)),
        "is_favourite": finding.is_favourite(exercise, viewer=request.viewer),
    }  # fmt: skip
    return render(request, "exercises/library/detail.html", context)


@require_POST
@therapists_only
def favourite(request: ViewerRequest, slug: str) -> HttpResponse:
    """Keeps an exercise near at hand, or lets it go."""
    kept = request.POST.get("kept") == "yes"
    exercise = queries.exercise_or_404(viewer=request.viewer, slug=slug)
    favourites.keep_favourite(by=request.viewer, exercise=exercise, kept=kept, at=request.viewer.at)
    if request.htmx:
        return render(request, "exercises/library/favourite.html", {"slug": slug, "is_favourite": kept})
    return redirect("library-exercise", slug=slug)


@require_safe
@therapists_only
def suggestions(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """What the latest closeness ratings suggest. They are opened for it, which is written down."""
    viewer = request.viewer
    couple = couple_or_404(viewer=viewer, pk=pk)
    ratings = closeness.latest_closeness(couple, viewer=viewer)
    for rating in ratings:
        reading.read_review(by=viewer, assignment=rating.assignment, at=viewer.at)
    found = closeness.suggestions(couple, ratings, care=care_of(couple, viewer=viewer), viewer=viewer)
    context = {"couple": couple, "ratings": ratings, "suggestions": found}
    return render(request, "exercises/library/suggestions.html", context)
