"""What both partners say yes to: the same page for both, and the same where there is nothing to see."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clients.guards import agreed, clinical
from clients.viewer import ViewerRequest
from exercises.commands import mutual as commands
from exercises.queries import mutual as queries
from exercises.queries.writing import own_homework_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@clinical
@agreed
def together(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """What stands for both. Sent back, it takes one's own marks back, as far as nothing has been shown."""
    homework = own_homework_or_404(viewer=request.viewer, pk=pk)
    if not queries.has_mutual(homework):
        raise Http404
    if request.method == "POST":
        commands.take_back(by=request.viewer, homework=homework, at=request.viewer.at)
        return redirect("homework-together", pk=pk)
    found = queries.for_partner(homework, viewer=request.viewer)
    return render(request, "exercises/homework/together.html", {"homework": homework, "mutual": found})
