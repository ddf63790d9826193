"""Signing in afresh, for what is not to happen at a screen that somebody left open."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from accounts.models import User

View = Callable[..., HttpResponseBase]
SAFE = {"GET", "HEAD"}


def is_fresh(request: HttpRequest) -> bool:
    """Whether a password or a factor was given in this session within ten minutes."""
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def fresh_sign_in(*, reading: bool = False) -> Callable[[View], View]:
    """
    A view for whoever has signed in within ten minutes; others do so first, and come back to its page.

    With `reading`, the page itself may be read without. Such a view answers GET at the address it is posted to: after
    a POST that came too late one is there again, told that nothing has changed.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if is_fresh(request) or (reading and request.method in SAFE):
                return view(request, *args, **kwargs)
            return _ask(request)

        return answer

    return guard


def _ask(request: HttpRequest) -> HttpResponseBase:
    if request.method not in SAFE:
        messages.warning(request, _("Nothing has changed yet. Sign in again, then do it once more."))
    page = request.get_full_path()
    where = f"{reverse('account_reauthenticate')}?{urlencode({'next': page})}"
    return HttpResponseClientRedirect(where) if request.htmx else redirect(where)  # type: ignore[attr-defined]


def sign_in_over_the_page() -> HttpResponse:
    """
    For a page that sends by itself: its script asks to sign in over the page, with what was typed still in it, and
    sends again (static/js/reauth.js). Nothing has changed.
    """
    return trigger_client_event(HttpResponse(status=403), "session:new")


def sign_in_first_time(request: HttpRequest, user: User) -> None:
    """Somebody has just made their account, with a password: that is signing in."""
    login(request, user)
    record_authentication(request, user, "password")
