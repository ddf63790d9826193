from django.db import models

from clients.models import Clinic, Couple, Partner
from clients.viewer import Viewer
from exercises.models.homework import Homework
from safekeeping.models import Record
from safekeeping.sealing import Purpose, SealedJSONField
from safekeeping.walls import Wall

OWN = Wall(read="clinic_id = ANY({clinics}) AND author_id = ANY({places})")


class ReflectionQuerySet(models.QuerySet["Reflection"]):
    def visible_to(self, viewer: Viewer) -> "ReflectionQuerySet":
        """The twin of policies.may_read_reflection: its author, nobody else. What others read is a Share."""
        return self.filter(author__in=viewer.is_partner)


class Reflection(Record):
    """What one partner wrote at one step of their homework. It is theirs alone, whatever they share of it."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    homework = models.ForeignKey(Homework, models.CASCADE, related_name="reflections")
    author = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    step_key = models.CharField(max_length=60)
    value = SealedJSONField(purpose=Purpose.PRIVATE, owner="author_id", null=True)
    skipped = models.BooleanField(default=False)
    # Every save counts up; a save that names an older version is a conflict. `tab` and `seq` name a page's own
    # saves, so that one sent twice, or late, does nothing.
    version = models.PositiveIntegerField(default=1)
    tab = models.CharField(max_length=36, blank=True)
    seq = models.PositiveIntegerField(default=0)
    written_at = models.DateTimeField()

    objects = ReflectionQuerySet.as_manager()

    class Safekeeping:
        plain = {
            "id", "clinic", "couple", "homework", "author", "step_key", "skipped", "version", "tab", "seq",
            "written_at",
        }  # fmt: skip
        sealed = {"value"}
        wall = OWN

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "id"], name="reflection_in_clinic"),
            models.UniqueConstraint(fields=["homework", "step_key"], name="one_reflection_per_step"),
        ]
        indexes = [models.Index(fields=["author", "-written_at"], name="reflections_of_author")]


class EarlierTextQuerySet(models.QuerySet["EarlierText"]):
    def visible_to(self, viewer: Viewer) -> "EarlierTextQuerySet":
        """As the reflection itself: its author, nobody else."""
        return self.filter(author__in=viewer.is_partner)


class EarlierText(Record):
    """The text that gave way when one person wrote in two places at once. Kept thirty days, for its author."""

    reflection = models.ForeignKey(Reflection, models.CASCADE, related_name="earlier")
    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    author = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    value = SealedJSONField(purpose=Purpose.PRIVATE, owner="author_id", null=True)
    kept_at = models.DateTimeField()

    objects = EarlierTextQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "reflection", "clinic", "author", "kept_at"}
        sealed = {"value"}
        # the worker clears away what is old without being able to see it
        wall = Wall(OWN.read, worker={"select": ["id", "kept_at"], "delete": None})
