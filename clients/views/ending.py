"""A partner's quiet word to their therapist about the end of the shared work. The other partner never learns of it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients import commands
from clients.guards import partners_only
from clients.queries import ending as queries
from clients.viewer import ViewerRequest


@require_http_methods(["GET", "HEAD", "POST"])
@partners_only
def separation(request: ViewerRequest) -> HttpResponse:
    rows = queries.own_places(viewer=request.viewer)
    if request.method != "POST":
        return render(request, "clients/separation.html", {"rows": rows})
    row = next((row for row in rows if str(row.place.pk) == request.POST.get("place")), None)
    if row is None:
        raise Http404
    if request.POST.get("go") == "take-back":
        commands.take_back_ask(partner=row.place, by=request.viewer, at=request.viewer.at)
        messages.success(request, _("You have taken it back."))
    else:
        commands.ask_for_ending(partner=row.place, by=request.viewer, at=request.viewer.at)
        messages.success(request, _("Your therapist can read this now. Your partner is not told."))
    return redirect("separation")
