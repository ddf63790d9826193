"""One's own words of one exercise, as a text file whose name says nothing."""

import pytest
from django.urls import reverse

from exercises.commands import assigning
from exercises.models import EarlierText
from exercises.states import Audience
from safekeeping.models import AuditEvent
from tests.cast import NOON
from tests.exercises.page import html
from tests.second import fresh


@pytest.fixture
def written(scene):
    for key, value in {
        "letter": "dear <you>\n\nשלום", "near": 4, "some-of": ["joy", "calm"],
        "log": [{"day": "2026-03-02", "what": "rain"}],
        "guess": {"fear": {"mine": "spiders", "unknown": True}}, "tell": {"text": "hello", "aloud": True},
    }.items():  # fmt: skip
        scene.write(value, key=key)
    scene.look_before({"hoping": "a nod", "anyway": "yes"})
    return scene


def path(scene):
    return reverse("reflection-file", args=[scene.homework().pk])


def test_it_gives_every_answer_with_what_was_asked(alex, written):
    answer = fresh(alex, written.cast.alex).get(path(written))
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="notes.txt"'
    assert answer["Cache-Control"] == "no-store"
    assert answer.content.decode("utf-8") == (
        "A small one\n\n"
        "Write a letter\ndear <you>\n\nשלום\n\n"
        "How near\n4, on a line from 1 (Far) to 5 (Near)\n\n"
        "Which of them\nJoy\nCalm\n\n"
        "Day by day · Day\n2 March 2026\n\nDay by day · What\nrain\n\n"
        "Line by line · Fear · Mine\nspiders\n\nLine by line · Fear · What I think yours is\nI don’t know\n\n"
        "One thing to tell\nhello\nI will say it aloud.\n\n"
        "Before you share · What am I hoping to hear back?\na nod\n\n"
        "Before you share · Would I still share it if nothing came?\nYes\n"
    )


def test_it_asks_to_sign_in_afresh(alex, written):
    answer = alex.get(path(written))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert "dear" not in html(answer)


@pytest.mark.parametrize("name", ["blake", "moreno", "casey", "adair"])
def test_it_is_for_nobody_else(written, clock, name):
    written.finish(Audience.PARTNER)
    client = fresh(written.browser(name), written.cast.people[name])
    assert client.get(path(written)).status_code == (403 if name == "adair" else 404)


def test_it_stays_possible_whatever_became_of_the_exercise(alex, written):
    assigning.withdraw(by=written.viewer("moreno"), assignment=written.assignment, at=NOON)
    assert fresh(alex, written.cast.alex).get(path(written)).status_code == 200


def test_it_holds_what_stands_there_now_and_no_text_that_gave_way(alex, scene):
    scene.write("now")
    kept = scene.kept()
    EarlierText.objects.create(reflection=kept, clinic_id=kept.clinic_id, author=kept.author, value="old", kept_at=NOON)
    assert "old" not in fresh(alex, scene.cast.alex).get(path(scene)).content.decode()


def test_it_is_written_down_and_linked_where_something_was_written(alex, written):
    assert path(written) in html(alex.get(reverse("reflection", args=[written.homework().pk])))
    fresh(alex, written.cast.alex).get(path(written))
    event = AuditEvent.objects.get(verb="homework.taken_along")
    assert event.subject == f"exercises.Homework:{written.homework().pk}"


def test_it_is_not_linked_where_there_is_nothing(alex, scene):
    assert path(scene) not in html(alex.get(reverse("reflection", args=[scene.homework().pk])))
