from datetime import datetime

from django.db import transaction

from accounts import commands as accounts
from clients import policies, queries
from clients.models import Clinic, Membership
from clients.viewer import Viewer
from safekeeping import audit


class AlreadyOnStaff(ValueError):
    """Somebody with this address is on the clinic's staff, perhaps since the last click."""


@transaction.atomic
def add_staff(
    *,
    clinic: Clinic,
    name: str,
    email: str,
    is_therapist: bool,
    is_admin: bool,
    by: Viewer | None,
    at: datetime,
) -> Membership:
    """A place on the clinic's staff. Nobody is written to: see invite_staff."""
    if by:
        policies.may_run(by, clinic).require()
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    if queries.is_on_staff(clinic, email):
        raise AlreadyOnStaff
    membership = Membership.objects.create(
        clinic=clinic, name=name, email=email.strip().lower(), is_therapist=is_therapist, is_admin=is_admin
    )
    audit.record(verb="staff.added", by=by, subject=membership, at=at)
    return membership


@transaction.atomic
def change_staff(*, membership: Membership, is_therapist: bool, is_admin: bool, by: Viewer, at: datetime) -> None:
    """Give or take a role. The clinic is locked, so that two admins cannot each remove the other."""
    membership = _checked(membership, is_therapist, is_admin, by)
    membership.is_therapist, membership.is_admin = is_therapist, is_admin
    membership.save(update_fields=["is_therapist", "is_admin"])
    audit.record(verb="staff.changed", by=by, subject=membership, at=at)
    _sign_out(membership, by, at)


@transaction.atomic
def end_staff(*, membership: Membership, by: Viewer, at: datetime) -> None:
    """End a membership: its roles stay on record, and open no page from the next request on."""
    membership = _checked(membership, False, False, by)
    membership.ended_at = at
    membership.save(update_fields=["ended_at"])
    audit.record(verb="staff.ended", by=by, subject=membership, at=at)
    _sign_out(membership, by, at)


@transaction.atomic
def end_staff_sessions(*, membership: Membership, by: Viewer, at: datetime) -> None:
    """Sign a member of staff out on every device."""
    policies.may_end_sessions(by, membership).require()
    if membership.person:
        accounts.end_sessions(user=membership.person, by=by, at=at)


def _sign_out(membership: Membership, by: Viewer, at: datetime) -> None:
    """With another role one signs in anew. Whoever changes their own is just doing so, and has signed in afresh."""
    if membership.person and membership.person_id != by.user_id:
        accounts.end_sessions(user=membership.person, by=by, at=at)


def _checked(membership: Membership, is_therapist: bool, is_admin: bool, by: Viewer) -> Membership:
    Clinic.objects.select_for_update(no_key=True).get(pk=membership.clinic_id)
    membership = Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
    other_admins, couples = queries.what_hangs_on(membership)
    policies.may_change_membership(
        by,
        membership,
        is_therapist=is_therapist,
        is_admin=is_admin,
        other_admins=other_admins,
        couples=couples,
    ).require()
    return membership
