"""The trail says who did what to which record and when, and never a word of what was written."""

import json

import pytest

from exercises.commands import assigning, reviewing, sharing, writing
from exercises.commands.writing import Keep
from exercises.states import Audience, HomeworkState
from exercises.versions import Stamp
from safekeeping.models import AuditEvent
from safekeeping.verdict import Refused
from tests.cast import NOON
from tests.exercises.scene import HOUR, number, step

SECRETS = ("marigold", "obsidian", "tamarind", "A small one", "Alex", "Blake", "River stones")


def whole_life(scene):
    """One assignment from being given to being taken back; everything in it bears a word to look for."""
    alex, moreno = scene.viewer("alex"), scene.viewer("moreno")
    given = scene.assign(note="marigold")
    homework = scene.homework(assignment=given)
    scene.write("obsidian", assignment=given)
    writing.settle(
        by=alex, homework=homework.pk, number=number("letter"), step=step("letter"), mine="obsidian too", version=1,
        keep=Keep.BOTH, at=NOON,
    )  # fmt: skip
    writing.move(by=alex, homework=homework, to=HomeworkState.SET_ASIDE, at=NOON)
    writing.move(by=alex, homework=homework, to=HomeworkState.OPEN, at=NOON)
    scene.finish(Audience.PARTNER, assignment=given)
    sharing.share_less(by=alex, homework=homework, at=NOON)
    reviewing.look(by=moreno, assignment=given, at=NOON)
    reviewing.save_note(by=moreno, assignment=given, text="tamarind", stamp=Stamp(), at=NOON)
    reviewing.mark(by=moreno, assignment=given, step_key="letter", marked=True, at=NOON)
    reviewing.mark(by=moreno, assignment=given, step_key="letter", marked=False, at=NOON)
    assigning.withdraw(by=moreno, assignment=given, at=NOON + HOUR)
    return given, homework


def test_it_records_each_deed_with_its_doer_its_record_and_its_time(scene):
    AuditEvent.objects.all().delete()
    given, homework = whole_life(scene)
    of_alex, of_moreno = f"exercises.Homework:{homework.pk}", f"exercises.Assignment:{given.pk}"
    trail = [(e.verb, e.actor_id, e.subject, e.at) for e in AuditEvent.objects.all()]
    alex, moreno = scene.cast.alex.pk, scene.cast.moreno.pk
    assert sorted(trail) == sorted(
        [
            ("assignment.assigned", moreno, of_moreno, NOON),
            ("homework.set_aside", alex, of_alex, NOON),
            ("homework.open", alex, of_alex, NOON),
            ("homework.finished", alex, of_alex, NOON),
            ("homework.readers_chosen", alex, of_alex, NOON),
            ("homework.shared_less", alex, of_alex, NOON),
            ("assignment.reviewed", moreno, of_moreno, NOON),
            ("step.marked", moreno, of_moreno, NOON),
            ("step.unmarked", moreno, of_moreno, NOON),
            ("assignment.withdrawn", moreno, of_moreno, NOON + HOUR),
        ]
    )


def test_it_holds_no_word_of_what_was_written_and_no_name(scene):
    whole_life(scene)
    trail = json.dumps(list(AuditEvent.objects.values()), default=str)
    assert "assignment.assigned" in trail
    assert not [word for word in SECRETS if word in trail]


def test_it_says_to_which_clinic_each_deed_belongs(scene):
    AuditEvent.objects.all().delete()
    whole_life(scene)
    assert set(AuditEvent.objects.values_list("clinic_id", flat=True)) == {scene.cast.riverside.pk}


def test_it_leaves_no_trace_of_a_deed_that_was_refused(scene):
    before = AuditEvent.objects.count()
    with pytest.raises(Refused):
        assigning.withdraw(by=scene.viewer("blake"), assignment=scene.assignment, at=NOON)
    with pytest.raises(Refused):
        scene.finish(Audience.SESSION)
    assert AuditEvent.objects.count() == before
