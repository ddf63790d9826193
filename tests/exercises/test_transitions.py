"""Every way from one state of a homework to another is there by the table, and every other is refused in a sentence."""

from itertools import product

import pytest

from exercises import policies
from exercises.commands import assigning, writing
from exercises.models import Homework, OutboxMessage
from exercises.states import NEXT, Audience, HomeworkState, OutboxState
from safekeeping.models import AuditEvent
from safekeeping.verdict import Refused
from tests.cast import NOON
from tests.exercises.scene import DAY, HOUR

OPEN, FINISHED, SET_ASIDE, WITHDRAWN = HomeworkState
LATER = NOON + HOUR


def bring(scene, state):
    """Alex's homework in a state, by the deeds that lead there."""
    if state == FINISHED:
        scene.finish(Audience.ONLY_ME)
    if state == SET_ASIDE:
        writing.move(by=scene.viewer("alex"), homework=scene.homework(), to=SET_ASIDE, at=NOON)
    if state == WITHDRAWN:
        assigning.withdraw(by=scene.viewer("moreno"), assignment=scene.assignment, at=NOON)
    assert scene.homework().state == state
    return scene.homework()


@pytest.mark.parametrize(("start", "to"), [*product(HomeworkState, HomeworkState)])
def test_it_moves_only_along_the_table(scene, start, to):
    verdict = policies.may_move(scene.viewer("alex"), bring(scene, start), to)
    assert bool(verdict) == (to in NEXT[start])
    assert verdict or str(verdict.reason).endswith(".")


@pytest.mark.parametrize(("start", "to"), [*product(HomeworkState, [OPEN, SET_ASIDE])])
def test_it_is_set_aside_and_picked_up_by_its_partner_where_the_table_says_so(scene, start, to):
    homework = bring(scene, start)
    deed = {"by": scene.viewer("alex"), "homework": homework, "to": to, "at": LATER}
    if to in NEXT[start]:
        writing.move(**deed)
        assert (scene.homework().state, scene.homework().changed_at) == (to, LATER)
    else:
        with pytest.raises(Refused, match=r"\.$"):
            writing.move(**deed)
        assert scene.homework().state == start


@pytest.mark.parametrize("to", [FINISHED, WITHDRAWN])
def test_it_is_not_finished_or_withdrawn_by_merely_moving_it(scene, to):
    with pytest.raises(ValueError, match="set aside or picked up"):
        writing.move(by=scene.viewer("alex"), homework=scene.homework(), to=to, at=NOON)


@pytest.mark.parametrize("name", ["blake", "moreno", "adair"])
def test_it_is_moved_by_nobody_else(scene, name):
    with pytest.raises(Refused):
        writing.move(by=scene.viewer(name), homework=scene.homework(), to=SET_ASIDE, at=NOON)


def test_it_is_picked_up_on_the_way_to_being_finished(scene):
    bring(scene, SET_ASIDE)
    scene.finish(Audience.THERAPIST, at=LATER)
    assert (scene.homework().state, scene.homework().finished_at) == (FINISHED, LATER)
    verbs = AuditEvent.objects.filter(subject__contains=str(scene.homework().pk)).values_list("verb", flat=True)
    assert {"homework.set_aside", "homework.open", "homework.finished"} <= set(verbs)


def test_it_is_reminded_of_no_more_once_it_is_set_aside(scene):
    given = scene.assign(due_on=(NOON + 3 * DAY).date())
    writing.move(by=scene.viewer("alex"), homework=scene.homework(assignment=given), to=SET_ASIDE, at=NOON)
    states = {m.partner.name: m.state for m in OutboxMessage.objects.select_related("partner")}
    assert states == {"alex": OutboxState.STOPPED, "blake": OutboxState.WAITING}


def test_it_leaves_the_other_copy_where_it_is(scene):
    before = Homework.objects.values().get(pk=scene.homework("blake").pk)
    bring(scene, SET_ASIDE)
    assert Homework.objects.values().get(pk=scene.homework("blake").pk) == before
