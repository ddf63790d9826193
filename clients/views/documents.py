"""What a clinic asks people to agree to, for its admins: read every version, publish the next, see numbers."""

import hashlib
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients import commands
from clients.forms import DocumentForm
from clients.guards import admins_only
from clients.queries import consent as queries
from clients.viewer import ViewerRequest

TEMPLATE = "clients/document_next.html"


@require_safe
@admins_only
def index(request: ViewerRequest) -> HttpResponse:
    return render(request, "clients/documents.html", {"clinics": queries.documents_of(viewer=request.viewer)})


@require_http_methods(["GET", "HEAD", "POST"])
@admins_only
def publish_next(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Write the next version, look at it as people will see it, then publish exactly what was looked at."""
    viewer = request.viewer
    previous = queries.administered_document_or_404(viewer=viewer, pk=pk)
    posted = request.POST if request.method == "POST" else None
    form = DocumentForm(posted, initial={"title": previous.title, "text": previous.text})
    context = {"form": form, "previous": previous, "is_current": queries.is_current(previous)}
    if not form.is_valid():
        return render(request, TEMPLATE, context, status=422 if form.errors else 200)
    title, text = form.cleaned_data["title"], form.cleaned_data["text"]
    looked_at = hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()
    context |= {"title": title, "text": text, "looked_at": looked_at}
    if request.POST.get("go") != "publish" or request.POST.get("looked_at") != looked_at:
        return render(request, TEMPLATE, context)
    try:
        commands.publish(previous=previous, title=title, text=text, by=viewer, at=viewer.at)
    except commands.NewerVersion:
        return render(request, TEMPLATE, {**context, "is_current": False}, status=409)
    messages.success(request, _("Published. Everybody is asked to agree to it when they next open the site."))
    return redirect("documents")
