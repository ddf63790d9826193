"""A change to how somebody signs in: one line in the trail, one letter to that person alone."""

from datetime import datetime
from functools import partial

from django.db import transaction

from accounts import deliveries
from accounts.models import User
from accounts.states import Change
from safekeeping import audit
from safekeeping.audit import Actor


def told(*, change: Change, user: User, by: Actor | None, at: datetime) -> None:
    """Record it in the transaction of the deed; the letter goes to the worker once that has committed."""
    audit.record(verb=change.value, by=by, subject=user, at=at)
    transaction.on_commit(partial(deliveries.hand_over, deliveries.tell_of_change, str(user.pk), change.value))
