from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.validators import plain_line, plain_text
from clients.models.clinic import Clinic
from clients.models.couple import Partner
from clients.models.membership import Membership
from clients.states import DocumentKind
from clients.viewer import Viewer
from safekeeping.models import Record
from safekeeping.walls import NEVER, Wall


class ConsentDocumentQuerySet(models.QuerySet["ConsentDocument"]):
    def visible_to(self, viewer: Viewer) -> "ConsentDocumentQuerySet":
        """The twin of policies.may_read_document: everybody of the clinic, whatever they have signed."""
        return self.filter(clinic__in=viewer.runs | viewer.works_at | viewer.is_client_of)

    def current(self) -> "ConsentDocumentQuerySet":
        """The newest version of each kind in each clinic: what is asked for now."""
        newer = ConsentDocument.objects.filter(
            clinic=models.OuterRef("clinic"), kind=models.OuterRef("kind"), number__gt=models.OuterRef("number")
        )
        return self.filter(~models.Exists(newer))


class ConsentDocument(Record):
    """One version of what a clinic asks people to agree to. Once published it never changes: a trigger sees to it."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=9, choices=DocumentKind)
    number = models.PositiveIntegerField()
    title = models.CharField(_("title"), max_length=120, validators=[plain_line])
    text = models.TextField(_("text"), validators=[plain_text])
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")  # none: the first version

    objects = ConsentDocumentQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "kind", "number", "title", "text", "published_at", "published_by"}
        sealed: set[str] = set()
        wall = Wall(
            read="clinic_id = ANY({clinics})",
            insert="clinic_id = ANY({runs})",
            update=NEVER,
            delete=NEVER,
            worker={"select": None},
        )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DocumentKind.values), name="document_kind_known"),
            models.CheckConstraint(condition=Q(number__gte=1), name="document_versions_begin_at_one"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="document_says_something"),
            models.UniqueConstraint(fields=["clinic", "kind", "number"], name="document_versions_are_numbered"),
            models.UniqueConstraint(fields=["clinic", "id"], name="document_in_clinic"),
        ]


class ConsentSignatureQuerySet(models.QuerySet["ConsentSignature"]):
    def visible_to(self, viewer: Viewer) -> "ConsentSignatureQuerySet":
        """The twin of policies.may_see_signature: whose it is, and their therapist. Never the other partner."""
        return self.filter(Q(partner__in=viewer.is_partner) | Q(partner__couple__in=viewer.treats))

    def standing(self) -> "ConsentSignatureQuerySet":
        return self.filter(withdrawn_at__isnull=True)


class ConsentSignature(Record):
    """One person, in one place, has agreed to one version. What is withdrawn stays on record."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    document = models.ForeignKey(ConsentDocument, models.CASCADE, related_name="signatures")
    signed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = ConsentSignatureQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "clinic", "partner", "document", "signed_at", "withdrawn_at"}
        sealed: set[str] = set()
        wall = Wall(
            read="""
                clinic_id = ANY({clinics}) AND (
                    partner_id = ANY({places}) OR clinic_id = ANY({runs})
                    OR partner_id IN (SELECT id FROM clients_partner WHERE couple_id = ANY({treats}))
                )
            """,
            change="clinic_id = ANY({clinics}) AND partner_id = ANY({places})",
            delete=NEVER,
            worker={"select": None},
        )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("signed_at")),
                name="signed_before_withdrawn",
            ),
            models.UniqueConstraint(
                fields=["partner", "document"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_standing_signature",
            ),
        ]
