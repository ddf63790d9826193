"""A partner writes: saving a step, settling two texts that met, setting an exercise aside and picking it up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from clients.viewer import Viewer
from exercises import policies
from exercises.commands import reminding
from exercises.content import Step
from exercises.kinds import kind_of
from exercises.models import EarlierText, Homework, Reflection
from exercises.states import HomeworkState
from exercises.text import KEPT, longest
from exercises.versions import Judgement, Stamp, judge
from safekeeping import audit

KEEP_EARLIER = timedelta(days=30)


class Keep(Enum):
    """How two texts of one person are settled."""

    MINE = "mine"  # the text on this screen
    THEIRS = "theirs"  # the text from the other place
    BOTH = "both"  # one after the other


class TooMuch(Exception):
    """Two texts together are longer than can be kept. Nothing has changed."""


@dataclass(frozen=True)
class Saved:
    """What became of a save. In a conflict `value` is the text that is kept, and nothing has changed."""

    judgement: Judgement
    version: int
    written_at: datetime
    value: Any

    @property
    def is_conflict(self) -> bool:
        return self.judgement is Judgement.CONFLICT

    @property
    def has_changed(self) -> bool:
        """Whether anything was written: an empty box that is sent empty changes nothing."""
        return self.judgement is Judgement.SAVE and self.version > 0


def locked(homework: Homework) -> Homework:
    """The homework, with its row held until the transaction ends: two saves of one exercise go one by one."""
    rows = Homework.objects.select_for_update(of=("self",), no_key=True).select_related("assignment__version")
    return rows.get(pk=homework.pk)


@transaction.atomic
def save_step(
    *, by: Viewer, homework: UUID, number: int, step: Step, value: Any, stamp: Stamp, at: datetime,
    skipped: bool = False,
) -> Saved:  # fmt: skip
    """Keep what a partner wrote at a step, unless another page of theirs has written there since."""
    copy = Homework.objects.select_for_update(of=("self",), no_key=True).get(pk=homework)
    policies.may_write(by, copy).require()
    kept = Reflection.objects.filter(homework=copy, step_key=step.key).first()
    judgement = judge(kept, stamp)
    if kept and (judgement is Judgement.SAME or (kept.value == value and kept.skipped == skipped)):
        if kept.tab == stamp.tab and kept.seq < stamp.seq:  # an older save of this page must not come in after it
            Reflection.objects.filter(pk=kept.pk).update(seq=stamp.seq)
        return Saved(Judgement.SAME, kept.version, kept.written_at, kept.value)
    if kept and judgement is Judgement.CONFLICT:
        return Saved(judgement, kept.version, kept.written_at, kept.value)
    if kept is None and value is None and not skipped:
        walked(copy, number, at, wrote=False)
        return Saved(Judgement.SAVE, 0, at, None)
    version = _write(copy, kept, step, value, stamp, at, skipped)
    walked(copy, number, at, wrote=True)
    return Saved(Judgement.SAVE, version, at, value)


def _write(
    copy: Homework, kept: Reflection | None, step: Step, value: Any, stamp: Stamp, at: datetime, skipped: bool
) -> int:
    fields = {"value": value, "skipped": skipped, "tab": stamp.tab, "seq": stamp.seq, "written_at": at}
    if kept is None:
        Reflection.objects.create(
            homework=copy, clinic_id=copy.clinic_id, couple_id=copy.couple_id, author_id=copy.partner_id,
            step_key=step.key, **fields,
        )  # fmt: skip
        return 1
    for name, changed in {**fields, "version": kept.version + 1}.items():
        setattr(kept, name, changed)
    kept.save(update_fields=[*fields, "version"])
    return kept.version


def walked(copy: Homework, number: int, at: datetime, *, wrote: bool) -> None:
    """How far somebody has come in their own copy, and when."""
    changes: dict[str, Any] = {"changed_at": at}
    if number:  # the private check before an offer lies on no way through the exercise
        changes["step"] = number
    if copy.begun_at is None:
        changes["begun_at"] = at
    if wrote:
        changes["written_at"] = at
    Homework.objects.filter(pk=copy.pk).update(**changes)


@transaction.atomic
def settle(
    *, by: Viewer, homework: UUID, number: int, step: Step, mine: Any, version: int, keep: Keep, at: datetime
) -> Saved:
    """
    Settle two texts of one person; the one that gives way is kept thirty days for them. `version` is that of the
    other text as it was shown: had it changed again since, that would be a new conflict. Settling twice in the same
    way does nothing the second time. Raises `TooMuch` where both together are more than can be kept.
    """
    copy = Homework.objects.select_for_update(of=("self",), no_key=True).get(pk=homework)
    policies.may_write(by, copy).require()
    kept = Reflection.objects.filter(homework=copy, step_key=step.key).first()
    if kept is None:
        return save_step(by=by, homework=homework, number=number, step=step, value=mine, stamp=Stamp(), at=at)
    if _is_settled(kept, step, mine=mine, version=version, keep=keep):
        return Saved(Judgement.SAME, kept.version, kept.written_at, kept.value)
    if kept.version != version:
        return Saved(Judgement.CONFLICT, kept.version, kept.written_at, kept.value)
    winner, loser = settled(step, theirs=kept.value, mine=mine, keep=keep)
    if longest(winner) > KEPT:
        raise TooMuch
    if loser is not None and loser != winner:
        EarlierText.objects.create(
            reflection=kept, clinic_id=copy.clinic_id, author_id=copy.partner_id, value=loser, kept_at=at
        )
    newer = _write(copy, kept, step, winner, Stamp(), at, skipped=False)
    walked(copy, number, at, wrote=True)
    return Saved(Judgement.SAVE, newer, at, winner)


def _is_settled(kept: Reflection, step: Step, *, mine: Any, version: int, keep: Keep) -> bool:
    """Whether this very choice was made already, as by a button pressed twice."""
    if kept.version != version + 1 or kept.skipped:
        return False
    gave_way = [text.value for text in EarlierText.objects.filter(reflection=kept, kept_at=kept.written_at)]
    if gave_way:
        return any(
            settled(step, theirs=theirs, mine=mine, keep=keep) == (kept.value, lost)
            for lost in gave_way
            for theirs in (kept.value, lost)
        )
    if keep is Keep.BOTH:
        return mine is None or kind_of(step).holds(step, kept.value, mine)
    return bool(kept.value == mine) or (keep is Keep.THEIRS and mine is None)


def settled(step: Step, *, theirs: Any, mine: Any, keep: Keep) -> tuple[Any, Any]:
    """The answer that stays, and the one that gives way if one does. Of two that cannot be one, mine stays."""
    if keep is Keep.THEIRS:
        return theirs, mine
    if keep is Keep.BOTH:
        if theirs is None or mine is None or theirs == mine:
            return (mine if theirs is None else theirs), None
        both = kind_of(step).join(step, theirs, mine)
        if both is not None:
            return both, None
    return mine, theirs


@transaction.atomic
def move(*, by: Viewer, homework: Homework, to: HomeworkState, at: datetime) -> None:
    """Set an exercise aside, or pick it up again. Nobody but the therapist can tell."""
    if to not in {HomeworkState.OPEN, HomeworkState.SET_ASIDE}:
        raise ValueError("an exercise is set aside or picked up by moving it; other ways have commands of their own")
    copy = locked(homework)
    policies.may_move(by, copy, to).require()
    Homework.objects.filter(pk=copy.pk).update(state=to, changed_at=at)
    if to == HomeworkState.SET_ASIDE:
        reminding.stop(homework=[copy.pk], at=at)
        open_next(copy, at=at)
    audit.record(verb=f"homework.{to.value}", by=by, subject=copy, at=at)


def open_next(copy: Homework, *, at: datetime) -> None:
    """
    What waits in a plan for this being done, or set aside, opens to whoever has done it: to them alone. They see
    neither the plan nor what has not opened, so PostgreSQL does it (migration 0008).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT eyelevel_open_next(%s, %s)", [copy.pk, at])


def forget_earlier_texts(*, at: datetime) -> int:
    """Delete the texts that gave way more than thirty days ago; the answer is how many."""
    return EarlierText.objects.filter(kept_at__lt=at - KEEP_EARLIER).delete()[0]
