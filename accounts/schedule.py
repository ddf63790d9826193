"""What beat wakes."""

from celery import shared_task
from django.utils import timezone

from accounts import commands


@shared_task
def forget_ended_sessions(**_later: object) -> None:
    """A few times a day."""
    commands.forget_ended_sessions(at=timezone.now())
