from django.db import models
from django.db.models import Q

from clients.models import Clinic, Couple, Partner
from clients.viewer import Viewer
from exercises.models.assignment import Assignment
from exercises.models.homework import Homework
from exercises.models.reflection import Reflection
from exercises.states import BEFORE, SHARED, Audience
from safekeeping.models import Record
from safekeeping.sealing import Purpose, SealedJSONField
from safekeeping.walls import Wall


class ShareQuerySet(models.QuerySet["Share"]):
    def visible_to(self, viewer: Viewer) -> "ShareQuerySet":
        """The same rule as policies.may_read_share, as SQL. A test holds the two together."""
        return self.filter(
            Q(author__in=viewer.is_partner)
            | Q(couple__in=viewer.treats, therapist_from__lte=viewer.at)
            | Q(couple__in=viewer.takes_part, audience=Audience.PARTNER, partner_from__lte=viewer.at)
        )

    def for_therapist(self, viewer: Viewer) -> "ShareQuerySet":
        """The therapist's side of visible_to alone: half of the question, where it is theirs that is asked."""
        return self.filter(couple__in=viewer.treats, therapist_from__lte=viewer.at)


class Share(Record):
    """
    A copy of one reflection, or of a single line of it, for the readers its author chose. Without one, nobody but the
    author reads. The rules for a line are those for a whole answer.

    Readers see this copy and never the reflection, so typing shows nothing to anybody until it is shared again.
    """

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    # A reader finds the exercise by this; the homework it comes from is not theirs to see.
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="+")
    homework = models.ForeignKey(Homework, models.CASCADE, related_name="shares")
    reflection = models.ForeignKey(Reflection, models.CASCADE, related_name="shares")
    author = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    step_key = models.CharField(max_length=60)
    line = models.CharField(max_length=60, blank=True, default="")  # empty: the whole answer
    value = SealedJSONField(purpose=Purpose.SHARED, owner="author_id", null=True)
    version = models.PositiveIntegerField()  # of the reflection, when it was copied
    audience = models.CharField(max_length=9, choices=[(a.value, a.label) for a in SHARED])
    # Changed since its reader could read it: said apart for each, or a partner would learn what the therapist had.
    edited = models.BooleanField(default=False)
    edited_since_release = models.BooleanField(default=False)
    shared_at = models.DateTimeField()
    therapist_from = models.DateTimeField()
    partner_from = models.DateTimeField(null=True)
    # For the therapist's own list of what is new. It is never shown, exported or told to a partner.
    seen_at = models.DateTimeField(null=True)

    objects = ShareQuerySet.as_manager()

    class Safekeeping:
        plain = {
            "id", "clinic", "couple", "assignment", "homework", "reflection", "author", "step_key", "line",
            "version", "audience", "edited", "edited_since_release", "shared_at", "therapist_from", "partner_from",
            "seen_at",
        }  # fmt: skip
        sealed = {"value"}
        wall = Wall(
            read="""
                clinic_id = ANY({clinics}) AND (
                    author_id = ANY({places})
                    OR couple_id = ANY({treats}) AND therapist_from <= {at}
                    OR couple_id = ANY({couples}) AND audience = 'partner' AND partner_from <= {at}
                )
            """,
            change="clinic_id = ANY({clinics}) AND author_id = ANY({places})",
            # a therapist notes that they have looked
            update="clinic_id = ANY({clinics}) AND (author_id = ANY({places}) OR couple_id = ANY({treats}))",
        )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reflection", "line"], name="one_share_per_line"),
            models.CheckConstraint(
                condition=~Q(step_key=BEFORE, audience=Audience.PARTNER), name="the_private_check_is_never_offered"
            ),
            models.CheckConstraint(condition=Q(audience__in=[a.value for a in SHARED]), name="share_audience_known"),
            models.CheckConstraint(
                condition=Q(audience=Audience.PARTNER, partner_from__isnull=False)
                | (~Q(audience=Audience.PARTNER) & Q(partner_from__isnull=True)),
                name="only_an_offer_has_a_release",
            ),
        ]
        indexes = [
            models.Index(fields=["clinic", "couple", "therapist_from"], name="shares_for_therapist"),
            models.Index(fields=["couple", "therapist_from"], condition=Q(seen_at__isnull=True), name="shares_unseen"),
            models.Index(
                fields=["couple", "partner_from"],
                condition=Q(audience=Audience.PARTNER),
                name="shares_for_partner",
            ),
        ]
