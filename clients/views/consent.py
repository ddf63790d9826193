"""What a partner reads and signs, alone, before any exercise opens. Nothing here shows the other partner."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients import commands
from clients.guards import partners_only
from clients.queries import consent as queries
from clients.viewer import ViewerRequest


@require_http_methods(["GET", "HEAD", "POST"])
@partners_only
def consent(request: ViewerRequest) -> HttpResponse:
    """The next document that waits, with one button; or, once none waits, what was signed and how to take it back."""
    viewer = request.viewer
    if request.method == "POST":
        return _sign(request)
    asked = queries.asked_of(viewer=viewer)
    if not asked.waiting:
        return render(request, "clients/consent.html", {"signed": asked.signed, "going_on": bool(viewer.belongs_to)})
    several = len({document.clinic_id for document in asked.waiting}) > 1
    total = len(asked.waiting) + len(asked.signed)
    context = {"document": asked.waiting[0], "number": len(asked.signed) + 1, "total": total, "several": several}
    return render(request, "clients/consent_sign.html", context)


def _sign(request: ViewerRequest) -> HttpResponse:
    viewer = request.viewer
    asked = queries.asked_of(viewer=viewer)
    sent = request.POST.get("document", "")
    document = next((d for d in asked.waiting if str(d.pk) == sent), None)
    try:
        if document is None:
            known = {str(d.pk) for d, _at in asked.signed}
            if sent in known:  # a button pressed twice
                return _onward(request)
            raise commands.NewerVersion
        commands.sign(document=document, by=viewer, at=viewer.at)
    except commands.NewerVersion:
        messages.info(request, _("The text has changed since you opened the page. This is the newest version."))
        return redirect("consent")
    return _onward(request)


def _onward(request: ViewerRequest) -> HttpResponse:
    waiting = queries.asked_of(viewer=request.viewer).waiting
    return redirect("consent" if waiting else "today")


@require_safe
@partners_only
def later(request: ViewerRequest) -> HttpResponse:
    """“Not now” is a full answer: what stays open, and nothing else."""
    return render(request, "clients/consent_later.html")


@require_safe
def document(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """One version, for everybody of the clinic."""
    viewer = request.viewer
    found = queries.document_or_404(viewer=viewer, pk=pk)
    context = {
        "document": found,
        "is_current": queries.is_current(found),
        "base": "base_partner.html" if viewer.is_partner else "base_staff.html",
    }
    return render(request, "clients/document.html", context)
