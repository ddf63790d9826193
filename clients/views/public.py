"""Pages that are there for everybody, signed in or not, and the quick way out."""

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clients import queries
from clients.viewer import ViewerRequest
from intimacy_site.web import forget_this_site


@login_not_required
@require_safe
def leave(request: ViewerRequest) -> HttpResponse:
    """
    End the session, have the browser forget this site, and go on to a page anybody might have open.

    A GET, as it has to work as a plain link, in a hurry and without scripts. So another site can sign somebody out
    by leading here: that costs them a password and no word they wrote. A check that could fail would cost more.
    """
    response = HttpResponseRedirect(queries.exit_of(viewer=request.viewer))
    response.status_code = 303
    logout(request)
    return forget_this_site(response)


@login_not_required
@require_safe
def safety(request: ViewerRequest) -> HttpResponse:
    clinics = [clinic for clinic in queries.own_clinics(viewer=request.viewer) if clinic.crisis_text]
    return _page(request, "safety", clinics=clinics)


@login_not_required
@require_safe
def help_page(request: ViewerRequest) -> HttpResponse:
    return _page(request, "help")


@login_not_required
@require_safe
def privacy(request: ViewerRequest) -> HttpResponse:
    return _page(request, "privacy")


@login_not_required
@require_safe
def accessibility(request: ViewerRequest) -> HttpResponse:
    return _page(request, "accessibility")


def _page(request: ViewerRequest, name: str, **context: object) -> HttpResponse:
    if request.viewer.user_id is None:
        base = "base_plain.html"
    else:
        base = "base_partner.html" if request.viewer.is_partner else "base_staff.html"
    return render(request, f"clients/{name}.html", {"base": base, **context})
