"""A therapist looks, notes and marks; nobody else can, and no partner is told."""

import pytest

from clients.commands.couples import move_couple
from exercises.commands import reviewing
from exercises.models import Mark, PrivateNote, Share
from exercises.queries import inbox as new
from exercises.queries import marks
from exercises.queries import notes as queries
from exercises.states import Audience
from exercises.versions import Judgement, Stamp
from safekeeping.verdict import Refused
from tests.cast import NOON
from tests.exercises.scene import DAY, HOUR

LATER = NOON + HOUR


def note(scene, text, stamp=None, name="moreno", at=NOON):
    return reviewing.save_note(
        by=scene.viewer(name, at), assignment=scene.assignment, text=text, stamp=stamp or Stamp(), at=at
    )


def mark(scene, marked=True, name="moreno"):
    by = scene.viewer(name)
    reviewing.mark(by=by, assignment=scene.assignment, step_key="letter", marked=marked, at=NOON)


def test_it_is_new_until_it_was_looked_at(scene):
    scene.write("dear")
    scene.finish(Audience.THERAPIST)
    moreno = scene.viewer("moreno", LATER)
    assert [row.pk for row in new.inbox(viewer=moreno)] == [scene.assignment.pk]
    reviewing.look(by=moreno, assignment=scene.assignment, at=LATER)
    assert new.inbox(viewer=moreno) == []


def test_it_stays_new_where_the_hold_was_not_over_when_the_therapist_looked(scene):
    scene.write("dear")
    scene.finish(Audience.THERAPIST)
    reviewing.look(by=scene.viewer("moreno"), assignment=scene.assignment, at=NOON)
    assert Share.objects.get().seen_at is None


def test_it_keeps_a_note_and_its_later_words(scene):
    assert note(scene, "first").version == 1
    assert note(scene, "second", Stamp(1)).version == 2
    assert PrivateNote.objects.get().text == "second"


def test_it_leaves_a_note_as_it_was_where_two_pages_meet(scene):
    note(scene, "theirs", Stamp(0, "one", 1))
    saved = note(scene, "mine", Stamp(0, "two", 1), at=LATER)
    assert (saved.judgement, saved.value, saved.version) == (Judgement.CONFLICT, "theirs", 1)
    assert PrivateNote.objects.get().text == "theirs"


def test_it_lets_no_older_save_of_a_page_back_into_a_note(scene):
    note(scene, "first", Stamp(0, "one", 1))
    note(scene, "first", Stamp(1, "one", 3))
    note(scene, "first, longer", Stamp(1, "one", 2))
    assert PrivateNote.objects.get().text == "first"


def test_it_keeps_a_step_for_the_session_once_and_lets_it_go(scene):
    mark(scene)
    mark(scene)
    rows = marks.marks_of(scene.cast.couple, viewer=scene.viewer("moreno"))
    assert [(row.exercise, row.question) for row in rows] == [("A small one", "Write a letter")]
    mark(scene, marked=False)
    mark(scene, marked=False)
    assert not Mark.objects.exists()


@pytest.mark.parametrize("name", ["alex", "blake", "yilmaz", "former", "okafor", "adair", "both"])
def test_it_is_for_their_therapist_alone(scene, name):
    for deed in (note, mark):
        with pytest.raises(Refused):
            deed(scene, "x", name=name)
    with pytest.raises(Refused):
        reviewing.look(by=scene.viewer(name), assignment=scene.assignment, at=NOON)


def test_it_keeps_a_note_from_the_next_therapist_and_gives_them_the_marks(scene):
    note(scene, "for myself")
    mark(scene)
    move_couple(couple=scene.cast.couple, to=scene.cast.staff["yilmaz"], by=scene.viewer("adair"), at=NOON)
    after = scene.viewer("yilmaz", NOON + DAY)
    assert queries.note_on(scene.assignment, viewer=after) is None
    assert queries.note_on(scene.assignment, viewer=scene.viewer("moreno", NOON + DAY)) is None
    assert marks.marks_of(scene.cast.couple, viewer=after)
