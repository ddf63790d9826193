"""Letters that a worker sends, so that no answer on the site takes longer for an address that is known."""

import logging
from smtplib import SMTPException
from typing import Any

from celery import shared_task

from accounts import emails, queries
from accounts.states import Change

log = logging.getLogger(__name__)
NOT_TAKEN = (SMTPException, OSError)


@shared_task(autoretry_for=NOT_TAKEN, retry_backoff=5, max_retries=5)
def send_password_reset(user_id: str) -> None:
    """Carry out what was asked. An id that nobody has is the trace of an unknown address: nothing is sent."""
    user = queries.open_account(user_id)
    if user:
        emails.password_reset(user)


@shared_task(autoretry_for=NOT_TAKEN, retry_backoff=5, max_retries=5)
def tell_password_changed(user_id: str) -> None:
    user = queries.open_account(user_id)
    if user:
        emails.password_changed(user)


@shared_task(autoretry_for=NOT_TAKEN, retry_backoff=5, max_retries=5)
def tell_of_change(user_id: str, change: str) -> None:
    user = queries.open_account(user_id)
    if user and change in Change.values:
        emails.sign_in_changed(user, Change(change))


def hand_over(task: Any, *args: str) -> None:
    """Give a letter to the worker. If the queue is away there is no letter; whoever asked can ask again."""
    try:
        task.apply_async(args=list(args), retry=False)
    except task.OperationalError:
        log.exception("The queue is away: %s was not handed over", task.name)
