"""What both partners may read, as a file: each answers alone, and their therapist takes it when both have."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.guards import fresh_sign_in
from clients.guards import partners_only, therapists_only
from clients.queries import couple_or_404
from clients.viewer import ViewerRequest
from exercises.commands import joint_record as commands
from exercises.policies.taking import may_take_record
from exercises.queries import joint_record as queries
from safekeeping.verdict import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@partners_only
@fresh_sign_in(reading=True)
def own(request: ViewerRequest) -> HttpResponse:
    """One's own answer, given and taken back. Nothing here depends on what the other was asked, or has said."""
    asks = queries.own_asks(viewer=request.viewer)
    if request.method != "POST":
        return render(request, "exercises/taking/record_own.html", {"asks": asks})
    found = next((one.ask for one in asks if str(one.ask.pk) == request.POST.get("ask")), None)
    if found is None:
        raise Http404
    if request.POST.get("go") == "take-back":
        commands.take_back(by=request.viewer, ask=found, at=request.viewer.at)
        messages.success(request, _("You have taken it back. Nobody is told."))
    elif request.POST.get("agree"):
        commands.authorise(by=request.viewer, ask=found, at=request.viewer.at)
        messages.success(request, _("Your word is kept. Your partner is not told."))
    else:
        context = {"asks": asks, "unticked": found.pk}
        return render(request, "exercises/taking/record_own.html", context, status=422)
    return redirect("record")


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
@fresh_sign_in(reading=True)
def of_couple(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Ask each of two, and take the record once both have given their word."""
    couple = couple_or_404(viewer=request.viewer, pk=pk)
    asked = queries.asked_of(couple, viewer=request.viewer)
    if request.method == "POST" and request.POST.get("go") == "take":
        return _taken(request, pk)
    if request.method == "POST":
        partner = next((one.partner for one in asked if str(one.partner.pk) == request.POST.get("partner")), None)
        if partner is None:
            raise Http404
        commands.ask_for_record(by=request.viewer, partner=partner, at=request.viewer.at)
        messages.success(request, _("They can read your question when they look. Nobody is written to."))
        return redirect("couple-record", pk)
    both = queries.both_authorise(couple)
    verdict = may_take_record(request.viewer, couple, both_authorise=both)
    context = {"couple": couple, "asked": asked, "both": both, "may_take": verdict}
    return render(request, "exercises/taking/record_couple.html", context)


def _taken(request: ViewerRequest, pk: UUID) -> HttpResponse:
    couple = couple_or_404(viewer=request.viewer, pk=pk)
    try:
        commands.take_record(by=request.viewer, couple=couple, at=request.viewer.at)
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect("couple-record", pk)
    record = queries.joint_record(couple, viewer=request.viewer)
    answer = render(request, "exercises/taking/record_file.html", {"record": record, "at": request.viewer.at})
    answer["Content-Disposition"] = 'attachment; filename="notes.html"'
    return answer
