"""How a view answers: a whole page to a browser, one part of the same template to htmx, and nothing to a cache."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
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
    session: Any  # accounts.sessions.SessionStore, which this module may not know
    extends_session: bool  # whether being asked this counts as somebody doing something
    seconds_left: Callable[[], int]  # until the session ends, if it does count


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


# Nothing here uses these, so no page and nothing that got into one may ask for them. Passkeys are left to the browser.
UNUSED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "fullscreen",
    "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment",
    "picture-in-picture", "serial", "storage-access", "sync-xhr", "usb", "xr-spatial-tracking",
)  # fmt: skip
ON_EVERYTHING = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED),
    "X-Robots-Tag": "noindex, nofollow",
}


def same_headers(get_response: Answer) -> Answer:
    """Middleware: the same headers on every answer, so that a header never tells what a body hides."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in ON_EVERYTHING.items():
            response[name] = value
        is_static = request.path.startswith(settings.STATIC_URL) and response.status_code in {200, 304}
        if not is_static:
            patch_vary_headers(response, ["Cookie", "HX-Request"])
            response["Cache-Control"] = "no-store"
        if response.status_code == 401:
            # Django takes back the cookie of a session that has run out. Arriving late, that would end the new one,
            # which may have been opened in another tab meanwhile. The sign-in form, asked for next, takes it back.
            response.cookies.pop(settings.SESSION_COOKIE_NAME, None)
        return response

    return answer


def without_database(view: Any) -> Any:
    """Marks a view that asks the database nothing, so that no transaction is begun for it."""
    view.without_database = True
    return view


def forget_this_site(response: HttpResponse) -> HttpResponse:
    """Have the browser drop what it keeps of this site, pages for its Back button included."""
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


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
