"""Destroying the keys of a person's places, and with them what was sealed, in every copy of the data."""

import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from safekeeping.commands.columns import rows_of, sealed_models
from safekeeping.models import AuditEvent, DataKey
from safekeeping.operating import Trouble

ERASED = "person.erased"


@transaction.atomic
def destroy(*, owners: Iterable[UUID], at: datetime) -> int:
    """
    Destroy every data key of these places; the answer is how many there were. Cells that nothing opens any more go,
    too: emptied where the row may do without, else with their row.

    A key is destroyed and not retired, so that nothing can be sealed for an erased place again.
    """
    places = list(owners)
    for model, fields in sealed_models():
        for field in fields:
            rows = rows_of(model).filter(**{f"{field.owner}__in": places, f"{field.attname}__isnull": False})
            if field.null:
                rows.update(**{field.attname: None})
            else:
                rows.delete()
    return DataKey.objects.filter(owner_id__in=places, wrapped__isnull=False).update(wrapped=None, destroyed_at=at)


def list_of_erasures() -> Path:
    """The file that says who was erased. It lies apart from the database: a restored one would not know."""
    if not settings.ERASURES_FILE:
        raise Trouble(
            "ERASURES_FILE names no file. It lists who was erased, apart from the database, so that nobody comes back "
            "with an older backup."
        )
    return Path(settings.ERASURES_FILE)


def write_down(*, person: UUID, at: datetime) -> None:
    """A line more in the list of erasures: an id and when."""
    line = json.dumps({"person": str(person), "at": at.isoformat()}) + "\n"
    try:
        descriptor = os.open(list_of_erasures(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise Trouble(f"The list of erasures cannot be written ({error.strerror}); nobody was erased.") from error


def written_down(path: Path) -> set[UUID]:
    """Who is on a list of erasures; nobody where there is no file. Raises Trouble for a line that is none."""
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        return set()
    except OSError as error:
        raise Trouble(f"The list of erasures {path} cannot be read ({error.strerror}).") from error
    try:
        return {UUID(json.loads(line)["person"]) for line in lines if line.strip()}
    except (ValueError, KeyError, TypeError) as error:
        raise Trouble(f"The list of erasures {path} has a line that is not one of its own.") from error


def erased_here() -> set[UUID]:
    """Who was erased as the audit trail of this database knows it."""
    subjects = AuditEvent.objects.filter(verb=ERASED).values_list("subject", flat=True)
    return {UUID(subject.rpartition(":")[2]) for subject in subjects}
