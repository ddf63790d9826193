"""Two ends: a partner takes back their agreement, and a therapist ends a couple's work."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.guards import fresh_sign_in
from clients import policies
from clients import queries as clients
from clients.guards import partners_only, therapists_only
from clients.viewer import ViewerRequest
from exercises.commands import leaving


@require_http_methods(["GET", "HEAD", "POST"])
@partners_only
def withdraw_agreement(request: ViewerRequest) -> HttpResponse:
    """Says what follows; then takes it back."""
    if request.method == "POST":
        leaving.withdraw_agreement(by=request.viewer, at=request.viewer.at)
        messages.success(request, _("You have taken back your agreement."))
        return redirect("consent-later")
    return render(request, "clients/consent_withdraw.html")


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
@fresh_sign_in()
def separate(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Says what follows; then ends it, for good."""
    viewer = request.viewer
    couple = clients.couple_or_404(viewer=viewer, pk=pk)
    policies.may_end_couple(viewer, couple).require()
    if request.method == "POST":
        leaving.separate(couple=couple, by=viewer, at=viewer.at)
        messages.success(request, _("The work with this couple has ended."))
        return redirect("couple", pk=pk)
    asks = [row for row in clients.places_of(couple, viewer=viewer) if row.asked_at]
    return render(request, "exercises/caseload/separate.html", {"couple": couple, "asks": asks})
