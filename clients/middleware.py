from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from clients import queries
from safekeeping import audit, context
from safekeeping.devices import kind_of
from safekeeping.sealing import SealBroken


class ViewerMiddleware:
    """
    `request.viewer`, with this request's one clock reading; and around the view the one transaction in which
    PostgreSQL knows who asks. Views marked `without_database` (intimacy_site.web) have none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        at = timezone.now()
        request.viewer = SimpleLazyObject(lambda: queries.viewer_of(request.user, at=at))  # type: ignore[attr-defined]
        with ExitStack() as transaction:
            request.transaction, request.at = transaction, at  # type: ignore[attr-defined]
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_args: Any) -> None:
        if getattr(view, "without_database", False):
            return
        device = kind_of(request.headers.get("User-Agent", ""))
        asked = context.entered(request.user.pk, at=request.at, device=device)  # type: ignore[attr-defined]
        request.transaction.enter_context(asked)  # type: ignore[attr-defined]

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """A seal that does not open is written down: it may be an attempt, or damage."""
        if isinstance(exception, SealBroken):
            viewer = request.viewer  # type: ignore[attr-defined]
            audit.record(verb="seal.broken", by=viewer, subject=exception.where, at=viewer.at)
