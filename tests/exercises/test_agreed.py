"""Nothing of an exercise opens before its reader has agreed, and from the request after they took it back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from clients import commands
from clients.models import ConsentSignature, Partner
from exercises import policies
from exercises.commands import leaving, reminding, sharing, writing
from exercises.models import OutboxMessage, Share
from exercises.states import Audience, HomeworkState, OutboxState
from safekeeping.verdict import Refused
from tests.cast import NOON, PERSONAS
from tests.clients.agreeing import agree, current, has_signed_nothing, publish
from tests.exercises.page import HTMX, box, html, words
from tests.exercises.scene import DAY, HOUR, number

pytestmark = pytest.mark.django_db
PAGES = ["homework", "homework-check", "homework-sharing", "homework-done"]
TEXT = "What I typed, and nobody else has."


def withdraw(scene, at=NOON):
    leaving.withdraw_agreement(by=scene.viewer("alex", at), at=at)


NOT_AGREED = {
    "nothing signed": lambda scene: has_signed_nothing(scene.cast, "alex"),
    "one signed": lambda scene: (
        has_signed_nothing(scene.cast, "alex"),
        commands.sign(document=current(scene.cast), by=scene.viewer("alex"), at=NOON),
    ),
    "taken back": withdraw,
    "a newer version": lambda scene: publish(scene.cast, "secrets"),
}


@pytest.fixture(params=NOT_AGREED)
def asked_first(scene, request):
    """Alex has written one text, and then not agreed, in each of the ways there are."""
    scene.write("kept", key="line")
    NOT_AGREED[request.param](scene)
    return scene


def step(scene, key="letter", name="homework-step"):
    return reverse(name, args=[scene.homework().pk, number(key)])


def test_every_page_of_an_exercise_leads_to_what_comes_first(alex, asked_first):
    pages = [reverse(name, args=[asked_first.homework().pk]) for name in PAGES]
    pages += [step(asked_first), reverse("shared"), reverse("shared-detail", args=[asked_first.homework("blake").pk])]
    for page in pages:
        for headers in ({}, HTMX):
            answer = alex.get(page, headers=headers)
            assert (answer.status_code, answer.headers.get("Location")) == (302, reverse("consent")), page
    agree(asked_first.cast, "alex")
    assert [alex.get(page).status_code for page in pages[:-1]] == [200] * (len(pages) - 1)


def test_today_says_that_there_is_something_to_read_first_and_nothing_else(alex, asked_first):
    text = words(alex.get(reverse("today")))
    assert "Something to read first" in text
    assert "A small one" not in text
    agree(asked_first.cast, "alex")
    text = words(alex.get(reverse("today")))
    assert "Something to read first" not in text
    assert "A small one" in text


def test_it_saves_nothing_and_loses_no_text(alex, asked_first):
    saved = alex.post(step(asked_first, name="homework-save"), {"answer": TEXT, "seq": "1"}, headers=HTMX)
    assert saved.status_code == 422
    assert 'id="status" hx-swap-oob="true"' in html(saved)
    assert "Your text is still here." in html(saved)
    assert f'href="{reverse("consent")}" target="_blank"' in html(saved)
    for button in ({"go": "continue"}, {"go": "leave"}, {"keep": "mine", "other": "1"}):
        page = alex.post(step(asked_first), {"answer": TEXT, **button})
        assert page.status_code == 422
        assert box(page) == TEXT
        assert "This is not saved: there is something to read and agree to first." in words(page)
    assert not asked_first.homework().reflections.filter(step_key="letter").exists()
    agree(asked_first.cast, "alex")
    alex.post(step(asked_first, name="homework-save"), {"answer": TEXT, "seq": "2"}, headers=HTMX)
    assert asked_first.kept().value == TEXT


def test_the_commands_refuse_as_the_pages_do(asked_first):
    viewer, homework = asked_first.viewer("alex"), asked_first.homework()
    deeds = [
        lambda: asked_first.write("more"),
        lambda: asked_first.finish(Audience.THERAPIST),
        lambda: writing.move(by=viewer, homework=homework, to=HomeworkState.SET_ASIDE, at=NOON),
        lambda: writing.settle(
            by=viewer, homework=homework.pk, number=3, step=asked_first.version.content.steps[2], mine="x",
            version=1, keep=writing.Keep.MINE, at=NOON,
        ),
    ]  # fmt: skip
    for deed in deeds:
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.verdict.code == "not_agreed"
    agree(asked_first.cast, "alex")
    assert policies.may_write(asked_first.viewer("alex"), homework)


def test_what_is_sent_without_text_is_refused_in_words(alex, asked_first):
    for name in ("homework-set-aside", "homework-sharing"):
        answer = alex.post(reverse(name, args=[asked_first.homework().pk]), {"audience": "only_me"})
        assert answer.status_code == 403
        assert "There is something to read and agree to first" in words(answer)


def test_ones_own_writing_stays_ones_own(alex, scene):
    scene.write("kept")
    scene.finish(Audience.PARTNER)
    withdraw(scene, NOON + 2 * DAY)
    assert "A small one" in words(alex.get(reverse("reflections")))
    page = alex.get(reverse("reflection", args=[scene.homework().pk]))
    assert "kept" in words(page)
    assert "Take it all back: only me" in words(page)
    assert Share.objects.filter(author=scene.cast.places["alex"]).exists()
    alex.post(reverse("homework-share-less", args=[scene.homework().pk]), {"to": "only_me"})
    assert not Share.objects.filter(author=scene.cast.places["alex"]).exists()


def test_what_nobody_could_read_yet_is_not_shared_any_more(scene):
    scene.write("long ago")
    scene.finish(Audience.PARTNER, at=NOON)
    two, three = scene.assign("alex", at=NOON), scene.assign("alex", at=NOON)
    at = NOON + DAY
    for given, ago in ((two, HOUR), (three, timedelta(minutes=1))):
        scene.write("offered", assignment=given, at=at)
        scene.finish(Audience.PARTNER, assignment=given, at=at - ago)
    withdraw(scene, at)
    left = {share.homework.assignment_id: share.audience for share in Share.objects.select_related("homework")}
    assert left == {scene.assignment.pk: Audience.PARTNER, two.pk: Audience.THERAPIST}
    readers = {
        name: set(Share.objects.visible_to(scene.viewer(name, at + 9 * DAY)).values_list("value", flat=True))
        for name in ("blake", "moreno")
    }
    assert readers == {"blake": {"long ago"}, "moreno": {"long ago", "offered"}}


def test_the_other_one_goes_on_as_if_nothing_had_been(scene, blake):
    """One-person mode: what Alex has not agreed to, or that Alex never joined, changes nothing for Blake."""
    scene.write("dear", name="blake")
    scene.finish(Audience.THERAPIST, name="blake")
    has_signed_nothing(scene.cast, "alex")
    Partner.objects.filter(pk=scene.cast.places["alex"].pk).update(person=None, joined_at=None)
    given = scene.assign("blake", at=NOON)
    for name in ("today", "shared", "reflections"):
        assert blake.get(reverse(name)).status_code == 200
    scene.write("alone", name="blake", assignment=given)
    scene.finish(Audience.PARTNER, name="blake", assignment=given)
    assert Share.objects.filter(author=scene.cast.places["blake"]).count() == 2


def test_nobody_is_reminded_of_what_does_not_open_to_them(scene, mailoutbox):
    scene.assign(at=NOON, due_on=(NOON + DAY).date())
    withdraw(scene)
    reminding.send_due(at=NOON.replace(hour=17))
    assert [mail.to for mail in mailoutbox] == [["blake@example.org"]]
    states = {m.partner_id: m.state for m in OutboxMessage.objects.all()}
    assert states[scene.cast.places["alex"].pk] == OutboxState.STOPPED


@pytest.mark.parametrize("name", PERSONAS)
@pytest.mark.parametrize("state", NOT_AGREED)
def test_a_share_opens_by_rule_just_when_it_does_by_query(scene, name, state):
    scene.write("from Blake", name="blake")
    scene.finish(Audience.PARTNER, name="blake")
    share = Share.objects.get()
    expected = {"alex", "blake", "moreno"}
    for deed, lost in ((lambda: None, set()), (lambda: NOT_AGREED[state](scene), {"alex"})):
        deed()
        viewer = scene.viewer(name, NOON + DAY)
        by_rule = bool(policies.may_read_share(viewer, share))
        assert by_rule == Share.objects.visible_to(viewer).filter(pk=share.pk).exists() == (name in expected - lost)


def test_it_agrees_in_one_couple_and_not_in_another(alex, scene, blake):
    """Somebody with a place in two clinics: each is asked for on its own."""
    place = scene.cast.places["ellis"]
    place.person = scene.cast.alex
    place.save()
    ConsentSignature.objects.filter(partner=place).delete()
    text = words(alex.get(reverse("today")))
    assert "Something to read first" in text
    assert "A small one" in text
    assert alex.get(step(scene)).status_code == 200
    sharing.share_less(by=scene.viewer("alex"), homework=scene.homework(), at=NOON)
