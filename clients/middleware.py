from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from clients import queries
from intimacy_site.web import Answer, lead_to


def viewer(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: `request.viewer`, built when first asked for, with this request's one clock reading."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        at = timezone.now()
        request.viewer = SimpleLazyObject(lambda: queries.viewer_of(request.user, at=at))  # type: ignore[attr-defined]
        return get_response(request)

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
