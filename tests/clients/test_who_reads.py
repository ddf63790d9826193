"""Every page that a partner can open: who will read what is written there, and help one tap away."""

import re
from html.parser import HTMLParser

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from clients.models import Clinic
from tests.access.scene import NOW, build
from tests.access.test_matrix import IN, MATRIX, ask
from tests.cast import Cast
from tests.clients.agreeing import has_signed_nothing
from tests.clients.conftest import ClientOf
from tests.exercises.page import words
from tests.exercises.scene import KEYS, stage
from tests.second import fresh

pytestmark = pytest.mark.django_db
NOT_WRITING = {"healthz", "reauth", "session-left", "mfa_add_webauthn", "reflection-file"}
# a name for a passkey is for oneself; a file is no page
BOXES = {"text", "search", ""}  # what a password, an address or a code is, needs no saying


class Forms(HTMLParser):
    """The forms of a page: whether one can write in them, and whether they say who will read it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.found.append({"box": False, "said": False})
        here = self.found[-1] if self.found else {}
        is_box = tag == "textarea" or (tag == "input" and (given.get("type") or "") in BOXES)
        if is_box and "readonly" not in given and given.get("autocomplete") != "one-time-code":
            here["box"] = True
        if "who-reads" in (given.get("class") or ""):
            here["said"] = True


def forms(html: str) -> list[dict[str, bool]]:
    parser = Forms()
    parser.feed(html)
    return parser.found


def pages_of_alex(cast: Cast, client: Client) -> dict[str, str]:
    """Each page of the matrix that opens to Alex, as HTML, and each kind of step."""
    scene = build(cast)
    found = {}
    with time_machine.travel(NOW, tick=False):
        fresh(client, cast.alex)
        for method, name, kind, row in MATRIX:
            if method == "get" and row[1] == IN and name not in NOT_WRITING:
                answer = ask(client, "get", name, scene.paths[kind], htmx=False)
                if answer["Content-Type"].startswith("text/html"):  # a file has no boxes to write in
                    found[name] = answer.content.decode()
        small = stage(cast)
        for number, key in enumerate(KEYS, 1):
            path = reverse("homework-step", args=[small.homework().pk, number])
            found[f"step: {key}"] = client.get(path).content.decode()
        for path in ("/nowhere/", reverse("caseload")):
            found[path] = client.get(path).content.decode()
    return found


@pytest.fixture
def pages(cast: Cast, client_of: ClientOf) -> dict[str, str]:
    return pages_of_alex(cast, client_of("alex"))


def test_it_says_at_every_writing_box_who_will_read_it(pages: dict[str, str]) -> None:
    writing = {name: form for name, html in pages.items() for form in forms(html) if form["box"]}
    assert {"account", "homework-step", "step: letter", "step: line", "step: log", "step: parts"} <= set(writing)
    assert [name for name, form in writing.items() if not form["said"]] == []


def test_the_invitation_says_who_reads_ones_name(cast: Cast, client: Client) -> None:
    from accounts.commands import invite
    from tests.cast import NOON

    place = cast.places["alex"]
    place.invitation, token = invite(email="new@example.org", by=cast.viewer("moreno"), at=NOON)
    place.person, place.email = None, "new@example.org"
    place.save()
    with time_machine.travel(NOON, tick=False):
        html = client.get(reverse("invitation", args=[token])).content.decode()
    assert [form["said"] for form in forms(html) if form["box"]] == [True]


def test_it_says_near_writing_that_nobody_reads_along(pages: dict[str, str]) -> None:
    for name in ("homework-step", "step: letter", "step: log"):
        assert "Nobody reads along as you write." in pages[name]


@pytest.mark.parametrize("signed", [True, False])
def test_help_is_one_tap_away_on_every_page(cast: Cast, client_of: ClientOf, signed: bool) -> None:
    pages = pages_of_alex(cast, client_of("alex"))
    if not signed:
        has_signed_nothing(cast, "alex")
        pages = {
            name: client_of("alex").get(reverse(name)).content.decode()
            for name in ("today", "consent", "consent-later")
        }
    assert len(pages) > (20 if signed else 2)
    here = {"safety"}
    assert [
        name for name, html in pages.items() if f'href="{reverse("safety")}"' not in html and name not in here
    ] == []


def test_help_names_the_numbers_of_some_countries_where_a_clinic_has_set_none(cast: Cast, client_of: ClientOf) -> None:
    assert "Call 112." in words(client_of("alex").get(reverse("safety")))
    assert "999" not in words(client_of("alex").get(reverse("safety")))
    Clinic.objects.update(crisis_text="")
    for client in (client_of("alex"), Client()):
        text = words(client.get(reverse("safety")))
        for number in ("European Union: 112", "United Kingdom: 999", "911 in an emergency, 988", "Anywhere else"):
            assert number in text


def test_help_says_what_software_cannot_do(client: Client) -> None:
    text = words(client.get(reverse("safety")))
    for sentence in (
        "Nobody reads along here in real time.",
        "It cannot erase the history of your browser",
        "Somebody who has your phone while you are signed in",
        "can take a picture of the screen",
        "The people who run the server, with the database and its key, can technically read",
        "no alarm goes off",
    ):
        assert sentence in text
    assert not re.search(r"end-to-end|encrypted|completely safe|nobody can ever", text, re.I)
