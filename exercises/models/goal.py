from django.db import models
from django.db.models import Q

from clients.models import Clinic, Couple, Partner
from clients.viewer import Viewer
from exercises.models.homework import Homework
from safekeeping.models import Record
from safekeeping.sealing import Purpose, SealedJSONField, SealedTextField
from safekeeping.walls import NEVER, Wall

OWN = "clinic_id = ANY({clinics}) AND author_id = ANY({places})"


class GoalQuerySet(models.QuerySet["Goal"]):
    def visible_to(self, viewer: Viewer) -> "GoalQuerySet":
        """The twin of policies.may_read_goal: its author, and their therapist from its time on."""
        return self.filter(Q(author__in=viewer.is_partner) | Q(couple__in=viewer.treats, therapist_from__lte=viewer.at))

    def own(self, viewer: Viewer) -> "GoalQuerySet":
        return self.filter(author__in=viewer.is_partner)


class Goal(Record):
    """What it would look like for one of two if it were reached. Its words never change; the other has no way to it."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    author = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    homework = models.ForeignKey(
        Homework, models.CASCADE, null=True, related_name="+"
    )  # where it was written, if there
    step_key = models.CharField(max_length=60, blank=True)
    text = SealedTextField(purpose=Purpose.SHARED, owner="author_id", null=True)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    therapist_from = models.DateTimeField(null=True)  # none: its author alone

    objects = GoalQuerySet.as_manager()

    class Safekeeping:
        plain = {
            "id", "clinic", "couple", "author", "homework", "step_key", "made_at", "closed_at", "therapist_from",
        }  # fmt: skip
        sealed = {"text"}
        wall = Wall(
            read="""
                clinic_id = ANY({clinics}) AND (
                    author_id = ANY({places}) OR couple_id = ANY({treats}) AND therapist_from <= {at})
            """,
            change=OWN,
            delete=NEVER,
        )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "id"], name="goal_in_clinic"),
            models.UniqueConstraint(fields=["homework", "step_key"], name="one_goal_per_step"),
        ]
        indexes = [models.Index(fields=["clinic", "couple"], name="goals_of_couple")]


class GoalRatingQuerySet(models.QuerySet["GoalRating"]):
    def visible_to(self, viewer: Viewer) -> "GoalRatingQuerySet":
        """The twin of policies.may_read_rating: as its goal. What was offered to a partner has none."""
        return self.filter(
            Q(author__in=viewer.is_partner) | Q(couple__in=viewer.treats, goal__therapist_from__lte=viewer.at)
        )


class GoalRating(Record):
    """How near a goal was to somebody on one day. Rows are added, and never changed."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    goal = models.ForeignKey(Goal, models.CASCADE, related_name="ratings")
    author = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    value = SealedJSONField(purpose=Purpose.SHARED, owner="author_id", null=True)  # point, and a line
    rated_at = models.DateTimeField()

    objects = GoalRatingQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "couple", "goal", "author", "rated_at"}
        sealed = {"value"}
        wall = Wall(
            read="""
                clinic_id = ANY({clinics}) AND (author_id = ANY({places}) OR couple_id = ANY({treats}) AND goal_id IN (
                    SELECT id FROM exercises_goal WHERE therapist_from <= {at}))
            """,
            insert=OWN,
            update=NEVER,
            delete=NEVER,
        )

    class Meta:
        indexes = [models.Index(fields=["goal", "-rated_at"], name="ratings_of_goal")]


class GoalOfferQuerySet(models.QuerySet["GoalOffer"]):
    def visible_to(self, viewer: Viewer) -> "GoalOfferQuerySet":
        """The twin of policies.may_read_goal_offer: its author, and from its release partner and therapist."""
        return self.filter(
            Q(author__in=viewer.is_partner)
            | Q(couple__in=viewer.takes_part | viewer.treats, partner_from__lte=viewer.at)
        )


class GoalOffer(Record):
    """A copy of a goal's words for the partner: one way, and without any rating."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    goal = models.OneToOneField(Goal, models.CASCADE, related_name="offer")
    author = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    text = SealedTextField(purpose=Purpose.SHARED, owner="author_id", null=True)
    partner_from = models.DateTimeField()

    objects = GoalOfferQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "couple", "goal", "author", "partner_from"}
        sealed = {"text"}
        wall = Wall(
            read="""
                clinic_id = ANY({clinics}) AND (
                    author_id = ANY({places})
                    OR (couple_id = ANY({couples}) OR couple_id = ANY({treats})) AND partner_from <= {at}
                )
            """,
            change=OWN,
            update=NEVER,
        )

    class Meta:
        indexes = [models.Index(fields=["couple", "partner_from"], name="goal_offers_for_partner")]
