"""What beat wakes. The rows say what is due; a task that is lost or run twice changes nothing."""

from celery import shared_task
from django.utils import timezone

from exercises.commands import exporting, reminding, writing


@shared_task
def send_due_reminders(**_later: object) -> None:
    """Each minute."""
    reminding.send_due(at=timezone.now())


@shared_task
def forget_earlier_texts(**_later: object) -> None:
    """A few times a day."""
    writing.forget_earlier_texts(at=timezone.now())


@shared_task
def make_export(person_id: str, **_later: object) -> None:
    """When somebody has asked for their own data. Those who serve `exports` have the keys, and act as that person."""
    exporting.make(person=person_id, at=timezone.now())


@shared_task
def look_after_exports(**_later: object) -> None:
    """Each minute: what is over goes, and what waits is told of again, in case whoever was making it was stopped."""
    exporting.forget_over(at=timezone.now())
    exporting.wake_for_waiting()
