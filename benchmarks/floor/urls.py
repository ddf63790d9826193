from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import path

from benchmarks.floor import views

urlpatterns = [
    path("caseload/", views.caseload),
    path("today/", views.today),
    path("step/<uuid:pk>/<str:key>/", views.step),
    path("save/<uuid:pk>/<str:key>/", views.save),
    path("review/<uuid:pk>/", views.review),
    path("writing/", views.writing),
    path("library/", views.library),
]


def own_urls(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: these addresses and no others, so that the floor does not search through the product's."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        request.urlconf = "benchmarks.floor.urls"
        return get_response(request)

    return answer
