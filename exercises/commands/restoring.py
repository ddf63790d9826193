"""What a restored database must not do, and who must not be in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts import commands as accounts
from accounts.models import User
from exercises.commands.erasing import erase_person
from exercises.models import OutboxMessage
from exercises.states import OutboxState
from safekeeping import audit


@dataclass(frozen=True)
class Settled:
    """What was stopped, ended and erased again."""

    mails: int
    sessions: int
    erased: int


@transaction.atomic
def settle(*, erased: Iterable[UUID], at: datetime) -> Settled:
    """
    Stop every mail that waits: what was due meanwhile is long past, and some of it was sent. End every session. Erase
    again who was erased since the backup.
    """
    mails = OutboxMessage.objects.filter(state=OutboxState.WAITING).update(state=OutboxState.STOPPED, settled_at=at)
    sessions = accounts.end_all_sessions()
    people = list(User.objects.filter(pk__in=list(erased)).values_list("pk", flat=True))
    for person in people:
        erase_person(person=person, at=at, though_treating=True)
    audit.record(verb="database.restored", by=None, subject="database", at=at)
    return Settled(mails, sessions, len(people))
