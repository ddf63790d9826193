from django.db import models

from clients.models import Clinic, Couple, Membership
from clients.viewer import Viewer
from exercises.models.assignment import Assignment
from safekeeping.models import Record
from safekeeping.sealing import Purpose, SealedTextField
from safekeeping.walls import Wall


class PrivateNoteQuerySet(models.QuerySet["PrivateNote"]):
    def visible_to(self, viewer: Viewer) -> "PrivateNoteQuerySet":
        """The twin of policies.may_read_note: its author alone, while the couple is theirs."""
        return self.filter(author__in=viewer.works_as, assignment__couple__in=viewer.treats)


class PrivateNote(Record):
    """A therapist's process note on one assignment: theirs alone, not even the next therapist's."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="+")
    author = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    text = SealedTextField(purpose=Purpose.NOTES, owner="author_id")
    version = models.PositiveIntegerField(default=1)
    tab = models.CharField(max_length=36, blank=True)
    seq = models.PositiveIntegerField(default=0)
    written_at = models.DateTimeField()

    objects = PrivateNoteQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "assignment", "author", "version", "tab", "seq", "written_at"}
        sealed = {"text"}
        wall = Wall(
            read="""
                clinic_id = ANY({clinics}) AND author_id = ANY({works_as}) AND assignment_id IN (
                    SELECT id FROM exercises_assignment WHERE couple_id = ANY({treats}))
            """
        )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "author"], name="one_note_per_author")]


class MarkQuerySet(models.QuerySet["Mark"]):
    def visible_to(self, viewer: Viewer) -> "MarkQuerySet":
        """The couple's therapist."""
        return self.filter(couple__in=viewer.treats)


class Mark(Record):
    """One step of an assignment that the therapist wants to bring up in the next session."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="marks")
    step_key = models.CharField(max_length=60)
    marked_at = models.DateTimeField()

    objects = MarkQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "couple", "assignment", "step_key", "marked_at"}
        sealed: set[str] = set()
        wall = Wall(read="clinic_id = ANY({clinics}) AND couple_id = ANY({treats})")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "step_key"], name="one_mark_per_step")]
        indexes = [models.Index(fields=["clinic", "couple"], name="marks_of_couple")]
