"""Finishing an exercise, and choosing who can read what is in it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from clients.commands.couples import hold_couple
from clients.models import Couple
from clients.states import CoupleState
from clients.viewer import Viewer
from exercises import policies
from exercises.commands import mutual, reminding
from exercises.commands.writing import locked, move
from exercises.kinds import reader_of
from exercises.models import Homework, Reflection, Share
from exercises.states import Audience, HomeworkState
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
    return next_release(couple, after=_held_until(couple, at))


def _held_until(couple: Couple, at: datetime) -> datetime:
    return at + timedelta(minutes=couple.clinic.hold_minutes)


@transaction.atomic
def choose_readers(
    *,
    by: Viewer,
    homework: Homework,
    audience: Audience,
    at: datetime,
    each: Mapping[str, Audience] | None = None,
    seen: str | None = None,
    hides: bool = False,
) -> None:
    """
    Finish an exercise and say who can read it: `audience` for all of it, `each` for single steps by key; what both say
    yes to can be shown to both all the same, unless its author `hides` their part.

    A therapist can read after the clinic's hold, a partner after the couple's next release; until then it can be
    taken back. What its readers could read already stays readable to them, in the new words at once. `seen` is the
    fingerprint of the texts that were chosen about; raises ChangedSince, and shares nothing, when they are others now.
    """
    each = each or {}
    copy = locked(homework)
    policies.may_choose_readers(by, copy, {audience, *each.values()}).require()
    couple = _held_couple(copy)
    held_until, next_offer = _held_until(couple, at), release_of_offer(couple, at=at)
    shares = {share.reflection_id: share for share in Share.objects.filter(homework=copy)}
    written = list(Reflection.objects.filter(homework=copy))
    if seen is not None and seen != fingerprint((r.step_key, r.version) for r in written if r.value is not None):
        raise ChangedSince
    for reflection in written:
        share = shares.get(reflection.pk)
        for_whom = _reader(copy, reflection, each.get(reflection.step_key, audience))
        if for_whom == Audience.ONLY_ME or reflection.value is None:
            if share:
                share.delete()
            continue
        release = next_offer if for_whom == Audience.PARTNER else None
        _share(copy, reflection, share or Share(reflection=reflection), for_whom, at, held_until, release)
    mutual.lay(copy=copy, at=at, release=next_release(couple, after=max(held_until, mutual.soon(at))), hides=hides)
    if copy.state != HomeworkState.FINISHED:
        _finish(copy, by, at)
    audit.record(verb="homework.readers_chosen", by=by, subject=copy, at=at)


def _reader(copy: Homework, reflection: Reflection, chosen: Audience) -> Audience:
    """Who reads an answer, as far as its kind lets anybody."""
    steps = {step.key: step for step in copy.assignment.version.content.steps}
    return reader_of(steps[reflection.step_key], chosen) if reflection.step_key in steps else chosen


def _held_couple(copy: Homework) -> Couple:
    """The couple as it is now, held until what is shared is committed: nothing is shared across its end."""
    couple = hold_couple(copy.couple_id)
    if couple.state == CoupleState.ENDED:
        policies.ENDED.require()
    return couple


def _finish(copy: Homework, by: Viewer, at: datetime) -> None:
    """What was set aside is picked up on the way."""
    if copy.state == HomeworkState.SET_ASIDE:
        move(by=by, homework=copy, to=HomeworkState.OPEN, at=at)
    Homework.objects.filter(pk=copy.pk).update(state=HomeworkState.FINISHED, finished_at=at, changed_at=at)
    reminding.stop(homework=[copy.pk], at=at)
    audit.record(verb="homework.finished", by=by, subject=copy, at=at)


def _share(
    copy: Homework, reflection: Reflection, share: Share, audience: Audience, at: datetime, held_until: datetime,
    release: datetime | None,
) -> None:  # fmt: skip
    fresh = share._state.adding
    # by the words, not by their version: that they were changed and changed back is not for their readers to know
    same_text = not fresh and share.value == reflection.value
    if same_text and share.audience == audience:
        Share.objects.filter(pk=share.pk).update(version=reflection.version)
        return
    was_readable = not fresh and share.therapist_from <= at
    was_released = audience == Audience.PARTNER and share.partner_from is not None and share.partner_from <= at
    share.clinic_id, share.couple_id, share.homework = copy.clinic_id, copy.couple_id, copy
    share.assignment_id = copy.assignment_id
    share.author_id, share.step_key = reflection.author_id, reflection.step_key
    if not was_readable:
        share.therapist_from = held_until
    if not was_released:
        share.partner_from, share.edited_since_release = release, False
    share.version = reflection.version
    if not same_text:
        share.value, share.seen_at = reflection.value, None
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
