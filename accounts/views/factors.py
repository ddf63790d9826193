"""One's own second factors: what there is, since when, and each of them added or removed."""

from json import dumps
from typing import cast
from uuid import UUID

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import clear_totp_secret
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts import commands, policies, queries
from accounts.forms import NewPasskeyForm, TotpForm
from accounts.guards import fresh_sign_in
from accounts.models import User
from accounts.policies import Oneself


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """How one signs in: the password, second steps, recovery codes, and where one is signed in now."""
    user, at = cast(User, request.user), timezone.now()
    key = request.session.session_key or ""
    context = {
        "factors": queries.factors_of(user),
        "devices": [(d, queries.is_here(d, key)) for d in queries.devices_of(user, at=at)],
        "may_add": policies.may_add_factor(Oneself(user.pk), user, at),
    }
    return render(request, "accounts/security.html", context)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("code")
@sensitive_variables("form")
@fresh_sign_in()
def totp(request: HttpRequest) -> HttpResponse:
    """Show the key of a new app once, as a drawing and in letters, and take its first code."""
    user, at = cast(User, request.user), timezone.now()
    if queries.factors_of(user).totp:
        return redirect("mfa_index")
    policies.may_add_factor(Oneself(user.pk), user, at).require()
    form = TotpForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_valid():
        key = request.session.session_key or ""
        commands.add_totp(user=user, secret=form.secret, by=Oneself(user.pk), at=at, keep=key)
        clear_totp_secret(request)
        messages.success(request, _("The second step is set up."))
        return redirect("mfa_view_recovery_codes")
    link = get_adapter().build_totp_url(user, form.secret)
    return render(request, "accounts/totp.html", {"form": form, "link": link}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_sign_in()
def remove_totp(request: HttpRequest) -> HttpResponse:
    factor = queries.factors_of(cast(User, request.user)).totp
    if factor is None:
        raise Http404
    return _remove(request, factor, _("the authenticator app"))


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_sign_in()
def remove_passkey(request: HttpRequest, ref: UUID) -> HttpResponse:
    factor = queries.passkey_of(cast(User, request.user), ref)
    if factor is None:
        raise Http404
    return _remove(request, factor, factor.wrap().name)


def _remove(request: HttpRequest, factor: Authenticator, name: str) -> HttpResponse:
    user = cast(User, request.user)
    if request.method == "POST":
        required = request.viewer.must_have_factor  # type: ignore[attr-defined]
        commands.remove_factor(user=user, factor=factor, required=required, by=Oneself(user.pk), at=timezone.now())
        messages.success(request, _("The second step is removed."))
        return redirect("mfa_index")
    return render(request, "accounts/factor_remove.html", {"name": name})


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("credential")
@fresh_sign_in()
def passkeys(request: HttpRequest) -> HttpResponse:
    """Add a passkey. The browser makes it, so this needs JavaScript; the page says so, and names the app instead."""
    user, at = cast(User, request.user), timezone.now()
    policies.may_add_factor(Oneself(user.pk), user, at).require()
    form = NewPasskeyForm(request.POST if request.method == "POST" else None, user=user, initial={"name": ""})
    if form.is_valid():
        key, sent = request.session.session_key or "", form.cleaned_data
        commands.add_passkey(
            user=user, name=sent["name"], credential=sent["credential"], by=Oneself(user.pk), at=at, keep=key
        )
        messages.success(request, _("The passkey is added."))
        return redirect("mfa_view_recovery_codes")
    options = {"creation_options": webauthn.begin_registration(user, False)}
    context = {"form": form, "options": dumps(options, cls=DjangoJSONEncoder)}
    return render(request, "accounts/passkey.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@sensitive_variables("codes")
@fresh_sign_in()
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The codes, shown once; after that only the day they were made, and a way to make new ones."""
    user = cast(User, request.user)
    if request.method == "POST":
        commands.make_codes(user=user, by=Oneself(user.pk), at=timezone.now())
        return redirect("mfa_view_recovery_codes")
    factors = queries.factors_of(user)
    if not factors:
        return redirect("mfa_index")
    codes = commands.show_codes(user=user, by=Oneself(user.pk))
    return render(request, "accounts/recovery_codes.html", {"codes": codes, "factors": factors})
