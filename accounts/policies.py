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
