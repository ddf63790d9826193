"""Reminders: planned with their cause, stopped with it, and sent by whoever holds the row."""

import smtplib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q

from accounts.models import User
from clients.commands.couples import hold_couple
from clients.models import Partner
from clients.queries.consent import has_agreed
from exercises import emails, policies
from exercises.models import Homework, OutboxMessage
from exercises.queries import wishes
from exercises.states import OutboxState

DAY = timedelta(days=1)
BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240))  # after each failed attempt; then it has failed
AT_ONCE = 500  # messages of one run


def plan(*, homework: Homework, partner: Partner, due_on: date, at: datetime) -> OutboxMessage | None:
    """
    A reminder for the evening before the day, or on the day itself, or none where both have gone by. Never of what has
    not opened by then.
    """
    zone, earliest = ZoneInfo(partner.own_zone), max(at, homework.opens_at or at)
    for day in (due_on - DAY, due_on):
        hour = partner.person.remind_at if partner.person else partner.couple.release_at
        if datetime.combine(day, hour, zone) > earliest:
            return OutboxMessage.objects.create(
                clinic_id=homework.clinic_id, kind=OutboxMessage.Kind.REMINDER, partner=partner, homework=homework,
                local_date=day, made_at=at,
            )  # fmt: skip
    return None


def stop(*, homework: Iterable[UUID], at: datetime) -> None:
    """
    No reminder about these any more. A row that is being sent at this moment is waited for, so that no mail leaves
    after the caller's transaction has committed.
    """
    OutboxMessage.objects.filter(homework__in=list(homework), state=OutboxState.WAITING).update(
        state=OutboxState.STOPPED, settled_at=at
    )


@dataclass
class Run:
    """What one run did."""

    sent: int = 0
    stopped: int = 0
    failed: int = 0
    tried: set[UUID] = field(default_factory=set)


def send_due(*, at: datetime, most: int = AT_ONCE) -> Run:
    """Send what has fallen due, row by row, over one connection. Any number of these may run at once."""
    run = Run()
    connection = get_connection()
    try:
        while len(run.tried) < most and _send_next(run, connection, at):
            pass
    finally:
        connection.close()
    return run


@transaction.atomic
def _send_next(run: Run, connection: BaseEmailBackend, at: datetime) -> bool:
    message = _claim(at, run.tried)
    if message is None:
        return False
    run.tried.add(message.pk)
    _hold_reader(message)
    agreed = has_agreed(message.partner)
    rests = wishes.rests(message.partner_id, at=at)
    verdict = policies.may_remind(message, lateness=at - message.due_at, has_agreed=agreed, rests=rests)
    if not verdict:
        _settle(message, OutboxState.STOPPED, at)
        run.stopped += 1
        return True
    try:
        emails.reminder(message, connection=connection).send()
    except (smtplib.SMTPException, OSError, ValueError) as error:  # ValueError: an address that is none
        connection.close()
        _put_off(message, error, at)
        run.failed += 1
    else:
        _settle(message, OutboxState.SENT, at)
        run.sent += 1
    return True


def _claim(at: datetime, tried: set[UUID]) -> OutboxMessage | None:
    """The next message that is due and that nobody else holds."""
    return (
        OutboxMessage.objects.due(at)
        .filter(Q(not_before__isnull=True) | Q(not_before__lte=at), partner__person__isnull=False)
        .exclude(pk__in=tried)
        .select_related("partner__person", "homework__couple")
        .select_for_update(skip_locked=True, of=("self",), no_key=True)
        .order_by("local_date", "pk")
        .first()
    )


def _hold_reader(message: OutboxMessage) -> None:
    """Read person and couple afresh and hold them until the mail has left: a "no more" or a pause waits for it."""
    held = User.objects.select_for_update(of=("self",), no_key=True)
    message.partner.person = held.filter(places=message.partner).first()
    message.homework.couple = hold_couple(message.homework.couple_id)


def _settle(message: OutboxMessage, state: OutboxState, at: datetime) -> None:
    OutboxMessage.objects.filter(pk=message.pk).update(state=state, settled_at=at, attempts=F("attempts") + 1)


def _put_off(message: OutboxMessage, error: Exception, at: datetime) -> None:
    """
    Try again later, and longer each time. Only a reader or a mail that the server refuses for good is not tried
    again: a 5xx to signing in, or to the sender, is about our settings and not about this row.
    """
    code = 0
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
    elif isinstance(error, smtplib.SMTPDataError):
        code = error.smtp_code
    if 500 <= code < 600 or message.attempts >= len(BACK_OFF):
        _settle(message, OutboxState.FAILED, at)
        return
    OutboxMessage.objects.filter(pk=message.pk).update(
        attempts=F("attempts") + 1, not_before=at + BACK_OFF[message.attempts]
    )
