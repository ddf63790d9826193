"""The Valkey that the tests run against."""

from functools import cache

import redis
from django.conf import settings


@cache
def _valkey() -> redis.Redis:
    return redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])


def empty_cache() -> None:
    """Delete what the site has put there. Only keys of ours: the server may be somebody's own."""
    ours = list(_valkey().scan_iter(f"{settings.CACHES['default']['KEY_PREFIX']}:*"))
    if ours:
        _valkey().delete(*ours)
