from django.db import models
from django.db.models import Q

from clients.models import Appointment, Clinic, Couple, Membership, Partner
from clients.viewer import Viewer
from exercises.models.assignment import Assignment
from exercises.models.exercise import Exercise
from exercises.states import PUBLISHABLE, AgendaKind
from safekeeping.models import Record
from safekeeping.sealing import Purpose, SealedTextField
from safekeeping.walls import NEVER, Wall

OF_THEIR_THERAPIST = "clinic_id = ANY({clinics}) AND couple_id = ANY({treats})"


class SessionNoteQuerySet(models.QuerySet["SessionNote"]):
    def visible_to(self, viewer: Viewer) -> "SessionNoteQuerySet":
        """The twin of policies.may_read_session_note: its author; their therapist from its time on, if chosen."""
        return self.filter(
            Q(partner__in=viewer.is_partner) | Q(couple__in=viewer.treats, therapist_from__lte=viewer.at)
        )


class SessionNote(Record):
    """What one partner would like to raise in the next session: for oneself, or for their therapist, too."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    partner = models.OneToOneField(Partner, models.CASCADE, related_name="+")
    text = SealedTextField(purpose=Purpose.SHARED, owner="partner_id", null=True)
    therapist_from = models.DateTimeField(null=True)  # none: its author alone
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()

    objects = SessionNoteQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "couple", "partner", "therapist_from", "version", "written_at"}
        sealed = {"text"}
        wall = Wall(
            read="""
                clinic_id = ANY({clinics}) AND (
                    partner_id = ANY({places}) OR couple_id = ANY({treats}) AND therapist_from <= {at})
            """,
            change="clinic_id = ANY({clinics}) AND partner_id = ANY({places})",
            delete=NEVER,
        )

    class Meta:
        indexes = [models.Index(fields=["clinic", "couple"], name="session_notes_of_couple")]


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def visible_to(self, viewer: Viewer) -> "AgendaItemQuerySet":
        """The twin of policies.may_read_item: their therapist; both partners what is published, until it is over."""
        published = Q(couple__in=viewer.takes_part, published_at__isnull=False, closed_at__isnull=True)
        return self.filter(Q(couple__in=viewer.treats) | published)


class AgendaItem(Record):
    """
    One thing to talk about. It has words where its therapist wrote them, or the name of an exercise once that is
    published. What a partner wrote in private stays where it is: an item only points to it, by `source`.
    """

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    author = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=AgendaKind)
    source = models.UUIDField(null=True)  # a mark, a note, a wish or an assignment, which may be gone
    assignment = models.ForeignKey(Assignment, models.CASCADE, null=True, related_name="+")
    step_key = models.CharField(max_length=60, blank=True)
    text = SealedTextField(purpose=Purpose.ASSIGNED, owner="author_id", null=True)
    minutes = models.PositiveSmallIntegerField(null=True)
    position = models.PositiveSmallIntegerField()
    opens = models.BooleanField(default=False)  # in the room, what was given to be opened there
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # the session it was for is over

    objects = AgendaItemQuerySet.as_manager()

    class Safekeeping:
        plain = {
            "id", "clinic", "couple", "author", "kind", "source", "assignment", "step_key", "minutes", "position",
            "opens", "made_at", "published_at", "done_at", "closed_at",
        }  # fmt: skip
        sealed = {"text"}
        wall = Wall(
            read="""
                clinic_id = ANY({clinics}) AND (couple_id = ANY({treats})
                    OR couple_id = ANY({couples}) AND published_at IS NOT NULL AND closed_at IS NULL)
            """,
            change=OF_THEIR_THERAPIST,
        )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AgendaKind.values), name="agenda_kind_known"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(kind__in=[kind.value for kind in PUBLISHABLE]),
                name="nothing_private_is_published",
            ),
            models.UniqueConstraint(
                fields=["couple", "kind", "source"], condition=Q(closed_at__isnull=True, source__isnull=False),
                name="one_item_per_source",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["clinic", "couple", "position"], name="agenda_of_couple")]


class SessionSummaryQuerySet(models.QuerySet["SessionSummary"]):
    def visible_to(self, viewer: Viewer) -> "SessionSummaryQuerySet":
        """The twin of policies.may_read_summary: their therapist; both partners from its release on."""
        return self.filter(Q(couple__in=viewer.treats) | Q(couple__in=viewer.takes_part, released_from__lte=viewer.at))


class SessionSummary(Record):
    """Joint words about one session: what was talked about, and what comes next. Both partners read the same."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    author = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    appointment = models.ForeignKey(Appointment, models.SET_NULL, null=True, related_name="+")
    held_on = models.DateField()
    text = SealedTextField(purpose=Purpose.ASSIGNED, owner="author_id", null=True)
    next = SealedTextField(purpose=Purpose.ASSIGNED, owner="author_id", null=True)
    exercise = models.ForeignKey(Exercise, models.SET_NULL, null=True, related_name="+")  # for the next assignment
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()
    released_from = models.DateTimeField()

    objects = SessionSummaryQuerySet.as_manager()

    class Safekeeping:
        plain = {
            "id", "clinic", "couple", "author", "appointment", "held_on", "exercise", "version", "written_at",
            "released_from",
        }  # fmt: skip
        sealed = {"text", "next"}
        wall = Wall(
            read="""
                clinic_id = ANY({clinics}) AND (
                    couple_id = ANY({treats}) OR couple_id = ANY({couples}) AND released_from <= {at})
            """,
            change=OF_THEIR_THERAPIST,
        )

    class Meta:
        indexes = [models.Index(fields=["clinic", "couple", "-released_from"], name="summaries_of_couple")]
