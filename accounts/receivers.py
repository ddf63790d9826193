"""What Django says of sessions: they begin and end in several places of its own, and each is a device of somebody's."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts import commands
from accounts.models import User


def signed_in(request: HttpRequest, user: User, **_more: Any) -> None:
    if not request.session.session_key:
        request.session.create()
    key = request.session.session_key or ""
    at = timezone.now()
    commands.begin_clock(session=request.session, at=at, anew=True)
    commands.begin_session(user=user, key=key, agent=request.META.get("HTTP_USER_AGENT", ""), at=at)


def signed_out(request: HttpRequest, **_more: Any) -> None:
    if request.session.session_key:
        commands.forget_session(key=request.session.session_key)
