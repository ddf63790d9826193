"""A therapist gives an exercise, and takes it back."""

from datetime import timedelta

import pytest

from clients.models import Couple
from clients.states import CoupleState
from exercises.commands import assigning
from exercises.models import Assignment, Homework, OutboxMessage, Reflection, Share
from exercises.states import Audience, Frame, HomeworkState, OutboxState
from safekeeping.verdict import Refused
from tests.cast import NOON
from tests.exercises.scene import DAY

SOON = (NOON + 3 * DAY).date()


def copies(assignment):
    return {copy.partner.name: copy.state for copy in assignment.copies.select_related("partner")}


def withdraw(scene, assignment=None, name="moreno"):
    assigning.withdraw(by=scene.viewer(name), assignment=assignment or scene.assignment, at=NOON)


def test_it_gives_each_of_both_a_copy_of_their_own(scene):
    assert copies(scene.assign()) == {"alex": HomeworkState.OPEN, "blake": HomeworkState.OPEN}


def test_it_gives_one_partner_alone_a_copy_and_the_other_nothing(scene):
    assert copies(scene.assign("blake")) == {"blake": HomeworkState.OPEN}


def test_it_keeps_what_it_is_for_until_when_and_who_gave_it(scene):
    given = scene.assign(note="Ten minutes, alone.", due_on=SOON, frame=Frame.READ_TOGETHER)
    given.refresh_from_db()
    assert (given.note, given.frame) == ("Ten minutes, alone.", Frame.READ_TOGETHER)
    assert {(copy.due_on, copy.opens_at) for copy in given.copies.all()} == {(SOON, NOON)}
    assert (given.assigned_by, given.made_at) == (scene.cast.staff["moreno"], NOON)


@pytest.mark.parametrize("names", [("casey",), ("ellis",), ("alex", "casey"), ("alex", "ellis")])
def test_it_goes_to_nobody_of_another_couple(scene, names):
    with pytest.raises(ValueError, match="its own couple"):
        scene.assign(*names)
    assert Assignment.objects.count() == 1


def test_it_goes_to_somebody(scene):
    with pytest.raises(ValueError, match="one or both"):
        assigning.assign(
            by=scene.viewer("moreno"), couple=scene.cast.couple, version=scene.version, partners=[],
            frame=Frame.OFFER, at=NOON,
        )  # fmt: skip


@pytest.mark.parametrize("name", ["alex", "blake", "yilmaz", "former", "okafor", "adair", "both"])
def test_it_is_given_and_withdrawn_by_their_therapist_alone(scene, name):
    with pytest.raises(Refused):
        assigning.assign(
            by=scene.viewer(name), couple=scene.cast.couple, version=scene.version, frame=Frame.OFFER, at=NOON,
            partners=[scene.cast.places["alex"]],
        )  # fmt: skip
    with pytest.raises(Refused):
        withdraw(scene, name=name)
    assert set(copies(scene.assignment).values()) == {HomeworkState.OPEN}


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (CoupleState.PAUSED, "This couple's work is paused. Resume it to assign exercises."),
        (CoupleState.ENDED, "This couple's work has ended."),
    ],
)
def test_it_is_not_given_to_a_couple_at_rest_and_says_why(scene, state, sentence):
    Couple.objects.filter(pk=scene.cast.couple.pk).update(state=state)
    with pytest.raises(Refused) as refused:
        scene.assign()
    assert str(refused.value.verdict.reason) == sentence
    assert Assignment.objects.count() == 1


def test_it_can_be_given_again(scene):
    again = scene.assign()
    assert copies(again) == copies(scene.assignment)
    assert Homework.objects.count() == 4


def test_it_takes_back_what_is_not_finished_and_leaves_what_is(scene):
    scene.write("dear")
    scene.finish(Audience.THERAPIST)
    withdraw(scene)
    assert copies(scene.assignment) == {"alex": HomeworkState.FINISHED, "blake": HomeworkState.WITHDRAWN}
    assert Share.objects.visible_to(scene.viewer("moreno", NOON + DAY)).exists()


def test_it_leaves_its_author_what_was_written(scene):
    scene.write("dear")
    withdraw(scene)
    assert Reflection.objects.visible_to(scene.viewer("alex")).get().value == "dear"


def test_it_reminds_nobody_of_what_was_taken_back(scene):
    given, other = scene.assign(due_on=SOON), scene.assign("blake", due_on=SOON)
    withdraw(scene, given)
    states = {(m.homework.assignment_id, m.state) for m in OutboxMessage.objects.select_related("homework")}
    assert states == {(given.pk, OutboxState.STOPPED), (other.pk, OutboxState.WAITING)}


def test_it_is_not_taken_back_twice(scene):
    withdraw(scene)
    with pytest.raises(Refused, match=r"This exercise has been withdrawn already\."):
        withdraw(scene)


@pytest.mark.parametrize("state", [CoupleState.PAUSED, CoupleState.ENDED])
def test_it_can_be_taken_back_from_a_couple_at_rest(scene, state):
    Couple.objects.filter(pk=scene.cast.couple.pk).update(state=state)
    withdraw(scene)
    assert set(copies(scene.assignment).values()) == {HomeworkState.WITHDRAWN}


def test_it_plans_a_reminder_for_each_only_where_there_is_a_day(scene):
    assert not OutboxMessage.objects.exists()
    scene.assign(due_on=SOON)
    planned = OutboxMessage.objects.values_list("partner__name", "local_date")
    assert sorted(planned) == [("alex", SOON - timedelta(days=1)), ("blake", SOON - timedelta(days=1))]
