"""Instruments of a clinic: taken in, answered for, given their published numbers, and retired."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from clients.models import Membership
from clients.viewer import Viewer
from exercises.models import Instrument
from exercises.policies import NOT_THEIRS
from exercises.policies import measures as policies
from exercises.scoring import Direction, Norms, Sheet
from safekeeping import audit


@transaction.atomic
def take_in(*, by: Viewer, author: Membership, sheet: Sheet, direction: Direction, at: datetime) -> Instrument:
    """Keep an instrument. It cannot be asked before somebody answers for its licence."""
    policies.may_import(by, author).require()
    instrument = Instrument.objects.create(
        clinic_id=author.clinic_id, title=sheet.title, body=sheet.as_json(), direction=direction.value,
        imported_by=author, made_at=at,
    )  # fmt: skip
    audit.record(verb="instrument.imported", by=by, subject=instrument, at=at)
    return instrument


def _held(instrument: Instrument) -> Instrument:
    return Instrument.objects.select_for_update(of=("self",), no_key=True).get(pk=instrument.pk)


@transaction.atomic
def set_norms(
    *, by: Viewer, instrument: Instrument, norms: Norms, sources: Mapping[str, str], direction: Direction,
    most_missing: int, at: datetime,
) -> None:  # fmt: skip
    """What its manual and its studies say. Verdicts are worked out anew from then on; no answer changes."""
    instrument = _held(instrument)
    policies.may_change_instrument(by, instrument).require()
    instrument.norms, instrument.sources = norms.as_json(), dict(sources)
    instrument.direction, instrument.most_missing = direction.value, most_missing
    instrument.save(update_fields=["norms", "sources", "direction", "most_missing"])
    audit.record(verb="instrument.norms_set", by=by, subject=instrument, at=at)


@transaction.atomic
def confirm(*, by: Viewer, instrument: Instrument, member: Membership, licence: str, at: datetime) -> None:
    """A therapist answers by name for the clinic's right to use it. From now on it can be asked."""
    instrument = _held(instrument)
    policies.may_confirm(by, instrument).require()
    if member.pk not in by.works_as or member.clinic_id != instrument.clinic_id:
        NOT_THEIRS.require()
    instrument.licence, instrument.licensed_by, instrument.licensed_at = licence, member, at
    instrument.save(update_fields=["licence", "licensed_by", "licensed_at"])
    audit.record(verb="instrument.licence_confirmed", by=by, subject=instrument, at=at)


@transaction.atomic
def retire(*, by: Viewer, instrument: Instrument, at: datetime) -> None:
    """Nobody is asked it any more. What was answered stays, and is still counted."""
    instrument = _held(instrument)
    policies.may_change_instrument(by, instrument).require()
    instrument.retired_at = at
    instrument.save(update_fields=["retired_at"])
    audit.record(verb="instrument.retired", by=by, subject=instrument, at=at)
