from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clients import queries
from clients.models import Clinic, Couple, Membership
from tests.cast import Cast
from tests.clients.conftest import ClientOf

pytestmark = pytest.mark.django_db
SETTINGS = {
    "name": "Riverside", "time_zone": "Europe/Berlin", "crisis_text": "Call 112.\nOr 0800 1110111.",
    "exit_url": "https://weather.example.org/", "hold_minutes": "0", "most_open": "3",
}  # fmt: skip


@pytest.fixture
def adair(client_of: ClientOf) -> Client:
    return client_of("adair")


def test_it_lists_the_people_of_the_clinic_and_no_others(adair: Client) -> None:
    text = adair.get(reverse("people")).content.decode()
    for known in ("moreno@example.org", "alex@example.org", "both@example.org", "Clinic admin"):
        assert known in text
    for unknown in ("okafor@", "ellis@", "admin_elsewhere@", "River stones"):
        assert unknown not in text


def test_it_searches_people_with_and_without_htmx(adair: Client) -> None:
    whole = adair.get(reverse("people"), {"q": "MOREN"}).content.decode()
    part = adair.get(reverse("people"), {"q": "MOREN"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" in whole
    assert "<html" not in part
    assert part.strip().startswith('<div id="people-list"')
    assert "moreno@example.org" in part
    assert "yilmaz@example.org" not in part
    for odd in ("\x00", "%", "_", "'", "\u202e", "x" * 5000):
        assert adair.get(reverse("people"), {"q": odd}).status_code == 200


def test_it_refuses_the_same_address_twice_on_the_staff(adair: Client) -> None:
    answer = adair.post(reverse("staff-new"), {"name": "M", "email": "MORENO@example.org", "roles": ["therapist"]})
    assert answer.status_code == 422
    assert "Somebody with this address is already on your staff." in answer.content.decode()


@pytest.mark.parametrize("roles", [[], ["owner"]])
def test_it_gives_staff_at_least_one_known_role(adair: Client, roles: list[str]) -> None:
    answer = adair.post(reverse("staff-new"), {"name": "M", "email": "m@example.org", "roles": roles})
    assert answer.status_code == 422
    assert not Membership.objects.filter(email="m@example.org").exists()


def test_it_changes_roles_and_ends_a_membership(cast: Cast, adair: Client) -> None:
    page = reverse("staff", args=[cast.staff["yilmaz"].pk])
    assert adair.post(page, {"roles": ["therapist", "admin"]})["Location"] == page
    assert cast.viewer("yilmaz").is_admin
    assert adair.post(page, {"end": "yes"})["Location"] == reverse("people")
    assert not cast.viewer("yilmaz").is_therapist
    assert "Ended on" in adair.get(page).content.decode()


def test_it_says_why_a_therapist_cannot_go_yet(cast: Cast, adair: Client) -> None:
    page = reverse("staff", args=[cast.staff["moreno"].pk])
    text = adair.get(page).content.decode()
    assert "Move these couples to another therapist first." in text
    assert f'href="{reverse("clinic-caseloads")}"' in text
    assert "End the membership</button>" not in text
    assert adair.post(page, {"end": "yes"}).status_code == 403
    answer = adair.post(page, {"roles": ["admin"]})
    assert answer.status_code == 422
    assert "Move these couples to another therapist first." in answer.content.decode()


def test_it_keeps_the_last_admin(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("admin_elsewhere")
    page = reverse("staff", args=[cast.staff["admin_elsewhere"].pk])
    assert "Make somebody else an admin first." in client.get(page).content.decode()
    assert client.post(page, {"end": "yes"}).status_code == 403
    assert client.get(page).status_code == 200


def test_it_takes_an_admin_who_leaves_to_the_front_door(cast: Cast, adair: Client) -> None:
    answer = adair.post(reverse("staff", args=[cast.staff["adair"].pk]), {"end": "yes"})
    assert answer["Location"] == "/"
    assert adair.get(reverse("people")).status_code == 404


def test_it_sends_staff_their_letter_again_and_takes_it_back(
    cast: Cast, adair: Client, on_commit: Any, mailoutbox: Any
) -> None:
    Membership.objects.filter(pk=cast.staff["former"].pk).update(person=None, joined_at=None)
    pk = cast.staff["former"].pk
    for times in (1, 2):
        with on_commit():
            assert adair.post(reverse("staff-invite", args=[pk])).status_code == 302
        assert len(mailoutbox) == times
    assert "Take the invitation back" in adair.get(reverse("staff", args=[pk])).content.decode()
    assert adair.post(reverse("staff-revoke", args=[pk])).status_code == 302
    assert "Send an invitation" in adair.get(reverse("staff", args=[pk])).content.decode()


def test_it_shows_who_treats_whom_and_nothing_clinical(adair: Client) -> None:
    text = adair.get(reverse("clinic-caseloads")).content.decode()
    for known in ("River stones", "Old oak", "Moreno", "2 couples", "0 couples"):
        assert known in text
    for unknown in ("North star", "Okafor", "Alex", "Blake"):
        assert unknown not in text


def test_it_moves_a_couple_after_a_check(cast: Cast, adair: Client, client_of: ClientOf) -> None:
    moreno, page = client_of("moreno"), reverse("couple-move", args=[cast.couple.pk])
    edit = reverse("couple-edit", args=[cast.couple.pk])
    assert moreno.get(edit).status_code == 200
    yilmaz = cast.staff["yilmaz"].pk
    assert "Yilmaz" in adair.get(page).content.decode()
    check = adair.get(page, {"to": yilmaz}).content.decode()
    assert "This couple moves from Moreno to Yilmaz." in check
    assert Couple.objects.get(pk=cast.couple.pk).therapist == cast.staff["moreno"]
    assert adair.post(page, {"to": yilmaz})["Location"] == reverse("clinic-caseloads")
    assert moreno.get(edit).status_code == 404
    assert client_of("yilmaz").get(edit).status_code == 200


@pytest.mark.parametrize("to", ["", "okafor", "adair", "moreno", "not-an-id", "\x00"])
def test_it_moves_to_nobody_but_a_therapist_of_the_clinic(cast: Cast, adair: Client, to: str) -> None:
    pk = str(cast.staff[to].pk) if to in cast.staff else to
    answer = adair.post(reverse("couple-move", args=[cast.couple.pk]), {"to": pk})
    assert answer.status_code == 422
    assert "Choose a therapist from the list." in answer.content.decode()


def test_it_says_that_another_admin_moves_couples_to_oneself(cast: Cast, client_of: ClientOf) -> None:
    both, page = client_of("both"), reverse("couple-move", args=[cast.couple.pk])
    answer = both.post(page, {"to": cast.staff["both"].pk})
    assert answer.status_code == 403
    assert "Another admin can move couples to you." in answer.content.decode()
    assert Couple.objects.get(pk=cast.couple.pk).therapist == cast.staff["moreno"]


def test_it_says_that_another_admin_makes_oneself_a_therapist(cast: Cast, adair: Client) -> None:
    page = reverse("staff", args=[cast.staff["adair"].pk])
    answer = adair.post(page, {"roles": ["therapist", "admin"]})
    assert answer.status_code == 422
    assert "Another admin can make you a therapist." in answer.content.decode()
    assert not Membership.objects.get(pk=cast.staff["adair"].pk).is_therapist


def test_it_keeps_the_clinics_settings(cast: Cast, adair: Client) -> None:
    assert adair.post(reverse("clinic-settings"), SETTINGS).status_code == 302
    clinic = Clinic.objects.get(pk=cast.riverside.pk)
    assert (clinic.hold_minutes, clinic.exit_url) == (0, "https://weather.example.org/")
    assert Clinic.objects.get(pk=cast.hilltop.pk).name == "Hilltop"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("exit_url", "http://example.org/"), ("exit_url", "javascript:alert(1)"), ("exit_url", "ftp://example.org/"),
        ("exit_url", "https://example.org/\r\nX: y"), ("exit_url", ""), ("exit_url", "data:text/html,x"),
        ("hold_minutes", "61"), ("hold_minutes", "-1"), ("hold_minutes", "ten"), ("hold_minutes", ""),
        ("most_open", "0"), ("most_open", "21"),
        ("name", "River\x00side"), ("name", ""), ("name", "\u202eedisreviR"), ("crisis_text", "call\x00"),
        ("crisis_text", "call \u202e211"), ("time_zone", "UTC+1"),
    ],
)  # fmt: skip
def test_it_refuses_settings_that_cannot_be(cast: Cast, adair: Client, field: str, value: str) -> None:
    answer = adair.post(reverse("clinic-settings"), SETTINGS | {field: value})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()


def test_it_edits_the_clinic_one_runs_whatever_the_address_says(cast: Cast, adair: Client) -> None:
    adair.post(f"{reverse('clinic-settings')}?clinic={cast.hilltop.pk}", SETTINGS | {"name": "Taken over"})
    assert Clinic.objects.get(pk=cast.hilltop.pk).name == "Hilltop"


def test_it_asks_which_clinic_when_one_works_at_two(cast: Cast, client_of: ClientOf, adair: Client) -> None:
    for name, role in (("adair", {"is_admin": True}), ("moreno", {"is_therapist": True})):
        Membership.objects.create(
            clinic=cast.hilltop, person=cast.people[name], name=name, email=cast.people[name].email, **role
        )
    sent = {"name": "Jo", "email": "jo@example.org", "roles": ["therapist"]}
    assert 'name="clinic"' in adair.get(reverse("staff-new")).content.decode()
    assert adair.post(reverse("staff-new"), sent).status_code == 422
    assert adair.post(reverse("staff-new"), sent | {"clinic": str(cast.hilltop.pk)}).status_code == 302
    assert Membership.objects.get(email="jo@example.org").clinic == cast.hilltop
    hilltop = f"{reverse('clinic-settings')}?clinic={cast.hilltop.pk}"
    assert 'value="Hilltop"' in adair.get(hilltop).content.decode()
    moreno = client_of("moreno")
    assert 'name="clinic"' in moreno.get(reverse("couple-new")).content.decode()
    there = next(m for m in queries.own_memberships(viewer=cast.viewer("moreno")) if m.clinic == cast.hilltop)
    new = {
        "alias": "New leaf", "time_zone": "UTC", "clinic": str(there.pk),
        "name_1": "Robin", "email_1": "robin@example.org", "name_2": "Sam", "email_2": "sam@example.org",
    }  # fmt: skip
    assert moreno.post(reverse("couple-new"), new).status_code == 302
    assert Couple.objects.get(alias="New leaf").clinic == cast.hilltop
