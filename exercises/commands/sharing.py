"""Finishing an exercise, and choosing who can read what is in it."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from clients.commands.couples import hold_couple
from clients.models import Couple
from clients.states import CoupleState
from clients.viewer import Viewer
from exercises import policies
from exercises.commands import mutual, reminding
from exercises.commands.keeping import keep_goals
from exercises.commands.writing import locked, move, open_next
from exercises.content import Step
from exercises.kinds import Value, kind_of
from exercises.kinds.before import before_step
from exercises.models import Homework, Reflection, Share
from exercises.states import BEFORE_BOTH, Audience, HomeworkState
from exercises.versions import fingerprint
from safekeeping import audit


class ChangedSince(Exception):
    """What was written has changed since its author chose who can read it."""


def next_release(couple: Couple, *, after: datetime) -> datetime:
    """The couple's next release time: a time of day in their own zone, today or tomorrow."""
    zone = ZoneInfo(couple.time_zone)
    day = after.astimezone(zone).date()
    release = datetime.combine(day, couple.release_at, zone)
    if release <= after:
        release = datetime.combine(day + timedelta(days=1), couple.release_at, zone)
    return release


def release_of_offer(couple: Couple, *, at: datetime) -> datetime:
    """When a partner can read what is offered at an instant: the next release after the clinic's hold."""
    return next_release(couple, after=held_until(couple, at))


def held_until(couple: Couple, at: datetime) -> datetime:
    """When a therapist can read what is shared with them at an instant: after the clinic's hold."""
    return at + timedelta(minutes=couple.clinic.hold_minutes)


@transaction.atomic
def choose_readers(
    *, by: Viewer, homework: Homework, audience: Audience, at: datetime, each: Mapping[str, Audience] | None = None,
    lines: Collection[tuple[str, str]] = (), seen: str | None = None, hides: bool = False,
) -> None:  # fmt: skip
    """
    Finish an exercise and say who can read it: `audience` for all of it, `each` for single steps by key. `lines`, as
    (step, line) by key, are opened to the partner, each by itself; those that are not named are taken back. What both
    say yes to can be shown to both, whoever reads the rest, unless its author `hides` their part of it.

    A therapist can read after the clinic's hold, a partner after the next release; until then it can be taken back.
    What its readers could read stays readable to them, in the new words at once. `seen` is the fingerprint of the
    texts that were chosen about; raises ChangedSince, and shares nothing, when they are others now.
    """
    each = each or {}
    copy = locked(homework)
    steps = {step.key: step for step in [*copy.assignment.version.content.steps, before_step()]}
    audiences = {audience, *each.values(), *([Audience.PARTNER] if lines else [])}
    whole = [steps[key] for key, chosen in each.items() if chosen in BEFORE_BOTH]
    policies.may_choose_readers(by, copy, audiences, whole).require()
    couple = held_couple(copy.couple_id)
    held, next_offer = held_until(couple, at), release_of_offer(couple, at=at)
    shares = {(share.reflection_id, share.line): share for share in Share.objects.filter(homework=copy)}
    written = list(Reflection.objects.filter(homework=copy))
    if seen is not None and seen != fingerprint((r.step_key, r.version) for r in written if r.value is not None):
        raise ChangedSince
    for reflection in written:
        step = steps[reflection.step_key]
        for line, text, readers in _pieces(step, reflection.value, audience, each.get(step.key), lines):
            share = shares.pop((reflection.pk, line), None) or Share(reflection=reflection, line=line)
            _share(copy, reflection, share, text, readers, at, held, next_offer)
    for share in shares.values():
        share.delete()
    mutual.lay(copy=copy, at=at, release=next_release(couple, after=max(held, mutual.soon(at))), hides=hides)
    keep_goals(by=by, homework=copy, at=at)
    if copy.state != HomeworkState.FINISHED:
        _finish(copy, by, at)
    audit.record(verb="homework.readers_chosen", by=by, subject=copy, at=at)


def _pieces(
    step: Step, value: Value, audience: Audience, own: Audience | None, lines: Collection[tuple[str, str]]
) -> Iterator[tuple[str, Value, Audience]]:
    """What of an answer is shared, as (line, words, readers): the whole of it under no line."""
    if value is None:
        return
    kind = kind_of(step)
    offers = kind.offers(step, value)
    for_whom = policies.readers_of(audience, own, follows=kind.follows, offers=offers, is_shared=kind.is_shared)
    if for_whom != Audience.ONLY_ME:
        yield "", value, for_whom
    for line in kind.own_lines(step, value):
        if (step.key, line.key) in lines:
            yield line.key, line.text, Audience.PARTNER


def held_couple(pk: UUID) -> Couple:
    """The couple as it is now, held until what is shared or signed is committed: nothing of that across its end."""
    couple = hold_couple(pk)
    if couple.state == CoupleState.ENDED:
        policies.ENDED.require()
    return couple


def _finish(copy: Homework, by: Viewer, at: datetime) -> None:
    """What was set aside is picked up on the way."""
    if copy.state == HomeworkState.SET_ASIDE:
        move(by=by, homework=copy, to=HomeworkState.OPEN, at=at)
    Homework.objects.filter(pk=copy.pk).update(state=HomeworkState.FINISHED, finished_at=at, changed_at=at)
    reminding.stop(homework=[copy.pk], at=at)
    open_next(copy, at=at)
    audit.record(verb="homework.finished", by=by, subject=copy, at=at)


def _share(
    copy: Homework, reflection: Reflection, share: Share, words: Value, audience: Audience, at: datetime,
    held: datetime, next_offer: datetime,
) -> None:  # fmt: skip
    fresh = share._state.adding
    # by the words, not by their version: that they were changed and changed back is not for their readers to know
    same_text = not fresh and share.value == words
    if same_text and share.audience == audience:
        Share.objects.filter(pk=share.pk).update(version=reflection.version)
        return
    was_readable = not fresh and share.therapist_from <= at
    was_released = audience == Audience.PARTNER and share.partner_from is not None and share.partner_from <= at
    share.clinic_id, share.couple_id, share.homework = copy.clinic_id, copy.couple_id, copy
    share.assignment_id = copy.assignment_id
    share.author_id, share.step_key = reflection.author_id, reflection.step_key
    if not was_readable:
        share.therapist_from = held
    if not was_released:
        share.partner_from = next_offer if audience == Audience.PARTNER else None
        share.edited_since_release = False
    share.version = reflection.version
    if not same_text:
        share.value, share.seen_at = words, None
        share.edited, share.edited_since_release = was_readable, was_released
        share.shared_at = at
    share.audience = audience
    share.save()


@transaction.atomic
def share_less(*, by: Viewer, homework: Homework, at: datetime, audience: Audience = Audience.ONLY_ME) -> None:
    """Take back, at once and in one press: from everybody, or (THERAPIST) from the partner."""
    copy = locked(homework)
    policies.may_share_less(by, copy).require()
    shares = Share.objects.filter(homework=copy)
    if audience == Audience.ONLY_ME:
        shares.delete()
        mutual.lay_nothing(copy=copy, at=at)
    else:
        shares.filter(audience=Audience.PARTNER).update(audience=Audience.THERAPIST, partner_from=None)
    audit.record(verb="homework.shared_less", by=by, subject=copy, at=at)
