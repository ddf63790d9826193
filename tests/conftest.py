from functools import cache

import pytest
import redis
from django.conf import settings

from tests.cast import Cast, assemble


@cache
def _valkey() -> redis.Redis:
    return redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])


@pytest.fixture(autouse=True)
def nobody_has_tried_to_sign_in() -> None:
    """The throttles begin anew with each test. Only keys of ours are deleted: the server may be somebody's own."""
    ours = list(_valkey().scan_iter(f"{settings.CACHES['default']['KEY_PREFIX']}:*"))
    if ours:
        _valkey().delete(*ours)


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()
