"""Two people, two connections, one moment."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from accounts.commands import Closed, NeedsSignIn, NewAccount
from accounts.models import Invitation, User
from clients import commands
from clients.models import Couple, Membership, Partner
from safekeeping.models import AuditEvent
from safekeeping.verdict import Refused
from tests.cast import NOON, Cast, assemble

pytestmark = pytest.mark.django_db(transaction=True)
ROBIN = NewAccount(chosen_name="Robin", pronouns="", time_zone="Europe/Berlin", password="four quiet garden words")


@pytest.fixture
def world(transactional_db: None) -> Iterator[Cast]:
    yield assemble()


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Do them at the same time, each on a connection of its own; what each gives back, or raises."""
    together = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        together.wait()
        try:
            return deed()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def invited(cast: Cast) -> tuple[Couple, str]:
    couple = commands.add_couple(
        therapist=cast.staff["moreno"], alias="New leaf", time_zone="UTC",
        people=[("Robin", "robin@example.org"), ("Sam", "sam@example.org")], by=None, at=NOON,
    )  # fmt: skip
    _invitation, token = commands.invite_partner(partner=couple.partners.get(name="Robin"), by=None, at=NOON)
    return couple, token


@pytest.mark.parametrize("_round", range(3))
def test_it_is_accepted_once_when_two_accept_at_once(world: Cast, _round: int) -> None:
    couple, token = invited(world)

    def accept() -> User:
        return commands.accept_invitation(token=token, account=ROBIN, at=NOON)

    outcomes = at_once(accept, accept, accept)
    people = [o for o in outcomes if isinstance(o, User)]
    assert len(people) == 1
    assert all(isinstance(o, Closed) for o in outcomes if o not in people)
    assert couple.partners.get(name="Robin").person == people[0]
    assert AuditEvent.objects.filter(verb="place.joined").count() == 1


@pytest.mark.parametrize("_round", range(3))
def test_it_is_either_accepted_or_sent_again(world: Cast, _round: int) -> None:
    couple, token = invited(world)
    moreno = world.viewer("moreno")
    robin = couple.partners.get(name="Robin")
    accepted, again = at_once(
        lambda: commands.accept_invitation(token=token, account=ROBIN, at=NOON),
        lambda: commands.invite_partner(partner=robin, by=moreno, at=NOON),
    )
    if isinstance(accepted, User):
        assert isinstance(again, Refused)
    else:
        assert isinstance(accepted, Closed)
        assert Partner.objects.get(pk=robin.pk).person is None
    assert Invitation.objects.filter(accepted_at=None, revoked_at=None).count() == (not isinstance(accepted, User))


def test_it_keeps_one_admin_when_two_remove_each_other(world: Cast) -> None:
    adair, both = world.viewer("adair"), world.viewer("both")
    outcomes = at_once(
        lambda: commands.end_staff(membership=world.staff["both"], by=adair, at=NOON),
        lambda: commands.end_staff(membership=world.staff["adair"], by=both, at=NOON),
    )
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
    assert Membership.objects.current().filter(clinic=world.riverside, is_admin=True).count() == 1


def test_it_never_leaves_a_couple_with_a_therapist_who_has_gone(world: Cast) -> None:
    adair, both = world.viewer("adair"), world.viewer("both")
    at_once(
        lambda: commands.move_couple(couple=world.couple, to=world.staff["yilmaz"], by=adair, at=NOON),
        lambda: commands.end_staff(membership=world.staff["yilmaz"], by=both, at=NOON),
    )
    couple = Couple.objects.select_related("therapist").get(pk=world.couple.pk)
    assert couple.therapist.ended_at is None


def test_it_adds_somebody_once_when_clicked_twice(world: Cast) -> None:
    adair = world.viewer("adair")

    def add() -> Membership:
        return commands.add_staff(
            clinic=world.riverside,
            name="Jo",
            email="jo@example.org",
            is_therapist=True,
            is_admin=False,
            by=adair,
            at=NOON,
        )

    outcomes = at_once(add, add, add)
    assert sum(isinstance(outcome, Membership) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, commands.AlreadyOnStaff) for outcome in outcomes) == 2


@pytest.mark.parametrize("_round", range(3))
def test_it_opens_one_account_when_two_clinics_invite_one_address(world: Cast, _round: int) -> None:
    tokens = []
    for clinic in (world.riverside, world.hilltop):
        member = commands.add_staff(
            clinic=clinic, name="Jo", email="jo@example.org", is_therapist=True, is_admin=False, by=None, at=NOON
        )
        tokens.append(commands.invite_staff(membership=member, by=None, at=NOON)[1])
    first, second = at_once(
        lambda: commands.accept_invitation(token=tokens[0], account=ROBIN, at=NOON),
        lambda: commands.accept_invitation(token=tokens[1], account=ROBIN, at=NOON),
    )
    assert {type(first), type(second)} == {User, NeedsSignIn}
    assert User.objects.filter(email="jo@example.org").count() == 1
