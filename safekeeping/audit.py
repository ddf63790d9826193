"""The audit trail's one door in."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import models

from safekeeping.models import AuditEvent


class Actor(Protocol):
    @property
    def user_id(self) -> UUID | None: ...


def record(*, verb: str, by: Actor | None, subject: models.Model, at: datetime, clinic_id: UUID | None = None) -> None:
    """Write one line of the trail, in the transaction of the deed itself. `by` None: the system acted."""
    AuditEvent.objects.create(
        verb=verb,
        actor_id=by.user_id if by else None,
        clinic_id=clinic_id or getattr(subject, "clinic_id", None),
        subject=f"{subject._meta.label}:{subject.pk}",
        at=at,
    )
