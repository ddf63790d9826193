from collections.abc import Sequence
from datetime import date, datetime, time
from secrets import SystemRandom
from uuid import UUID

from django.db import transaction

from accounts.validators import mailbox
from clients import policies
from clients.models import Couple, Membership, Partner
from clients.states import CoupleState
from clients.viewer import Viewer
from safekeeping import audit

Named = tuple[str, str]  # a name and an address


class SameMailbox(ValueError):
    """Both addresses lead to one mailbox. Each partner needs one that the other does not read."""


@transaction.atomic
def add_couple(
    *,
    therapist: Membership,
    alias: str,
    time_zone: str,
    people: Sequence[Named],
    by: Viewer | None,
    at: datetime,
) -> Couple:
    """A couple of two, on a therapist's caseload. Their seats are drawn by lot. Nobody is written to."""
    if by:
        policies.may_add_couple(by, therapist).require()
    first, second = people
    if mailbox(first[1]) == mailbox(second[1]):
        raise SameMailbox
    couple = Couple.objects.create(
        clinic_id=therapist.clinic_id, therapist=therapist, alias=alias, time_zone=time_zone, made_at=at
    )
    seats = SystemRandom().sample([1, 2], 2)
    Partner.objects.bulk_create(
        Partner(clinic_id=couple.clinic_id, couple=couple, seat=seat, name=name, email=email.strip().lower())
        for seat, (name, email) in zip(seats, people, strict=True)
    )
    audit.record(verb="couple.added", by=by, subject=couple, at=at)
    return couple


def _locked(couple: Couple) -> Couple:
    return Couple.objects.select_for_update(no_key=True).get(pk=couple.pk)


def hold_couple(pk: UUID) -> Couple:
    """
    The couple as it is now; a pause or an end waits until the caller's transaction has ended. FOR SHARE, so that any
    number of callers hold it at once: what one partner does never waits for what the other does.
    """
    return Couple.objects.raw("SELECT * FROM clients_couple WHERE id = %s FOR SHARE", [pk])[0]


@transaction.atomic
def edit_couple(*, couple: Couple, alias: str, time_zone: str, release_at: time, by: Viewer, at: datetime) -> None:
    couple = _locked(couple)
    policies.may_edit_couple(by, couple).require()
    couple.alias, couple.time_zone, couple.release_at = alias, time_zone, release_at
    couple.save(update_fields=["alias", "time_zone", "release_at"])
    audit.record(verb="couple.edited", by=by, subject=couple, at=at)


@transaction.atomic
def set_next_session(*, couple: Couple, day: date | None, by: Viewer, at: datetime) -> None:
    """The day on which the couple comes next, or that none is known. Exercises can be given until then."""
    couple = _locked(couple)
    policies.may_edit_couple(by, couple).require()
    if couple.next_session_on != day:
        couple.next_session_on = day
        couple.save(update_fields=["next_session_on"])
        audit.record(verb="couple.next_session_set", by=by, subject=couple, at=at)


def _turn(couple: Couple, to: CoupleState, verb: str, by: Viewer, at: datetime) -> None:
    couple = _locked(couple)
    policies.may_turn_couple(by, couple, to).require()
    couple.state = to
    couple.save(update_fields=["state"])
    audit.record(verb=verb, by=by, subject=couple, at=at)


@transaction.atomic
def pause_couple(*, couple: Couple, by: Viewer, at: datetime) -> None:
    _turn(couple, CoupleState.PAUSED, "couple.paused", by, at)


@transaction.atomic
def resume_couple(*, couple: Couple, by: Viewer, at: datetime) -> None:
    _turn(couple, CoupleState.ACTIVE, "couple.resumed", by, at)


@transaction.atomic
def end_couple(*, couple: Couple, by: Viewer, at: datetime) -> None:
    """From here on nobody reads the other's words and nothing goes on. It cannot be taken back."""
    _turn(couple, CoupleState.ENDED, "couple.ended", by, at)


@transaction.atomic
def move_couple(*, couple: Couple, to: Membership, by: Viewer, at: datetime) -> None:
    """Hand a couple to another therapist. The former one loses access with their next request."""
    to = Membership.objects.select_for_update(no_key=True).get(pk=to.pk)
    couple = _locked(couple)
    policies.may_move_couple(by, couple, to).require()
    couple.therapist = to
    couple.save(update_fields=["therapist"])
    audit.record(verb="couple.moved", by=by, subject=couple, at=at)
