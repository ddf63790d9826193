"""Erasing a person: what they wrote, the keys that opened it, their name and address, and every way to sign in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from clients.commands.erasing import erase_places
from exercises.commands import reminding
from exercises.models import (
    AgendaItem,
    Asking,
    CalendarFeed,
    Export,
    Goal,
    Homework,
    HomeworkPause,
    JointNote,
    PrivateNote,
    Proposal,
    RecordAsk,
    RecordAuthorisation,
    Reply,
    SessionNote,
    SessionSummary,
)
from safekeeping import audit
from safekeeping.commands import erasing


@dataclass(frozen=True)
class Erased:
    """How much there was."""

    places: int
    homework: int
    keys: int


@transaction.atomic
def erase_person(*, person: UUID, at: datetime, though_treating: bool = False) -> Erased:
    """
    Erase one person; doing it twice changes nothing the second time.

    Their homework goes with everything that hangs on it: reflections, earlier texts, what they shared (so a reader's
    page shows nothing rather than a hole), goals, and reminders, of which one that is leaving now is waited for.
    Others' copies of the same assignments stay. Ids stay, and so does the audit trail.
    """
    user = User.objects.get(pk=person)
    # held in the order in which everybody else holds them: homework, its reminders, the reader
    copies = list(Homework.objects.filter(partner__person=user).select_for_update(of=("self",)).order_by("pk"))
    reminding.stop(homework=[copy.pk for copy in copies], at=at)
    places = erase_places(person=user, at=at, though_treating=though_treating)
    own = [place.pk for place in places]
    Homework.objects.filter(partner__in=own).delete()
    PrivateNote.objects.filter(author__in=own).delete()
    JointNote.objects.filter(author__in=own).delete()
    Reply.objects.filter(Q(author__in=own) | Q(partner__in=own)).delete()
    Goal.objects.filter(author__in=own).delete()
    Asking.objects.filter(partner__in=own).delete()  # and with it what they answered
    HomeworkPause.objects.filter(partner__in=own).delete()
    notes = SessionNote.objects.filter(partner__in=own)
    AgendaItem.objects.filter(source__in=list(notes.values_list("pk", flat=True))).delete()
    notes.delete()
    for words in (AgendaItem, SessionSummary):
        words.objects.filter(author__in=own).delete()
    CalendarFeed.objects.filter(person=user).delete()
    RecordAuthorisation.objects.filter(partner__in=own).delete()
    RecordAsk.objects.filter(partner__in=own).delete()
    # whoever is making their file at this moment is waited for, and what they made goes, too
    list(Export.objects.filter(person=user).select_for_update(of=("self",)))
    Export.objects.filter(person=user).delete()
    # of an agreement that has held, the other keeps a copy under their own signature; the row says that it did
    Proposal.objects.filter(author__in=own, holding__isnull=True).delete()
    keys = erasing.destroy(owners=own, at=at)
    clinics: set[UUID | None] = {place.clinic_id for place in places}
    for clinic in clinics or {None}:
        audit.record(verb=erasing.ERASED, by=None, subject=user, at=at, clinic_id=clinic)
    return Erased(len(places), len(copies), keys)
