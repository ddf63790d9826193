from django.db import models
from django.db.models import Q

from clients.models import Clinic, Couple, Partner
from clients.viewer import Viewer
from exercises.models.assignment import Assignment
from safekeeping.models import Record
from safekeeping.sealing import Purpose, SealedJSONField
from safekeeping.walls import NEVER, Wall

OPEN_TO_BOTH = "couple_id = ANY({couples}) OR couple_id = ANY({treats})"
STILL_OWN = """
    clinic_id = ANY({clinics}) AND author_id = ANY({places}) AND (released_from IS NULL OR released_from > {at})
"""


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, viewer: Viewer) -> "ProposalQuerySet":
        """The twin of policies.may_read_proposal: its author; from its release also partner and therapist."""
        return self.filter(
            Q(author__in=viewer.is_partner)
            | Q(couple__in=viewer.takes_part | viewer.treats, released_from__lte=viewer.at)
        )


class Proposal(Record):
    """
    One version of what two people agree on, as one of them wrote it down. The newest that is released is the current
    one. Until its release it is its author's to change or to take back, and afterwards nobody's.
    """

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="+")
    step_key = models.CharField(max_length=60)
    author = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    terms = SealedJSONField(purpose=Purpose.SHARED, owner="author_id", null=True)  # a text for each of the step's items
    version = models.PositiveIntegerField(default=1)  # of one's own writing at it, until its release
    tab = models.CharField(max_length=36, blank=True)
    seq = models.PositiveIntegerField(default=0)
    written_at = models.DateTimeField()
    released_from = models.DateTimeField(null=True)  # none: its author alone, as nothing is shared any more

    objects = ProposalQuerySet.as_manager()

    class Safekeeping:
        plain = {
            "id", "clinic", "couple", "assignment", "step_key", "author", "version", "tab", "seq", "written_at",
            "released_from",
        }  # fmt: skip
        sealed = {"terms"}
        wall = Wall(
            read=f"""
                clinic_id = ANY({{clinics}}) AND (
                    author_id = ANY({{places}}) OR ({OPEN_TO_BOTH}) AND released_from <= {{at}})
            """,
            change=STILL_OWN,
            delete=NEVER,
        )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "id"], name="proposal_in_clinic")]
        indexes = [models.Index(fields=["assignment", "step_key", "released_from"], name="proposals_of_step")]


class AgreementSignatureQuerySet(models.QuerySet["AgreementSignature"]):
    def visible_to(self, viewer: Viewer) -> "AgreementSignatureQuerySet":
        """The twin of policies.may_read_signature: whoever signed, nobody else, not even their therapist."""
        return self.filter(partner__in=viewer.is_partner, couple__in=viewer.takes_part)


class AgreementSignature(Record):
    """
    One of two signatures under a proposal, with a copy of what was signed: it is left to whoever signed when the one
    who wrote it down is erased.
    """

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="signatures")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    terms = SealedJSONField(purpose=Purpose.SHARED, owner="partner_id")
    signed_at = models.DateTimeField()

    objects = AgreementSignatureQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "couple", "proposal", "partner", "signed_at"}
        sealed = {"terms"}
        wall = Wall(
            read="clinic_id = ANY({clinics}) AND partner_id = ANY({places}) AND couple_id = ANY({couples})",
            update=NEVER,
        )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "partner"], name="one_signature_each")]


class HoldingQuerySet(models.QuerySet["Holding"]):
    def visible_to(self, viewer: Viewer) -> "HoldingQuerySet":
        """The twin of policies.may_know_holding: both partners and their therapist, from the same moment on."""
        return self.filter(couple__in=viewer.takes_part | viewer.treats, holds_from__lte=viewer.at)


class Holding(Record):
    """
    That a proposal was signed by both, and from which release on it holds. PostgreSQL writes it, as neither of the two
    may see the other's signature (`eyelevel_both_have_signed`).
    """

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    proposal = models.OneToOneField(Proposal, models.CASCADE, related_name="holding")
    holds_from = models.DateTimeField()

    objects = HoldingQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "couple", "proposal", "holds_from"}
        sealed: set[str] = set()
        wall = Wall(
            read=f"clinic_id = ANY({{clinics}}) AND ({OPEN_TO_BOTH}) AND holds_from <= {{at}}",
            insert=NEVER,
            update=NEVER,
            delete=NEVER,
        )
