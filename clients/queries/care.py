"""What partners say in private about fear, pressure and limits: the doors to it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from clients import policies, questions
from clients.models import ContentBoundary, Couple, Partner, SafetyAnswer
from clients.policies import Care
from clients.questions import Words
from clients.states import ContentKind, Wish
from clients.viewer import Viewer
from safekeeping.sealing import Destroyed, open_together

# --- a partner's own side


@dataclass(frozen=True)
class OwnPlace:
    """A place somebody can check in for: what the page says to tell several apart, and whether this is the week."""

    place: Partner
    with_whom: str
    is_asked_now: bool


def own_places(*, viewer: Viewer) -> list[OwnPlace]:
    """The viewer's places in couples whose work goes on. One query."""
    if not viewer.belongs_to:
        return []
    couples: dict[UUID, list[Partner]] = defaultdict(list)
    rows = Partner.objects.filter(couple__in=viewer.belongs_to).select_related("couple", "person")
    for partner in rows.order_by("couple__made_at", "couple"):
        couples[partner.couple_id].append(partner)
    return [
        OwnPlace(place, _others(partners, place), policies.is_check_in_week(place, viewer.at))
        for partners in couples.values()
        for place in partners
        if place.pk in viewer.is_partner
    ]


def _others(partners: list[Partner], own: Partner) -> str:
    return " · ".join(partner.display_name for partner in partners if partner.pk != own.pk)


def own_boundaries(place: Partner, *, viewer: Viewer) -> Mapping[ContentKind, Wish]:
    """What the viewer has said to each kind of content."""
    own = ContentBoundary.objects.filter(partner=place, partner__in=viewer.is_partner)
    return _wishes(own.first())


# --- their therapist's side


@dataclass(frozen=True)
class CheckIn:
    """One check-in of a partner, opened. `said` is empty where it was passed over."""

    made_at: datetime
    said: list[tuple[Words, Words, bool]]  # the question, the answer, whether it asks for attention

    @property
    def is_flagged(self) -> bool:
        return any(concerning for *_words, concerning in self.said)


@dataclass(frozen=True)
class Told:
    """Everything one partner told their therapist in private, the latest first."""

    partner: Partner
    check_ins: list[CheckIn]
    wishes: list[tuple[Words, Words]]
    wishes_at: datetime | None


def care_of(couple: Couple, *, viewer: Viewer, places: Sequence[Partner] | None = None) -> list[Care]:
    """
    What the couple's therapist is warned of, for each partner. Four queries, however much was said; one less where
    `places` has both partners.

    A flag is nowhere written down: it is read off the opened answers. One concerning answer is enough, and a later
    one that sounds better does not take it away, as it may have been given with somebody looking on.
    """
    partners, answers, boundaries = _opened(couple, viewer, places)
    return [
        Care(
            partner.pk,
            partner.display_name,
            any(questions.is_concerning(kept) for _made_at, kept in answers[partner.pk]),
            _wishes(boundaries.get(partner.pk)),
        )
        for partner in partners
    ]


def asks_for_attention(*, viewer: Viewer) -> frozenset[UUID]:
    """The viewer's couples, of whatever state, in which an answer is concerning. Two queries, however many couples."""
    answers = list(SafetyAnswer.objects.visible_to(viewer))
    open_together(*answers)
    opened = [(row.couple_id, _open(row, "value")) for row in answers]
    return frozenset(couple for couple, kept in opened if kept and questions.is_concerning(kept))


def told_by(couple: Couple, *, viewer: Viewer) -> list[Told]:
    """The answers themselves, with their dates: behind a fresh sign-in. Four queries."""
    partners, answers, boundaries = _opened(couple, viewer)
    return [
        Told(
            partner,
            [CheckIn(made_at, _said(kept)) for made_at, kept in answers[partner.pk]],
            [(kind.label, wish.label) for kind, wish in _wishes(boundaries.get(partner.pk)).items()],
            boundaries[partner.pk].changed_at if partner.pk in boundaries else None,
        )
        for partner in partners
    ]


Opened = tuple[list[Partner], Mapping[UUID, list[tuple[datetime, Any]]], Mapping[UUID, ContentBoundary]]


def _opened(couple: Couple, viewer: Viewer, places: Sequence[Partner] | None = None) -> Opened:
    """Both partners, with every answer, the latest first, and what each is comfortable with."""
    partners = places
    if partners is None:
        rows = Partner.objects.filter(couple=couple, couple__in=viewer.treats)
        partners = list(rows.select_related("person", "couple"))
    answers = list(SafetyAnswer.objects.visible_to(viewer).filter(couple=couple).order_by("-made_at", "pk"))
    boundaries = {b.partner_id: b for b in ContentBoundary.objects.filter(couple=couple, couple__in=viewer.treats)}
    open_together(*answers, *boundaries.values())
    kept: dict[UUID, list[tuple[datetime, Any]]] = defaultdict(list)
    for row in answers:
        value = _open(row, "value")
        if value:
            kept[row.partner_id].append((row.made_at, value))
    return list(partners), kept, boundaries


def _open(row: SafetyAnswer | ContentBoundary, name: str) -> Any:
    """A sealed value; nothing where its author was erased and the key with them."""
    try:
        return getattr(row, name)
    except Destroyed:
        return None


def _wishes(boundary: ContentBoundary | None) -> Mapping[ContentKind, Wish]:
    kept = (_open(boundary, "wishes") if boundary else None) or {}
    return {kind: Wish(kept.get(kind, Wish.UNSAID)) for kind in ContentKind}


def _said(kept: dict[str, str | int]) -> list[tuple[Words, Words, bool]]:
    answered: Iterable[tuple[questions.Question, str]] = questions.read(kept)
    return [
        (question.text, questions.OPTIONS[letter], letter in questions.CONCERNING)
        for question, letter in answered
        if letter != questions.UNSAID
    ]
