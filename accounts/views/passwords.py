from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.logout import logout
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import commands, queries
from accounts.fields import NewPasswordForm
from accounts.forms import ChangePasswordForm, ResetForm
from accounts.models import User
from accounts.policies import Oneself

KEY = "password_reset_key"  # in the session
IN_SESSION = "new"  # in the address, in place of the key


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("old", "password")
def change(request: HttpRequest) -> HttpResponseBase:
    """The form asks for the current password: that is signing in afresh."""
    user = cast(User, request.user)
    if request.method == "POST" and not ratelimit.consume(request, action="change_password"):
        return ratelimit.respond_429(request)
    form = ChangePasswordForm(request.POST or None, user=user)
    if form.is_valid():
        password = form.cleaned_data["password"]
        key = request.session.session_key or ""
        commands.change_password(user=user, password=password, by=Oneself(user.pk), at=timezone.now(), keep=key)
        update_session_auth_hash(request, user)
        commands.renew_session(before=key, key=request.session.session_key or "")
        messages.success(request, _("Your password is changed. Other devices are signed out."))
        return redirect("account_change_password")
    return render(request, "account/password_change.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponseBase:
    """Ask for a letter. Whether there is such an account is never told, by word or by time."""
    form = ResetForm(request.POST or None)
    if form.is_valid():
        email = form.cleaned_data["email"]
        key = f"{get_adapter(request).get_client_ip(request)}:{email}"
        if not ratelimit.consume(request, action="reset_password", key=key):
            return ratelimit.respond_429(request)
        commands.ask_for_password_reset(email=email)
        return redirect("account_reset_password_done")
    return render(request, "account/password_reset.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    return render(request, "account/password_reset_done.html")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def choose(request: HttpRequest, uidb36: str, key: str) -> HttpResponseBase:
    """Choose a password with the key of a letter, which moves from the address into the session at once."""
    user = queries.user_by_reset_id(uidb36)
    secret = request.session.get(KEY, "") if key == IN_SESSION else key
    if user is None or not default_token_generator.check_token(user, secret):
        return render(request, "account/password_reset_from_key.html", status=404)
    if key != IN_SESSION:
        if request.user.is_authenticated:
            logout(request)
        request.session[KEY] = key
        return redirect("account_reset_password_from_key", uidb36=uidb36, key=IN_SESSION)
    form = NewPasswordForm(request.POST or None, user=user)
    if form.is_valid():
        password = form.cleaned_data["password"]
        commands.reset_password(user=user, password=password, by=Oneself(user.pk), at=timezone.now())
        del request.session[KEY]
        return redirect("account_reset_password_from_key_done")
    status = 422 if form.errors else 200
    return render(request, "account/password_reset_from_key.html", {"form": form}, status=status)


@login_not_required
@require_safe
def chosen(request: HttpRequest) -> HttpResponse:
    return render(request, "account/password_reset_from_key_done.html")
