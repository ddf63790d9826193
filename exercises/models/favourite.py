from django.db import models

from clients.models import Clinic, Membership
from clients.viewer import Viewer
from exercises.models.exercise import Exercise
from safekeeping.models import Record
from safekeeping.walls import Wall


class FavouriteQuerySet(models.QuerySet["Favourite"]):
    def visible_to(self, viewer: Viewer) -> "FavouriteQuerySet":
        """The twin of policies.may_see_favourite: whose it is."""
        return self.filter(owner__in=viewer.works_as)


class Favourite(Record):
    """An exercise that a therapist wants near at hand. Nobody else sees which these are."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    owner = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    exercise = models.ForeignKey(Exercise, models.CASCADE, related_name="+")
    made_at = models.DateTimeField()

    objects = FavouriteQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "owner", "exercise", "made_at"}
        sealed: set[str] = set()
        wall = Wall(read="clinic_id = ANY({clinics}) AND owner_id = ANY({works_as})")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "exercise"], name="one_favourite_each")]
