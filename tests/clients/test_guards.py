"""Who may enter which part of the site, decided before anything is looked up."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from clients.models import Couple, Membership, Partner
from tests.cast import PERSONAS, Cast
from tests.clients.conftest import ClientOf

pytestmark = pytest.mark.django_db

THERAPIST_PAGES = ["couple-new"]
THERAPIST_RECORDS = ["couple-edit", "partner-edit"]
THERAPIST_POSTS = ["partner-invite", "partner-revoke"]
CLINIC_PAGES = ["people", "staff-new", "clinic-caseloads", "clinic-settings"]
CLINIC_RECORDS = ["staff", "couple-move"]
CLINIC_POSTS = ["staff-invite", "staff-revoke"]

ENTER_T = {"moreno": 200, "yilmaz": 200, "former": 200, "okafor": 200, "both": 200, "adair": 403}
ENTER_C = {"adair": 200, "both": 200, "moreno": 403, "yilmaz": 403, "former": 403, "okafor": 403}


@pytest.mark.parametrize("name", PERSONAS)
def test_it_lets_in_by_role_alone(cast: Cast, client_of: ClientOf, name: str) -> None:
    client = client_of(name)
    for page in THERAPIST_PAGES:
        assert client.get(reverse(page)).status_code == ENTER_T.get(name, 404), page
    for page in CLINIC_PAGES:
        assert client.get(reverse(page)).status_code == ENTER_C.get(name, 404), page


@pytest.mark.parametrize("name", PERSONAS)
def test_it_answers_for_a_real_record_as_for_one_that_never_was(cast: Cast, client_of: ClientOf, name: str) -> None:
    """Byte for byte, for whoever may not know of it."""
    client = client_of(name)
    ours = {
        "couple-edit": cast.couple,
        "couple-move": cast.couple,
        "partner-edit": cast.places["alex"],
        "partner-invite": cast.places["alex"],
        "partner-revoke": cast.places["alex"],
        "staff": cast.staff["former"],
        "staff-invite": cast.staff["former"],
        "staff-revoke": cast.staff["former"],
    }
    for page, record in ours.items():
        if name in ({"moreno"} if page.startswith(("couple-edit", "partner")) else {"adair", "both"}):
            continue
        send = client.post if page in THERAPIST_POSTS + CLINIC_POSTS else client.get
        real, never = send(reverse(page, args=[record.pk])), send(reverse(page, args=[uuid4()]))
        assert real.status_code == never.status_code
        assert real.status_code in {403, 404}
        assert real.content.replace(str(record.pk).encode(), b"") == never.content
        assert real.headers == never.headers
        entered = (ENTER_T if page in THERAPIST_RECORDS + THERAPIST_POSTS else ENTER_C).get(name, 404)
        assert real.status_code == (404 if entered == 200 else entered)


def test_it_tells_an_admin_why_before_any_look_up(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("adair")
    answer = client.get(reverse("couple-edit", args=[cast.couple.pk]))
    assert answer.status_code == 403
    assert "never see clinical content" in answer.content.decode()


def test_it_tells_a_therapist_that_admins_do_this(cast: Cast, client_of: ClientOf) -> None:
    answer = client_of("moreno").get(reverse("people"))
    assert answer.status_code == 403
    assert "Only the admins of your clinic" in answer.content.decode()


def test_it_sends_the_signed_out_to_sign_in(cast: Cast, client: Client) -> None:
    answer = client.get(reverse("couple-new"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
    assert client.get(reverse("people"), headers={"HX-Request": "true"}).status_code == 401


def test_it_opens_a_therapists_own_records_only_to_that_therapist(cast: Cast, client_of: ClientOf) -> None:
    edit, place = reverse("couple-edit", args=[cast.couple.pk]), reverse("partner-edit", args=[cast.places["alex"].pk])
    Partner.objects.update(person=None, joined_at=None)
    assert client_of("moreno").get(edit).status_code == 200
    assert client_of("moreno").get(place).status_code == 200
    for name in ("yilmaz", "former", "okafor", "both"):
        assert client_of(name).get(edit).status_code == 404
        assert client_of(name).get(place).status_code == 404


def test_it_closes_everything_once_a_membership_has_ended(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("both")
    assert client.get(reverse("people")).status_code == 200
    Membership.objects.filter(pk=cast.staff["both"].pk).update(ended_at=cast.staff["both"].joined_at)
    assert client.get(reverse("people")).status_code == 404
    assert client.get(reverse("couple-new")).status_code == 404
    assert Couple.objects.filter(therapist=cast.staff["moreno"]).count() == 2
