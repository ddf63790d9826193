"""Erasing an account, and ending every session there is."""

from datetime import datetime
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.commands.sessions import end_sessions
from accounts.models import Device, Invitation, User

ERASED_NAME = "—"


@transaction.atomic
def erase_account(*, user: User, at: datetime) -> None:
    """
    Leave of an account its id alone: no name, no address, no way to sign in, no mail. The calling app records it.

    The row is held first: a mail that is leaving at this moment is waited for, and none leaves afterwards.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    end_sessions(user=user, by=None, at=at, tell=False)
    Invitation.objects.filter(accepted_by=user).update(email=erased_address(user.pk))
    # what allauth keeps about them, such as second factors
    for relation in User._meta.related_objects:
        if relation.related_model.__module__.startswith("allauth."):
            relation.related_model._base_manager.filter(**{relation.field.name: user}).delete()
    user.email, user.chosen_name, user.pronouns = erased_address(user.pk), ERASED_NAME, ""
    user.time_zone, user.wants_reminders, user.is_active, user.last_login = "UTC", False, False, None
    user.set_unusable_password()
    user.save()


def end_all_sessions() -> int:
    """Everybody is signed out; the answer is how many sessions there were."""
    Device.objects.all().delete()
    return Session.objects.all().delete()[0]


def erased_address(pk: UUID) -> str:
    """An address that leads nowhere, and is nobody else's."""
    return f"{pk}@erased.invalid"
