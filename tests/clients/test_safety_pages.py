"""The pages of the check-in and of boundaries: the same for everybody, whatever was said."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from clients.models import ContentBoundary, Couple, SafetyAnswer
from clients.questions import CURRENT, VERSIONS
from clients.states import ContentKind, Wish
from safekeeping.models import AuditEvent
from tests.cast import NOON
from tests.exercises.page import HTMX, chosen, masked, words

DAY = timedelta(days=1)
PAGES = ("today", "check-in", "check-in-after", "boundaries", "account", "reflections", "shared")
ALL_BAD = {"go": "send", **{q.key: "2" for q in VERSIONS[CURRENT]}}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def answer(client, said):
    return client.post(reverse("check-in"), said)


def looked_at(client, names=PAGES):
    answers = [client.get(reverse(name), headers=headers) for name in names for headers in ({}, HTMX)]
    return [(a.status_code, masked(a), sorted(a.headers.items())) for a in answers]


class Undone(Exception):
    """Takes a world back."""


def world(deed, look):
    try:
        with transaction.atomic():
            deed()
            seen = look()
            raise Undone
    except Undone:
        return seen


@pytest.mark.parametrize(
    "said", [ALL_BAD, {"go": "send", "afraid": "0"}, {"go": "send"}, {"go": "later"}, {"afraid": "9", "go": "send"}]
)
def test_it_leads_on_alike_and_shows_its_author_the_same_as_before(client_of, said):
    alex = client_of("alex")
    before = looked_at(alex)
    left = answer(alex, said)
    assert (left.status_code, left.headers["Location"]) == (302, reverse("check-in-after"))
    assert looked_at(alex) == before


def test_it_can_be_answered_again_and_does_not_say_that_it_was(cast, client_of):
    alex = client_of("alex")
    for _n in range(2):
        assert answer(alex, ALL_BAD).status_code == 302
    assert SafetyAnswer.objects.count() == 2
    assert not chosen(alex.get(reverse("check-in")), "afraid")


def test_it_shows_blake_the_same_whatever_alex_says_or_leaves_unsaid(cast, client_of):
    def look():
        blake = client_of("blake")
        probes = [blake.get(reverse("check-ins", args=[cast.couple.pk]))]
        probes += [blake.post(reverse("boundaries"), {"place": str(cast.places["alex"].pk)})]
        return looked_at(blake) + [(p.status_code, masked(p), sorted(p.headers.items())) for p in probes]

    def nothing():
        pass

    def bad():
        answer(client_of("alex"), ALL_BAD)
        client_of("alex").post(reverse("boundaries"), dict.fromkeys(ContentKind, Wish.NOT_NOW))

    quiet = world(nothing, look)
    assert quiet == world(bad, look) == world(lambda: answer(client_of("alex"), {"go": "later"}), look)
    assert {status for status, *_more in quiet} == {200, 302, 404}


def test_it_asks_both_in_the_same_week_in_the_same_words(client_of, clock):
    for day, asked in ((0, True), (7, False), (28, True)):
        clock.move_to(NOON + day * DAY)
        today = [words(client_of(name).get(reverse("today"))) for name in ("alex", "blake")]
        assert ["this week, or whenever it suits you" in page for page in today] == [asked, asked]


def test_it_says_nothing_of_safety_in_its_address_or_title(client_of):
    for name in ("check-in", "check-in-after", "boundaries"):
        page = client_of("alex").get(reverse(name)).content.decode()
        title = page.partition("<title>")[2].partition("</title>")[0]
        assert not {"safe", "fear", "harm", "abuse", "violence"} & set((title + reverse(name)).lower().split())


def test_it_hides_the_questions_until_somebody_says_that_they_are_alone(client_of):
    page = client_of("alex").get(reverse("check-in")).content.decode()
    closed = page.partition("<details>")[2].partition("</details>")[0]
    assert 'name="afraid"' in closed
    assert 'value="later"' not in closed


def test_it_shows_their_therapist_who_said_what_and_when_and_writes_the_looking_down(cast, client_of, clock):
    answer(client_of("alex"), {"go": "send", "afraid": "1", "hurt": "-"})
    clock.move_to(NOON + DAY)
    page = words(client_of("moreno").get(reverse("check-ins", args=[cast.couple.pk])))
    assert "2 March 2026 Were you afraid of your partner, or of what they might do? Once or twice" in page
    assert "hold you down" not in page
    assert AuditEvent.objects.get(verb="check_ins.opened").subject == f"clients.Couple:{cast.couple.pk}"


def test_it_warns_on_the_page_of_the_couple_without_saying_of_what(cast, client_of):
    path = reverse("couple", args=[cast.couple.pk])
    assert "asks for your attention" not in words(client_of("moreno").get(path))
    answer(client_of("blake"), {"go": "send", "hurt": "2"})
    page = words(client_of("moreno").get(path))
    assert "Something in a check-in of Blake asks for your attention." in page
    assert "hold you down" not in page
    assert "Once or twice" not in page


def test_it_tells_the_former_therapist_as_much_as_a_stranger(cast, client_of):
    answer(client_of("alex"), ALL_BAD)
    Couple.objects.filter(pk=cast.couple.pk).update(therapist=cast.staff["yilmaz"])
    path = reverse("check-ins", args=[cast.couple.pk])
    assert [client_of(n).get(path).status_code for n in ("moreno", "yilmaz", "okafor", "adair")] == [404, 200, 404, 403]


# --- boundaries


def test_it_keeps_what_suits_somebody_and_shows_it_to_them_and_their_therapist(cast, client_of):
    alex = client_of("alex")
    assert chosen(alex.get(reverse("boundaries")), "touch") == ["nil"]
    alex.post(reverse("boundaries"), {"touch": "not", "sexual": "ask"})
    alex.post(reverse("boundaries"), {"touch": "ask", "sexual": "ask", "past": "yes"})
    page = alex.get(reverse("boundaries"))
    assert [chosen(page, kind)[0] for kind in ContentKind] == ["nil", "ask", "ask", "nil", "yes", "nil"]
    told = words(client_of("moreno").get(reverse("check-ins", args=[cast.couple.pk])))
    assert "Touch: touching and being touched, without a goal Ask me first" in told
    assert ContentBoundary.objects.count() == 1


def test_it_seals_every_set_of_boundaries_in_as_many_bytes(cast, client_of):
    sizes = set()
    for wishes in ({}, {"touch": "not"}, dict.fromkeys(ContentKind, Wish.WELCOME)):
        client_of("alex").post(reverse("boundaries"), wishes)
        sizes.add(len(ContentBoundary.objects.get().__dict__["wishes"]))
    assert len(sizes) == 1


def test_it_refuses_what_is_no_answer_and_keeps_what_was_said_before(client_of):
    alex = client_of("alex")
    alex.post(reverse("boundaries"), {"touch": "not"})
    assert alex.post(reverse("boundaries"), {"touch": "always"}).status_code == 422
    assert chosen(alex.get(reverse("boundaries")), "touch") == ["not"]


def test_it_is_not_there_once_the_work_has_ended(cast, client_of):
    Couple.objects.update(state="ended")
    for name in ("check-in", "check-in-after", "boundaries"):
        assert client_of("alex").get(reverse(name)).status_code == 404
    assert "Always here" not in words(client_of("alex").get(reverse("today")))


def test_it_asks_of_each_couple_apart_where_somebody_is_in_two(cast, client_of):
    second = cast.places["casey"]
    type(second).objects.filter(pk=second.pk).update(person=cast.alex)
    alex = client_of("alex")
    assert "About you and Devon" in words(alex.get(reverse("check-in")))
    alex.post(reverse("check-in"), {"go": "send", "place": str(second.pk)})
    alex.post(reverse("check-in"), {"go": "send", "place": str(cast.places["blake"].pk)})
    kept = set(SafetyAnswer.objects.values_list("partner", flat=True))
    assert second.pk in kept
    assert cast.places["blake"].pk not in kept
