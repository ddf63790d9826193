"""What beat wakes. The rows say what is due; a task that is lost or run twice changes nothing."""

from celery import shared_task
from django.utils import timezone

from exercises.commands import reminding, writing


@shared_task
def send_due_reminders(**_later: object) -> None:
    """Each minute."""
    reminding.send_due(at=timezone.now())


@shared_task
def forget_earlier_texts(**_later: object) -> None:
    """A few times a day."""
    writing.forget_earlier_texts(at=timezone.now())
