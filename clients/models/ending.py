from django.db import models
from django.db.models import F, Q

from clients.models.clinic import Clinic
from clients.models.couple import Couple, Partner
from clients.viewer import Viewer
from safekeeping.models import Record
from safekeeping.walls import NEVER, Wall


class EndingAskQuerySet(models.QuerySet["EndingAsk"]):
    def visible_to(self, viewer: Viewer) -> "EndingAskQuerySet":
        """The twin of policies.may_see_ending_ask: whoever asked, and their therapist. Never the other partner."""
        return self.filter(Q(partner__in=viewer.is_partner) | Q(couple__in=viewer.treats))

    def open(self) -> "EndingAskQuerySet":
        return self.filter(taken_back_at__isnull=True)


class EndingAsk(Record):
    """One partner asks their therapist to end the shared work. The other partner has no way to it."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    objects = EndingAskQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "couple", "partner", "asked_at", "taken_back_at"}
        sealed: set[str] = set()
        wall = Wall(
            read="clinic_id = ANY({clinics}) AND (partner_id = ANY({places}) OR couple_id = ANY({treats}))",
            change="clinic_id = ANY({clinics}) AND partner_id = ANY({places})",
            delete=NEVER,
        )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True) | Q(taken_back_at__gte=F("asked_at")),
                name="asked_before_taken_back",
            ),
            models.UniqueConstraint(
                fields=["partner"], condition=Q(taken_back_at__isnull=True), name="one_open_ask_each"
            ),
        ]
