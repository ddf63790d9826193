from django.db import models

from clients.models import Clinic, Couple, Membership
from clients.viewer import Viewer
from exercises.models.assignment import Assignment
from safekeeping.models import Record
from safekeeping.sealing import Purpose, SealedTextField
from safekeeping.walls import NEVER, Wall


class AssignmentConfirmationQuerySet(models.QuerySet["AssignmentConfirmation"]):
    def visible_to(self, viewer: Viewer) -> "AssignmentConfirmationQuerySet":
        """The twin of policies.may_read_confirmation: who gave the reason, while the couple is theirs."""
        return self.filter(author__in=viewer.works_as, couple__in=viewer.treats)


class AssignmentConfirmation(Record):
    """
    Why a therapist gave an exercise that asked for care. Rows are added, and never changed.

    There is one for every assignment of an exercise that could ask for care, with no words in it where none was
    needed: that a row is there tells about the exercise, and nothing about the partners.
    """

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    assignment = models.OneToOneField(Assignment, models.CASCADE, related_name="+")
    author = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    reason = SealedTextField(purpose=Purpose.NOTES, owner="author_id")
    made_at = models.DateTimeField()

    objects = AssignmentConfirmationQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "couple", "assignment", "author", "made_at"}
        sealed = {"reason"}
        wall = Wall(
            read="clinic_id = ANY({clinics}) AND author_id = ANY({works_as}) AND couple_id = ANY({treats})",
            update=NEVER,
            delete=NEVER,
        )

    class Meta:
        indexes = [models.Index(fields=["clinic", "couple"], name="confirmations_of_couple")]
