"""Making and changing exercises. What is assigned is never touched: it keeps the version it was assigned with."""

from datetime import datetime
from enum import Enum
from typing import Any

from django.db import transaction
from django.db.models import Max

from clients.models import Membership
from clients.viewer import Viewer
from exercises.building import policies
from exercises.content import from_json
from exercises.content.drafts import (
    Body,
    fingerprint,
    moved,
    new_step,
    part_of,
    place_of,
    skeleton,
    tidied,
    with_part,
)
from exercises.models import Exercise, ExerciseDraft, ExerciseVersion
from exercises.states import ExerciseState
from exercises.versions import Judgement, Stamp, judge
from safekeeping import audit

FIRST_NUMBER = 1001  # of a clinic's own exercises; those that are built in come before


class Made(Enum):
    """Where an exercise comes from, as the audit trail says it."""

    BEGUN = "exercise.begun"
    COPIED = "exercise.copied"
    IMPORTED = "exercise.imported"


class OtherWords(Exception):
    """What was looked at before publishing is not what would be published now."""


def blank(number: int = FIRST_NUMBER) -> Body:
    """What a new exercise begins with."""
    return skeleton(f"own-{number}", number)


@transaction.atomic
def begin(*, by: Viewer, author: Membership, body: Body | None, made: Made, at: datetime) -> Exercise:
    """An exercise of one's own: from nothing, from another one's text, or from a file. Only a draft, to begin with."""
    policies.may_begin(by, author).require()
    last = Exercise.objects.filter(clinic=author.clinic_id).aggregate(last=Max("number"))["last"]
    number = max(FIRST_NUMBER, (last or 0) + 1)
    exercise = Exercise(clinic_id=author.clinic_id, author=author, state=ExerciseState.MINE, number=number)
    exercise.slug = f"c_{exercise.pk.hex}"  # with a mark that no name of a built-in exercise has: never one of theirs
    exercise.save()
    if body is None:
        body = blank(number)
    elif made is Made.COPIED:
        body = {**body, "slug": f"{body['slug'][:50].rstrip('-')}-{number}", "number": number}
    ExerciseDraft.objects.create(clinic_id=author.clinic_id, exercise=exercise, body=body, written_at=at)
    audit.record(verb=made.value, by=by, subject=exercise, at=at)
    return exercise


def _draft(by: Viewer, exercise: Exercise, at: datetime) -> ExerciseDraft:
    """The draft, held for this deed; begun from the newest version where nothing is being changed yet."""
    exercise = Exercise.objects.select_for_update(of=("self",), no_key=True).get(pk=exercise.pk)
    policies.may_edit_exercise(by, exercise).require()
    draft = ExerciseDraft.objects.select_for_update(no_key=True).filter(exercise=exercise).first()
    if draft:
        draft.exercise = exercise
    else:
        body = exercise.newest.body if exercise.newest else blank(exercise.number)
        if exercise.clinic_id is None:  # what is built in has no author, and was refused above
            raise LookupError(exercise.pk)
        draft = ExerciseDraft(clinic_id=exercise.clinic_id, exercise=exercise, body=body, version=0, written_at=at)
    return draft


def _write(draft: ExerciseDraft, by: Viewer, body: Body, stamp: Stamp, at: datetime) -> None:
    draft.body, draft.written_at, draft.tab, draft.seq = body, at, stamp.tab, stamp.seq
    draft.version += 1
    draft.save()
    audit.record(verb="exercise.edited", by=by, subject=draft.exercise, at=at)


class Kept:
    """What became of a part that was sent: whether it is kept, and what stands there now."""

    def __init__(self, judgement: Judgement, draft: ExerciseDraft, theirs: Body | None) -> None:
        self.is_conflict = judgement is Judgement.CONFLICT
        self.version, self.written_at, self.theirs = draft.version, draft.written_at, theirs


@transaction.atomic
def save_part(
    *, by: Viewer, exercise: Exercise, part: str, new: Body, was: str, stamp: Stamp, at: datetime
) -> Kept:  # fmt: skip
    """
    Keep the head or one step as it was sent, unless another page has changed that very part since: then nothing is
    written, and both are shown. `was` is the fingerprint of the part as the page found it, so that two pages that
    change different parts do not get in each other's way.
    """
    draft = _draft(by, exercise, at)
    theirs, new = part_of(draft.body, part), tidied(new)
    body = with_part(draft.body, part, new)
    if theirs is not None and part_of(body, part) == theirs:
        return Kept(Judgement.SAME, draft, theirs)
    judgement = judge(draft if draft.version else None, stamp)
    is_untouched = fingerprint(theirs) == was
    if judgement is Judgement.SAME:
        return Kept(judgement, draft, theirs)
    if not is_untouched and (theirs is None or judgement is Judgement.CONFLICT or not draft.version):
        return Kept(Judgement.CONFLICT, draft, theirs)
    if theirs is None:  # it was taken out elsewhere, and is wanted all the same
        body = {**body, "steps": [*body["steps"], {**new, "key": part}]}
    _write(draft, by, body, stamp, at)
    return Kept(Judgement.SAVE, draft, theirs)


@transaction.atomic
def add_step(*, by: Viewer, exercise: Exercise, kind: str, at: datetime) -> str:
    """An empty page at the end; the answer is its key."""
    draft = _draft(by, exercise, at)
    step = new_step(draft.body, kind, _used(exercise))
    _write(draft, by, {**draft.body, "steps": [*draft.body["steps"], step]}, Stamp(), at)
    key: str = step["key"]
    return key


def _used(exercise: Exercise) -> set[str]:
    """Keys that stood in a version once: an answer is kept under each."""
    bodies = ExerciseVersion.objects.filter(exercise=exercise).values_list("body", flat=True)
    return {step["key"] for body in bodies for step in body["steps"]}


@transaction.atomic
def move_step(*, by: Viewer, exercise: Exercise, key: str, places: int, at: datetime) -> Body:
    """One step up or down; at either end it stays where it is."""
    draft = _draft(by, exercise, at)
    body = moved(draft.body, key, places)
    if body["steps"] != draft.body["steps"]:
        _write(draft, by, body, Stamp(), at)
    return body


@transaction.atomic
def remove_step(*, by: Viewer, exercise: Exercise, key: str, at: datetime) -> None:
    """Take a step out. It can be put back until another one is taken out."""
    draft = _draft(by, exercise, at)
    place = place_of(draft.body, key)
    if place is None:
        return
    steps = list(draft.body["steps"])
    draft.removed = {"place": place, "step": steps.pop(place)}
    _write(draft, by, {**draft.body, "steps": steps}, Stamp(), at)


@transaction.atomic
def put_back_step(*, by: Viewer, exercise: Exercise, at: datetime) -> None:
    """The step that was taken out last, where it stood."""
    draft = _draft(by, exercise, at)
    removed: dict[str, Any] | None = draft.removed
    if not removed or place_of(draft.body, removed["step"]["key"]) is not None:
        return
    steps = list(draft.body["steps"])
    steps.insert(removed["place"], removed["step"])
    draft.removed = None
    _write(draft, by, {**draft.body, "steps": steps}, Stamp(), at)


@transaction.atomic
def publish(*, by: Viewer, exercise: Exercise, looked_at: str, at: datetime) -> ExerciseVersion:
    """
    Make a version of the draft, if it is the very text that was looked at. It is the author's own at first, and
    changes nothing for others. Raises ContentError where it is no exercise yet, OtherWords where the draft has changed.
    """
    draft = _draft(by, exercise, at)
    if fingerprint(draft.body) != looked_at or not draft.version:
        raise OtherWords
    content = from_json(tidied(draft.body))
    held = draft.exercise
    version = ExerciseVersion.objects.create(
        exercise=held, clinic_id=held.clinic_id, number=held.versions.count() + 1, title=content.title,
        digest=content.digest, body=content.as_json(), loaded_at=at,
    )  # fmt: skip
    held.newest = version
    held.save(update_fields=["newest"])
    draft.delete()
    audit.record(verb="exercise.published", by=by, subject=version, at=at)
    return version


@transaction.atomic
def drop_draft(*, by: Viewer, exercise: Exercise, at: datetime) -> None:
    """Let the changes since the newest version go. Where there is no version yet, the draft is all there is."""
    draft = _draft(by, exercise, at)
    if draft.version and draft.exercise.newest_id:
        draft.delete()
        audit.record(verb="exercise.draft_dropped", by=by, subject=draft.exercise, at=at)
