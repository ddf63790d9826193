"""The product's own pages and, behind them, the cheapest one there can be: who am I."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from intimacy_site.urls import urlpatterns as pages


def who_am_i(request: HttpRequest) -> HttpResponse:
    """Signed in, through the whole middleware, and nothing else."""
    return HttpResponse(f"{request.user.pk}")


urlpatterns = [*pages, path("who-am-i/", who_am_i)]
