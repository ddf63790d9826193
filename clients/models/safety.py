from django.db import models

from clients.models.clinic import Clinic
from clients.models.couple import Couple, Partner
from clients.viewer import Viewer
from safekeeping.models import Record
from safekeeping.sealing import Purpose, SealedJSONField
from safekeeping.walls import NEVER, Wall

OWN = """
    clinic_id = ANY({clinics})
    AND (partner_id, couple_id) IN (SELECT id, couple_id FROM clients_partner WHERE id = ANY({places}))
"""
THEIR_THERAPIST = "clinic_id = ANY({clinics}) AND couple_id = ANY({treats})"


class SafetyAnswerQuerySet(models.QuerySet["SafetyAnswer"]):
    def visible_to(self, viewer: Viewer) -> "SafetyAnswerQuerySet":
        """The twin of policies.may_read_check_in: the couple's therapist, and not even its author."""
        return self.filter(couple__in=viewer.treats)


class SafetyAnswer(Record):
    """
    What a partner said, or passed over, in one private check-in. Rows are added, and never shown to their author.

    Passing leaves the same row as answering: who cannot open the seal cannot tell them apart.
    """

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    period = models.PositiveSmallIntegerField()  # of the schedule: 0 is the one in which the couple was added
    value = SealedJSONField(purpose=Purpose.SAFETY, owner="partner_id", null=True)
    made_at = models.DateTimeField()

    objects = SafetyAnswerQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "couple", "partner", "period", "made_at"}
        sealed = {"value"}
        wall = Wall(read=THEIR_THERAPIST, insert=OWN, update=NEVER, delete=NEVER)

    class Meta:
        indexes = [models.Index(fields=["clinic", "couple", "-made_at"], name="check_ins_of_couple")]


class ContentBoundaryQuerySet(models.QuerySet["ContentBoundary"]):
    def visible_to(self, viewer: Viewer) -> "ContentBoundaryQuerySet":
        """The twin of policies.may_read_boundaries: who set them, and the couple's therapist."""
        return self.filter(models.Q(partner__in=viewer.is_partner) | models.Q(couple__in=viewer.treats))


class ContentBoundary(Record):
    """What one partner says to each kind of content: a Wish for each ContentKind, all of them always."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    partner = models.OneToOneField(Partner, models.CASCADE, related_name="+")
    wishes = SealedJSONField(purpose=Purpose.SAFETY, owner="partner_id", null=True)
    changed_at = models.DateTimeField()

    objects = ContentBoundaryQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "couple", "partner", "changed_at"}
        sealed = {"wishes"}
        wall = Wall(
            read="clinic_id = ANY({clinics}) AND (partner_id = ANY({places}) OR couple_id = ANY({treats}))",
            change=OWN,
            delete=NEVER,
        )

    class Meta:
        indexes = [models.Index(fields=["clinic", "couple"], name="boundaries_of_couple")]
