"""A clinic's admin has a colleague stand in for a therapist who is away."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.guards import fresh_sign_in
from clients import queries
from clients.commands import cover as commands
from clients.forms.cover import CoverForm
from clients.guards import admins_only
from clients.queries import cover as covers
from clients.viewer import ViewerRequest


@require_http_methods(["GET", "HEAD", "POST"])
@admins_only
@fresh_sign_in(reading=True)
def of_therapist(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Who stands in for a therapist, and when; another one is named here."""
    viewer = request.viewer
    absent = queries.membership_or_404(viewer=viewer, pk=pk)
    colleagues = covers.colleagues_of(absent, viewer=viewer)
    form = CoverForm(request.POST if request.method == "POST" else None, colleagues=colleagues, today=viewer.at)
    if form.is_valid():
        commands.have_stand_in(absent=absent, **form.cleaned_data, by=viewer, at=viewer.at)
        messages.success(request, _("Written down. They open the couples of their colleague in that time."))
        return redirect("cover", pk)
    context = {
        "absent": absent, "form": form, "colleagues": colleagues, "covers": covers.covers_of(absent, viewer=viewer),
    }  # fmt: skip
    return render(request, "clients/cover.html", context, status=422 if form.errors else 200)


@require_http_methods(["POST"])
@admins_only
@fresh_sign_in()
def end(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Before its time."""
    cover = covers.cover_or_404(viewer=request.viewer, pk=pk)
    commands.end_cover(cover=cover, by=request.viewer, at=request.viewer.at)
    messages.success(request, _("It is over. They open nothing of these couples any more."))
    return redirect("cover", cover.absent_id)
