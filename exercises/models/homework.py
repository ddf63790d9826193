from datetime import datetime

from django.db import models
from django.db.models import Q

from clients.models import Clinic, Couple, Partner
from clients.viewer import Viewer
from exercises.models.assignment import Assignment
from exercises.states import HomeworkState
from safekeeping.models import Record
from safekeeping.walls import Wall


class HomeworkQuerySet(models.QuerySet["Homework"]):
    def visible_to(self, viewer: Viewer) -> "HomeworkQuerySet":
        """
        The twin of policies.may_see_homework: its own partner once it has opened, and their therapist, who sees what
        is planned as well. Never the other partner.
        """
        opened = Q(partner__in=viewer.is_partner, opens_at__lte=viewer.at)
        return self.filter(opened | Q(couple__in=viewer.treats))

    def own(self, viewer: Viewer) -> "HomeworkQuerySet":
        """What the viewer writes at: the partner's side of visible_to."""
        return self.opened(viewer.at).filter(partner__in=viewer.is_partner)

    def opened(self, at: datetime) -> "HomeworkQuerySet":
        """What its partner sees at an instant; all else is planned, and to them it does not exist."""
        return self.filter(opens_at__lte=at)


class Homework(Record):
    """
    One partner's own copy of an assignment, one for each time it is given. The other partner has no way to it, nor to
    its state. Until it opens, its own partner has none either: `opens_at` is empty where no day is set yet.
    """

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="copies")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="homework")
    occurrence = models.PositiveSmallIntegerField(default=0)  # which time, where it is given time and again
    due_on = models.DateField(null=True)  # a day in the partner's own life, whatever their zone
    opens_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=HomeworkState, default=HomeworkState.OPEN)
    step = models.PositiveSmallIntegerField(default=0)  # the step last saved, 1 for the first; 0: not begun
    begun_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    objects = HomeworkQuerySet.as_manager()

    class Safekeeping:
        plain = {
            "id", "clinic", "couple", "assignment", "partner", "occurrence", "due_on", "opens_at", "state", "step",
            "begun_at", "written_at", "finished_at", "changed_at",
        }  # fmt: skip
        sealed: set[str] = set()
        wall = Wall(
            read="""
                clinic_id = ANY({clinics})
                AND (partner_id = ANY({places}) AND opens_at <= {at} OR couple_id = ANY({treats}))
            """,
            worker={"select": None},
        )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "id"], name="homework_in_clinic"),
            models.UniqueConstraint(fields=["assignment", "partner", "occurrence"], name="one_copy_each_time"),
            models.CheckConstraint(condition=Q(state__in=HomeworkState.values), name="homework_state_known"),
            models.CheckConstraint(
                condition=Q(state=HomeworkState.FINISHED, finished_at__isnull=False)
                | (~Q(state=HomeworkState.FINISHED) & Q(finished_at__isnull=True)),
                name="finished_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "-changed_at"], name="homework_of_partner"),
            models.Index(fields=["clinic", "couple", "state"], name="homework_of_couple"),
        ]

    def has_opened(self, at: datetime) -> bool:
        """Whether its partner sees it at an instant."""
        return self.opens_at is not None and self.opens_at <= at
