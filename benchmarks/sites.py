"""The two sites of one process: the product as it is configured, and the floor."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test.utils import override_settings

from benchmarks import floor

TEMPLATES = Path(__file__).parent / "floor" / "templates"


@dataclass(frozen=True)
class Sites:
    """A handler keeps the middleware it was made with."""

    product: WSGIHandler
    floor: WSGIHandler


@contextmanager
def sites() -> Iterator[Sites]:
    """
    The product with one more address behind its own, and static files as in production: known at the start. The
    floor has a template engine of its own. Both share the process, the connection and the sessions.
    """
    engine = {
        "NAME": "floor", "BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [TEMPLATES],
        "APP_DIRS": False, "OPTIONS": {},
    }  # fmt: skip
    with override_settings(
        ROOT_URLCONF="benchmarks.urls", TEMPLATES=[*settings.TEMPLATES, engine], WHITENOISE_AUTOREFRESH=False,
        WHITENOISE_USE_FINDERS=False,
    ):  # fmt: skip
        with override_settings(MIDDLEWARE=floor.MIDDLEWARE):
            bare = WSGIHandler()
        yield Sites(product=WSGIHandler(), floor=bare)
