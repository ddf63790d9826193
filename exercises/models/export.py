from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from clients.models import Clinic
from clients.viewer import Viewer
from exercises.states import ExportState
from safekeeping.models import Record
from safekeeping.sealing import Purpose, SealedBytesField
from safekeeping.walls import Wall


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, viewer: Viewer) -> "ExportQuerySet":
        """The twin of policies.taking.may_see_export: whose it is."""
        return self.filter(person=viewer.user_id)


class Export(Record):
    """
    A person's own data as one file: asked for, made by a worker, and gone a day later. One each.

    This row is the queue: what is waiting here is made, however often whoever makes it is stopped in the middle.
    """

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    owner_id = models.UUIDField()  # the place of theirs whose key seals the file
    state = models.CharField(max_length=7, choices=ExportState, default=ExportState.WAITING)
    asked_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    size = models.PositiveBigIntegerField(default=0)  # of the file, in bytes

    objects = ExportQuerySet.as_manager()

    class Safekeeping:
        plain = {
            "id", "clinic", "person", "owner_id", "state", "asked_at", "attempts", "settled_at", "expires_at", "size",
        }  # fmt: skip
        sealed: set[str] = set()
        # the worker wakes whoever makes what waits, and clears away what is over, without opening any of it
        wall = Wall(read="person_id = {person}", worker={"select": None, "delete": None})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "id"], name="export_in_clinic"),
            models.CheckConstraint(condition=Q(state__in=ExportState.values), name="export_state_known"),
            models.CheckConstraint(
                condition=Q(state=ExportState.WAITING, expires_at__isnull=True)
                | (~Q(state=ExportState.WAITING) & Q(expires_at__isnull=False)),
                name="what_is_not_waiting_expires",
            ),
        ]

    def is_ready(self, at: datetime) -> bool:
        """Whether there is a file to take."""
        return self.state == ExportState.READY and self.expires_at is not None and at < self.expires_at


class ExportPartQuerySet(models.QuerySet["ExportPart"]):
    def visible_to(self, viewer: Viewer) -> "ExportPartQuerySet":
        """As the export itself."""
        return self.filter(export__person=viewer.user_id)


class ExportPart(Record):
    """A piece of the file, sealed. They follow each other by number, so that no process holds the whole of it."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    export = models.ForeignKey(Export, models.CASCADE, related_name="parts")
    owner_id = models.UUIDField()
    number = models.PositiveIntegerField()
    content = SealedBytesField(purpose=Purpose.EXPORT, owner="owner_id")

    objects = ExportPartQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "export", "owner_id", "number"}
        sealed = {"content"}
        wall = Wall(
            read="export_id IN (SELECT id FROM exercises_export WHERE person_id = {person})",
            worker={"select": ["id", "export_id"], "delete": None},
        )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["export", "number"], name="parts_are_numbered")]
