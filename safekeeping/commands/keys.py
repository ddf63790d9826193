"""Changing the keys that wrap all others, and opening everything to see that it opens."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from safekeeping import audit
from safekeeping.commands.columns import rows_of, sealed_models
from safekeeping.models import DataKey
from safekeeping.sealing import Cell, SealBroken, open_keyring
from safekeeping.sealing.fields import SealedField
from safekeeping.sealing.keyring import key_to_open
from safekeeping.sealing.masters import masters

AT_ONCE = 200


def rotate(*, at: datetime, tell: Callable[[str], None], at_once: int = AT_ONCE) -> int:
    """
    Wrap every data key with the current key-encryption key; the answer is how many were. Each batch is a transaction
    of its own, and a key opens before and after: it can be stopped at any point and begun again.
    """
    done = 0
    while wrapped := _rotate_some(at_once):
        done += wrapped
        tell(f"{done} data keys are wrapped with {masters().current}.")
    if done:
        audit.record(verb="keys.rotated", by=None, subject="keys", at=at)
    return done


@transaction.atomic
def _rotate_some(at_once: int) -> int:
    current = masters().current
    waiting = DataKey.objects.filter(wrapped__isnull=False).exclude(wrapped_by=current)
    keys = list(waiting.select_for_update().order_by("pk")[:at_once])
    for key in keys:
        opened = masters().unwrap(bytes(key.wrapped or b""), name=key.wrapped_by, about=key.about)
        key.wrapped, key.wrapped_by = masters().wrap(opened, about=key.about), current
    DataKey.objects.bulk_update(keys, ["wrapped", "wrapped_by"])
    return len(keys)


def unused_names() -> list[str]:
    """Key-encryption keys that wrap nothing any more: their lines can go once no backup needs them."""
    used = set(DataKey.objects.filter(wrapped__isnull=False).values_list("wrapped_by", flat=True))
    return [name for name in masters().names if name not in used and name != masters().current]


@dataclass
class Seals:
    """What opened, by column, and what did not, by model, id and column."""

    opened: dict[str, int] = field(default_factory=dict)
    keys: int = 0
    broken: list[str] = field(default_factory=list)


def check() -> Seals:
    """Open every data key and every cell. Nothing of what they say is kept."""
    found = Seals()
    with open_keyring():
        for key in DataKey.objects.filter(wrapped__isnull=False).order_by("pk").iterator():
            try:
                key_to_open(key.pk)
                found.keys += 1
            except SealBroken as broken:
                found.broken.append(f"{key._meta.label}:{key.pk}: {broken}")
        for model, fields in sealed_models():
            for sealed in fields:
                label = f"{model._meta.label}.{sealed.name}"
                found.opened[label] = 0
                for why in _opened(sealed):
                    if why:
                        found.broken.append(f"{label}: {why}")
                    else:
                        found.opened[label] += 1
    return found


def _opened(sealed: SealedField) -> Iterator[str]:
    """For each cell nothing, or why it does not open; that names its row."""
    rows = rows_of(sealed.model).filter(**{f"{sealed.attname}__isnull": False}).order_by("pk")
    for row, owner, cell in rows.values_list("pk", sealed.owner, sealed.attname).iterator():
        try:
            sealed.opened(Cell(cell), row=row, owner=owner)
        except SealBroken as broken:
            yield str(broken)
        except ValueError:
            yield f"{sealed.model._meta.label}:{row}: what is in it is not of its kind"
        else:
            yield ""
