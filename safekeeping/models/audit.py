from django.db import models

from safekeeping.models.record import Record


class AuditEvent(Record):
    """Who did what to which record, and when; never what it said. No foreign keys: it outlives erasure."""

    verb = models.CharField(max_length=60)
    actor_id = models.UUIDField(null=True)
    clinic_id = models.UUIDField(null=True)
    subject = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Safekeeping:
        plain = {"id", "verb", "actor_id", "clinic_id", "subject", "at"}
        sealed: set[str] = set()

    class Meta:
        indexes = [models.Index(fields=["clinic_id", "at"], name="audit_by_clinic")]
