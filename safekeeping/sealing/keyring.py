"""Which data key seals what, and where an open one is kept: for one transaction, never longer."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID

from safekeeping.models.data_key import DataKey
from safekeeping.sealing.cells import KEY_BYTES, SealBroken
from safekeeping.sealing.masters import masters
from safekeeping.states import Purpose

__all__ = ["Destroyed", "Purpose", "fetch", "key_to_open", "key_to_seal", "open_keyring"]


@dataclass
class _Keyring:
    to_open: dict[UUID, bytes] = field(default_factory=dict)
    to_seal: dict[tuple[UUID, str], UUID] = field(default_factory=dict)


_held: ContextVar[_Keyring | None] = ContextVar("held", default=None)


class Destroyed(SealBroken):
    """The key was destroyed when its owner was erased. What it sealed is gone."""


@contextmanager
def open_keyring() -> Iterator[None]:
    """Keep opened keys until the end of the block, so that a page of many texts asks for each key once."""
    token = _held.set(_Keyring())
    try:
        yield
    finally:
        _held.reset(token)


def key_to_seal(*, owner: UUID, purpose: Purpose, clinic: UUID) -> tuple[UUID, bytes]:
    """
    The key an owner's new cells of this purpose are sealed with, made when there is none.

    It is asked for again unless it has opened something before: a key made in a savepoint that is taken back must not
    seal anything.
    """
    held = _held.get()
    if held and (owner, purpose) in held.to_seal:
        key_id = held.to_seal[owner, purpose]
        return key_id, held.to_open[key_id]
    wanted = DataKey.objects.filter(owner_id=owner, purpose=purpose, retired_at__isnull=True)
    found = wanted.first()
    if found is None:
        fresh = DataKey(clinic_id=clinic, owner_id=owner, purpose=purpose, wrapped_by=masters().current)
        fresh.wrapped = masters().wrap(secrets.token_bytes(KEY_BYTES), about=fresh.about)
        DataKey.objects.bulk_create([fresh], ignore_conflicts=True)  # two first texts at once: one key wins
        found = wanted.get()
    return found.pk, _unwrapped(found)


def key_to_open(key_id: UUID) -> bytes:
    """The key a cell names. Raises SealBroken where there is none that this transaction may fetch."""
    held = _held.get()
    if held and key_id in held.to_open:
        return held.to_open[key_id]
    found = DataKey.objects.filter(pk=key_id).first()
    if found is None:
        raise SealBroken("there is no such key, or not for whoever asks")
    return _hung_up(found, held)


def fetch(key_ids: set[UUID]) -> None:
    """Ask for several keys at once, before their cells are opened one by one."""
    held = _held.get()
    if held:
        for found in DataKey.objects.filter(pk__in=key_ids - held.to_open.keys(), wrapped__isnull=False):
            _hung_up(found, held)


def _hung_up(found: DataKey, held: _Keyring | None) -> bytes:
    key = _unwrapped(found)
    if held:
        held.to_open[found.pk] = key
        if found.retired_at is None:
            held.to_seal[found.owner_id, found.purpose] = found.pk
    return key


def _unwrapped(key: DataKey) -> bytes:
    if key.wrapped is None:
        raise Destroyed(f"key {key.pk}")
    return masters().unwrap(bytes(key.wrapped), name=key.wrapped_by, about=key.about)
