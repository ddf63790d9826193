from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import fresh_sign_in
from clients import commands, policies, queries
from clients.forms import ADMIN, THERAPIST, RolesForm, StaffForm
from clients.guards import admins_only
from clients.models import Membership
from clients.viewer import ViewerRequest
from clients.views.couples import answer_check
from intimacy_site.web import page_or_part
from safekeeping.verdict import Refused


@require_safe
@admins_only
def index(request: ViewerRequest) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    staff, partners = queries.people_of(viewer=request.viewer, words=words)
    context = {"words": words, "staff": staff, "partners": partners, "count": len(staff) + len(partners)}
    return page_or_part(request, "clients/people.html", "people-list", context)


@require_http_methods(["GET", "HEAD", "POST"])
@admins_only
def new(request: ViewerRequest) -> HttpResponse:
    """Add somebody to the staff, and send them a letter."""
    viewer = request.viewer
    clinics = queries.clinics_run_by(viewer)
    form = StaffForm(request.POST if request.method == "POST" else None, clinics=clinics)
    if form.is_valid() and form.clinic:
        name, email = form.cleaned_data["name"], form.cleaned_data["email"]
        try:
            member = commands.add_staff(
                clinic=form.clinic, name=name, email=email, **form.given, by=viewer, at=viewer.at
            )
        except commands.AlreadyOnStaff:
            return redirect("people")
        return _invite(request, member)
    return render(request, "clients/staff_new.html", {"form": form}, status=422 if form.errors else 200)


def _invite(request: ViewerRequest, membership: Membership) -> HttpResponse:
    commands.invite_staff(membership=membership, by=request.viewer, at=request.viewer.at)
    return redirect("staff", membership.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@admins_only
@fresh_sign_in(reading=True)
def staff(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """One member of staff: their roles, their invitation, and the end of their membership."""
    membership = queries.membership_or_404(viewer=request.viewer, pk=pk)
    ending = request.method == "POST" and "end" in request.POST
    now = [role for role, given in ((THERAPIST, membership.is_therapist), (ADMIN, membership.is_admin)) if given]
    sent = request.POST if request.method == "POST" and not ending else None
    form = RolesForm(sent, initial={"roles": now})
    if ending or form.is_valid():
        try:
            return _change(request, membership, form, ending=ending)
        except Refused as refused:
            if ending:
                raise
            form.add_error("roles", str(refused.verdict.reason))
    return render(
        request, "clients/staff.html", _context(request, membership, form), status=422 if form.errors else 200
    )


def _change(request: ViewerRequest, membership: Membership, form: RolesForm, *, ending: bool) -> HttpResponse:
    viewer = request.viewer
    if ending:
        commands.end_staff(membership=membership, by=viewer, at=viewer.at)
        messages.success(request, _("The membership has ended. They can open nothing of this clinic any more."))
    else:
        commands.change_staff(membership=membership, **form.given, by=viewer, at=viewer.at)
        messages.success(request, _("Saved."))
    if membership.person_id == viewer.user_id:
        return redirect("/")
    return redirect("people") if ending else redirect("staff", membership.pk)


def _context(request: ViewerRequest, membership: Membership, form: RolesForm) -> dict[str, object]:
    other_admins, couples = queries.what_hangs_on(membership)
    may_end = policies.may_change_membership(
        request.viewer, membership, is_therapist=False, is_admin=False, other_admins=other_admins, couples=couples
    )
    row = queries.place_row(membership, viewer=request.viewer)
    return {"row": row, "membership": membership, "form": form, "may_end": may_end, "couples": couples}


@require_POST
@admins_only
def staff_invite(request: ViewerRequest, pk: UUID) -> HttpResponse:
    return _invite(request, queries.membership_or_404(viewer=request.viewer, pk=pk))


@require_POST
@admins_only
def staff_revoke(request: ViewerRequest, pk: UUID) -> HttpResponse:
    membership = queries.membership_or_404(viewer=request.viewer, pk=pk)
    commands.revoke_invitation(place=membership, by=request.viewer, at=request.viewer.at)
    messages.success(request, _("The invitation is taken back. Its link no longer works."))
    return redirect("staff", membership.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@admins_only
@fresh_sign_in()
def staff_check(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Say that it was them who set a new password, or take that back."""
    membership = queries.membership_or_404(viewer=request.viewer, pk=pk)
    return answer_check(request, membership, back=reverse("staff", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@admins_only
@fresh_sign_in()
def staff_sessions(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Sign a member of staff out everywhere, as when a device is lost."""
    viewer = request.viewer
    membership = queries.membership_or_404(viewer=viewer, pk=pk)
    policies.may_end_sessions(viewer, membership).require()
    if request.method == "POST":
        commands.end_staff_sessions(membership=membership, by=viewer, at=viewer.at)
        messages.success(request, _("They are signed out on every device."))
        return redirect("staff", pk)
    return render(request, "clients/staff_sessions.html", {"membership": membership})
