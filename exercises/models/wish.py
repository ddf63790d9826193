from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from clients.models import Appointment, Clinic, Couple, Partner
from clients.viewer import Viewer
from exercises.models.homework import Homework
from exercises.states import Instead
from safekeeping.models import Record
from safekeeping.sealing import Purpose, SealedTextField
from safekeeping.walls import Wall

LENGTH = models.ExpressionWrapper(F("minutes") * timedelta(minutes=1), output_field=models.DurationField())
READ = "clinic_id = ANY({clinics}) AND (partner_id = ANY({places}) OR couple_id = ANY({treats}))"
OWN = "clinic_id = ANY({clinics}) AND partner_id = ANY({places})"
ASKED = ["id", "partner_id", "couple_id", "since", "until", "until_session"]


class HomeworkWishQuerySet(models.QuerySet["HomeworkWish"]):
    def visible_to(self, viewer: Viewer) -> "HomeworkWishQuerySet":
        """The twin of policies.may_see_wish: whose it is, and their therapist. Never the other partner."""
        return self.filter(Q(partner__in=viewer.is_partner) | Q(couple__in=viewer.treats))


class HomeworkWish(Record):
    """What one partner would rather have than an exercise as it was given. One row each: it says what is wished now."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    homework = models.OneToOneField(Homework, models.CASCADE, related_name="wish")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    instead = models.CharField(max_length=8, choices=Instead)
    reason = SealedTextField(purpose=Purpose.SHARED, owner="partner_id", null=True)
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)  # for the therapist's own list of what is new; told to nobody

    objects = HomeworkWishQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "couple", "homework", "partner", "instead", "made_at", "seen_at"}
        sealed = {"reason"}
        wall = Wall(read=READ, change=OWN, update=READ)  # a therapist notes that they have looked

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(instead__in=Instead.values), name="wish_known")]
        indexes = [models.Index(fields=["clinic", "couple"], name="wishes_of_couple")]


class HomeworkPauseQuerySet(models.QuerySet["HomeworkPause"]):
    def visible_to(self, viewer: Viewer) -> "HomeworkPauseQuerySet":
        """The twin of policies.may_see_pause: whose it is, and their therapist. Never the other partner."""
        return self.filter(Q(partner__in=viewer.is_partner) | Q(couple__in=viewer.treats))

    def standing(self, at: datetime) -> "HomeworkPauseQuerySet":
        """A rest until the session ends by itself once one has been that its partner comes to, alone or with both."""
        been = Appointment.objects.standing().filter(
            Q(alone__isnull=True) | Q(alone=OuterRef("partner")), couple=OuterRef("couple"),
            starts_at__gte=OuterRef("since"), starts_at__lte=at - LENGTH,
        )  # fmt: skip
        return self.filter(Q(until__isnull=True) | Q(until__gt=at)).exclude(Exists(been), until_session=True)


class HomeworkPause(Record):
    """One partner rests from all exercises of a couple. It has no reason, and nothing closes."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    partner = models.OneToOneField(Partner, models.CASCADE, related_name="+")
    until_session = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)  # none: until they come back

    objects = HomeworkPauseQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "couple", "partner", "until_session", "since", "until"}
        sealed: set[str] = set()
        # a therapist ends what was to last until the session; the worker asks before it sends
        wall = Wall(read=READ, change=OWN, update=READ, worker={"select": ASKED})

    class Meta:
        indexes = [models.Index(fields=["clinic", "couple"], name="pauses_of_couple")]
