from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from clients import queries, sessions


def viewer(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: `request.viewer`, built when first asked for, with this request's one clock reading."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        at = timezone.now()
        request.viewer = SimpleLazyObject(lambda: queries.viewer_of(request.user, at=at))  # type: ignore[attr-defined]
        return get_response(request)

    return answer


def in_time(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """
    Middleware: what a signed-in person does keeps their session open a while longer.

    A view that was asked without anybody doing anything sets `request.extends_session` to False. That a session
    has run out needs no check here: its row says so, and nobody is signed in by it any more.
    """

    def answer(request: Any) -> HttpResponseBase:
        request.extends_session = True
        request.seconds_left = lambda: max(0, int((sessions.end_of(request) - request.viewer.at).total_seconds()))
        response = get_response(request)
        if request.extends_session and response.status_code < 500 and request.user.is_authenticated:
            sessions.use(request)
        return response

    return answer
