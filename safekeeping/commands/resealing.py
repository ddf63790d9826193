"""
Sealing everything anew: a new data key for each owner and purpose, every cell sealed with it, the old keys destroyed.

At any moment each cell names the key it was sealed with and that key is there, so it can be killed at any point; the
next run goes on where it stopped. Whoever writes at the same time loses nothing: a row that is held is left for later,
and read again under its lock.
"""

import secrets
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

from safekeeping import audit
from safekeeping.commands.columns import rows_of, sealed_models, sealed_with
from safekeeping.models import DataKey
from safekeeping.operating import Trouble
from safekeeping.sealing import Cell, open_keyring
from safekeeping.sealing.cells import KEY_BYTES
from safekeeping.sealing.fields import SealedField
from safekeeping.sealing.masters import masters

AT_ONCE = 200
PATIENCE = 300.0  # seconds to wait for others' transactions
# Every transaction holds the lock on its own virtual id, and everybody may see who holds which.
UNDER_WAY = """
    SELECT l.virtualtransaction FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'virtualxid' AND l.granted AND l.pid <> pg_backend_pid() AND a.datname = current_database()
"""


def reseal(
    *, at: datetime, tell: Callable[[str], None], at_once: int = AT_ONCE, patience: float = PATIENCE
) -> tuple[int, int]:
    """
    Seal every cell with a new key; the answer is how many cells were sealed and how many keys destroyed.

    Raises Trouble where somebody's transaction lasts longer than `patience`: both keys stay, and the next run goes on.
    """
    deadline = time.monotonic() + patience
    if not retired().exists():
        tell(f"{_retire(at)} data keys are retired, and a new one is made for each.")
    else:
        tell("An earlier run was stopped: this one goes on with it.")
    # Whoever began before may still seal with a key that is retired now.
    _wait_for_others(deadline)
    done = 0
    while True:
        done += _pass(tell, at_once, deadline, done)
        # A row that somebody had read before could be saved with its old cell: looked at again when they have ended.
        _wait_for_others(deadline)
        if not any(_stale(model, fields).exists() for model, fields in sealed_models()):
            break
    return done, _destroy_retired(at)


def retired() -> models.QuerySet[DataKey]:
    """Keys that seal nothing new, and are still there for what they sealed."""
    return DataKey.objects.filter(retired_at__isnull=False, destroyed_at__isnull=True)


@transaction.atomic
def _retire(at: datetime) -> int:
    """One transaction for all keys, so that a run either has begun or has not."""
    current = list(DataKey.objects.select_for_update().filter(retired_at__isnull=True, destroyed_at__isnull=True))
    DataKey.objects.filter(pk__in=[key.pk for key in current]).update(retired_at=at)
    fresh = []
    for key in current:
        new = DataKey(clinic_id=key.clinic_id, owner_id=key.owner_id, purpose=key.purpose, wrapped_by=masters().current)
        new.wrapped = masters().wrap(secrets.token_bytes(KEY_BYTES), about=new.about)
        fresh.append(new)
    DataKey.objects.bulk_create(fresh, batch_size=500)
    return len(current)


def _stale(model: type[models.Model], fields: list[SealedField]) -> models.QuerySet[Any]:
    return sealed_with(model, fields, retired())


def _pass(tell: Callable[[str], None], at_once: int, deadline: float, before: int) -> int:
    """Until nothing is left that a retired key sealed."""
    done = 0
    for model, fields in sealed_models():
        while _stale(model, fields).exists():
            after: UUID | None = None
            while (batch := _reseal_some(model, fields, at_once, after)) is not None:
                after, sealed = batch
                done += sealed
                tell(f"{before + done} cells are sealed anew; now at {model._meta.label}.")
            if _stale(model, fields).exists():
                _be_patient(deadline)
    return done


@transaction.atomic
def _reseal_some(
    model: type[models.Model], fields: list[SealedField], at_once: int, after: UUID | None
) -> tuple[UUID, int] | None:
    """
    The next batch behind a row: its last row, and how many cells were sealed; None at the end.

    Rows that somebody holds are passed over and come again later: waiting for them with others in hand could end in a
    deadlock, and it would be their save that PostgreSQL gives up.
    """
    old = set(retired().values_list("pk", flat=True))
    next_ones = _stale(model, fields) if after is None else _stale(model, fields).filter(pk__gt=after)
    ids = list(next_ones.order_by("pk").values_list("pk", flat=True)[:at_once])
    if not ids:
        return None
    sealed = 0
    with open_keyring():
        for row in rows_of(model).filter(pk__in=ids).select_for_update(skip_locked=True, of=("self",), no_key=True):
            cells = {field: row.__dict__[field.attname] for field in fields}
            anew = {
                field.attname: _sealed_anew(field, row, cell)
                for field, cell in cells.items()
                if isinstance(cell, Cell) and cell.key_id in old
            }
            if anew:
                rows_of(model).filter(pk=row.pk).update(**anew)
            sealed += len(anew)
    return ids[-1], sealed


def _sealed_anew(field: SealedField, row: Any, cell: Cell) -> Cell:
    owner = getattr(row, field.owner)
    value = field.opened(cell, row=row.pk, owner=owner)
    return field.sealed(value, row=row.pk, owner=owner, clinic=row.clinic_id)


def _wait_for_others(deadline: float) -> None:
    """Until every transaction that is under way now has ended."""
    ahead = _under_way()
    while ahead and (ahead := ahead & _under_way()):
        _be_patient(deadline)


def _under_way() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(UNDER_WAY)
        return {name for (name,) in cursor.fetchall()}


def _be_patient(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise Trouble(
            "Somebody's transaction does not end, such as a backup that runs. Everything opens, with the old keys or "
            "the new ones; run this command again to finish."
        )
    time.sleep(0.05)


@transaction.atomic
def _destroy_retired(at: datetime) -> int:
    audit.record(verb="keys.resealed", by=None, subject="keys", at=at)
    return retired().update(wrapped=None, destroyed_at=at)
