"""How a view answers: a whole page to a browser, one part of the same template to htmx, and nothing to a cache."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.csrf import csrf_failure as django_csrf_failure
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

Answer = Callable[[HttpRequest], HttpResponseBase]


class Request(HttpRequest):
    """A request as the middleware leaves it."""

    htmx: HtmxDetails


def page_or_part(
    request: HttpRequest, template: str, part: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The whole page, or for htmx the one part the server chose; `part` is also the element's id."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    wants_part = htmx and not htmx.history_restore_request
    return render(request, f"{template}#{part}" if wants_part else template, context, status=status)


def lead_to(request: HttpRequest, name: str) -> HttpResponseBase:
    """Another page comes first. What htmx was sending stays on the page that it was written on."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(name)
    if request.method in {"GET", "HEAD"}:
        return HttpResponseClientRedirect(reverse(name))
    return HttpResponse(status=403)


def private_pages(get_response: Answer) -> Answer:
    """Middleware: the same caching headers on every answer, so that a header never tells what a body hides."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        patch_vary_headers(response, ["Cookie", "HX-Request"])
        response["Cache-Control"] = "no-store"
        return response

    return answer


class SignInFirst(LoginRequiredMiddleware):
    """Every page needs a signed-in person, unless its view says otherwise. htmx gets 401, to sign in on the spot."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponseBase:
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponse(status=401)
        return super().handle_no_permission(request, view_func)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """An expired session meets the CSRF check first; htmx is told to sign in again, not that it was refused."""
    if request.htmx and not request.user.is_authenticated:  # type: ignore[attr-defined]
        return HttpResponse(status=401)
    return django_csrf_failure(request, reason=reason)
