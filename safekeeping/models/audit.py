from django.db import models

from safekeeping.models.record import Record
from safekeeping.walls import NEVER, Wall


class AuditEvent(Record):
    """
    Who did what to which record, when, from which kind of device; never what it said. No foreign keys: it outlives
    erasure. Rows are added and never changed: rights, triggers and the chain (AuditLink) each see to that.
    """

    verb = models.CharField(max_length=60)
    actor_id = models.UUIDField(null=True)
    clinic_id = models.UUIDField(null=True)
    subject = models.CharField(max_length=100)
    device = models.CharField(max_length=10, default="system")
    at = models.DateTimeField()

    class Safekeeping:
        plain = {"id", "verb", "actor_id", "clinic_id", "subject", "device", "at"}
        sealed: set[str] = set()
        wall = Wall(
            read="clinic_id = ANY({runs}) OR actor_id = {person}",
            insert="true",
            update=NEVER,
            delete=NEVER,
            worker={"insert": None},
        )

    class Meta:
        indexes = [models.Index(fields=["clinic_id", "at"], name="audit_by_clinic")]


class AuditLink(models.Model):
    """
    One event's place in its clinic's chain: its hash covers the event and the link before it.

    PostgreSQL writes it when the transaction of the deed commits, so that events of one clinic form one line without
    holding each other up. Events of no clinic have the chain of the id that is all zeros.
    """

    event_id = models.UUIDField(primary_key=True)
    clinic_id = models.UUIDField()
    number = models.BigIntegerField()
    hash = models.BinaryField()

    class Safekeeping:
        plain = {"event_id", "clinic_id", "number", "hash"}
        sealed: set[str] = set()
        wall = Wall(read=NEVER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic_id", "number"], name="one_link_a_number")]


class AuditHead(models.Model):
    """How long a clinic's chain is, and its last hash: what is exported off the machine, to tell if the end is cut."""

    clinic_id = models.UUIDField(primary_key=True)
    number = models.BigIntegerField()
    hash = models.BinaryField()

    class Safekeeping:
        plain = {"clinic_id", "number", "hash"}
        sealed: set[str] = set()
        wall = Wall(read=NEVER)
