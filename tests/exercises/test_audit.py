"""The trail says who did what to which record and when, and never a word of what was written."""

import json

import pytest
from django.urls import reverse

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
    before = list(AuditEvent.objects.values_list("pk", flat=True))
    given, homework = whole_life(scene)
    of_alex, of_moreno = f"exercises.Homework:{homework.pk}", f"exercises.Assignment:{given.pk}"
    trail = [(e.verb, e.actor_id, e.subject, e.at) for e in AuditEvent.objects.exclude(pk__in=before)]
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
    before = list(AuditEvent.objects.values_list("pk", flat=True))
    whole_life(scene)
    new = AuditEvent.objects.exclude(pk__in=before)
    assert set(new.values_list("clinic_id", flat=True)) == {scene.cast.riverside.pk}


def reads(verb):
    return list(AuditEvent.objects.filter(verb=verb).values_list("actor_id", "subject", "device", "clinic_id"))


def test_it_records_who_read_what_somebody_else_wrote_and_on_what_kind_of_device(scene, clock):
    scene.write("obsidian")
    scene.finish(Audience.PARTNER)
    clock.move_to(NOON + 30 * HOUR)
    phone = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile"}
    scene.browser("moreno").get(reverse("review", args=[scene.assignment.pk]), headers=phone)
    scene.browser("blake").get(reverse("shared-detail", args=[scene.homework().pk]), headers=phone)
    clinic = scene.cast.riverside.pk
    of_moreno, of_blake = f"exercises.Assignment:{scene.assignment.pk}", f"exercises.Homework:{scene.homework().pk}"
    assert reads("assignment.read") == [(scene.cast.moreno.pk, of_moreno, "phone", clinic)]
    assert reads("offer.read") == [(scene.cast.blake.pk, of_blake, "phone", clinic)]


def test_it_records_no_reading_of_what_could_not_be_read(scene, clock):
    scene.browser("okafor").get(reverse("review", args=[scene.assignment.pk]))
    scene.browser("blake").get(reverse("shared-detail", args=[scene.homework().pk]))
    assert reads("assignment.read") == reads("offer.read") == []


def test_it_leaves_no_trace_of_a_deed_that_was_refused(scene):
    before = AuditEvent.objects.count()
    with pytest.raises(Refused):
        assigning.withdraw(by=scene.viewer("blake"), assignment=scene.assignment, at=NOON)
    with pytest.raises(Refused):
        scene.finish(Audience.SESSION)
    assert AuditEvent.objects.count() == before
