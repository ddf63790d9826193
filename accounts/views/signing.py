"""In, out, and in again over an open page."""

from typing import Any

from allauth.account.internal.flows.logout import logout
from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.utils import get_login_redirect_url, get_next_redirect_url
from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import trigger_client_event

from accounts.forms import SignInForm
from accounts.views.second import Step
from intimacy_site.web import Request, forget_this_site, page_or_part


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponseBase:
    if request.user.is_authenticated:
        return redirect(get_login_redirect_url(request))
    if request.method != "POST":
        return _page(request, SignInForm(request=request))
    if not ratelimit.consume(request, action="login"):
        return ratelimit.respond_429(request)
    form = SignInForm(request.POST, request=request)
    if form.is_valid():
        answer: HttpResponseBase = form.login(request, redirect_url=get_next_redirect_url(request))
        return answer
    return _page(request, form, status=429 if form.was_throttled else 422)


def _page(request: HttpRequest, form: SignInForm, **kwargs: Any) -> HttpResponse:
    onward = request.POST.get("next") or request.GET.get("next") or ""
    return render(request, "account/login.html", {"form": form, "next": onward}, **kwargs)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, and have the browser forget what it kept of this site."""
    if request.method != "POST" and request.user.is_authenticated:
        return render(request, "account/logout.html")
    logout(request)
    return forget_this_site(redirect("account_login"))


@login_not_required
@require_safe
def inactive(request: HttpRequest) -> HttpResponse:
    return render(request, "account/account_inactive.html")


@require_http_methods(["GET", "HEAD", "POST"])
def left(request: Request) -> HttpResponse:
    """
    For an open page: how many seconds its session has left, whose it is, and a token that is good now.

    Asking changes nothing, however often a page does it; a POST is somebody who wants to stay.
    """
    request.extends_session = request.method == "POST"
    until = request.session.ends_at or timezone.now()
    recorded = int((until - timezone.now()).total_seconds())
    seconds = request.seconds_left() if request.extends_session else recorded
    return JsonResponse({"left": seconds, "user": str(request.user.pk), "token": get_token(request)})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password", "code", "credential")
def reauth(request: HttpRequest) -> HttpResponseBase:
    """Sign in on the spot, in a dialog over a page that is still open. Its script learns who it was."""
    if request.method != "POST":
        return _dialog(request, SignInForm(request=request))
    stage = get_pending_stage(request)
    if stage and ("code" in request.POST or "credential" in request.POST):
        return _second(request, stage)
    form = SignInForm(request.POST, request=request)
    if not ratelimit.consume(request, action="login"):
        return _dialog(request, SignInForm(request=request), status=422, throttled=True)
    if not form.is_valid():
        return _dialog(request, form, status=422)
    if request.user.is_authenticated:
        logout(request)  # whoever signs in here begins anew, with a second step of their own
    onward: HttpResponseBase = form.login(request)
    return _onward(request, onward)


def _second(request: HttpRequest, stage: Any) -> HttpResponseBase:
    """The second step, in the same dialog."""
    if not ratelimit.consume(request, action="login"):
        return _dialog(request, SignInForm(request=request), status=422, throttled=True)
    step = Step(request.POST, stage.login.user)
    if not step.is_right():
        return page_or_part(request, "accounts/reauth.html", "reauth-second", step.context(), status=422)
    onward: HttpResponseBase = stage.exit()
    return _onward(request, onward)


def _onward(request: HttpRequest, onward: HttpResponseBase) -> HttpResponseBase:
    """A browser goes where allauth leads; the dialog asks for what is missing, or says that it is done."""
    if not request.htmx:  # type: ignore[attr-defined]
        return onward
    stage: Any = get_pending_stage(request)
    if stage:
        return page_or_part(
            request, "accounts/reauth.html", "reauth-second", Step(QueryDict(), stage.login.user).context()
        )
    if not request.user.is_authenticated:
        return onward
    done = render(request, "accounts/reauth.html#reauth-done", {"token": get_token(request)})
    return trigger_client_event(done, "signed-in", after="settle")


def _dialog(request: HttpRequest, form: SignInForm, *, status: int = 200, throttled: bool = False) -> HttpResponse:
    context = {"form": form, "throttled": throttled}
    return page_or_part(request, "accounts/reauth.html", "reauth-form", context, status=status)
