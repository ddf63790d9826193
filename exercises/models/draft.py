from django.db import models

from clients.models import Clinic
from clients.viewer import Viewer
from exercises.models.exercise import Exercise
from safekeeping.models import Record
from safekeeping.walls import Wall


class ExerciseDraftQuerySet(models.QuerySet["ExerciseDraft"]):
    def visible_to(self, viewer: Viewer) -> "ExerciseDraftQuerySet":
        """The twin of policies.may_edit_exercise: its author's alone."""
        return self.filter(exercise__author__in=viewer.works_as)


class ExerciseDraft(Record):
    """
    What its author is changing an exercise into. It may lack anything: what it lacks is said, and nothing refused.

    `removed` is the step that was taken out last and where it stood, so that it can be put back.
    """

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    exercise = models.OneToOneField(Exercise, models.CASCADE, related_name="draft")
    body = models.JSONField()
    removed = models.JSONField(null=True)
    version = models.PositiveIntegerField(default=1)
    tab = models.CharField(max_length=36, blank=True)
    seq = models.PositiveIntegerField(default=0)
    written_at = models.DateTimeField()

    objects = ExerciseDraftQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "exercise", "body", "removed", "version", "tab", "seq", "written_at"}
        sealed: set[str] = set()
        wall = Wall(
            read="""
                clinic_id = ANY({clinics})
                AND exercise_id IN (SELECT id FROM exercises_exercise WHERE author_id = ANY({works_as}))
            """
        )
