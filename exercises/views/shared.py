"""Shared with me: what the partner offered. There is nothing to answer here, and nobody is told that it was read."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clients.guards import agreed, clinical
from clients.viewer import ViewerRequest
from exercises.commands import reading
from exercises.queries import goals
from exercises.queries import shared as queries


@require_safe
@clinical
@agreed
def index(request: ViewerRequest) -> HttpResponse:
    return render(
        request,
        "exercises/shared/index.html",
        {
            "rows": queries.shared_with_me(viewer=request.viewer),
            "goals": goals.offered_to_me(viewer=request.viewer),
        },
    )


@require_safe
@clinical
@agreed
def detail(request: ViewerRequest, pk: UUID) -> HttpResponse:
    page = queries.shared_page(viewer=request.viewer, pk=pk)
    if page is None:
        raise Http404
    reading.read_offer(by=request.viewer, homework=pk, clinic=page.clinic, at=request.viewer.at)
    return render(request, "exercises/shared/detail.html", {"page": page})
