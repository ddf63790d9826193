"""What a clinic asks people to agree to, and who has: each their own, their therapist by name, admins in numbers."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404

from clients.models import Clinic, ConsentDocument, ConsentSignature, Partner
from clients.states import ConsentState, CoupleState, DocumentKind
from clients.viewer import Viewer

IN_ORDER = list(DocumentKind.values)  # the agreement first, then the policy on secrets


def document_or_404(*, viewer: Viewer, pk: UUID) -> ConsentDocument:
    """One version of a document of a clinic that the viewer belongs to."""
    return get_object_or_404(ConsentDocument.objects.visible_to(viewer).select_related("clinic"), pk=pk)


def administered_document_or_404(*, viewer: Viewer, pk: UUID) -> ConsentDocument:
    """One version of a document of a clinic that the viewer runs."""
    documents = ConsentDocument.objects.visible_to(viewer).filter(clinic__in=viewer.runs)
    return get_object_or_404(documents.select_related("clinic"), pk=pk)


def is_current(document: ConsentDocument) -> bool:
    return ConsentDocument.objects.current().filter(pk=document.pk).exists()


def _in_order(documents: Iterable[ConsentDocument]) -> list[ConsentDocument]:
    return sorted(documents, key=lambda d: (d.clinic.name, str(d.clinic_id), IN_ORDER.index(d.kind)))


@dataclass(frozen=True)
class Asked:
    """What a partner is asked to agree to: what waits for them, and what they have agreed to and since when."""

    waiting: list[ConsentDocument]
    signed: list[tuple[ConsentDocument, datetime]]


def asked_of(*, viewer: Viewer) -> Asked:
    """The current documents of the clinics where the viewer's own work goes on. Of nobody else's signature."""
    live = Partner.objects.filter(pk__in=viewer.is_partner, couple__in=viewer.belongs_to)
    places: dict[UUID, set[UUID]] = defaultdict(set)
    for place, clinic in live.values_list("pk", "clinic"):
        places[clinic].add(place)
    current = ConsentDocument.objects.visible_to(viewer).current().filter(clinic__in=places).select_related("clinic")
    signed: dict[UUID, dict[UUID, datetime]] = defaultdict(dict)
    own = ConsentSignature.objects.standing().filter(partner__in=viewer.is_partner)
    for pk, place, at in own.values_list("document", "partner", "signed_at"):
        signed[pk][place] = at
    waiting: list[ConsentDocument] = []
    done: list[tuple[ConsentDocument, datetime]] = []
    for document in _in_order(current):
        by = signed[document.pk]
        if places[document.clinic_id] <= set(by):
            done.append((document, max(by.values())))
        else:
            waiting.append(document)
    return Asked(waiting, done)


def current_documents(clinic: UUID, *, viewer: Viewer) -> list[ConsentDocument]:
    """What is asked for now at one clinic, for those who work with people there."""
    documents = ConsentDocument.objects.visible_to(viewer).current().filter(clinic=clinic)
    return _in_order(documents.select_related("clinic"))


Standing = tuple[ConsentState, datetime | None]


class Signed(NamedTuple):
    """One signature, as far as it says how its person stands."""

    kind: str
    is_current: bool
    signed_at: datetime
    withdrawn_at: datetime | None


def consent_of(places: Iterable[UUID], *, viewer: Viewer) -> dict[UUID, Standing]:
    """How each of these places stands, and since when: for themselves and their therapist. One query."""
    newer = ConsentDocument.objects.filter(
        clinic=OuterRef("clinic"), kind=OuterRef("document__kind"), number__gt=OuterRef("document__number")
    )
    signatures = ConsentSignature.objects.visible_to(viewer).annotate(is_current=~Exists(newer))
    found: dict[UUID, list[Signed]] = {place: [] for place in places}
    rows = signatures.filter(partner__in=list(found)).values_list(
        "partner", "document__kind", "is_current", "signed_at", "withdrawn_at"
    )
    for place, *signed in rows:
        found[place].append(Signed(*signed))
    return {place: _standing(signatures) for place, signatures in found.items()}


def _standing(signatures: list[Signed]) -> Standing:
    standing = [s for s in signatures if s.withdrawn_at is None]
    now = {s.kind: s.signed_at for s in standing if s.is_current}
    if len(now) == len(DocumentKind):
        return ConsentState.AGREED, max(now.values())
    withdrawn = [s.withdrawn_at for s in signatures if s.withdrawn_at]
    if withdrawn and not standing:
        return ConsentState.WITHDRAWN, max(withdrawn)
    is_outdated = any(not s.is_current for s in standing)
    return (ConsentState.OUTDATED if is_outdated else ConsentState.NOT_YET), None


def has_agreed(partner: Partner) -> bool:
    """Whether one place's person has signed what is asked for now: for the sender of reminders, asked afresh."""
    current = ConsentDocument.objects.current().filter(clinic=partner.clinic_id)
    signed = ConsentSignature.objects.standing().filter(partner=partner, document__in=current)
    return signed.count() == len(DocumentKind)


# --- for a clinic's admins


@dataclass(frozen=True)
class DocumentRow:
    """One kind of document of a clinic: the version asked for now, how many have signed it, and those before it."""

    current: ConsentDocument
    signed: int
    people: int
    earlier: list[ConsentDocument]


def documents_of(*, viewer: Viewer) -> list[tuple[Clinic, list[DocumentRow]]]:
    """
    The documents of the clinics the viewer runs. Numbers alone: that a name is missing could tell of fear. Whoever is
    an admin and somebody's partner at once is not counted, nor is their partner: one of two would be a name.
    """
    versions = ConsentDocument.objects.visible_to(viewer).filter(clinic__in=viewer.runs).select_related("clinic")
    kinds: dict[tuple[UUID, str], list[ConsentDocument]] = defaultdict(list)
    for version in versions.order_by("-number"):
        kinds[version.clinic_id, version.kind].append(version)
    people: dict[UUID, set[UUID]] = defaultdict(set)
    counted = Partner.objects.filter(clinic__in=viewer.runs, person__isnull=False)
    counted = counted.exclude(couple__state=CoupleState.ENDED).exclude(couple__partners__in=viewer.is_partner)
    for clinic, place in counted.values_list("clinic", "pk"):
        people[clinic].add(place)
    signed: dict[UUID, set[UUID]] = defaultdict(set)
    standing = ConsentSignature.objects.standing().filter(document__in=[found[0] for found in kinds.values()])
    for document, place in standing.values_list("document", "partner"):
        signed[document].add(place)
    rows: dict[UUID, list[DocumentRow]] = defaultdict(list)
    clinics: dict[UUID, Clinic] = {}
    for current in _in_order(found[0] for found in kinds.values()):
        known, clinics[current.clinic_id] = people[current.clinic_id], current.clinic
        rows[current.clinic_id].append(
            DocumentRow(
                current, len(signed[current.pk] & known), len(known), kinds[current.clinic_id, current.kind][1:]
            )
        )
    return [(clinics[pk], found) for pk, found in rows.items()]
