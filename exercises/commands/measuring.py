"""Asking instruments, answering them, handing answers in and taking them back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from clients.models import Couple, Partner
from clients.policies import may_treat
from clients.viewer import Viewer
from exercises.commands.sharing import held_couple, held_until
from exercises.models import Asking, Instrument, Measurement
from exercises.policies import NOT_THEIRS
from exercises.policies import measures as policies
from exercises.queries import asked
from exercises.states import MeasureState, Rhythm
from safekeeping import audit

# --- their therapist


@transaction.atomic
def ask(
    *, by: Viewer, couple: Couple, instrument: Instrument, partners: Sequence[Partner], rhythm: Rhythm, at: datetime,
    weeks: int = 0,
) -> None:  # fmt: skip
    """Ask these partners from now on, each by themselves. Whoever was asked otherwise is asked so no longer."""
    instrument = Instrument.objects.select_for_update(of=("self",), no_key=True).get(pk=instrument.pk)
    policies.may_ask(by, couple, instrument).require()
    if any(partner.couple_id != couple.pk for partner in partners):
        NOT_THEIRS.require()
    before = Asking.objects.filter(instrument=instrument, partner__in=partners, stopped_at__isnull=True)
    for asking in before.select_for_update(of=("self",), no_key=True):
        _stop(asking, by, at)
    for partner in partners:
        asking = Asking.objects.create(
            clinic_id=couple.clinic_id, couple=couple, partner=partner, instrument=instrument, rhythm=rhythm,
            weeks=weeks if rhythm == Rhythm.WEEKS else 0, made_at=at,
        )  # fmt: skip
        audit.record(verb="measure.asked", by=by, subject=asking, at=at)


@transaction.atomic
def stop_asking(*, by: Viewer, asking: Asking, at: datetime) -> None:
    """Ask no more. What was handed in stays; what was begun can no longer be."""
    asking = Asking.objects.select_for_update(of=("self",), no_key=True).get(pk=asking.pk)
    policies.may_stop_asking(by, asking).require()
    if asking.stopped_at is None:
        _stop(asking, by, at)


def _stop(asking: Asking, by: Viewer, at: datetime) -> None:
    asking.stopped_at = at
    asking.save(update_fields=["stopped_at"])
    audit.record(verb="measure.stopped", by=by, subject=asking, at=at)


def read_measures(*, by: Viewer, couple: Couple, at: datetime) -> None:
    """A therapist looks at what both have answered."""
    may_treat(by, couple).require()
    audit.record(verb="measures.read", by=by, subject=couple, at=at)


# --- who is asked


def _held(by: Viewer, pk: UUID) -> tuple[Asking, datetime]:
    """The asking as it is now, held until this is committed; and since when it is asked, this time."""
    Asking.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    asking = asked.own_asking_or_404(viewer=by, pk=pk)
    since = asked.since(asking, viewer=by)
    policies.may_answer(by, asking, since=since).require()
    return asking, since or asking.made_at


def _open(asking: Asking, by: Viewer, since: datetime, at: datetime) -> Measurement:
    """What was begun this time, or a new one; what was left from an earlier time gives way to it."""
    found = asked.open_measurement(asking, viewer=by, since=since)
    if found:
        return found
    Measurement.objects.filter(asking=asking, state=MeasureState.ASKED).delete()
    return Measurement(
        clinic_id=asking.clinic_id, couple_id=asking.couple_id, partner_id=asking.partner_id, asking=asking,
        instrument_id=asking.instrument_id, begun_at=at, answers={},
    )  # fmt: skip


@transaction.atomic
def answer(*, by: Viewer, asking: UUID, link: str, code: str | None, at: datetime) -> None:
    """Keep an answer to one item; no code says that somebody would rather not say."""
    held, since = _held(by, asking)
    item = held.instrument.sheet.by_link[link]
    if code is not None and item.option(code) is None:
        raise ValueError("an item has no such option")
    measurement = _open(held, by, since, at)
    said: dict[str, str | None] = measurement.answers or {}  # type: ignore[assignment]
    if link in said and said[link] == code:
        return
    measurement.answers = {**said, link: code}
    measurement.save()


@transaction.atomic
def hand_in(*, by: Viewer, asking: UUID, at: datetime) -> None:
    """Send what is ticked to the therapist, who can read it after the clinic's hold."""
    held, since = _held(by, asking)
    couple = held_couple(held.couple_id)
    measurement = _open(held, by, since, at)
    _finish(measurement, MeasureState.ANSWERED, at, held_until(couple, at))
    audit.record(verb="measure.handed_in", by=by, subject=measurement, at=at)


@transaction.atomic
def pass_over(*, by: Viewer, asking: UUID, at: datetime) -> None:
    """Not this time. What was ticked is let go; the therapist can see that it was passed over, after the hold."""
    held, since = _held(by, asking)
    couple = held_couple(held.couple_id)
    measurement = _open(held, by, since, at)
    measurement.answers = {}
    _finish(measurement, MeasureState.PASSED, at, held_until(couple, at))
    audit.record(verb="measure.passed_over", by=by, subject=measurement, at=at)


def _finish(measurement: Measurement, state: MeasureState, at: datetime, held: datetime) -> None:
    measurement.state, measurement.finished_at, measurement.therapist_from = state, at, held
    measurement.save()


@transaction.atomic
def take_back(*, by: Viewer, measurement: Measurement, at: datetime) -> None:
    """From the therapist, at once. It stays among one's own."""
    kept = Measurement.objects.select_for_update(of=("self",), no_key=True).get(pk=measurement.pk)
    policies.may_take_back(by, kept).require()
    if kept.therapist_from is None:
        return
    kept.therapist_from = None
    kept.save(update_fields=["therapist_from"])
    audit.record(verb="measure.taken_back", by=by, subject=kept, at=at)
