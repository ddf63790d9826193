from datetime import datetime

from django.db import transaction

from accounts import commands as accounts
from accounts.models import Invitation, User
from accounts.queries import token_hash
from clients import policies, queries
from clients.models import Membership, Partner
from clients.states import CoupleState
from clients.viewer import Viewer
from safekeeping import audit

Place = Partner | Membership


def _locked(place: Place) -> Place:
    """The place alone is locked first, then its invitation: always in this order."""
    return type(place).objects.select_for_update(of=("self",), no_key=True).get(pk=place.pk)


def _invite(place: Place, by: Viewer | None, at: datetime) -> tuple[Invitation, str]:
    place = _locked(place)
    if by:
        policies.may_invite(by, place).require()
    old = place.invitation
    if old and not old.accepted_at:
        accounts.revoke(invitation=old, by=by, at=at)
    place.invitation, token = accounts.invite(email=place.email, by=by, at=at)
    place.save(update_fields=["invitation"])
    return place.invitation, token


@transaction.atomic
def invite_partner(*, partner: Partner, by: Viewer | None, at: datetime) -> tuple[Invitation, str]:
    """
    Send one partner a letter, or another one; an earlier link dies. The other partner learns nothing.

    When the mail server refuses, the invitation says so by having no `sent_at`: it can be sent again.
    """
    return _invite(partner, by, at)


@transaction.atomic
def invite_staff(*, membership: Membership, by: Viewer | None, at: datetime) -> tuple[Invitation, str]:
    """Send a member of staff a letter, or another one."""
    return _invite(membership, by, at)


@transaction.atomic
def revoke_invitation(*, place: Place, by: Viewer, at: datetime) -> None:
    """Make an invitation that is still under way useless."""
    place = _locked(place)
    policies.may_invite(by, place).require()
    if place.invitation:
        accounts.revoke(invitation=place.invitation, by=by, at=at)


@transaction.atomic
def correct_partner(*, partner: Partner, name: str, email: str, by: Viewer, at: datetime) -> None:
    """Put a name or an address right before its person has joined. With a new address, an earlier link dies."""
    partner = Partner.objects.select_for_update(of=("self",), no_key=True).get(pk=partner.pk)
    policies.may_invite(by, partner).require()
    address = email.strip().lower()
    old = partner.invitation
    if old and address != partner.email:
        accounts.revoke(invitation=old, by=by, at=at)
    partner.name, partner.email = name, address
    partner.save(update_fields=["name", "email"])
    audit.record(verb="partner.corrected", by=by, subject=partner, at=at)


@transaction.atomic
def join(*, place: Place, user: User, at: datetime) -> None:
    """Someone takes the place made for them."""
    place.person, place.joined_at = user, at
    place.save(update_fields=["person", "joined_at"])
    audit.record(verb="place.joined", by=Viewer(user_id=user.pk, at=at), subject=place, at=at)


@transaction.atomic
def accept_invitation(
    *, token: str, at: datetime, user: User | None = None, account: accounts.NewAccount | None = None
) -> User:
    """
    Take the place that an invitation's link leads to: as the signed-in `user`, or with a new `account`.

    Raises accounts.commands.Closed or NeedsSignIn, or Refused for someone signed in with another address.
    """
    place = _place_of(token)
    if place is None or place.person_id or _has_ended(place):
        raise accounts.Closed
    _invitation, person = accounts.accept(token=token, user=user, account=account, at=at)
    join(place=place, user=person, at=at)
    return person


def _place_of(token: str) -> Place | None:
    queries.admit(token)
    for places in (Partner.objects, Membership.objects):
        place = (
            places.select_for_update(of=("self",), no_key=True).filter(invitation__token_hash=token_hash(token)).first()
        )
        if place:
            return place
    return None


def _has_ended(place: Place) -> bool:
    if isinstance(place, Partner):
        return place.couple.state == CoupleState.ENDED
    return place.ended_at is not None


@transaction.atomic
def note_check(*, place: Place, by: Viewer, at: datetime) -> None:
    """It was them who set a new password: their writing opens in two days, unless they say that it was not."""
    policies.may_note_check(by, _locked(place)).require()
    if place.person:
        accounts.note_check(user=place.person, by=by, at=at)


@transaction.atomic
def take_check_back(*, place: Place, by: Viewer, at: datetime) -> None:
    """They say that it was somebody else."""
    policies.may_note_check(by, _locked(place)).require()
    if place.person:
        accounts.take_check_back(user=place.person, by=by, at=at)
