from functools import cached_property

from django.db import models
from django.db.models import Deferrable, Q

from clients.models import Clinic, Couple, Membership
from clients.viewer import Viewer
from exercises.content import Sequence
from exercises.models.assignment import Assignment
from exercises.states import Gap
from safekeeping.models import Record
from safekeeping.walls import Wall

OF_THEIR_THERAPIST = Wall(read="clinic_id = ANY({clinics}) AND couple_id = ANY({treats})")


class Programme(Record):
    """A sequence of exercises in the library. What a couple was given of it is a Plan, and keeps its own copy."""

    slug = models.SlugField(max_length=60, unique=True)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    body = models.JSONField()
    loaded_at = models.DateTimeField()

    class Safekeeping:
        plain = {"id", "slug", "number", "title", "digest", "body", "loaded_at"}
        sealed: set[str] = set()

    @cached_property
    def sequence(self) -> Sequence:
        """What it says; it was checked when it was loaded."""
        return Sequence.from_checked(self.body)


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, viewer: Viewer) -> "PlanQuerySet":
        """The twin of policies.may_see_plan: the couple's therapist. To partners there is no plan, only exercises."""
        return self.filter(couple__in=viewer.treats)


class Plan(Record):
    """A programme as one couple goes through it, each partner at their own pace. Neither of them sees it."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=120)
    started_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    start_on = models.DateField()
    made_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    objects = PlanQuerySet.as_manager()

    class Safekeeping:
        plain = {
            "id", "clinic", "couple", "slug", "title", "started_by", "start_on", "made_at", "paused_at", "stopped_at",
        }  # fmt: skip
        sealed: set[str] = set()
        wall = OF_THEIR_THERAPIST

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "id"], name="plan_in_clinic")]
        indexes = [models.Index(fields=["clinic", "couple", "-made_at"], name="plans_of_couple")]


class PlanItemQuerySet(models.QuerySet["PlanItem"]):
    def visible_to(self, viewer: Viewer) -> "PlanItemQuerySet":
        """As the plan itself."""
        return self.filter(couple__in=viewer.treats)


class PlanItem(Record):
    """
    A place in a plan, and what is given there. The place has its gap to another; moving an exercise up or down puts
    it into another place, so that a gap always points back.
    """

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    gap = models.CharField(max_length=7, choices=Gap)
    days = models.PositiveSmallIntegerField(default=0)
    after = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="+")
    note = models.CharField(max_length=400, blank=True)  # the programme's own, for the therapist
    skipped_at = models.DateTimeField(null=True)

    objects = PlanItemQuerySet.as_manager()

    class Safekeeping:
        plain = {
            "id", "clinic", "couple", "plan", "position", "gap", "days", "after", "assignment", "note", "skipped_at",
        }  # fmt: skip
        sealed: set[str] = set()
        wall = OF_THEIR_THERAPIST

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="one_item_per_position"),
            models.UniqueConstraint(fields=["assignment"], name="one_place_per_assignment",
                                    deferrable=Deferrable.DEFERRED),
            models.UniqueConstraint(fields=["clinic", "id"], name="planitem_in_clinic"),
            models.CheckConstraint(condition=Q(gap__in=Gap.values), name="gap_known"),
        ]  # fmt: skip
