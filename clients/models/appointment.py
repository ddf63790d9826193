from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from clients.models.clinic import Clinic
from clients.models.couple import Couple, Partner
from clients.viewer import Viewer
from safekeeping.models import Record
from safekeeping.walls import Wall


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visible_to(self, viewer: Viewer) -> "AppointmentQuerySet":
        """The twin of policies.may_see_appointment: the therapist; both partners; or the one who comes alone."""
        both = Q(couple__in=viewer.belongs_to, alone__isnull=True)
        alone = Q(couple__in=viewer.belongs_to, alone__in=viewer.is_partner)
        return self.filter(Q(couple__in=viewer.treats) | both | alone)

    def standing(self) -> "AppointmentQuerySet":
        """Those that were not called off."""
        return self.filter(cancelled_at__isnull=True)


class Appointment(Record):
    """
    One session of a couple with their therapist; or of one of them alone, of which the other is told nothing.

    `starts_at` is an instant. It was meant as a time on the wall in the couple's zone, and each of a series was worked
    out by itself, so that a series keeps its hour when the clocks change.
    """

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="appointments")
    alone = models.ForeignKey(Partner, models.CASCADE, null=True, related_name="+")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=50)
    series = models.UUIDField(null=True)  # the same for all that were made together
    made_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    objects = AppointmentQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "couple", "alone", "starts_at", "minutes", "series", "made_at", "cancelled_at"}
        sealed: set[str] = set()
        wall = Wall(
            read="""
                clinic_id = ANY({clinics}) AND (
                    couple_id = ANY({treats}) OR alone_id = ANY({places})
                    OR (couple_id = ANY({own_couples}) AND alone_id IS NULL)
                )
            """,
            change="clinic_id = ANY({clinics}) AND couple_id = ANY({treats})",
            # the worker asks whether a rest until the session is over
            worker={"select": ["id", "couple_id", "alone_id", "starts_at", "minutes", "cancelled_at"]},
        )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=480), name="appointment_of_some_minutes"),
            models.UniqueConstraint(
                fields=["couple", "starts_at"], condition=Q(cancelled_at__isnull=True), name="one_appointment_at_a_time"
            ),
            models.UniqueConstraint(fields=["clinic", "id"], name="appointment_in_clinic"),
        ]
        indexes = [models.Index(fields=["clinic", "couple", "starts_at"], name="appointments_of_couple")]

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)
