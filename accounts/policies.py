"""Who may accept an invitation, and who may change an account: pure rules."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, User
from safekeeping.audit import Actor
from safekeeping.verdict import YES, Verdict, no


@dataclass(frozen=True)
class Oneself:
    """A person acting on their own account, whatever else they are."""

    user_id: UUID


def may_change_account(by: Actor | None, user: User) -> Verdict:
    """One's own, nobody else's. The system itself may stop reminders, for a letter's one-click link."""
    return YES if by is None or by.user_id == user.pk else no("not_theirs")


def may_accept(invitation: Invitation, user: User | None, at: datetime) -> Verdict:
    """Once, in time, and only with the address the letter went to. `user` None: by making a new account."""
    if not invitation.is_open(at):
        return no("closed", _("This invitation can no longer be used. Ask for a new one."))
    if user and user.email != invitation.email:
        return no("other_address", _("You are signed in with another address than the one invited."))
    return YES


def may_open_writing(user: User, at: datetime) -> Verdict:
    """After a new password by letter alone, private writing waits until it is known who asked."""
    if user.is_locked(at):
        return no("locked", _("Your writing is closed for now. Your account says how to open it."))
    return YES


def may_add_factor(by: Actor | None, user: User, at: datetime) -> Verdict:
    """One's own, and not while it is unknown who set the password: a factor would shut its owner out."""
    if by is None or by.user_id != user.pk:
        return no("not_theirs")
    return may_open_writing(user, at)


def may_remove_factor(by: Actor | None, user: User, at: datetime, *, is_last: bool, required: bool) -> Verdict:
    """Partners may do without; where a factor is required, another one comes first."""
    verdict = may_add_factor(by, user, at)
    if verdict and is_last and required:
        return no("last_factor", _("Your work here needs a second step. Add another one first, then remove this one."))
    return verdict


def may_make_codes(by: Actor | None, user: User, at: datetime, *, has_factor: bool) -> Verdict:
    """Recovery codes stand in for a factor: there is one."""
    verdict = may_add_factor(by, user, at)
    if verdict and not has_factor:
        return no("no_factor", _("Add a second step first. Recovery codes stand in for it."))
    return verdict
