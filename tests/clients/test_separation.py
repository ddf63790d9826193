"""The end of a couple's shared work: asked for in private, ended by the therapist, and final from one instant on."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from clients import commands, policies
from clients.models import Couple, EndingAsk
from clients.states import CoupleState
from exercises.commands import leaving, reminding, sharing
from exercises.models import Homework, Share
from exercises.states import Audience
from safekeeping.models import AuditEvent
from safekeeping.verdict import Refused
from tests.cast import NOON, PERSONAS, Cast
from tests.clients.conftest import ClientOf
from tests.exercises.page import words
from tests.exercises.scene import DAY, HOUR, Scene, stage

pytestmark = pytest.mark.django_db
LATER = NOON + DAY


def ask(cast: Cast, name: str = "alex") -> None:
    commands.ask_for_ending(partner=cast.places[name], by=cast.viewer(name), at=NOON)


def separate(cast: Cast, at: object = LATER, by: str = "moreno") -> None:
    leaving.separate(couple=cast.couple, by=cast.viewer(by, at), at=at)


# --- asking


def test_it_asks_once_and_can_take_it_back(cast: Cast) -> None:
    ask(cast)
    ask(cast)
    assert EndingAsk.objects.open().count() == 1
    commands.take_back_ask(partner=cast.places["alex"], by=cast.viewer("alex"), at=NOON + HOUR)
    assert EndingAsk.objects.open().count() == 0
    ask(cast)
    assert EndingAsk.objects.count() == 2
    assert AuditEvent.objects.filter(verb__startswith="couple.ending_ask").count() == 3


@pytest.mark.parametrize("name", [name for name in PERSONAS if name != "alex"])
def test_it_asks_for_nobody_else(cast: Cast, name: str) -> None:
    for deed in (commands.ask_for_ending, commands.take_back_ask):
        with pytest.raises(Refused):
            deed(partner=cast.places["alex"], by=cast.viewer(name), at=NOON)


def test_it_keeps_no_odd_ask(cast: Cast) -> None:
    one = {"clinic": cast.riverside, "couple": cast.couple, "partner": cast.places["alex"], "asked_at": NOON}
    with pytest.raises(IntegrityError), transaction.atomic():
        EndingAsk.objects.create(**one, taken_back_at=NOON - HOUR)
    EndingAsk.objects.create(**one, taken_back_at=NOON)
    EndingAsk.objects.create(**one)
    with pytest.raises(IntegrityError), transaction.atomic():
        EndingAsk.objects.create(**one)


def test_rule_and_query_are_twins_and_the_other_partner_is_outside(cast: Cast) -> None:
    ask(cast)
    thing = EndingAsk.objects.select_related("couple").get()
    readers = set()
    for name in (*PERSONAS, "admin_elsewhere"):
        viewer = cast.viewer(name)
        listed = EndingAsk.objects.visible_to(viewer).exists()
        assert listed == bool(policies.may_see_ending_ask(viewer, thing)), name
        readers |= {name} if listed else set()
    assert readers == {"alex", "moreno"}


def test_it_can_be_asked_without_having_agreed_to_anything(cast: Cast, client_of: ClientOf) -> None:
    commands.withdraw(by=cast.viewer("alex"), at=NOON)
    alex, page = client_of("alex"), reverse("separation")
    assert "Ask my therapist to end it" in words(alex.get(page))
    told = alex.post(page, {"place": cast.places["alex"].pk, "go": "ask"}, follow=True)
    assert "Your therapist can read this now. Your partner is not told." in words(told)
    back = alex.post(page, {"place": cast.places["alex"].pk, "go": "take-back"}, follow=True)
    assert "You have taken it back." in words(back)
    assert not EndingAsk.objects.open().exists()


def test_it_does_not_know_the_others_place(cast: Cast, client_of: ClientOf) -> None:
    alex, page = client_of("alex"), reverse("separation")
    answers = [alex.post(page, {"place": pk}) for pk in (cast.places["blake"].pk, uuid4(), "x", "")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert not EndingAsk.objects.exists()


def test_the_page_is_named_neutrally(cast: Cast, client_of: ClientOf) -> None:
    assert reverse("separation") == "/account/shared-work/"
    page = client_of("alex").get(reverse("separation")).content.decode()
    assert "<title>Account · Eye Level</title>" in page.replace("\n", "")
    for name in ("today", "reflections", "shared", "account"):
        assert reverse("separation") not in client_of("alex").get(reverse(name)).content.decode()


def test_it_tells_their_therapist_and_nobody_else(cast: Cast, client_of: ClientOf) -> None:
    ask(cast)
    said = "Alex asked you on 2 March 2026 to end the shared work."
    assert said in words(client_of("moreno").get(reverse("couple", args=[cast.couple.pk])))
    assert said in words(client_of("moreno").get(reverse("couple-separate", args=[cast.couple.pk])))
    assert "Alex asks to end the shared work" in words(client_of("moreno").get(reverse("inbox")))
    assert "asks to end" not in words(client_of("yilmaz").get(reverse("inbox")))
    for page in ("people", "clinic-caseloads", "documents"):
        assert "end the shared" not in words(client_of("adair").get(reverse(page)))
    separate(cast)
    assert "asks to end" not in words(client_of("moreno").get(reverse("inbox")))


# --- ending


@pytest.fixture
def scene(cast: Cast) -> Scene:
    """Alex has offered one text long ago, and sends another one, which nobody can read yet, just before the end."""
    scene = stage(cast)
    scene.write("offered")
    scene.finish(Audience.PARTNER)
    scene.write("from Blake", name="blake")
    scene.finish(Audience.PARTNER, name="blake")
    scene.late = scene.assign(at=NOON, due_on=(NOON + 3 * DAY).date())  # type: ignore[attr-defined]
    scene.write("too late", assignment=scene.late, at=LATER - timedelta(minutes=1))  # type: ignore[attr-defined]
    scene.finish(Audience.PARTNER, assignment=scene.late, at=LATER - timedelta(minutes=1))  # type: ignore[attr-defined]
    return scene


def readers(scene: Scene, name: str, at: object) -> set[object]:
    return set(Share.objects.visible_to(scene.viewer(name, at)).values_list("value", flat=True))


def test_from_one_instant_each_keeps_their_own_words_alone(scene: Scene) -> None:
    assert readers(scene, "blake", LATER) == {"offered", "from Blake"}
    separate(scene.cast)
    for at in (LATER, LATER + 30 * DAY):
        assert readers(scene, "blake", at) == {"from Blake"}
        assert readers(scene, "alex", at) == {"offered"}


def test_the_therapist_keeps_what_had_reached_them_and_gets_nothing_new(scene: Scene) -> None:
    separate(scene.cast)
    assert readers(scene, "moreno", LATER + 30 * DAY) == {"offered", "from Blake"}
    sharing.share_less(by=scene.viewer("alex", LATER), homework=scene.homework(), at=LATER)
    assert readers(scene, "moreno", LATER + 30 * DAY) == {"from Blake"}


def nothing_can_be_done(scene: Scene) -> list[Callable[[], object]]:
    return [
        lambda: scene.write("more", at=LATER, assignment=scene.late),  # type: ignore[attr-defined]
        lambda: scene.finish(Audience.THERAPIST, at=LATER),
        lambda: scene.assign("alex", at=LATER),
        lambda: commands.pause_couple(couple=scene.cast.couple, by=scene.viewer("moreno"), at=LATER),
        lambda: commands.move_couple(
            couple=scene.cast.couple, to=scene.cast.staff["yilmaz"], by=scene.viewer("adair"), at=LATER
        ),
        lambda: ask(scene.cast),
        lambda: separate(scene.cast),
    ]


@pytest.mark.parametrize("deed", range(7))
def test_nothing_goes_on_afterwards(scene: Scene, deed: int) -> None:
    separate(scene.cast)
    scene.cast.couple.refresh_from_db()
    with pytest.raises(Refused):
        nothing_can_be_done(scene)[deed]()
    Couple.objects.update(state=CoupleState.ACTIVE)
    nothing_can_be_done(scene)[deed]()  # it was the end alone that stood in the way


def test_a_choice_that_was_under_way_shares_nothing_across_the_end(scene: Scene) -> None:
    before = scene.viewer("alex", LATER)
    separate(scene.cast)
    with pytest.raises(Refused):
        sharing.choose_readers(
            by=before, homework=scene.homework(assignment=scene.late), audience=Audience.THERAPIST, at=LATER
        )  # type: ignore[attr-defined]
    assert readers(scene, "moreno", LATER + DAY) == {"offered", "from Blake"}


def test_no_reminder_goes_out_after_the_end(scene: Scene, mailoutbox: list[object]) -> None:
    separate(scene.cast)
    run = reminding.send_due(at=NOON.replace(hour=17) + 2 * DAY)
    assert (run.sent, run.stopped) == (0, 1)  # Blake's; Alex has finished
    assert not mailoutbox


@pytest.mark.parametrize("name", [name for name in PERSONAS if name != "moreno"])
def test_nobody_but_their_therapist_ends_it(scene: Scene, name: str) -> None:
    with pytest.raises(Refused):
        separate(scene.cast, by=name)
    assert Couple.objects.get(pk=scene.cast.couple.pk).state == CoupleState.ACTIVE


def pages_of(client: Client, homework: Homework) -> dict[str, tuple[int, str]]:
    names = ("homework", "homework-check", "homework-sharing", "homework-done", "reflection")
    answers = {name: client.get(reverse(name, args=[homework.pk])) for name in names}
    answers |= {name: client.get(reverse(name)) for name in ("today", "reflections", "shared", "consent", "separation")}
    return {name: (answer.status_code, words(answer)) for name, answer in answers.items()}


def test_each_partner_sees_that_it_ended_and_not_why(scene: Scene) -> None:
    ask(scene.cast)
    separate(scene.cast)
    with time_machine.travel(LATER + DAY, tick=False):
        for name, other in (("alex", "blake"), ("blake", "alex")):
            browser = scene.browser(name)
            seen = pages_of(browser, scene.homework(name))
            assert seen["today"][1].count("The shared work has ended. What you wrote is kept for you.") == 1
            assert seen["homework"][0] == seen["reflection"][0] == 200
            assert seen["homework-check"][0] == seen["homework-sharing"][0] == 403
            assert "Your partner can read nothing of it: the shared work has ended." in seen["reflection"][1]
            assert "Your partner can read what you offered" not in seen["reflection"][1]
            assert "A small one" in seen["reflections"][1]
            assert "Nothing here." in seen["shared"][1]
            assert "asked" not in seen["separation"][1]
            offered = reverse("shared-detail", args=[scene.homework(other).pk])
            assert browser.get(offered).status_code == 404


def test_the_therapist_is_told_what_follows_and_does_it(scene: Scene) -> None:
    moreno = scene.browser("moreno")
    page = reverse("couple-separate", args=[scene.cast.couple.pk])
    assert page in moreno.get(reverse("couple-edit", args=[scene.cast.couple.pk])).content.decode()
    assert "Nobody is written to." in words(moreno.get(page))
    assert Couple.objects.get(pk=scene.cast.couple.pk).state == CoupleState.ACTIVE
    assert "The work with this couple has ended." in words(moreno.post(page, follow=True))
    assert moreno.get(page).status_code == moreno.post(page).status_code == 403
    assert AuditEvent.objects.filter(verb="couple.ended").count() == 1
    assert page not in moreno.get(reverse("couple-edit", args=[scene.cast.couple.pk])).content.decode()
