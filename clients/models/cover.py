from datetime import datetime

from django.db import models
from django.db.models import F, Q

from clients.models.clinic import Clinic
from clients.models.membership import Membership
from clients.viewer import Viewer
from safekeeping.models import Record
from safekeeping.walls import NEVER, Wall


class CoverQuerySet(models.QuerySet["Cover"]):
    def visible_to(self, viewer: Viewer) -> "CoverQuerySet":
        """The twin of policies.cover.may_see_cover: the clinic's admins, who is away, and who stands in."""
        own = Q(absent__in=viewer.works_as) | Q(stands_in__in=viewer.works_as)
        return self.filter(own | Q(clinic__in=viewer.runs))

    def standing(self, at: datetime) -> "CoverQuerySet":
        return self.filter(starts_at__lte=at, ends_at__gt=at, ended_at__isnull=True)


class Cover(Record):
    """
    A therapist stands in for an absent colleague: for that time they treat the colleague's couples as well. What is
    the couple's own (its name, its places, its end) stays with its own therapist.
    """

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    absent = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    stands_in = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # before its time

    objects = CoverQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "absent", "stands_in", "starts_at", "ends_at", "made_at", "ended_at"}
        sealed: set[str] = set()
        # read by the partners, too, who are told who reads what they share
        wall = Wall(read="clinic_id = ANY({clinics})", change="clinic_id = ANY({runs})", delete=NEVER)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(absent=F("stands_in")), name="nobody_stands_in_for_themselves"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_cover_lasts_a_while"),
        ]
        indexes = [models.Index(fields=["stands_in", "ends_at"], name="covers_by_colleague")]
