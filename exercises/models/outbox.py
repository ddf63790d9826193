from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Func, Q

from clients.models import Clinic, Partner
from exercises.models.homework import Homework
from exercises.states import OutboxState
from safekeeping.models import Record
from safekeeping.walls import by_clinic


class OutboxMessageQuerySet(models.QuerySet["OutboxMessage"]):
    def due(self, at: datetime) -> "OutboxMessageQuerySet":
        """
        What has fallen due, with `due_at`: the planned local day and time as an instant, in the zone the person has
        now. Zones reach 14 hours ahead of UTC, so what is planned for tomorrow may be due; the index finds those.
        """
        return (
            self.filter(state=OutboxState.WAITING, local_date__lte=at.date() + timedelta(days=1))
            .annotate(
                due_at=Func(
                    F("partner__person__time_zone"),
                    Func(
                        F("local_date"),
                        F("partner__person__remind_at"),
                        arg_joiner=" + ",
                        template="(%(expressions)s)",
                    ),
                    function="timezone",
                    output_field=models.DateTimeField(),
                )
            )
            .filter(due_at__lte=at)
        )


class OutboxMessage(Record):
    """
    Mail that is to go out, written in the same transaction as its cause. This row, not Celery, is the truth.

    `local_date` is a day in the person's own time zone; the hour is the one they chose. Both are read when the
    message falls due, so a person who moves to another zone, or changes the hour, is written to at the new one.
    """

    class Kind(models.TextChoices):
        REMINDER = "reminder"

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    homework = models.ForeignKey(Homework, models.CASCADE, related_name="messages")
    local_date = models.DateField()
    state = models.CharField(max_length=8, choices=OutboxState, default=OutboxState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True)  # after a failed attempt
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    due_at: datetime  # on rows that `due` found

    objects = OutboxMessageQuerySet.as_manager()

    class Safekeeping:
        plain = {
            "id", "clinic", "kind", "partner", "homework", "local_date", "state", "attempts", "not_before", "made_at",
            "settled_at",
        }  # fmt: skip
        sealed: set[str] = set()
        wall = by_clinic(select=None, update=["state", "settled_at", "attempts", "not_before"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "homework", "local_date"], name="one_message_per_day_and_cause"),
            models.CheckConstraint(condition=Q(state__in=OutboxState.values), name="outbox_state_known"),
        ]
        indexes = [
            models.Index(fields=["local_date"], condition=Q(state=OutboxState.WAITING), name="outbox_waiting"),
        ]
