"""A partner says what they would rather have, or rests. Their therapist can read it; nobody else learns of it."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from clients.models import Couple, Partner
from clients.policies import may_treat
from clients.viewer import Viewer
from exercises.commands import reminding
from exercises.commands.writing import locked, move
from exercises.models import Homework, HomeworkPause, HomeworkWish
from exercises.policies import together as policies
from exercises.states import SETS_ASIDE, HomeworkState, Instead, Rest
from safekeeping import audit

WEEK = timedelta(days=7)


@transaction.atomic
def wish(*, by: Viewer, homework: Homework, instead: Instead, reason: str, at: datetime) -> None:
    """
    Say, or say otherwise. Later, not now and the session set the exercise aside; smaller and aloud leave it open, or
    open it again. Whoever has said what they would rather have is not reminded of what they were given.
    """
    copy = locked(homework)
    policies.may_wish(by, copy).require()
    kept = HomeworkWish.objects.filter(homework=copy).first()
    if kept is None:
        kept = HomeworkWish(
            homework=copy, clinic_id=copy.clinic_id, couple_id=copy.couple_id, partner_id=copy.partner_id
        )
    elif (kept.instead, kept.reason or "") == (instead, reason):
        return
    kept.instead, kept.reason, kept.made_at, kept.seen_at = instead, reason or None, at, None
    kept.save()
    _turned(copy, HomeworkState.SET_ASIDE if instead in SETS_ASIDE else HomeworkState.OPEN, by, at)
    reminding.stop(homework=[copy.pk], at=at)
    audit.record(verb="homework.wished", by=by, subject=copy, at=at)


@transaction.atomic
def take_back_wish(*, by: Viewer, homework: Homework, at: datetime) -> None:
    """As if nothing had been said; an exercise that was set aside by it is open again."""
    copy = locked(homework)
    policies.may_wish(by, copy).require()
    kept = HomeworkWish.objects.filter(homework=copy).first()
    if kept is None:
        return
    kept.delete()
    if kept.instead in SETS_ASIDE:
        _turned(copy, HomeworkState.OPEN, by, at)
    audit.record(verb="homework.wish_taken_back", by=by, subject=copy, at=at)


@transaction.atomic
def resume(*, by: Viewer, homework: Homework, at: datetime) -> None:
    """Pick an exercise up again, and with it take back what had set it aside."""
    copy = locked(homework)
    move(by=by, homework=copy, to=HomeworkState.OPEN, at=at)
    HomeworkWish.objects.filter(homework=copy, instead__in=SETS_ASIDE).delete()


def _turned(copy: Homework, to: HomeworkState, by: Viewer, at: datetime) -> None:
    if copy.state != to:
        move(by=by, homework=copy, to=to, at=at)


def _held(by: Viewer) -> list[Partner]:
    """
    The places where the viewer's work goes on. The person is held first, as the sender of reminders does: a letter on
    its way leaves before this commits, or never.
    """
    own = Partner.objects.filter(pk__in=by.is_partner, couple__in=by.belongs_to)
    list(User.objects.select_for_update(no_key=True).filter(pk__in=own.values("person")))
    places = list(own.select_related("couple").order_by("pk"))
    for place in places:
        policies.may_rest(by, place).require()
    return places


@transaction.atomic
def rest(*, by: Viewer, lasts: Rest, at: datetime) -> None:
    """Rest from all exercises, at every place one has. Nothing closes; no reminder goes out meanwhile."""
    for place in _held(by):
        pause = HomeworkPause.objects.filter(partner=place).first()
        if pause is None:
            pause = HomeworkPause(partner=place, clinic_id=place.clinic_id, couple_id=place.couple_id)
        pause.since, pause.until = at, at + WEEK if lasts == Rest.WEEK else None
        pause.until_session = lasts == Rest.SESSION
        pause.save()
        audit.record(verb="homework.paused", by=by, subject=place, at=at)


@transaction.atomic
def come_back(*, by: Viewer, at: datetime) -> None:
    for place in _held(by):
        if HomeworkPause.objects.filter(partner=place).delete()[0]:
            audit.record(verb="homework.unpaused", by=by, subject=place, at=at)


@transaction.atomic
def session_was(*, by: Viewer, couple: Couple, at: datetime) -> None:
    """Their therapist says that there was a session: whoever rested until then rests no longer."""
    may_treat(by, couple).require()
    standing = HomeworkPause.objects.visible_to(by).filter(couple=couple, until_session=True, until__isnull=True)
    standing.update(until=at)
    audit.record(verb="couple.session_was", by=by, subject=couple, at=at)
