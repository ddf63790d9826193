"""Where somebody is signed in. A session's key comes in with the request and is kept as a hash alone."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts import policies
from accounts.commands.told import told
from accounts.devices import browser_of
from accounts.models import Device, User, key_hash, sessions_by_hash
from accounts.states import Change
from safekeeping.audit import Actor
from safekeeping.devices import kind_of


@transaction.atomic
def begin_session(*, user: User, key: str, agent: str, at: datetime) -> None:
    Device.objects.update_or_create(
        key_hash=key_hash(key),
        defaults={"user": user, "kind": kind_of(agent), "browser": browser_of(agent), "since": at},
    )


@transaction.atomic
def renew_session(*, before: str, key: str) -> None:
    """The same session under a new key, as after a change of password."""
    Device.objects.filter(key_hash=key_hash(before)).update(key_hash=key_hash(key))


@transaction.atomic
def forget_session(*, key: str) -> None:
    """Signed out: nothing of it is left to list."""
    Device.objects.filter(key_hash=key_hash(key)).delete()


def _end(user: User, hashes: list[str]) -> int:
    """Each cookie of theirs opens nothing from the next request on."""
    sessions_by_hash().filter(hash__in=hashes).delete()
    return Device.objects.filter(user=user, key_hash__in=hashes).delete()[0]


@transaction.atomic
def end_session(*, user: User, device_id: UUID, by: Actor, at: datetime) -> None:
    policies.may_change_account(by, user).require()
    hashes = list(Device.objects.filter(user=user, pk=device_id).values_list("key_hash", flat=True))
    if _end(user, hashes):
        told(change=Change.SESSIONS_ENDED, user=user, by=by, at=at)


@transaction.atomic
def end_other_sessions(*, user: User, keep: str, by: Actor, at: datetime, tell: bool = True) -> None:
    """All but the one with this key. `tell` is left out where another letter says so already."""
    policies.may_change_account(by, user).require()
    others = Device.objects.filter(user=user).exclude(key_hash=key_hash(keep))
    if _end(user, list(others.values_list("key_hash", flat=True))) and tell:
        told(change=Change.SESSIONS_ENDED, user=user, by=by, at=at)


@transaction.atomic
def end_sessions(*, user: User, by: Actor | None, at: datetime, tell: bool = True) -> None:
    """All of somebody's. Who may end another's, the calling app decides."""
    if _end(user, list(Device.objects.filter(user=user).values_list("key_hash", flat=True))) and tell:
        told(change=Change.SESSIONS_ENDED, user=user, by=by, at=at)
