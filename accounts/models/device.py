from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import F, Func, Value

from accounts.devices import Kind
from safekeeping.models import Record


def key_hash(session_key: str) -> str:
    """What is kept of a session's key: enough to find the session, not enough to be it."""
    return sha256(session_key.encode()).hexdigest()


def sessions_by_hash() -> "models.QuerySet[Any]":
    """Sessions with their `hash`, computed by PostgreSQL itself: the keys lie in Django's table alone."""
    as_bytes = Func(F("session_key"), Value("UTF8"), function="convert_to", output_field=models.BinaryField())
    digest = Func(as_bytes, function="sha256", output_field=models.BinaryField())
    return Session.objects.annotate(hash=Func(digest, Value("hex"), function="encode", output_field=models.CharField()))


class DeviceQuerySet(models.QuerySet["Device"]):
    def alive(self, at: datetime) -> "DeviceQuerySet":
        """Those whose session has neither ended nor run out."""
        return self.filter(key_hash__in=sessions_by_hash().filter(expire_date__gt=at).values("hash"))


class Device(Record):
    """A browser in which somebody is signed in: what kind, and since when. Nothing of where."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices")
    key_hash = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.OTHER)
    browser = models.CharField(max_length=12, blank=True)
    since = models.DateTimeField()

    objects = DeviceQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "user", "key_hash", "kind", "browser", "since"}
        sealed: set[str] = set()
        worker = {"select": ["since"], "delete": None}
