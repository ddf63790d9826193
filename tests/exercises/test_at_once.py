"""Several connections, one moment: real threads against the real database."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier

import pytest
from django.db import connection, connections

from exercises.commands import assigning, writing
from exercises.commands.writing import Keep
from exercises.models import EarlierText, Homework, Reflection, Share
from exercises.states import Audience, HomeworkState
from exercises.versions import Judgement, Stamp
from safekeeping.models import AuditEvent
from safekeeping.verdict import Refused
from tests.cast import NOON, assemble
from tests.exercises.scene import number, stage, step

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(transactional_db):
    wait_for_locks("10s")
    yield stage(assemble())
    wait_for_locks("0")


def wait_for_locks(most):
    """A deed that waits for another for ever fails instead of hanging."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [most])


def at_once(*deeds):
    """Do them at the same time, each on a connection of its own; what each gives back, or raises."""
    together = Barrier(len(deeds))

    def run(deed):
        together.wait()
        try:
            wait_for_locks("10s")
            return deed()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def saver(scene):
    """How Alex saves the letter; whoever asks is looked up beforehand."""
    deed = {"by": scene.viewer("alex"), "homework": scene.homework().pk, "number": number("letter"),
            "step": step("letter"), "at": NOON}  # fmt: skip
    return lambda value, stamp: writing.save_step(**deed, value=value, stamp=stamp)


def tab(save, name, chance):
    """
    A page that saves 25 times, some saves twice; where it meets another it keeps both texts and is opened anew.
    The answer is each text that it was told is saved, with the version.
    """
    told, version = [], 0
    for seq in range(1, 26):
        text, stamp = f"[{name}{seq}]", Stamp(version, name, seq)
        for _again in range(chance.choice([1, 1, 2])):
            saved = save(text, stamp)
            if saved.judgement is Judgement.SAVE:
                told.append(("saved", text, saved.version))
            if not saved.is_conflict:
                version = saved.version
        if saved.is_conflict:  # also when it was saved at first, and met the other page when it came again
            version = saved.version  # looked at, and written on top of
            told.append(("saw", saved.value, version))
    return told


@pytest.mark.parametrize("seed", range(2))
def test_it_loses_nothing_that_it_said_was_saved_in_fifty_saves_from_two_pages(scene, seed):
    save = saver(scene)
    one, other = at_once(
        lambda: tab(save, "a", random.Random(seed)), lambda: tab(save, "b", random.Random(seed + 99))
    )  # fmt: skip
    saves = sorted((version, text) for told in (one, other) for what, text, version in told if what == "saved")
    versions = [version for version, _text in saves]
    assert len(versions) == len(set(versions)), "two texts were told the same version"
    assert max(versions) == scene.kept().version
    assert saves[-1][1] == scene.kept().value
    seen = {text for told in (one, other) for what, text, _version in told if what == "saw"}
    for (_version, text), (_next, follower) in pairwise(saves):
        assert text[1] == follower[1] or text in seen, "it gave way to a page that had not seen it"


def test_it_makes_one_text_of_two_first_saves(scene):
    save = saver(scene)
    answers = at_once(lambda: save("one", Stamp(0, "a", 1)), lambda: save("two", Stamp(0, "b", 1)))
    assert Counter(answer.judgement for answer in answers) == {Judgement.SAVE: 1, Judgement.CONFLICT: 1}
    assert Reflection.objects.get().value == next(a.value for a in answers if a.judgement is Judgement.SAVE)


def test_it_takes_the_same_save_once_when_it_arrives_twice_at_once(scene):
    save = saver(scene)
    answers = at_once(*[lambda: save("one", Stamp(0, "a", 1))] * 4)
    assert {answer.version for answer in answers} == {1}
    assert Reflection.objects.get().version == 1


def test_it_settles_once_when_both_pages_settle(scene):
    scene.write("theirs")
    deed = {"by": scene.viewer("alex"), "homework": scene.homework().pk, "number": 2, "step": step("letter"),
            "version": 1, "keep": Keep.MINE, "at": NOON}  # fmt: skip
    answers = at_once(lambda: writing.settle(**deed, mine="one"), lambda: writing.settle(**deed, mine="two"))
    assert Counter(answer.judgement for answer in answers) == {Judgement.SAVE: 1, Judgement.CONFLICT: 1}
    assert EarlierText.objects.get().value == "theirs"


def test_it_finishes_once_when_the_button_is_pressed_twice(scene):
    scene.write("dear")
    answers = at_once(*[lambda: scene.finish(Audience.PARTNER)] * 2)
    assert answers == [None, None]
    assert Share.objects.count() == 1
    assert AuditEvent.objects.filter(verb="homework.finished").count() == 1


def test_it_shares_the_words_before_a_save_or_after_it_and_nothing_between(scene):
    scene.write("old")
    save = saver(scene)
    at_once(lambda: save("new", Stamp(1)), lambda: scene.finish(Audience.THERAPIST))
    share = Share.objects.get()
    assert (share.value, share.version) in {("old", 1), ("new", 2)}
    assert scene.kept().value == "new"


def test_it_is_finished_or_withdrawn_when_both_happen_at_once_and_never_both(scene):
    scene.write("dear")
    withdrawn, finished = at_once(
        lambda: assigning.withdraw(by=scene.viewer("moreno"), assignment=scene.assignment, at=NOON),
        lambda: scene.finish(Audience.THERAPIST),
    )
    state = scene.homework().state
    assert withdrawn is None
    assert state == (HomeworkState.FINISHED if finished is None else HomeworkState.WITHDRAWN)
    assert finished is None or isinstance(finished, Refused)
    assert Share.objects.exists() == (finished is None)
    assert Homework.objects.get(pk=scene.homework("blake").pk).state == HomeworkState.WITHDRAWN
