import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation
from accounts.validators import known_zone, plain_line
from clients.models.clinic import Clinic
from clients.models.membership import Membership
from clients.states import CoupleState
from clients.viewer import Viewer
from safekeeping.models import Record
from safekeeping.walls import Wall


class CoupleQuerySet(models.QuerySet["Couple"]):
    def visible_to(self, viewer: Viewer) -> "CoupleQuerySet":
        """The twin of policies.may_see_couple: its therapist, and as a name on a list the clinic's admins."""
        return self.filter(Q(pk__in=viewer.treats) | Q(clinic__in=viewer.runs))


class Couple(Record):
    """Two partners of equal standing and the therapist they work with."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="couples")
    therapist = models.ForeignKey(Membership, models.PROTECT, related_name="caseload")
    alias = models.CharField(_("name on your lists"), max_length=80, validators=[plain_line])
    time_zone = models.CharField(_("time zone"), max_length=60, validators=[known_zone])
    release_at = models.TimeField(_("when what is offered is released"), default=datetime.time(18))
    state = models.CharField(max_length=8, choices=CoupleState, default=CoupleState.ACTIVE)
    next_session_on = models.DateField(_("next session"), null=True)
    made_at = models.DateTimeField()

    objects = CoupleQuerySet.as_manager()

    class Safekeeping:
        plain = {
            "id", "clinic", "therapist", "alias", "time_zone", "release_at", "state", "next_session_on", "made_at",
        }  # fmt: skip
        sealed: set[str] = set()
        wall = Wall(
            read="clinic_id = ANY({clinics})",
            change="clinic_id = ANY({clinics}) AND (therapist_id = ANY({works_as}) OR clinic_id = ANY({runs}))",
            hold="clinic_id = ANY({clinics})",
            worker={"select": None, "update": ["made_at"]},  # update: to hold a row while a mail leaves
        )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CoupleState.values), name="couple_state_known"),
            models.UniqueConstraint(fields=["clinic", "id"], name="couple_in_clinic"),
        ]
        indexes = [models.Index(fields=["clinic", "therapist"], name="caseload")]


class PartnerQuerySet(models.QuerySet["Partner"]):
    def visible_to(self, viewer: Viewer) -> "PartnerQuerySet":
        """The twin of policies.may_see_partner: oneself, one's therapist, the clinic's admins."""
        return self.filter(Q(pk__in=viewer.is_partner) | Q(couple__in=viewer.treats) | Q(clinic__in=viewer.runs))


class Partner(Record):
    """A place in a couple. `person` is empty until they join; `seat` is drawn by lot and means nothing."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="partners")
    seat = models.PositiveSmallIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="places")
    name = models.CharField(max_length=80, validators=[plain_line])
    email = models.EmailField(max_length=254)
    invitation = models.OneToOneField(Invitation, models.SET_NULL, null=True, related_name="+")
    joined_at = models.DateTimeField(null=True)

    objects = PartnerQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "couple", "seat", "person", "name", "email", "invitation", "joined_at"}
        sealed: set[str] = set()
        # changed by themselves, by their therapist, and by whoever holds the letter that invites to it
        wall = Wall(
            read="clinic_id = ANY({clinics})",
            change="""
                clinic_id = ANY({clinics}) AND (
                    id = ANY({places}) OR invitation_id IN ({letter})
                    OR couple_id IN (SELECT id FROM clients_couple WHERE therapist_id = ANY({works_as}))
                )
            """,
            worker={"select": None},
        )

    class Meta:
        ordering = ["seat"]
        constraints = [
            models.CheckConstraint(condition=Q(seat__in=[1, 2]), name="a_couple_has_two_seats"),
            models.UniqueConstraint(fields=["couple", "seat"], name="one_partner_per_seat"),
            models.UniqueConstraint(fields=["couple", "person"], name="nobody_twice_in_a_couple"),
            models.UniqueConstraint(fields=["couple", "email"], name="an_address_of_ones_own"),
            models.UniqueConstraint(fields=["clinic", "id"], name="partner_in_clinic"),
        ]

    @property
    def display_name(self) -> str:
        return self.person.chosen_name if self.person else self.name

    @property
    def own_zone(self) -> str:
        """The time zone their dates are meant in."""
        return self.person.time_zone if self.person else self.couple.time_zone
