"""Erasing a person: what the clinics they belong to know of them."""

from datetime import datetime
from itertools import chain
from uuid import UUID

from django.db import transaction

from accounts import commands as accounts
from accounts.models import Invitation, User
from clients.commands.places import Place
from clients.models import Couple, Membership, Partner
from clients.states import CoupleState
from safekeeping.verdict import no


def places_of(person: User) -> list[Place]:
    """Every place of a person, in couples and on staffs, the ended ones, too."""
    return list(chain(Partner.objects.filter(person=person), Membership.objects.filter(person=person)))


@transaction.atomic
def erase_places(*, person: User, at: datetime, though_treating: bool = False) -> list[Place]:
    """
    Take name and address from a person's account and from each of their places; the places are the answer.

    Refused for a therapist who treats somebody, as their couples are handed over first; unless `though_treating`, for
    a backup in which they were not yet.
    """
    places = places_of(person)
    treated = Couple.objects.filter(therapist__person=person).exclude(state=CoupleState.ENDED)
    if not though_treating and treated.exists():
        no("treats", "This therapist treats couples. Hand them over first.").require()
    for place in places:
        _erase_place(place)
    Membership.objects.filter(person=person, ended_at__isnull=True).update(ended_at=at)
    accounts.erase_account(user=person, at=at)
    return places


def _erase_place(place: Place) -> None:
    gone = accounts.erased_address(place.pk)
    if place.invitation_id:
        Invitation.objects.filter(pk=place.invitation_id).update(email=gone)
    type(place).objects.filter(pk=place.pk).update(name=accounts.ERASED_NAME, email=gone)


def person_by(*, id_or_address: str) -> User | None:
    """The account that an operator means."""
    try:
        return User.objects.filter(pk=UUID(id_or_address)).first()
    except ValueError:
        return User.objects.filter(email=id_or_address.strip().lower()).first()
