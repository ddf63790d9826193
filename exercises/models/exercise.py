from functools import cached_property

from django.db import models
from django.db.models import F, Q

from clients.models import Clinic, Membership
from clients.viewer import Viewer
from exercises.content import Content
from exercises.states import ExerciseState
from safekeeping.models import Record
from safekeeping.walls import NEVER, Wall

# What every clinic has, for whoever is somebody; and what the viewer's own clinics have made.
SHARED_OR_OWN = "(clinic_id IS NULL AND {person} IS NOT NULL) OR clinic_id = ANY({clinics})"


class ExerciseQuerySet(models.QuerySet["Exercise"]):
    def visible_to(self, viewer: Viewer) -> "ExerciseQuerySet":
        """The twin of policies.may_read_exercise: built in, one's own, approved in one's clinic; offered, to admins."""
        approved = Q(clinic__in=viewer.works_at, current__isnull=False, retired_at__isnull=True)
        offered = Q(clinic__in=viewer.runs) & (Q(state=ExerciseState.OFFERED) | Q(current__isnull=False))
        built_in = Q(clinic__isnull=True, retired_at__isnull=True)
        return self.filter(built_in | approved | offered | Q(author__in=viewer.works_as))

    def for_viewer(self, viewer: Viewer) -> "ExerciseQuerySet":
        """
        The twin of policies.may_use_exercise: what the viewer may give, with the id of the version they would give as
        `shown`. Authors have their own newest; everybody else what was approved.
        """
        own = Q(author__in=viewer.works_as)
        shown = models.Case(models.When(own, then=F("newest")), default=F("current"))
        usable = Q(clinic__isnull=True) | Q(clinic__in=viewer.works_at) | own
        has_one = (own & Q(newest__isnull=False)) | (~own & Q(current__isnull=False))
        return self.filter(usable, has_one, retired_at__isnull=True).annotate(shown=shown)


class Exercise(Record):
    """
    One exercise of the library, under its lasting name. What it says is in its versions.

    Without a clinic it is built in, for everybody. A clinic's own has an author; `current` is what all therapists of
    the clinic have of it (nothing until an admin approves), `newest` what its author has, `offered` what waits.
    """

    slug = models.SlugField(max_length=60, unique=True)
    number = models.PositiveSmallIntegerField()
    clinic = models.ForeignKey(Clinic, models.CASCADE, null=True, related_name="+")
    author = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=ExerciseState, default=ExerciseState.APPROVED)
    current = models.ForeignKey("ExerciseVersion", models.PROTECT, null=True, related_name="+")
    newest = models.ForeignKey("ExerciseVersion", models.PROTECT, null=True, related_name="+")
    offered = models.ForeignKey("ExerciseVersion", models.PROTECT, null=True, related_name="+")
    handed_back = models.CharField(max_length=500, blank=True)  # why an admin did so, to its author
    retired_at = models.DateTimeField(null=True)

    objects = ExerciseQuerySet.as_manager()

    class Safekeeping:
        plain = {
            "id", "slug", "number", "clinic", "author", "state", "current", "newest", "offered", "handed_back",
            "retired_at",
        }  # fmt: skip
        sealed: set[str] = set()
        wall = Wall(
            read=SHARED_OR_OWN,
            insert="clinic_id = ANY({clinics}) AND author_id = ANY({works_as})",
            update="clinic_id = ANY({clinics}) AND (author_id = ANY({works_as}) OR clinic_id = ANY({runs}))",
            delete=NEVER,
        )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "id"], name="exercise_in_clinic"),
            models.CheckConstraint(
                condition=Q(clinic__isnull=False, author__isnull=False)
                | Q(clinic__isnull=True, author__isnull=True, newest__isnull=True, state=ExerciseState.APPROVED),
                name="a_clinics_exercise_has_an_author",
            ),
            models.CheckConstraint(condition=Q(state__in=ExerciseState.values), name="exercise_state_known"),
            models.CheckConstraint(
                condition=Q(clinic__isnull=True)
                | Q(state=ExerciseState.RETIRED, retired_at__isnull=False)
                | (~Q(state=ExerciseState.RETIRED) & Q(retired_at__isnull=True)),
                name="retired_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(clinic__isnull=True) | ~Q(state=ExerciseState.APPROVED) | Q(current__isnull=False),
                name="approved_has_a_version",
            ),
            models.CheckConstraint(
                condition=Q(state=ExerciseState.OFFERED, offered__isnull=False)
                | (~Q(state=ExerciseState.OFFERED) & Q(offered__isnull=True)),
                name="offered_has_a_version",
            ),
        ]


class ExerciseVersionQuerySet(models.QuerySet["ExerciseVersion"]):
    def in_library_of(self, viewer: Viewer) -> "ExerciseVersionQuerySet":
        """The one version of each exercise that the viewer would give."""
        shown = Exercise.objects.for_viewer(viewer).values("shown")  # type: ignore[misc]  # annotated in for_viewer
        return self.filter(pk__in=shown)


class ExerciseVersion(Record):
    """An exercise's text as it stood once. It never changes: what has been assigned keeps its version."""

    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="versions")
    clinic = models.ForeignKey(Clinic, models.CASCADE, null=True, related_name="+")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    body = models.JSONField()
    loaded_at = models.DateTimeField()

    objects = ExerciseVersionQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "exercise", "clinic", "number", "title", "digest", "body", "loaded_at"}
        sealed: set[str] = set()
        wall = Wall(
            read=SHARED_OR_OWN,
            insert="""
                clinic_id = ANY({clinics})
                AND exercise_id IN (SELECT id FROM exercises_exercise WHERE author_id = ANY({works_as}))
            """,
            update=NEVER,
            delete=NEVER,
        )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exercise", "number"], name="versions_are_numbered"),
            models.UniqueConstraint(fields=["clinic", "id"], name="version_in_clinic"),
        ]

    @cached_property
    def content(self) -> Content:
        """The text itself; it was checked when it was loaded, and has not changed since."""
        return Content.from_checked(self.body)
