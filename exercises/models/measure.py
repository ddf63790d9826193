from functools import cached_property

from django.db import models
from django.db.models import Q

from clients.models import Clinic, Couple, Membership, Partner
from clients.viewer import Viewer
from exercises.scoring import Direction, Norms, Sheet
from exercises.states import MeasureState, Rhythm
from safekeeping.models import Record
from safekeeping.sealing import Purpose, SealedJSONField
from safekeeping.walls import NEVER, Wall

WORKS_THERE = "clinic_id IN (SELECT clinic_id FROM clients_membership WHERE id = ANY({works_as}))"
OWN = """
    clinic_id = ANY({clinics})
    AND (partner_id, couple_id) IN (SELECT id, couple_id FROM clients_partner WHERE id = ANY({places}))
"""
DIRECTIONS = [one.value for one in Direction]


class InstrumentQuerySet(models.QuerySet["Instrument"]):
    def visible_to(self, viewer: Viewer) -> "InstrumentQuerySet":
        """The twin of policies.may_see_instrument: the therapists of its clinic."""
        return self.filter(clinic__in=viewer.works_at)

    def askable(self) -> "InstrumentQuerySet":
        """Those somebody has answered for, and that are in use."""
        return self.filter(licensed_at__isnull=False, retired_at__isnull=True)


class Instrument(Record):
    """
    A questionnaire that a clinic counts. What it asks and how it is counted never changes; what is published about it
    (norms) can be put in later. It cannot be asked before a therapist has answered for its licence by name.
    """

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    title = models.CharField(max_length=200)
    body = models.JSONField()
    direction = models.CharField(max_length=7, choices=[(one, one) for one in DIRECTIONS])
    most_missing = models.PositiveSmallIntegerField(default=0)  # answers of the total, by its manual
    norms = models.JSONField(default=dict)
    sources = models.JSONField(default=dict)  # of the norms, by what they are for
    licence = models.CharField(max_length=1000, blank=True)  # what the permission rests on
    licensed_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    licensed_at = models.DateTimeField(null=True)
    imported_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    objects = InstrumentQuerySet.as_manager()

    class Safekeeping:
        plain = {
            "id", "clinic", "title", "body", "direction", "most_missing", "norms", "sources", "licence", "licensed_by",
            "licensed_at", "imported_by", "made_at", "retired_at",
        }  # fmt: skip
        sealed: set[str] = set()
        wall = Wall(
            read="clinic_id = ANY({clinics})",
            insert="clinic_id = ANY({clinics}) AND imported_by_id = ANY({works_as})",
            update="clinic_id = ANY({clinics}) AND " + WORKS_THERE,
            delete=NEVER,
        )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "id"], name="instrument_in_clinic"),
            models.CheckConstraint(condition=Q(direction__in=DIRECTIONS), name="direction_known"),
            models.CheckConstraint(
                condition=Q(licensed_by__isnull=True, licensed_at__isnull=True)
                | Q(licensed_by__isnull=False, licensed_at__isnull=False),
                name="somebody_answers_for_a_licence",
            ),
        ]

    @cached_property
    def sheet(self) -> Sheet:
        """What it asks; it was read exactly when it was imported, and has not changed since."""
        return Sheet.from_json(self.body)

    @property
    def published(self) -> Norms:
        return Norms.from_json(self.norms)

    @property
    def is_askable(self) -> bool:
        return self.licensed_at is not None and self.retired_at is None


class AskingQuerySet(models.QuerySet["Asking"]):
    def visible_to(self, viewer: Viewer) -> "AskingQuerySet":
        """The twin of policies.may_see_asking: who is asked, and their therapist. Never the other partner."""
        return self.filter(Q(partner__in=viewer.is_partner) | Q(couple__in=viewer.treats))

    def own(self, viewer: Viewer) -> "AskingQuerySet":
        return self.filter(partner__in=viewer.is_partner)


class Asking(Record):
    """One partner is asked an instrument, once or time and again. Whether the other is, nothing of it tells."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="+")
    rhythm = models.CharField(max_length=7, choices=Rhythm)
    weeks = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    objects = AskingQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "couple", "partner", "instrument", "rhythm", "weeks", "made_at", "stopped_at"}
        sealed: set[str] = set()
        wall = Wall(
            read="clinic_id = ANY({clinics}) AND (partner_id = ANY({places}) OR couple_id = ANY({treats}))",
            change="clinic_id = ANY({clinics}) AND couple_id = ANY({treats})",
            # who is asked holds the row while they save, so that two pages of theirs are one after the other
            hold="clinic_id = ANY({clinics}) AND (partner_id = ANY({places}) OR couple_id = ANY({treats}))",
            delete=NEVER,
        )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "id"], name="asking_in_clinic"),
            models.UniqueConstraint(
                fields=["partner", "instrument"], condition=Q(stopped_at__isnull=True), name="asked_in_one_rhythm"
            ),
            models.CheckConstraint(condition=Q(rhythm__in=Rhythm.values), name="rhythm_known"),
            models.CheckConstraint(
                condition=Q(rhythm=Rhythm.WEEKS, weeks__gte=1, weeks__lte=52) | (~Q(rhythm=Rhythm.WEEKS) & Q(weeks=0)),
                name="weeks_where_it_is_by_the_week",
            ),
        ]
        indexes = [models.Index(fields=["clinic", "couple"], name="askings_of_couple")]


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    def visible_to(self, viewer: Viewer) -> "MeasurementQuerySet":
        """The twin of policies.may_read_measurement: whose it is, and their therapist once it is handed in and held."""
        return self.filter(
            Q(partner__in=viewer.is_partner) | Q(couple__in=viewer.treats, therapist_from__lte=viewer.at)
        )

    def own(self, viewer: Viewer) -> "MeasurementQuerySet":
        return self.filter(partner__in=viewer.is_partner)

    def finished(self) -> "MeasurementQuerySet":
        return self.exclude(state=MeasureState.ASKED)


class Measurement(Record):
    """
    What one partner answered, one time they were asked. Until it is handed in nobody but they can open it; the other
    partner never can. What it adds up to is worked out from the answers and kept nowhere.
    """

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    asking = models.ForeignKey(Asking, models.CASCADE, related_name="measurements")
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=MeasureState, default=MeasureState.ASKED)
    # a code for each linkId; none where somebody would rather not say. Under the key that no partner's reaches
    answers = SealedJSONField(purpose=Purpose.SAFETY, owner="partner_id", null=True)
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    therapist_from = models.DateTimeField(null=True)  # none: its author alone

    objects = MeasurementQuerySet.as_manager()

    class Safekeeping:
        plain = {
            "id", "clinic", "couple", "partner", "asking", "instrument", "state", "begun_at", "finished_at",
            "therapist_from",
        }  # fmt: skip
        sealed = {"answers"}
        wall = Wall(
            read="""
                clinic_id = ANY({clinics})
                AND (partner_id = ANY({places}) OR couple_id = ANY({treats}) AND therapist_from <= {at})
            """,
            change=OWN,
        )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "id"], name="measurement_in_clinic"),
            models.UniqueConstraint(
                fields=["asking"], condition=Q(state=MeasureState.ASKED), name="one_open_measurement"
            ),
            models.CheckConstraint(condition=Q(state__in=MeasureState.values), name="measure_state_known"),
            models.CheckConstraint(
                condition=Q(state=MeasureState.ASKED, finished_at__isnull=True, therapist_from__isnull=True)
                | (~Q(state=MeasureState.ASKED) & Q(finished_at__isnull=False)),
                name="nothing_unfinished_is_handed_in",
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "instrument", "finished_at"], name="measurements_of_partner"),
            models.Index(fields=["clinic", "couple", "therapist_from"], name="measurements_for_therapist"),
        ]
