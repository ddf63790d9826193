from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.guards import fresh_sign_in
from clients import commands, policies, queries
from clients.forms import CoupleEditForm, CoupleForm, NextSessionForm, PlaceForm
from clients.guards import therapists_only
from clients.models import Couple, Membership, Partner
from clients.states import CoupleState
from clients.viewer import ViewerRequest


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def new(request: ViewerRequest) -> HttpResponse:
    """Add a couple. Nobody is written to yet: each partner is invited separately afterwards."""
    viewer = request.viewer
    memberships = queries.own_memberships(viewer=viewer)
    sent = request.POST if request.method == "POST" else None
    form = CoupleForm(sent, memberships=memberships, initial={"time_zone": memberships[0].clinic.time_zone})
    if form.is_valid():
        data = form.cleaned_data
        chosen = next((m for m in memberships if str(m.pk) == data.get("clinic")), memberships[0])
        couple = commands.add_couple(
            therapist=chosen, alias=data["alias"], time_zone=data["time_zone"], people=form.people,
            by=viewer, at=viewer.at,
        )  # fmt: skip
        messages.success(request, _("The couple is added. You can now invite each partner."))
        return redirect("couple", couple.pk)
    return render(request, "clients/couple_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def edit(request: ViewerRequest, pk: UUID) -> HttpResponse:
    viewer = request.viewer
    couple = queries.couple_or_404(viewer=viewer, pk=pk)
    if request.method == "POST" and "turn" in request.POST:
        return _turn(request, couple)
    now = {"alias": couple.alias, "time_zone": couple.time_zone, "release_at": couple.release_at}
    form = CoupleEditForm(request.POST if request.method == "POST" else None, initial=now)
    if form.is_valid():
        commands.edit_couple(couple=couple, **form.cleaned_data, by=viewer, at=viewer.at)
        messages.success(request, _("Saved."))
        return redirect("couple", couple.pk)
    context = {
        "form": form,
        "couple": couple,
        "may_edit": policies.may_edit_couple(viewer, couple),
        "may_pause": policies.may_turn_couple(viewer, couple, CoupleState.PAUSED),
        "may_end": policies.may_end_couple(viewer, couple),
        "may_resume": policies.may_turn_couple(viewer, couple, CoupleState.ACTIVE),
    }
    return render(request, "clients/couple_edit.html", context, status=422 if form.errors else 200)


@require_POST
@therapists_only
def next_session(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Keep the day on which they come next; an empty one says that none is known."""
    viewer = request.viewer
    couple = queries.couple_or_404(viewer=viewer, pk=pk)
    form = NextSessionForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["next_session_on"][0]))
        return redirect("couple", pk)
    commands.set_next_session(couple=couple, day=form.cleaned_data["next_session_on"], by=viewer, at=viewer.at)
    messages.success(request, _("Saved."))
    return redirect("couple", pk)


def _turn(request: ViewerRequest, couple: Couple) -> HttpResponse:
    turn = commands.pause_couple if request.POST["turn"] == "pause" else commands.resume_couple
    turn(couple=couple, by=request.viewer, at=request.viewer.at)
    messages.success(request, _("Saved."))
    return redirect("couple", couple.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def partner_edit(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Put a name or an address right, until its person has joined."""
    viewer = request.viewer
    partner = queries.partner_or_404(viewer=viewer, pk=pk)
    policies.may_invite(viewer, partner).require()
    taken = [row.place.email for row in queries.places_of(partner.couple, viewer=viewer) if row.place.pk != pk]
    sent = request.POST if request.method == "POST" else None
    form = PlaceForm(sent, taken=taken, initial={"name": partner.name, "email": partner.email})
    if form.is_valid():
        commands.correct_partner(partner=partner, **form.cleaned_data, by=viewer, at=viewer.at)
        messages.success(request, _("Saved."))
        return redirect("couple", partner.couple_id)
    context = {"form": form, "partner": partner}
    return render(request, "clients/partner_edit.html", context, status=422 if form.errors else 200)


@require_POST
@therapists_only
def partner_invite(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Send one partner their letter, or another one in place of the last."""
    partner: Partner = queries.partner_or_404(viewer=request.viewer, pk=pk)
    commands.invite_partner(partner=partner, by=request.viewer, at=request.viewer.at)
    return redirect("couple", partner.couple_id)


@require_POST
@therapists_only
def partner_revoke(request: ViewerRequest, pk: UUID) -> HttpResponse:
    partner = queries.partner_or_404(viewer=request.viewer, pk=pk)
    commands.revoke_invitation(place=partner, by=request.viewer, at=request.viewer.at)
    messages.success(request, _("The invitation is taken back. Its link no longer works."))
    return redirect("couple", partner.couple_id)


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
@fresh_sign_in()
def partner_check(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Say that it was this partner who set a new password, or take that back. The other partner learns nothing."""
    partner = queries.partner_or_404(viewer=request.viewer, pk=pk)
    return answer_check(request, partner, back=reverse("couple", args=[partner.couple_id]))


def answer_check(request: ViewerRequest, place: Partner | Membership, *, back: str) -> HttpResponse:
    """One page for both kinds of people: what was asked, and what a yes means."""
    viewer = request.viewer
    policies.may_note_check(viewer, place).require()
    if request.method == "POST":
        taken_back = request.POST.get("was") == "somebody-else"
        deed = commands.take_check_back if taken_back else commands.note_check
        deed(place=place, by=viewer, at=viewer.at)
        messages.success(request, _("It stays closed.") if taken_back else _("It opens in two days."))
        return redirect(back)
    return render(request, "clients/check.html", {"row": queries.place_row(place, viewer=viewer), "back": back})
