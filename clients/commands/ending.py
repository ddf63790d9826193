"""One partner asks their therapist, and nobody else, to end the shared work."""

from datetime import datetime

from django.db import transaction

from clients import policies
from clients.models import EndingAsk, Partner
from clients.viewer import Viewer
from safekeeping import audit


def _locked(partner: Partner) -> Partner:
    return Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)


@transaction.atomic
def ask_for_ending(*, partner: Partner, by: Viewer, at: datetime) -> None:
    """Ask. Asking twice does nothing more."""
    partner = _locked(partner)
    policies.may_ask_for_ending(by, partner).require()
    if EndingAsk.objects.open().filter(partner=partner).exists():
        return
    ask = EndingAsk.objects.create(
        clinic_id=partner.clinic_id, couple_id=partner.couple_id, partner=partner, asked_at=at
    )
    audit.record(verb="couple.ending_asked", by=by, subject=ask, at=at)


@transaction.atomic
def take_back_ask(*, partner: Partner, by: Viewer, at: datetime) -> None:
    partner = _locked(partner)
    policies.may_ask_for_ending(by, partner).require()
    for ask in EndingAsk.objects.open().filter(partner=partner):
        ask.taken_back_at = max(at, ask.asked_at)
        ask.save(update_fields=["taken_back_at"])
        audit.record(verb="couple.ending_ask_taken_back", by=by, subject=ask, at=at)
