"""The second step of signing in, and signing in afresh."""

from json import dumps
from typing import Any, cast

from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import commands, queries
from accounts.forms import CodeAgainForm, CodeForm, PasskeyAgainForm, PasskeyForm, PasswordAgainForm
from accounts.models import User
from accounts.policies import Oneself


class Step:
    """Whichever factor somebody gives: a code, or a passkey. `form` is the one that was sent."""

    def __init__(self, sent: QueryDict, user: User, *, again: bool = False) -> None:
        self.user = user
        code, passkey = (CodeAgainForm, PasskeyAgainForm) if again else (CodeForm, PasskeyForm)
        self.passkey = passkey(data=sent if "credential" in sent else None, user=user)
        self.code = code(data=sent if sent and not {"credential", "password"} & sent.keys() else None, user=user)
        self.form = self.passkey if self.passkey.is_bound else self.code

    def is_right(self) -> bool:
        """Whether a factor was given. If so it is recorded, and opens what a new password had closed."""
        if not self.form.is_valid():
            return False
        self.form.save()
        by, at = Oneself(self.user.pk), timezone.now()
        if self.form.used_recovery_code:
            commands.code_was_used(user=self.user, by=by, at=at)
        commands.open_again(user=self.user, by=by, at=at)
        return True

    def context(self) -> dict[str, Any]:
        """What the page needs; asking a passkey begins here."""
        factors = queries.factors_of(self.user)
        options = ""
        if factors.passkeys:
            options = dumps({"request_options": webauthn.begin_authentication(self.user)}, cls=DjangoJSONEncoder)
        return {"form": self.form, "code_form": self.code, "factors": factors, "options": options}


@require_http_methods(["GET", "HEAD", "POST"])
@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")
@sensitive_post_parameters("code", "credential")
def second(request: HttpRequest) -> HttpResponseBase:
    """After the right password: the second step. Until it is done nobody is signed in."""
    stage = request._login_stage  # type: ignore[attr-defined]
    if not ratelimit.consume(request, action="login"):
        return ratelimit.respond_429(request)
    step = Step(request.POST, stage.login.user)
    if step.is_right():
        onward: HttpResponseBase = stage.exit()
        return onward
    return render(request, "account/second.html", step.context(), status=422 if step.form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password", "code", "credential")
def again(request: HttpRequest) -> HttpResponseBase:
    """Signing in afresh, with the password or a factor; then back to where one was."""
    user = cast(User, request.user)
    onward = get_next_redirect_url(request) or reverse("mfa_index")
    if not ratelimit.consume(request, action="reauthenticate"):
        return ratelimit.respond_429(request)
    step = Step(request.POST, user, again=True)
    password = PasswordAgainForm(request.POST if "password" in request.POST else None, user=user)
    if password.is_valid():
        reauthenticate_by_password(request)
        return redirect(onward)
    if step.is_right():
        return redirect(onward)
    context = {**step.context(), "password_form": password, "next": onward}
    context["form"] = password if password.is_bound else step.form
    return render(request, "account/again.html", context, status=422 if context["form"].errors else 200)
