"""Private writing after a new password that a letter alone allowed: closed until it is known who asked."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts import deliveries, policies
from accounts.commands.sessions import end_sessions
from accounts.commands.told import told
from accounts.models import User
from accounts.states import Change
from safekeeping import audit
from safekeeping.audit import Actor
from safekeeping.verdict import no

PATIENCE = timedelta(hours=48)  # in which the one whose mailbox it is can object


@transaction.atomic
def reset_password(*, user: User, password: str, by: Actor, at: datetime) -> None:
    """Set a password with the key of a letter: the account opens, private writing does not."""
    policies.may_change_account(by, user).require()
    user.set_password(password)
    user.locked_since, user.opens_at = at, None
    user.save(update_fields=["password", "locked_since", "opens_at"])
    audit.record(verb="account.password_reset", by=by, subject=user, at=at)
    end_sessions(user=user, by=by, at=at, tell=False)
    transaction.on_commit(lambda: deliveries.hand_over(deliveries.tell_password_changed, str(user.pk)))


@transaction.atomic
def open_again(*, user: User, by: Actor, at: datetime) -> None:
    """A factor from before was shown. Without a lock nothing changes."""
    policies.may_change_account(by, user).require()
    if User.objects.filter(pk=user.pk, locked_since__isnull=False).update(locked_since=None, opens_at=None):
        audit.record(verb="account.opened_again", by=by, subject=user, at=at)


@transaction.atomic
def note_check(*, user: User, by: Actor, at: datetime) -> None:
    """Somebody has checked in person who asked. Who may say so, the calling app decides."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_locked(at) or user.opens_at:
        no("nothing_to_check").require()
    user.opens_at = at + PATIENCE
    user.save(update_fields=["opens_at"])
    told(change=Change.CHECK_NOTED, user=user, by=by, at=at)


@transaction.atomic
def take_check_back(*, user: User, by: Actor, at: datetime) -> None:
    """It was somebody else: the writing stays closed, and whoever has the new password is signed out."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_locked(at) or not user.opens_at:
        no("nothing_to_take_back").require()
    user.opens_at = None
    user.save(update_fields=["opens_at"])
    audit.record(verb="account.check_taken_back", by=by, subject=user, at=at)
    end_sessions(user=user, by=by, at=at)
