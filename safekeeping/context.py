"""One transaction, in which PostgreSQL knows who asks: row-level security reads it from settings local to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from safekeeping.devices import SYSTEM
from safekeeping.sealing.keyring import open_keyring

_device: ContextVar[str] = ContextVar("device", default=SYSTEM)


def device() -> str:
    """The kind of device that asks, for the audit trail."""
    return _device.get()


@contextmanager
def entered(person: UUID | None, *, at: datetime, device: str = SYSTEM) -> Iterator[None]:
    """
    A transaction of one person (None: of somebody unknown) at an instant. Outside of one, no row of a clinic is seen.

    Who they are to whom is looked up by PostgreSQL itself (`eyelevel_enter`), not taken from the rules in Python, so
    that a mistake there is met by a second wall.
    """
    token = _device.set(device)
    try:
        with transaction.atomic(), open_keyring():
            with connection.cursor() as cursor:
                cursor.execute("SELECT eyelevel_enter(%s, %s)", [person, at])
            yield
    finally:
        _device.reset(token)
