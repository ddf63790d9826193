"""
Everything that Blake can see is the same, byte for byte, whatever Alex does in private.

Two worlds with the same ids: in one Alex does nothing, in the other all that one can do without offering anything.
"""

import pytest
from django.db import transaction
from django.urls import reverse

from clients.commands import ask_for_ending
from exercises.commands import assigning, leaving, reminding, reviewing, sharing, writing
from exercises.commands.writing import Keep
from exercises.models import Homework
from exercises.states import Audience, Frame, HomeworkState
from exercises.versions import Stamp
from tests.cast import NOON
from tests.exercises.page import HTMX, masked
from tests.exercises.scene import DAY, HOUR, number, step

LATER = NOON + 2 * DAY
PAGES = ("front-door", "today", "reflections", "shared", "account", "account-messages", "consent", "separation")


class Undone(Exception):
    """Takes a world back."""


def in_a_world_with(deed, look):
    """What can be seen after a deed, which is then as if it had never been."""
    seen = None
    try:
        with transaction.atomic():
            deed()
            seen = look()
            raise Undone
    except Undone:
        return seen


@pytest.fixture
def ready(scene, clock, mailoutbox):
    """Both have the exercise, Blake has offered something, Alex has offered one line; then two days pass."""
    scene.write("from Blake", name="blake")
    scene.finish(Audience.PARTNER, name="blake")
    scene.open = scene.assign(at=NOON + HOUR, due_on=(NOON + 5 * DAY).date())
    scene.write("a draft of Blake's", name="blake", assignment=scene.open)
    scene.offered = scene.assign(at=NOON + HOUR)
    scene.write("offered by Alex", assignment=scene.offered)
    scene.write("kept by Alex", key="line", assignment=scene.offered)
    scene.finish(Audience.PARTNER, each={"line": Audience.ONLY_ME}, assignment=scene.offered)
    clock.move_to(LATER)
    return scene


def what_blake_sees(scene, mailoutbox, hidden=()):
    """Every page that Blake may know of, and the real addresses of what is Alex's."""
    blake = scene.browser("blake")
    own = list(Homework.objects.filter(partner=scene.cast.places["blake"]).order_by("pk").values_list("pk", flat=True))
    of_alex = Homework.objects.filter(partner=scene.cast.places["alex"]).order_by("pk")
    theirs = [pk for pk in of_alex.values_list("pk", flat=True) if pk not in hidden]
    lists = [reverse(name) for name in PAGES]
    names = ("homework", "homework-check", "homework-sharing", "homework-done", "reflection", "shared-detail")
    pages = [*lists, *(reverse(name, args=[pk]) for pk in [*own, *theirs] for name in names)]
    pages += [reverse("homework-step", args=[pk, number("letter")]) for pk in [*own, *theirs]]
    pages += [reverse(name, args=[scene.assignment.pk]) for name in ("review", "assignment-withdraw")]
    answers = [(path, blake.get(path)) for path in pages]
    answers += [(path, blake.get(path, headers=HTMX)) for path in lists]
    answers += [(path, blake.post(path, {})) for path in [reverse("homework-set-aside", args=[pk]) for pk in theirs]]
    seen = [(path, a.status_code, masked(a), sorted(a.headers.items())) for path, a in answers]
    mailoutbox.clear()
    reminding.send_due(at=NOON.replace(hour=17) + 4 * DAY)
    letters = [(m.subject, m.body, m.extra_headers) for m in mailoutbox if m.to == ["blake@example.org"]]
    return [*seen, *letters]


def alex_does(scene):
    """Everything, and nothing of it for Blake."""
    alex, moreno = scene.viewer("alex", LATER), scene.viewer("moreno", LATER)
    homework = scene.homework(assignment=scene.open)
    for key, value in {"letter": "alone", "near": 2, "log": [{"what": "alone"}]}.items():
        scene.write(value, key=key, assignment=scene.open, at=LATER)
    for n in range(3):
        scene.write(f"alone {n}", assignment=scene.open, at=LATER, stamp=Stamp(n + 1, "tab", n + 1))
    writing.settle(
        by=alex, homework=homework.pk, number=number("near"), step=step("near"), mine=4, version=1, keep=Keep.MINE,
        at=LATER,
    )  # fmt: skip
    writing.move(by=alex, homework=homework, to=HomeworkState.SET_ASIDE, at=LATER)
    writing.move(by=alex, homework=homework, to=HomeworkState.OPEN, at=LATER)
    scene.finish(Audience.THERAPIST, each={"near": Audience.ONLY_ME}, assignment=scene.open, at=LATER)
    sharing.share_less(by=alex, homework=homework, at=LATER)
    scene.finish(Audience.ONLY_ME, at=LATER)
    scene.write("changed since", assignment=scene.offered, at=LATER)
    scene.write("kept, and changed", key="line", assignment=scene.offered, at=LATER)
    reviewing.mark(by=moreno, assignment=scene.open, step_key="letter", marked=True, at=LATER)
    scene.browser("alex").get(reverse("today"))
    ask_for_ending(partner=scene.cast.places["alex"], by=alex, at=LATER)
    leaving.withdraw_agreement(by=alex, at=LATER)


@pytest.mark.django_db
def test_it_shows_blake_the_same_whatever_alex_does_in_private(ready, mailoutbox):
    without = in_a_world_with(lambda: None, lambda: what_blake_sees(ready, mailoutbox))
    with_it = in_a_world_with(lambda: alex_does(ready), lambda: what_blake_sees(ready, mailoutbox))
    assert len(without) > 50
    assert b"offered by Alex" in b"".join(one[2] for one in without if isinstance(one[2], bytes))
    for one, other in zip(without, with_it, strict=True):
        assert one == other, one[0]


def something_for_alex_alone(scene):
    """Alex is given, does, shares with Moreno and is relieved of exercises that Blake does not have."""
    first = scene.assign("alex", frame=Frame.OFFER, at=LATER, due_on=(LATER + 2 * DAY).date(), note="for Alex")
    second = scene.assign("alex", frame=Frame.PRIVATE_FIRST, at=LATER)
    scene.write("alone", assignment=first, at=LATER)
    scene.finish(Audience.THERAPIST, assignment=first, at=LATER)
    assigning.withdraw(by=scene.viewer("moreno", LATER), assignment=second, at=LATER)


@pytest.mark.django_db
def test_it_shows_blake_the_same_whether_or_not_alex_has_exercises_that_blake_has_not(ready, mailoutbox):
    known = set(Homework.objects.values_list("pk", flat=True))

    def look():
        new = set(Homework.objects.values_list("pk", flat=True)) - known
        return what_blake_sees(ready, mailoutbox, hidden=new)

    without = in_a_world_with(lambda: None, look)
    with_it = in_a_world_with(lambda: something_for_alex_alone(ready), look)
    for one, other in zip(without, with_it, strict=True):
        assert one == other, one[0]


@pytest.mark.django_db
def test_it_shows_the_difference_once_alex_offers_something(ready, mailoutbox):
    """The harness itself: what is declared is seen."""

    def offer():
        scene, soon = ready, NOON + HOUR
        scene.write("another offer", assignment=scene.open, at=soon)
        scene.finish(Audience.PARTNER, assignment=scene.open, at=soon)

    without = in_a_world_with(lambda: None, lambda: what_blake_sees(ready, mailoutbox))
    with_it = in_a_world_with(offer, lambda: what_blake_sees(ready, mailoutbox))
    changed = {one[0] for one, other in zip(without, with_it, strict=True) if one != other}
    there = reverse("shared-detail", args=[ready.homework(assignment=ready.open).pk])
    assert changed == {reverse("shared"), there}
