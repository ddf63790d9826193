import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from clients.models import Clinic, Membership
from tests.cast import PERSONAS, Cast
from tests.clients.conftest import ClientOf

pytestmark = pytest.mark.django_db
PAGES = ["safety", "help", "privacy", "accessibility"]


@pytest.mark.parametrize("page", PAGES)
def test_it_is_there_for_everybody(cast: Cast, client: Client, client_of: ClientOf, page: str) -> None:
    assert client.get(reverse(page)).status_code == 200
    for name in PERSONAS:
        assert client_of(name).get(reverse(page)).status_code == 200


def test_it_leaves_quickly_and_ends_the_session(cast: Cast, client_of: ClientOf) -> None:
    Clinic.objects.filter(pk=cast.riverside.pk).update(exit_url="https://weather.example.org/")
    client = client_of("alex")
    answer = client.get(reverse("exit"))
    assert (answer.status_code, answer["Location"]) == (303, "https://weather.example.org/")
    assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert answer["Cache-Control"] == "no-store"
    assert "_auth_user_id" not in client.session
    assert client.get(reverse("account")).status_code == 302


def test_it_leaves_from_everywhere(cast: Cast, client: Client, client_of: ClientOf) -> None:
    assert client.get(reverse("exit"))["Location"] == "https://www.wikipedia.org/"
    assert client_of("ellis").get(reverse("exit"))["Location"] == cast.hilltop.exit_url
    assert client_of("moreno").get(reverse("exit")).status_code == 303


def test_it_shows_the_help_of_ones_own_clinic(cast: Cast, client: Client, client_of: ClientOf) -> None:
    assert "Call 112." in client_of("alex").get(reverse("safety")).content.decode()
    for other in (client_of("ellis"), client):
        text = other.get(reverse("safety")).content.decode()
        assert "Call 112." not in text
        assert "Nobody reads along here in real time." in text


def test_it_makes_no_promise_it_cannot_keep(client: Client) -> None:
    text = client.get(reverse("privacy")).content.decode()
    assert "can technically read what is stored there" in text
    for claim in ("end-to-end", "encrypted", "nobody can ever"):
        assert claim not in text.lower()


FOUND = ["--name", "Lakeside", "--time-zone", "Europe/Oslo", "--admin-name", "Ash", "--admin-email", "Ash@example.org"]


@pytest.mark.django_db(transaction=True)
def test_it_founds_a_clinic_with_its_first_admin(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("found_clinic", *FOUND)
    ash = Membership.objects.select_related("clinic").get(email="ash@example.org")
    assert (ash.clinic.name, ash.is_admin, ash.is_therapist) == ("Lakeside", True, False)
    assert mail.outbox[0].to == ["ash@example.org"]
    assert "on its way" in capsys.readouterr().out
    call_command("found_clinic", *FOUND)
    assert Clinic.objects.count() == 1
    assert len(mail.outbox) == 2


@pytest.mark.django_db(transaction=True)
def test_it_founds_the_practice_of_somebody_who_works_alone() -> None:
    call_command("found_clinic", *FOUND, "--therapist")
    assert Membership.objects.filter(is_admin=True, is_therapist=True).count() == 1


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--time-zone", "Oslo"),
        ("--admin-email", "ash"),
        ("--name", "Lake\nside"),
        ("--admin-name", ""),
        ("--name", "x" * 121),
    ],
)
def test_it_founds_no_clinic_from_odd_words(db: None, option: str, value: str) -> None:
    words = list(FOUND)
    words[words.index(option) + 1] = value
    with pytest.raises(CommandError):
        call_command("found_clinic", *words)
    assert not Clinic.objects.exists()
