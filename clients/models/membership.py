from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Invitation
from accounts.validators import plain_line
from clients.models.clinic import Clinic
from clients.viewer import Viewer
from safekeeping.models import Record
from safekeeping.walls import Wall


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, viewer: Viewer) -> "MembershipQuerySet":
        """The twin of policies.may_see_membership: a clinic's staff are known to its admins."""
        return self.filter(clinic__in=viewer.runs)

    def current(self) -> "MembershipQuerySet":
        return self.filter(ended_at__isnull=True)


class Membership(Record):
    """A place on a clinic's staff: therapist, admin, or both. `person` is empty until they join."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="memberships")
    name = models.CharField(max_length=80, validators=[plain_line])
    email = models.EmailField(max_length=254)
    is_therapist = models.BooleanField(default=False)
    is_admin = models.BooleanField(default=False)
    invitation = models.OneToOneField(Invitation, models.SET_NULL, null=True, related_name="+")
    joined_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = MembershipQuerySet.as_manager()

    class Safekeeping:
        plain = {
            "id", "clinic", "person", "name", "email", "is_therapist", "is_admin", "invitation", "joined_at",
            "ended_at",
        }  # fmt: skip
        sealed: set[str] = set()
        # changed by the clinic's admins, and by whoever holds the letter that invites to it
        wall = Wall(
            read="clinic_id = ANY({clinics})",
            change="clinic_id = ANY({clinics}) AND (clinic_id = ANY({runs}) OR invitation_id IN ({letter}))",
        )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "id"], name="membership_in_clinic"),
            models.CheckConstraint(condition=Q(is_therapist=True) | Q(is_admin=True), name="membership_has_a_role"),
            models.UniqueConstraint(
                fields=["clinic", "person"],
                condition=Q(ended_at__isnull=True),
                name="one_membership_per_clinic",
            ),
            models.UniqueConstraint(
                fields=["clinic", "email"],
                condition=Q(ended_at__isnull=True),
                name="one_membership_per_address",
            ),
        ]

    @property
    def display_name(self) -> str:
        return self.person.chosen_name if self.person else self.name
