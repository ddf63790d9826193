"""The pages around agreeing: one document a page, “not now” as a full answer, and taking it back."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from clients import commands
from clients.models import ConsentDocument, ConsentSignature, Partner
from tests.cast import NOON, Cast
from tests.clients.agreeing import agree, current, has_signed_nothing, publish
from tests.clients.conftest import ClientOf
from tests.exercises.page import masked, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def alex(cast: Cast, client_of: ClientOf) -> Client:
    """Alex, who has signed nothing yet."""
    has_signed_nothing(cast, "alex")
    return client_of("alex")


def document_on(page: object) -> str:
    return re.search(r'name="document" value="([0-9a-f-]+)"', page.content.decode())[1]  # type: ignore[attr-defined]


def test_it_shows_one_document_a_page_and_signs_it(cast: Cast, alex: Client) -> None:
    first = alex.get(reverse("consent"))
    assert "1 of 2 to read" in words(first)
    assert "<em>this</em>" in first.content.decode()
    assert alex.post(reverse("consent"), {"document": document_on(first)})["Location"] == reverse("consent")
    second = alex.get(reverse("consent"))
    assert "2 of 2 to read" in words(second)
    assert alex.post(reverse("consent"), {"document": document_on(second)})["Location"] == reverse("today")
    assert cast.viewer("alex").takes_part
    assert "You have agreed to this." in words(alex.get(reverse("consent")))


def test_it_draws_what_a_clinic_wrote_and_no_markup_of_theirs(cast: Cast, alex: Client, client_of: ClientOf) -> None:
    commands.publish(
        previous=current(cast), title="A <b>title</b>", by=cast.viewer("adair"), at=NOON,
        text="## Heading\n\n- one\n- two\n\n<script>alert(1)</script> [link](https://example.org) ![x](y)",
    )  # fmt: skip
    for page in (alex.get(reverse("consent")), client_of("blake").get(reverse("document", args=[current(cast).pk]))):
        html = page.content.decode()
        assert "<h2>Heading</h2>" in html
        assert "<li>one</li>" in html
        assert "<script>alert" not in html
        assert "<b>title" not in html
        assert 'href="https://example.org"' not in html


def test_not_now_is_a_full_answer(cast: Cast, alex: Client) -> None:
    page = alex.get(reverse("consent"))
    assert f'href="{reverse("consent-later")}"' in page.content.decode()
    later = alex.get(reverse("consent-later"))
    assert "“Not now” is a full answer." in words(later)
    for name in ("reflections", "safety", "help", "account", "separation", "exit"):
        assert f'href="{reverse(name)}"' in later.content.decode()
        assert alex.get(reverse(name)).status_code in {200, 303}
        alex.force_login(cast.alex)  # leaving has signed out
    assert not ConsentSignature.objects.filter(partner=cast.places["alex"]).exists()


def test_pressing_twice_goes_on_and_a_stale_page_shows_the_newest(cast: Cast, alex: Client) -> None:
    stale = document_on(alex.get(reverse("consent")))
    alex.post(reverse("consent"), {"document": stale})
    assert alex.post(reverse("consent"), {"document": stale})["Location"] == reverse("consent")
    publish(cast)
    answer = alex.post(reverse("consent"), {"document": stale}, follow=True)
    assert "The text has changed since you opened the page." in words(answer)
    assert "Newer words." in words(answer)
    assert not cast.viewer("alex").takes_part


@pytest.mark.parametrize("sent", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_it_signs_nothing_that_was_not_asked(cast: Cast, alex: Client, sent: str) -> None:
    assert alex.post(reverse("consent"), {"document": sent}).status_code == 302
    elsewhere = ConsentDocument.objects.filter(clinic=cast.hilltop).first()
    assert elsewhere and alex.post(reverse("consent"), {"document": str(elsewhere.pk)}).status_code == 302
    assert not ConsentSignature.objects.filter(partner=cast.places["alex"]).exists()


def test_it_says_what_follows_and_takes_it_back(cast: Cast, client_of: ClientOf) -> None:
    alex = client_of("alex")
    page = words(alex.get(reverse("consent-withdraw")))
    assert "Everything you wrote stays yours." in page
    assert "Your partner is not told, and sees no change." in page
    assert cast.viewer("alex").takes_part
    answer = alex.post(reverse("consent-withdraw"), follow=True)
    assert "You have taken back your agreement." in words(answer)
    assert not cast.viewer("alex").takes_part
    agree(cast, "alex")
    assert cast.viewer("alex").takes_part


def test_it_is_the_same_page_whatever_the_other_one_did(cast: Cast, alex: Client) -> None:
    """Nothing of Blake's agreement, asking or joining shows on any page of Alex's."""
    pages = ["consent", "consent-later", "consent-withdraw", "separation", "today", "shared", "account", "safety"]
    seen = []
    for deed in (
        lambda: None,
        lambda: commands.ask_for_ending(partner=cast.places["blake"], by=cast.viewer("blake"), at=NOON),
        lambda: commands.withdraw(by=cast.viewer("blake"), at=NOON),
        lambda: has_signed_nothing(cast, "blake"),
        lambda: Partner.objects.filter(pk=cast.places["blake"].pk).update(person=None, joined_at=None),
    ):
        deed()
        answers = [alex.get(reverse(page)) for page in pages]
        seen.append([(a.status_code, masked(a), sorted(a.headers.items())) for a in answers])
    assert all(one == seen[0] for one in seen)


def test_it_tells_the_therapist_on_each_ones_own_row(cast: Cast, client_of: ClientOf) -> None:
    has_signed_nothing(cast, "blake")
    page = reverse("couple", args=[cast.couple.pk])
    text = words(client_of("moreno").get(page))
    assert text.count("Has agreed · 2 March 2026") == 1
    assert text.count("Has not agreed yet") == 1
    commands.withdraw(by=cast.viewer("alex"), at=NOON)
    assert "Has withdrawn · 2 March 2026" in words(client_of("moreno").get(page))
    Partner.objects.filter(pk=cast.places["blake"].pk).update(person=None, joined_at=None)
    assert "Has not agreed yet" not in words(client_of("moreno").get(page))


# --- the clinic's side


def test_it_lists_documents_and_numbers_without_a_name(cast: Cast, client_of: ClientOf) -> None:
    commands.withdraw(by=cast.viewer("alex"), at=NOON)
    publish(cast, "secrets")
    text = words(client_of("adair").get(reverse("documents")))
    assert "Signed by 3 of 4 partners" in text
    assert "Signed by 0 of 4 partners" in text
    assert "Earlier versions" in text
    assert "alex" not in text.lower()


def next_page(cast: Cast) -> str:
    return reverse("document-next", args=[current(cast).pk])


def test_it_publishes_exactly_what_was_looked_at(cast: Cast, client_of: ClientOf) -> None:
    adair = client_of("adair")
    page = next_page(cast)
    assert "is asked to read and agree again" in words(adair.get(page))
    draft = {"title": "Newer", "text": "First.\r\n\r\nSecond."}
    looked = adair.post(page, draft | {"go": "look"})
    assert "<p>First.</p>" in looked.content.decode()
    seal = re.search(r'name="looked_at" value="(\w+)"', looked.content.decode())
    assert seal
    changed = adair.post(page, draft | {"text": "Sneaked in.", "go": "publish", "looked_at": seal[1]})
    assert changed.status_code == 200
    assert current(cast).number == 1
    done = adair.post(page, draft | {"go": "publish", "looked_at": seal[1]}, follow=True)
    assert "Published." in words(done)
    assert (current(cast).number, current(cast).text) == (2, "First.\n\nSecond.")


def test_it_says_so_when_a_colleague_published_in_between(cast: Cast, client_of: ClientOf) -> None:
    adair, page = client_of("adair"), next_page(cast)
    draft = {"title": "Mine", "text": "Mine."}
    seal = re.search(r'name="looked_at" value="(\w+)"', adair.post(page, draft).content.decode())
    publish(cast)
    answer = adair.post(page, draft | {"go": "publish", "looked_at": seal[1]})  # type: ignore[index]
    assert answer.status_code == 409
    assert "Nothing was published." in words(answer)
    assert ">Mine.</textarea>" in answer.content.decode().replace("\n", "")
    assert current(cast).title == "Newer"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "Enter a title."),
        ("text", "", "Enter the text."),
        ("text", "a\u202eb", "hidden characters"),
        ("text", "x" * 20_001, "Use at most 20000 characters."),
        ("text", "a\x00b", "Leave out hidden characters."),
    ],
)
def test_it_says_what_is_wrong_with_a_document(
    cast: Cast, client_of: ClientOf, field: str, value: str, sentence: str
) -> None:
    answer = client_of("adair").post(next_page(cast), {"title": "T", "text": "T.", "go": "publish"} | {field: value})
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert current(cast).number == 1
