"""
Whatever Alex does in private, Blake sees the same bytes.

Two worlds with the same people and the same clock: in one Alex does nothing, in the other everything that is nobody
else's business. Every page that Blake can open is compared, header by header and byte by byte.
"""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from exercises.commands import reviewing, sharing, writing
from exercises.models import Homework
from exercises.states import Audience, HomeworkState
from exercises.versions import Stamp
from tests.cast import NOON
from tests.exercises.scene import DAY, Scene

LATER = NOON + 2 * DAY
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"')
SECRET = "Alex wrote this for nobody else"


def nothing(scene: Scene) -> None:
    pass


def writes(scene: Scene) -> None:
    scene.write(SECRET)


def writes_and_keeps_it(scene: Scene) -> None:
    scene.write(SECRET)
    scene.finish(Audience.ONLY_ME)


def sends_it_to_the_therapist(scene: Scene) -> None:
    scene.write(SECRET)
    scene.finish(Audience.THERAPIST)
    reviewing.look(by=scene.viewer("moreno", LATER), assignment=scene.assignment, at=LATER)
    reviewing.save_note(
        by=scene.viewer("moreno", LATER), assignment=scene.assignment, text=SECRET, stamp=Stamp(), at=LATER
    )


def offers_it_and_takes_it_back_in_time(scene: Scene) -> None:
    scene.write(SECRET)
    scene.finish(Audience.PARTNER)
    at = NOON + timedelta(hours=1)
    sharing.share_less(by=scene.viewer("alex", at), homework=scene.homework(), at=at)


def says_not_now(scene: Scene) -> None:
    writing.move(by=scene.viewer("alex"), homework=scene.homework(), to=HomeworkState.SET_ASIDE, at=NOON)


def is_given_an_exercise_alone(scene: Scene) -> None:
    scene.assign("alex", note=SECRET, due_on=LATER.date())


def changes_name_elsewhere_nothing_and_signs_in(scene: Scene) -> None:
    scene.browser("alex").get(reverse("today"))


def pages(scene: Scene) -> list[str]:
    mine = scene.homework("blake").pk
    names: list[tuple[str, list[Any]]] = [
        ("today", []), ("reflections", []), ("shared", []), ("account", []), ("account-messages", []), ("safety", []),
        ("privacy", []), ("help", []), ("homework", [mine]), ("homework-step", [mine, 2]), ("homework-check", [mine]),
        ("homework-sharing", [mine]), ("homework-done", [mine]), ("reflection", [mine]),
    ]  # fmt: skip
    return [reverse(name, args=args) for name, args in names]


def probes(theirs: UUID) -> list[tuple[str, str]]:
    """Guesses at the other one's records, by their real ids."""
    routes = ["homework", "homework-check", "homework-sharing", "homework-done", "reflection", "shared-detail"]
    deeds = ["homework-set-aside", "homework-resume", "homework-share-less"]
    steps = [("get", reverse("homework-step", args=[theirs, 2])), ("post", reverse("homework-save", args=[theirs, 2]))]
    return (
        [("get", reverse(r, args=[theirs])) for r in routes]
        + [("post", reverse(d, args=[theirs])) for d in deeds]
        + steps
    )


def seen_by_blake(scene: Scene, browser: Client) -> list[tuple[str, int, list[tuple[str, str]], bytes]]:
    seen = []
    theirs = Homework.objects.get(assignment=scene.assignment, partner=scene.cast.places["alex"])
    asked = [("get", path) for path in pages(scene)] + probes(theirs.pk)
    for htmx in (False, True):
        for method, path in asked:
            answer = getattr(browser, method)(path, headers={"HX-Request": "true"} if htmx else {})
            body = TOKEN.sub(b"", answer.content)
            assert SECRET.encode() not in body
            seen.append((path, answer.status_code, sorted(answer.headers.items()), body))
    return seen


@pytest.mark.parametrize(
    "private",
    [
        writes, writes_and_keeps_it, sends_it_to_the_therapist, offers_it_and_takes_it_back_in_time, says_not_now,
        is_given_an_exercise_alone, changes_name_elsewhere_nothing_and_signs_in,
    ],
)  # fmt: skip
def test_it_shows_blake_the_same_whatever_alex_does_in_private(scene: Scene, private: Any):
    worlds = []
    with time_machine.travel(LATER, tick=False):
        browser = scene.browser("blake")
        for deed in (nothing, private):
            with transaction.atomic():
                deed(scene)
                worlds.append(seen_by_blake(scene, browser))
                transaction.set_rollback(True)
    assert worlds[0] == worlds[1]


def test_it_would_notice_an_offer(scene: Scene):
    """The comparison is worth something only if what is meant to be seen makes a difference."""
    with time_machine.travel(LATER, tick=False):
        browser = scene.browser("blake")
        before = seen_by_blake(scene, browser)
        scene.write("dear")
        scene.finish(Audience.PARTNER)
        assert seen_by_blake(scene, browser) != before
