"""A therapist reviews: looking, noting, marking for the next session. A partner is told of none of it."""

from datetime import datetime

from django.db import transaction

from clients.models import Membership
from clients.viewer import Viewer
from exercises import policies
from exercises.commands.writing import Saved
from exercises.models import Assignment, HomeworkWish, JointNote, Mark, PrivateNote, Share
from exercises.versions import Judgement, Stamp, judge
from safekeeping import audit


@transaction.atomic
def look(*, by: Viewer, assignment: Assignment, at: datetime) -> None:
    """Everything that could be read of an assignment is no longer new."""
    policies.may_review(by, assignment).require()
    Share.objects.filter(
        assignment=assignment, couple__in=by.treats, therapist_from__lte=at, seen_at__isnull=True
    ).update(seen_at=at)
    HomeworkWish.objects.filter(homework__assignment=assignment, couple__in=by.treats, seen_at__isnull=True).update(
        seen_at=at
    )
    audit.record(verb="assignment.reviewed", by=by, subject=assignment, at=at)


@transaction.atomic
def save_note(*, by: Viewer, assignment: Assignment, text: str, stamp: Stamp, at: datetime) -> Saved:
    """Keep a private note, unless another page of the same therapist has written it since."""
    assignment = Assignment.objects.select_for_update(of=("self",), no_key=True).get(pk=assignment.pk)
    policies.may_review(by, assignment).require()
    author = Membership.objects.get(clinic=assignment.clinic_id, pk__in=by.works_as)
    note = PrivateNote.objects.filter(assignment=assignment, author=author).first()
    if note is None:
        note = PrivateNote(assignment=assignment, author=author, clinic_id=assignment.clinic_id, text="", version=0)
    return keep(note, text=text, stamp=stamp, at=at)


def keep(note: PrivateNote | JointNote, *, text: str, stamp: Stamp, at: datetime) -> Saved:
    """Other words for a note that is held, unless another page has written it since; then nothing changes."""
    is_kept = note.version > 0
    judgement = judge(note if is_kept else None, stamp)
    if is_kept and (judgement is Judgement.SAME or note.text == text):
        if note.tab == stamp.tab and note.seq < stamp.seq:  # an older save of this page must not come in after it
            type(note).objects.filter(pk=note.pk).update(seq=stamp.seq)
        return Saved(Judgement.SAME, note.version, note.written_at, note.text)
    if is_kept and judgement is Judgement.CONFLICT:
        return Saved(judgement, note.version, note.written_at, note.text)
    note.text, note.tab, note.seq, note.written_at = text, stamp.tab, stamp.seq, at
    note.version += 1
    note.save()
    return Saved(Judgement.SAVE, note.version, at, text)


@transaction.atomic
def mark(*, by: Viewer, assignment: Assignment, step_key: str, marked: bool, at: datetime) -> None:
    """Keep a step for the next session, or let it go."""
    policies.may_review(by, assignment).require()
    if marked:
        Mark.objects.get_or_create(
            assignment=assignment, step_key=step_key,
            defaults={"clinic_id": assignment.clinic_id, "couple_id": assignment.couple_id, "marked_at": at},
        )  # fmt: skip
    else:
        Mark.objects.filter(assignment=assignment, step_key=step_key).delete()
    audit.record(verb="step.marked" if marked else "step.unmarked", by=by, subject=assignment, at=at)
