"""Where one is signed in, and ending it."""

from typing import cast
from uuid import UUID

from allauth.account.internal.flows.logout import logout
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import commands, queries
from accounts.guards import fresh_sign_in
from accounts.models import User
from accounts.policies import Oneself


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_sign_in()
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sign one device out; if it is this one, leave."""
    user, at = cast(User, request.user), timezone.now()
    device = queries.device_of(user, pk, at=at)
    if device is None:
        raise Http404
    here = queries.is_here(device, request.session.session_key or "")
    if request.method != "POST":
        return render(request, "accounts/device_end.html", {"device": device, "here": here})
    if here:
        logout(request)
        return redirect("account_login")
    commands.end_session(user=user, device_id=pk, by=Oneself(user.pk), at=at)
    messages.success(request, _("That device is signed out."))
    return redirect("mfa_index")


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_sign_in()
def end_others(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if request.method != "POST":
        return render(request, "accounts/device_end.html")
    key = request.session.session_key or ""
    commands.end_other_sessions(user=user, keep=key, by=Oneself(user.pk), at=timezone.now())
    messages.success(request, _("All other devices are signed out."))
    return redirect("mfa_index")
