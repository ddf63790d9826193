"""Every write to accounts and invitations."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from logging import getLogger
from secrets import token_urlsafe
from smtplib import SMTPException
from uuid import UUID, uuid4

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction

from accounts import deliveries, emails, policies, queries
from accounts.commands.sessions import end_other_sessions
from accounts.models import Device, Invitation, User
from accounts.policies import Oneself
from accounts.sessions import BEGAN, SessionStore
from safekeeping import audit
from safekeeping.audit import Actor
from safekeeping.verdict import no

log = getLogger(__name__)
LONGEST_SESSION = timedelta(hours=12)


class Closed(Exception):
    """An invitation that is used, revoked, run out or unknown: the link's holder is told no more."""


class NeedsSignIn(Exception):
    """The address has an account: its holder signs in to accept."""


@dataclass(frozen=True)
class NewAccount:
    """What a person says of themselves when they join."""

    chosen_name: str
    pronouns: str
    time_zone: str
    password: str


def _audit(verb: str, by: Actor | None, subject: User | Invitation, at: datetime) -> None:
    audit.record(verb=verb, by=by, subject=subject, at=at)


def _send_invitation(invitation_id: UUID, email: str, token: str, until: datetime, at: datetime) -> None:
    try:
        emails.invitation(email=email, token=token, until=until)
    except (SMTPException, OSError):
        log.exception("The mail server did not take invitation %s", invitation_id)
        return
    Invitation.objects.filter(pk=invitation_id).update(sent_at=at)


@transaction.atomic
def invite(*, email: str, by: Actor | None, at: datetime, days: int = 14) -> tuple[Invitation, str]:
    """
    Write an invitation and, once that is committed, send it. Who may invite whom the calling app decides.

    When the mail server refuses, the invitation stands with no `sent_at`, which its page says; it can be sent again.
    """
    token = token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=email.strip().lower(),
        token_hash=queries.token_hash(token),
        made_by_id=by.user_id if by else None,
        made_at=at,
        expires_at=at + timedelta(days=days),
    )
    _audit("invitation.made", by, invitation, at)
    send = partial(_send_invitation, invitation.pk, invitation.email, token, invitation.expires_at, at)
    transaction.on_commit(send)
    return invitation, token


@transaction.atomic
def revoke(*, invitation: Invitation, by: Actor | None, at: datetime) -> None:
    """Make the link useless, unless it was used already."""
    locked = Invitation.objects.select_for_update(no_key=True).get(pk=invitation.pk)
    if locked.accepted_at:
        no("joined").require()
    if locked.revoked_at is None:
        locked.revoked_at = at
        locked.save(update_fields=["revoked_at"])
        _audit("invitation.revoked", by, locked, at)


@transaction.atomic
def reissue(*, invitation: Invitation, by: Actor | None, at: datetime, days: int = 14) -> tuple[Invitation, str]:
    """A new link to the same address; the old one is revoked."""
    revoke(invitation=invitation, by=by, at=at)
    return invite(email=invitation.email, by=by, at=at, days=days)


@transaction.atomic
def accept(
    *, token: str, at: datetime, user: User | None = None, account: NewAccount | None = None
) -> tuple[Invitation, User]:
    """
    Use an invitation once, as the signed-in `user`, or with a new `account`.

    Raises Closed, NeedsSignIn, or Refused for someone signed in with another address.
    """
    locked = Invitation.objects.select_for_update(no_key=True).filter(token_hash=queries.token_hash(token)).first()
    if locked is None or not locked.is_open(at):
        raise Closed
    policies.may_accept(locked, user, at).require()
    if user is None:
        if account is None or queries.has_account(locked.email):
            raise NeedsSignIn
        user = _open_account(locked.email, account, at)
    locked.accepted_at, locked.accepted_by = at, user
    locked.save(update_fields=["accepted_at", "accepted_by"])
    _audit("invitation.accepted", Oneself(user.pk), locked, at)
    return locked, user


def _open_account(email: str, account: NewAccount, at: datetime) -> User:
    """Should the address get an account in this very moment, its holder signs in to accept."""
    try:
        with transaction.atomic():
            user = _create_user(email, account)
    except IntegrityError as error:
        raise NeedsSignIn from error
    _audit("account.opened", Oneself(user.pk), user, at)
    return user


def _create_user(email: str, account: NewAccount) -> User:
    return User.objects.create_user(
        email, account.password,
        chosen_name=account.chosen_name, pronouns=account.pronouns, time_zone=account.time_zone,
    )  # fmt: skip


@transaction.atomic
def change_account(
    *, user: User, chosen_name: str, pronouns: str, time_zone: str, theme: str, by: Actor, at: datetime
) -> None:
    policies.may_change_account(by, user).require()
    user.chosen_name, user.pronouns, user.time_zone, user.theme = chosen_name, pronouns, time_zone, theme
    user.save(update_fields=["chosen_name", "pronouns", "time_zone", "theme"])
    _audit("account.changed", by, user, at)


@transaction.atomic
def change_reminders(*, user: User, wants_reminders: bool, remind_at: time, by: Actor, at: datetime) -> None:
    policies.may_change_account(by, user).require()
    user.wants_reminders, user.remind_at = wants_reminders, remind_at
    user.save(update_fields=["wants_reminders", "remind_at"])
    _audit("account.reminders_changed", by, user, at)


@transaction.atomic
def stop_reminders(*, user: User, by: Actor | None, at: datetime) -> None:
    """What the link in a reminder does; doing it twice changes nothing."""
    policies.may_change_account(by, user).require()
    if User.objects.filter(pk=user.pk, wants_reminders=True).update(wants_reminders=False):
        _audit("account.reminders_stopped", by, user, at)


@transaction.atomic
def change_password(*, user: User, password: str, by: Actor, at: datetime, keep: str = "") -> None:
    """Set a new password, which ends every session but the one to `keep`; a letter tells the owner of the address."""
    policies.may_change_account(by, user).require()
    user.set_password(password)
    user.save(update_fields=["password"])
    _audit("account.password_changed", by, user, at)
    end_other_sessions(user=user, keep=keep, by=by, at=at, tell=False)
    transaction.on_commit(partial(deliveries.hand_over, deliveries.tell_password_changed, str(user.pk)))


@transaction.atomic
def offer_factor(*, user: User, by: Actor, at: datetime) -> bool:
    """Remember that a second step was offered. The answer is whether it is to be: once, to whoever has none."""
    policies.may_change_account(by, user).require()
    if queries.has_factor(user):
        return False
    return bool(User.objects.filter(pk=user.pk, factor_offered_at__isnull=True).update(factor_offered_at=at))


def ask_for_password_reset(*, email: str) -> None:
    """Have a link sent, if there is such an account. Known or not, the same is done, in the same time."""
    user = queries.user_by_address(email)
    deliveries.hand_over(deliveries.send_password_reset, str(user.pk if user else uuid4()))


def begin_clock(*, session: SessionBase, at: datetime, anew: bool = False) -> None:
    """Note when somebody signed in, once; `anew` where they have just proven again who they are."""
    if anew or BEGAN not in session:
        session[BEGAN] = int(at.timestamp())


def extend_session(*, session: SessionStore, until: datetime) -> None:
    """
    Have a session end at `until`. Only the end is written, and only to a row that is there: a request that comes
    after the session was ended elsewhere does not bring it back, and overwrites nothing that another one kept in it.
    """
    session.ends_at = until
    if not session.modified:  # else it is saved with the answer, end and all
        Session.objects.filter(pk=session.session_key).update(expire_date=until)


def forget_ended_sessions(*, at: datetime) -> int:
    """Delete sessions that have run out, and devices without one; the answer is how many sessions."""
    ended = Session.objects.filter(expire_date__lte=at).delete()[0]
    Device.objects.filter(since__lt=at - LONGEST_SESSION).delete()
    return ended
