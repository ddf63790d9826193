"""What both partners may read, and whether both let it leave: each their own answer, and their therapist one word."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from clients.models import Couple, Partner
from clients.viewer import Viewer
from exercises.kinds import kind_of
from exercises.models import Assignment, GoalOffer, Holding, Proposal, RecordAsk, RecordAuthorisation, Share
from exercises.policies.taking import ASK_STANDS
from exercises.queries import mutual
from exercises.states import Audience
from safekeeping.sealing import open_together

# --- a partner's own side


@dataclass(frozen=True)
class OwnAsk:
    """What a partner is asked, and what they have answered themselves. It says the same whatever the other did."""

    ask: RecordAsk
    therapist: str
    given_at: datetime | None
    ends_at: datetime | None


def own_asks(*, viewer: Viewer) -> list[OwnAsk]:
    """The questions that stand, in couples whose work goes on, by their present therapist."""
    asks = (
        RecordAsk.objects.visible_to(viewer)
        .filter(partner__in=viewer.is_partner, couple__in=viewer.belongs_to, asked_at__gt=viewer.at - ASK_STANDS)
        .select_related("asked_by__person", "couple")
        .order_by("asked_at", "pk")
    )
    own = RecordAuthorisation.objects.visible_to(viewer).filter(taken_back_at__isnull=True, ends_at__gt=viewer.at)
    given = {one.ask_id: one for one in own}
    return [
        OwnAsk(
            ask, ask.asked_by.display_name,
            given[ask.pk].given_at if ask.pk in given else None, given[ask.pk].ends_at if ask.pk in given else None,
        )
        for ask in asks
        if ask.asked_by_id == ask.couple.therapist_id
    ]  # fmt: skip


# --- their therapist's


@dataclass(frozen=True)
class Asked:
    """One partner, and since when they have been asked. Of their answer nothing is known here."""

    partner: Partner
    asked_at: datetime | None


def asked_of(couple: Couple, *, viewer: Viewer) -> list[Asked]:
    """Both partners, and which of them the viewer has asked lately."""
    standing = RecordAsk.objects.visible_to(viewer).filter(
        couple=couple, asked_by__in=viewer.works_as, asked_at__gt=viewer.at - ASK_STANDS
    )
    days = dict(standing.values_list("partner", "asked_at"))
    places = Partner.objects.filter(couple=couple, couple__in=viewer.treats).select_related("person", "couple")
    return [Asked(place, days.get(place.pk)) for place in places]


def both_authorise(couple: Couple) -> bool:
    """Asked as who entered the transaction: PostgreSQL tells the couple's present therapist alone, and one word."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT eyelevel_both_authorise(%s)", [couple.pk])
        return bool(cursor.fetchone()[0])


# --- what both may read


@dataclass(frozen=True)
class Passage:
    """Words that both may read: what they are about, whose they are where they are one person's, and since when."""

    about: str
    asked: str
    words: tuple[str, ...]
    whose: str
    day: datetime | None


@dataclass(frozen=True)
class JointRecord:
    names: list[str]
    offered: list[Passage]
    goals: list[Passage]
    agreements: list[Passage]
    alike: list[Passage]


def joint_record(couple: Couple, *, viewer: Viewer) -> JointRecord:
    """What was offered and is released, what both have signed, and what they have in common; by day, not by person."""
    places = Partner.objects.filter(couple=couple, couple__in=viewer.treats).select_related("person")
    names = {place.pk: place.display_name for place in places}
    return JointRecord(
        list(names.values()), _offered(couple, viewer, names), _goals(couple, viewer, names),
        _agreements(couple, viewer), _alike(couple, viewer),
    )  # fmt: skip


def _offered(couple: Couple, viewer: Viewer, names: Mapping[UUID, str]) -> list[Passage]:
    shares = list(
        Share.objects.visible_to(viewer)
        .filter(couple=couple, audience=Audience.PARTNER, partner_from__lte=viewer.at)
        .select_related("assignment__version")
        .order_by("partner_from", "pk")
    )
    open_together(*shares)
    found = []
    for share in shares:
        content = share.assignment.version.content
        step = next((one for one in content.steps if one.key == share.step_key), None)
        if step is None:
            continue
        if share.line:
            said = [(kind_of(step).line_label(step, share.line), str(share.value or ""))]
        else:
            said = kind_of(step).export(step, share.value) if share.value is not None else []
        by: dict[str, list[str]] = defaultdict(list)
        for asked, words in said:
            by[asked].append(words)
        found += [
            Passage(content.title, asked or step.title, tuple(words), names[share.author_id], share.partner_from)
            for asked, words in by.items()
        ]
    return found


def _goals(couple: Couple, viewer: Viewer, names: Mapping[UUID, str]) -> list[Passage]:
    offers = list(GoalOffer.objects.visible_to(viewer).filter(couple=couple, partner_from__lte=viewer.at))
    open_together(*offers)
    rows = sorted(offers, key=lambda one: (one.partner_from, str(one.pk)))
    return [Passage("", "", (str(one.text),), names[one.author_id], one.partner_from) for one in rows if one.text]


def _agreements(couple: Couple, viewer: Viewer) -> list[Passage]:
    held = dict(Holding.objects.visible_to(viewer).filter(couple=couple).values_list("proposal", "holds_from"))
    rows = list(
        Proposal.objects.visible_to(viewer).filter(pk__in=held).select_related("assignment__version").order_by("pk")
    )
    open_together(*rows)
    found = []
    for row in sorted(rows, key=lambda one: held[one.pk]):
        content = row.assignment.version.content
        step = next((one for one in content.steps if one.key == row.step_key), None)
        terms: Any = row.terms or {}
        found += [
            Passage(content.title, item.label, (terms[item.key],), "", held[row.pk])
            for item in (step.items if step else ())
            if terms.get(item.key)
        ]
    return found


def _alike(couple: Couple, viewer: Viewer) -> list[Passage]:
    found = []
    assignments = Assignment.objects.visible_to(viewer).filter(couple=couple).select_related("version")
    for assignment in assignments.order_by("made_at", "pk"):
        for one in mutual.for_therapist(assignment, viewer=viewer):
            words = one.items or tuple(f"{name}: {half}" for name, half in one.halves)
            if words:
                found.append(Passage(assignment.version.title, one.step.title, words, "", None))
    return found
