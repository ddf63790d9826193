from django.db import models
from django.db.models import Q

from clients.models import Clinic, Couple, Partner
from clients.viewer import Viewer
from exercises.models.assignment import Assignment
from exercises.models.homework import Homework
from exercises.states import LaidFor
from safekeeping.models import Record
from safekeeping.sealing import Purpose, SealedTextField
from safekeeping.walls import NEVER, Wall


class MutualMarkQuerySet(models.QuerySet["MutualMark"]):
    def visible_to(self, viewer: Viewer) -> "MutualMarkQuerySet":
        """The twin of policies.may_read_marks: whose they are. What they have in common, PostgreSQL tells."""
        return self.filter(partner__in=viewer.is_partner)


class MutualMark(Record):
    """
    What one partner laid beside the other's answer at one step, once. Rows are added, and never changed.

    A row has the same length whatever was marked (exercises/mutual.py). Nobody but its author can select it: both rows
    are compared by PostgreSQL itself (`eyelevel_mutual`), which gives out what they have in common alone.
    """

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="+")
    homework = models.ForeignKey(Homework, models.CASCADE, related_name="+")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    step_key = models.CharField(max_length=60)
    number = models.PositiveIntegerField()  # one's own rows at a step, in the order they were made
    shown_to = models.CharField(max_length=9, choices=[(one.value, one.value) for one in LaidFor])
    tokens = models.BinaryField()
    words = SealedTextField(purpose=Purpose.SHARED, owner="partner_id", null=True)
    counts_from = models.DateTimeField()
    made_at = models.DateTimeField()

    objects = MutualMarkQuerySet.as_manager()

    class Safekeeping:
        plain = {
            "id", "clinic", "couple", "assignment", "homework", "partner", "step_key", "number", "shown_to", "tokens",
            "counts_from", "made_at",
        }  # fmt: skip
        sealed = {"words"}
        wall = Wall(
            read="clinic_id = ANY({clinics}) AND partner_id = ANY({places})",
            # what has been shown cannot be changed by a row that is dated back
            insert="clinic_id = ANY({clinics}) AND partner_id = ANY({places}) AND counts_from > {at}",
            update=NEVER,
            delete=NEVER,
        )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["homework", "step_key", "number"], name="marks_are_numbered"),
            models.CheckConstraint(condition=Q(shown_to__in=LaidFor.values), name="marks_are_for_somebody"),
            models.CheckConstraint(condition=Q(counts_from__gt=models.F("made_at")), name="marks_count_later"),
        ]
        indexes = [models.Index(fields=["assignment", "step_key"], name="marks_of_assignment")]
