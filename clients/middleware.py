from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from clients import queries, sessions
from clients.viewer import Viewer
from intimacy_site.web import Answer, lead_to
from safekeeping import audit, context
from safekeeping.devices import kind_of
from safekeeping.sealing import SealBroken


class ViewerMiddleware:
    """
    `request.viewer`, with this request's one clock reading; and around the view the one transaction in which
    PostgreSQL knows who asks. For a view marked `without_database` (intimacy_site.web) none is begun.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.viewer = SimpleLazyObject(lambda: self._viewer(request))
        request.at, request.has_entered = timezone.now(), False
        with ExitStack() as request.transaction:
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_args: Any) -> None:
        if not getattr(view, "without_database", False):
            self._enter(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """A seal that does not open is written down: it may be an attempt, or damage."""
        if isinstance(exception, SealBroken):
            viewer = request.viewer  # type: ignore[attr-defined]
            audit.record(verb="seal.broken", by=viewer, subject=exception.where, at=viewer.at)

    def _viewer(self, request: Any) -> Viewer:
        self._enter(request)
        return queries.viewer_of(request.user, at=request.at)

    def _enter(self, request: Any) -> None:
        if not request.has_entered:
            device = kind_of(request.headers.get("User-Agent", ""))
            request.transaction.enter_context(context.entered(request.user.pk, at=request.at, device=device))
            request.has_entered = True


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


class SecondFactorFirst:
    """Therapists and admins do nothing of their work without a second factor. Their own account stays open to them."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: object, kwargs: object) -> HttpResponseBase | None:
        """The rooms decide: what is open to everybody, and what is in accounts, is no work."""
        for_everybody = not getattr(view, "login_required", True) or view.__module__.startswith("accounts.")
        if for_everybody or not request.viewer.lacks_factor:  # type: ignore[attr-defined]
            return None
        return lead_to(request, "mfa_index")
