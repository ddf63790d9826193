"""Publishing what a clinic asks for, signing it, and taking a signature back."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from clients import policies
from clients.documents import first_version
from clients.models import Clinic, ConsentDocument, ConsentSignature, Membership, Partner
from clients.queries.consent import is_current
from clients.states import DocumentKind
from clients.viewer import Viewer
from safekeeping import audit


class NewerVersion(Exception):
    """There is a newer version than the one on the page. Nothing has changed."""


def publish_first_documents(*, clinic: Clinic, at: datetime) -> None:
    """What every clinic begins with."""
    for kind in DocumentKind:
        document = ConsentDocument.objects.create(
            clinic=clinic, kind=kind, number=1, published_at=at, **first_version(kind)
        )
        audit.record(verb="document.published", by=None, subject=document, at=at)


@transaction.atomic
def publish(*, previous: ConsentDocument, title: str, text: str, by: Viewer, at: datetime) -> ConsentDocument:
    """
    The next version of a document. From their next request on, everybody is asked to agree again.

    Raises NewerVersion when another admin has published since `previous` was read.
    """
    policies.may_publish(by, previous).require()
    Clinic.objects.select_for_update(no_key=True).get(pk=previous.clinic_id)
    _current_or_raise(previous)
    document = ConsentDocument.objects.create(
        clinic_id=previous.clinic_id, kind=previous.kind, number=previous.number + 1, title=title, text=text,
        published_at=at,
        published_by=Membership.objects.current().get(clinic=previous.clinic_id, person=by.user_id, is_admin=True),
    )  # fmt: skip
    audit.record(verb="document.published", by=by, subject=document, at=at)
    return document


def _current_or_raise(document: ConsentDocument) -> None:
    if not is_current(document):
        raise NewerVersion


@transaction.atomic
def sign(*, document: ConsentDocument, by: Viewer, at: datetime) -> None:
    """
    Agree to one version, for oneself, at every place one has at that clinic. Signing twice does nothing more.

    Raises NewerVersion when the page showed a version that is no longer asked for.
    """
    policies.may_sign(by, document).require()
    places = list(
        Partner.objects.select_for_update(no_key=True)
        .filter(pk__in=by.is_partner, couple__in=by.belongs_to, clinic=document.clinic_id)
        .order_by("pk")
    )
    _current_or_raise(document)
    signed = ConsentSignature.objects.standing().filter(document=document, partner__in=places)
    done = set(signed.values_list("partner", flat=True))
    for place in places:
        if place.pk not in done:
            signature = ConsentSignature.objects.create(
                clinic_id=place.clinic_id, partner=place, document=document, signed_at=at
            )
            audit.record(verb="consent.signed", by=by, subject=signature, at=at)


@transaction.atomic
def withdraw(*, by: Viewer, at: datetime) -> None:
    """
    Take back everything one has agreed to. The next request finds it so.

    The person is held first, as the sender of reminders does: a letter on its way leaves before this commits, or never.
    """
    policies.may_enter_partner_pages(by).require()
    own = Partner.objects.filter(pk__in=by.is_partner)
    list(User.objects.select_for_update(no_key=True).filter(pk__in=own.values("person")))
    standing = ConsentSignature.objects.standing().filter(partner__in=by.is_partner)
    for signature in standing.select_for_update(of=("self",)).order_by("pk"):
        # whoever signs and withdraws by two clocks: a signature never ends before it began
        signature.withdrawn_at = max(at, signature.signed_at)
        signature.save(update_fields=["withdrawn_at"])
        audit.record(verb="consent.withdrawn", by=by, subject=signature, at=at)
