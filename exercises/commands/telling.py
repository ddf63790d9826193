"""A therapist writes to partners: a reply to one or both, and notes for both. Nobody is told of what is not theirs."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from clients.commands.couples import hold_couple
from clients.models import Couple, Membership, Partner
from clients.viewer import Viewer
from exercises.commands.reviewing import keep
from exercises.commands.sharing import release_of_offer
from exercises.commands.writing import Saved
from exercises.models import Assignment, Homework, JointNote, Reply
from exercises.policies import reviewing as policies
from exercises.versions import Stamp
from safekeeping import audit


class NobodyToReplyTo(Exception):
    """Whoever was meant has not been given the exercise, or not yet."""


def _author(by: Viewer, couple: Couple) -> Membership:
    return Membership.objects.get(clinic=couple.clinic_id, pk__in=by.works_as)


@transaction.atomic
def reply(*, by: Viewer, assignment: Assignment, to: Iterable[Partner], text: str, at: datetime) -> list[Reply]:
    """
    Write to one partner or to both about an exercise that they have. They can read it from the couple's next release
    on, as they can an offer: when it comes tells nothing.
    """
    couple = hold_couple(assignment.couple_id)
    policies.may_tell(by, couple).require()
    readers = {place.pk for place in to}
    has_it = Homework.objects.opened(at).filter(assignment=assignment, partner__in=readers)
    if not readers or readers != set(has_it.values_list("partner", flat=True)):
        raise NobodyToReplyTo
    author, release, sending = _author(by, couple), release_of_offer(couple, at=at), uuid4()
    replies = [
        Reply.objects.create(
            clinic_id=couple.clinic_id, couple=couple, assignment=assignment, partner_id=partner, author=author,
            text=text, sending=sending, to_both=len(readers) > 1, made_at=at, partner_from=release,
        )
        for partner in sorted(readers)
    ]  # fmt: skip
    for one in replies:
        audit.record(verb="reply.sent", by=by, subject=one, at=at)
    return replies


@transaction.atomic
def take_back_reply(*, by: Viewer, reply: Reply, at: datetime) -> None:
    """As if it had never been written; one to both goes from both."""
    policies.may_take_back_reply(by, reply).require()
    rows = list(Reply.objects.filter(sending=reply.sending).select_for_update(of=("self",), no_key=True))
    for one in rows:
        policies.may_take_back_reply(by, one).require()
        audit.record(verb="reply.taken_back", by=by, subject=one, at=at)
    Reply.objects.filter(pk__in=[one.pk for one in rows]).delete()


@transaction.atomic
def begin_joint_note(*, by: Viewer, couple: Couple, at: datetime) -> JointNote:
    """A note for both in which nothing is written yet: its author's alone until it is published."""
    couple = hold_couple(couple.pk)
    policies.may_tell(by, couple).require()
    empty = JointNote.objects.filter(couple=couple, author__in=by.works_as, version=0).order_by("made_at").first()
    if empty:
        return empty
    note = JointNote.objects.create(
        clinic_id=couple.clinic_id, couple=couple, author=_author(by, couple), text="", version=0, made_at=at,
        written_at=at,
    )  # fmt: skip
    audit.record(verb="joint_note.begun", by=by, subject=note, at=at)
    return note


def _held(pk: UUID) -> JointNote:
    rows = JointNote.objects.select_for_update(of=("self",), no_key=True).select_related("couple__clinic")
    return rows.get(pk=pk)


@transaction.atomic
def save_joint_note(*, by: Viewer, note: JointNote, text: str, stamp: Stamp, at: datetime) -> Saved:
    """Keep its words, unless another page of the same therapist has written it since."""
    kept = _held(note.pk)
    policies.may_change_joint_note(by, kept).require()
    return keep(kept, text=text, stamp=stamp, at=at)


@transaction.atomic
def publish_joint_note(*, by: Viewer, note: JointNote, version: int, at: datetime) -> bool:
    """
    Let both partners read it from the next release on. False, and nothing has changed, where its words are others
    than those of the `version` that was looked at.
    """
    kept = _held(note.pk)
    kept.couple = hold_couple(kept.couple_id)
    policies.may_publish(by, kept).require()
    if kept.partners_from is not None:
        return True
    if kept.version != version or not kept.text:
        return False
    JointNote.objects.filter(pk=kept.pk).update(partners_from=release_of_offer(kept.couple, at=at))
    audit.record(verb="joint_note.published", by=by, subject=kept, at=at)
    return True


@transaction.atomic
def take_back_joint_note(*, by: Viewer, note: JointNote, at: datetime) -> None:
    """From both at once, and at any time. It stays with its author, to be changed or left."""
    kept = _held(note.pk)
    policies.may_take_back_joint_note(by, kept).require()
    if kept.partners_from is not None:
        JointNote.objects.filter(pk=kept.pk).update(partners_from=None)
        audit.record(verb="joint_note.taken_back", by=by, subject=kept, at=at)
