from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from clients import queries


def viewer(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: `request.viewer`, built when first asked for, with this request's one clock reading."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        at = timezone.now()
        request.viewer = SimpleLazyObject(lambda: queries.viewer_of(request.user, at=at))  # type: ignore[attr-defined]
        return get_response(request)

    return answer
