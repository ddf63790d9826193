"""What both may read leaves only with the word of both, each given alone, and told to nobody."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from clients.models import Couple, Partner
from clients.viewer import Viewer
from exercises.models import RecordAsk, RecordAuthorisation
from exercises.policies import taking as policies
from exercises.queries.joint_record import both_authorise
from safekeeping import audit


@transaction.atomic
def ask_for_record(*, by: Viewer, partner: Partner, at: datetime) -> None:
    """Ask one partner. Asking again begins the time anew; a word that was given stays given."""
    policies.may_ask_for_record(by, partner).require()
    ask, _new = RecordAsk.objects.update_or_create(
        partner=partner,
        asked_by_id=partner.couple.therapist_id,
        defaults={"asked_at": at, "clinic_id": partner.clinic_id, "couple_id": partner.couple_id},
    )
    audit.record(verb="record.asked_for", by=by, subject=ask, at=at)


@transaction.atomic
def authorise(*, by: Viewer, ask: RecordAsk, at: datetime) -> None:
    """Give one's word, for thirty days. Given twice it is given once."""
    policies.may_authorise(by, ask).require()
    _standing(ask).filter(ends_at__lte=at).update(taken_back_at=at)
    word = RecordAuthorisation(
        clinic_id=ask.clinic_id, couple_id=ask.couple_id, partner_id=ask.partner_id, ask=ask, given_at=at,
        ends_at=at + policies.WORD_STANDS,
    )  # fmt: skip
    RecordAuthorisation.objects.bulk_create([word], ignore_conflicts=True)
    audit.record(verb="record.authorised", by=by, subject=ask, at=at)


@transaction.atomic
def take_back(*, by: Viewer, ask: RecordAsk, at: datetime) -> None:
    """Take one's word back. What has left before is not undone by it."""
    policies.may_take_back_word(by, ask).require()
    if _standing(ask).update(taken_back_at=at):
        audit.record(verb="record.authorisation_taken_back", by=by, subject=ask, at=at)


def _standing(ask: RecordAsk) -> QuerySet[RecordAuthorisation]:
    return RecordAuthorisation.objects.filter(ask=ask, taken_back_at__isnull=True)


@transaction.atomic
def take_record(*, by: Viewer, couple: Couple, at: datetime) -> None:
    """The therapist takes it out of here. Both answers are asked for at this moment, and not before."""
    policies.may_take_record(by, couple, both_authorise=both_authorise(couple)).require()
    audit.record(verb="record.taken", by=by, subject=couple, at=at)
