from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import fresh_sign_in
from clients import commands, queries
from clients.forms import ClinicForm
from clients.guards import admins_only
from clients.viewer import ViewerRequest


@require_safe
@admins_only
def caseloads(request: ViewerRequest) -> HttpResponse:
    """Who treats whom: names on a list, dates and numbers."""
    return render(request, "clients/caseloads.html", {"therapists": queries.caseloads_of(viewer=request.viewer)})


@require_http_methods(["GET", "HEAD", "POST"])
@admins_only
@fresh_sign_in(reading=True)
def move(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Choose another therapist, check what that means, and move."""
    viewer = request.viewer
    couple = queries.administered_couple_or_404(viewer=viewer, pk=pk)
    therapists = queries.therapists_for(couple, viewer=viewer)
    wanted = (request.POST if request.method == "POST" else request.GET).get("to")
    to = next((m for m in therapists if str(m.pk) == wanted), None)
    if request.method == "POST" and to:
        commands.move_couple(couple=couple, to=to, by=viewer, at=viewer.at)
        messages.success(request, _("The couple is moved."))
        return redirect("clinic-caseloads")
    missed = to is None and (wanted is not None or request.method == "POST")
    context = {"couple": couple, "therapists": therapists, "to": to, "missed": missed}
    return render(request, "clients/couple_move.html", context, status=422 if missed else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@admins_only
def settings(request: ViewerRequest) -> HttpResponse:
    viewer = request.viewer
    clinics = queries.clinics_run_by(viewer)
    clinic = next((c for c in clinics if str(c.pk) == request.GET.get("clinic")), clinics[0])
    now = {name: getattr(clinic, name) for name in ClinicForm.base_fields}
    form = ClinicForm(request.POST if request.method == "POST" else None, initial=now)
    if form.is_valid():
        commands.edit_clinic(clinic=clinic, **form.cleaned_data, by=viewer, at=viewer.at)
        messages.success(request, _("Saved."))
        return redirect(request.get_full_path())
    context = {"form": form, "clinic": clinic, "clinics": clinics}
    return render(request, "clients/clinic_settings.html", context, status=422 if form.errors else 200)
