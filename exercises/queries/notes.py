"""What a therapist writes: for themselves beside an exercise, for both partners, and to one of them or both."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.shortcuts import get_object_or_404

from clients.models import Couple, Partner
from clients.viewer import Viewer
from exercises.models import Assignment, Homework, JointNote, PrivateNote, Reply
from exercises.policies import reviewing as policies
from safekeeping.sealing import open_together


def note_on(assignment: Assignment, *, viewer: Viewer) -> PrivateNote | None:
    """The viewer's own note."""
    return PrivateNote.objects.visible_to(viewer).filter(assignment=assignment).first()


@dataclass(frozen=True)
class JointRow:
    """One note for both, on its therapist's list or on a partner's."""

    note: JointNote
    text: str
    day: datetime | None  # from when both can read it
    may_change: bool


def joint_notes_of(couple: Couple, *, viewer: Viewer, most: int = 50) -> list[JointRow]:
    """The viewer's own notes for both, and those of therapists before them that were published; the latest first."""
    rows = JointNote.objects.visible_to(viewer).filter(couple=couple, couple__in=viewer.treats)
    notes = list(rows.order_by("-made_at", "pk")[:most])
    open_together(*notes)
    return [
        JointRow(note, str(note.text or ""), note.partners_from, note.author_id in viewer.works_as) for note in notes
    ]


def own_joint_note_or_404(*, viewer: Viewer, pk: UUID) -> JointNote:
    """One that the viewer has written for a couple of theirs."""
    rows = JointNote.objects.visible_to(viewer).filter(couple__in=viewer.treats, author__in=viewer.works_as)
    return get_object_or_404(rows.select_related("couple__clinic"), pk=pk)


# --- what a partner can read


@dataclass(frozen=True)
class ToldRow:
    """Something that a therapist wrote to a partner: alone, or to both."""

    day: datetime
    text: str
    by: str
    to_both: bool
    exercise: str = ""  # what it is about, where it is a reply


def replies_at(homework: Homework, *, viewer: Viewer) -> list[ToldRow]:
    """What was written to the viewer about an exercise of theirs, and can be read."""
    rows = Reply.objects.visible_to(viewer).filter(
        assignment=homework.assignment_id, partner__in=viewer.is_partner, partner=homework.partner_id,
        partner_from__lte=viewer.at,
    )  # fmt: skip
    return _told(list(rows.select_related("author__person").order_by("partner_from", "pk")))


def told_to(*, viewer: Viewer, most: int = 50) -> list[ToldRow]:
    """Everything that a therapist wrote to the viewer, the latest first. Three queries, however much."""
    own = Reply.objects.visible_to(viewer).filter(partner__in=viewer.is_partner, partner_from__lte=viewer.at)
    replies = list(
        own.select_related("author__person", "assignment__version")
        .defer("assignment__version__body", "assignment__note", "assignment__details", "assignment__secret")
        .order_by("-partner_from", "pk")[:most]
    )
    joint = JointNote.objects.visible_to(viewer).filter(couple__in=viewer.takes_part, partners_from__lte=viewer.at)
    notes = list(joint.select_related("author__person").order_by("-partners_from", "pk")[:most])
    open_together(*replies, *notes)
    both = [
        ToldRow(note.partners_from, str(note.text), note.author.display_name, to_both=True)
        for note in notes
        if note.partners_from
    ]
    mine = [
        replace(row, exercise=one.assignment.version.title) for row, one in zip(_told(replies), replies, strict=True)
    ]
    return sorted([*both, *mine], key=lambda row: row.day, reverse=True)[:most]


def _told(replies: list[Reply]) -> list[ToldRow]:
    open_together(*replies)
    return [ToldRow(one.partner_from, str(one.text), one.author.display_name, one.to_both) for one in replies]


# --- what a therapist has written to them


@dataclass(frozen=True)
class SentRow:
    """One reply as its therapist sees it: to whom, from when, and whether it can still be taken back."""

    pk: UUID
    names: str
    text: str
    made_at: datetime
    day: datetime
    may_take_back: bool


def replies_sent(assignment: Assignment, *, viewer: Viewer) -> list[SentRow]:
    """Those about one exercise, the latest first; one to both is one."""
    rows = Reply.objects.visible_to(viewer).filter(assignment=assignment, couple__in=viewer.treats)
    replies = list(rows.select_related("partner__person").order_by("-made_at", "partner__seat"))
    open_together(*replies)
    names: dict[UUID, list[str]] = defaultdict(list)
    firsts: dict[UUID, Reply] = {}
    for one in replies:
        names[one.sending].append(one.partner.display_name)
        firsts.setdefault(one.sending, one)
    return [
        SentRow(
            one.pk, " · ".join(names[sending]), str(one.text), one.made_at, one.partner_from,
            bool(policies.may_take_back_reply(viewer, one)),
        )
        for sending, one in firsts.items()
    ]  # fmt: skip


def readers_for(assignment: Assignment, *, viewer: Viewer) -> list[Partner]:
    """Who can be replied to: whoever has the exercise by now."""
    copies = Homework.objects.visible_to(viewer).opened(viewer.at).filter(assignment=assignment)
    places = Partner.objects.visible_to(viewer).filter(pk__in=copies.values("partner")).select_related("person")
    return list(places.order_by("seat"))


def reply_or_404(*, viewer: Viewer, pk: UUID) -> Reply:
    """One that the viewer has written."""
    rows = Reply.objects.visible_to(viewer).filter(couple__in=viewer.treats, author__in=viewer.works_as)
    return get_object_or_404(rows, pk=pk)
