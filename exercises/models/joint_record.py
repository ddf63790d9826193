from django.db import models
from django.db.models import F, Q

from clients.models import Clinic, Couple, Membership, Partner
from clients.viewer import Viewer
from safekeeping.models import Record
from safekeeping.walls import NEVER, Wall


class RecordAskQuerySet(models.QuerySet["RecordAsk"]):
    def visible_to(self, viewer: Viewer) -> "RecordAskQuerySet":
        """The twin of policies.taking.may_see_record_ask: who is asked, and their therapist. Never the other."""
        return self.filter(Q(partner__in=viewer.is_partner) | Q(couple__in=viewer.treats))


class RecordAsk(Record):
    """A therapist asks one partner, alone, whether what both may read can leave as a file. No answer is one, too."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()

    objects = RecordAskQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "couple", "partner", "asked_by", "asked_at"}
        sealed: set[str] = set()
        wall = Wall(
            read="clinic_id = ANY({clinics}) AND (partner_id = ANY({places}) OR couple_id = ANY({treats}))",
            change="clinic_id = ANY({clinics}) AND couple_id = ANY({treats}) AND asked_by_id = ANY({works_as})",
            delete=NEVER,
        )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "id"], name="record_ask_in_clinic"),
            models.UniqueConstraint(fields=["partner", "asked_by"], name="one_record_ask_each"),
        ]
        indexes = [models.Index(fields=["clinic", "couple"], name="record_asks_of_couple")]


class RecordAuthorisationQuerySet(models.QuerySet["RecordAuthorisation"]):
    def visible_to(self, viewer: Viewer) -> "RecordAuthorisationQuerySet":
        """The twin of policies.taking.may_see_authorisation: who gave it. Not their therapist, and not the other."""
        return self.filter(partner__in=viewer.is_partner)


class RecordAuthorisation(Record):
    """
    One partner's written word that what both may read can be taken out of here. There is no row for a refusal.

    Only whoever gave it can see it. That both partners have, PostgreSQL tells their therapist
    (`eyelevel_both_authorise`) and nobody else; of one alone it tells nothing.
    """

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    ask = models.ForeignKey(RecordAsk, models.CASCADE, related_name="+")
    given_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    objects = RecordAuthorisationQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "couple", "partner", "ask", "given_at", "ends_at", "taken_back_at"}
        sealed: set[str] = set()
        wall = Wall(read="clinic_id = ANY({clinics}) AND partner_id = ANY({places})", delete=NEVER)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("given_at")), name="an_authorisation_ends"),
            models.UniqueConstraint(
                fields=["ask"], condition=Q(taken_back_at__isnull=True), name="one_standing_authorisation"
            ),
        ]
