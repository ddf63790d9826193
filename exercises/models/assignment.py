from django.db import models
from django.db.models import Q

from clients.models import Clinic, Couple, Membership
from clients.viewer import Viewer
from exercises.models.exercise import ExerciseVersion
from exercises.states import Frame
from safekeeping.models import Record
from safekeeping.sealing import Purpose, SealedJSONField, SealedTextField
from safekeeping.walls import Wall


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, viewer: Viewer) -> "AssignmentQuerySet":
        """The twin of policies.may_see_assignment: the couple's therapist. Partners see their own homework instead."""
        return self.filter(couple__in=viewer.treats)


class Assignment(Record):
    """
    A therapist gives an exercise to one partner of a couple, or to both, each alone; once, or time and again. Until
    when, and from when its partner sees it, is said of each copy: exercises.models.Homework.
    """

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="assignments")
    version = models.ForeignKey(ExerciseVersion, models.PROTECT, related_name="+")
    assigned_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    frame = models.CharField(max_length=14, choices=Frame)
    note = SealedTextField(purpose=Purpose.ASSIGNED, owner="assigned_by_id", null=True)
    # what both partners' marks are made with, where the exercise has some that show only what is mutual
    secret = SealedTextField(purpose=Purpose.ASSIGNED, owner="assigned_by_id", null=True)
    # why, when, where, how long, and what could get in the way: exercises.text.DETAILS
    details = SealedJSONField(purpose=Purpose.ASSIGNED, owner="assigned_by_id", null=True)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = AssignmentQuerySet.as_manager()

    class Safekeeping:
        plain = {
            "id",
            "clinic",
            "couple",
            "version",
            "assigned_by",
            "frame",
            "made_at",
            "withdrawn_at",
        }
        sealed = {"note", "details", "secret"}
        wall = Wall(
            read="clinic_id = ANY({clinics}) AND (couple_id = ANY({treats}) OR couple_id = ANY({own_couples}))",
            change="clinic_id = ANY({clinics}) AND couple_id = ANY({treats})",
        )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(frame__in=Frame.values), name="assignment_frame_known"),
            models.UniqueConstraint(fields=["clinic", "id"], name="assignment_in_clinic"),
        ]
        indexes = [models.Index(fields=["clinic", "couple", "-made_at"], name="assignments_of_couple")]
