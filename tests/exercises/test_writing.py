"""A partner writes: saving, saving again, two texts that meet, and what becomes of the one that gives way."""

from datetime import timedelta

import pytest

from clients.models import Couple
from clients.states import CoupleState
from exercises.commands import assigning, writing
from exercises.commands.writing import KEEP_EARLIER, Keep
from exercises.models import EarlierText, Homework, Reflection
from exercises.queries import writing as queries
from exercises.states import Audience
from exercises.text import KEPT
from exercises.versions import Judgement, Stamp
from safekeeping.verdict import Refused
from tests.cast import NOON
from tests.exercises.scene import HOUR, number, step

LATER = NOON + HOUR


def settle(scene, keep, mine="mine", version=1, key="letter", at=LATER):
    return writing.settle(
        by=scene.viewer("alex", at), homework=scene.homework().pk, number=number(key), step=step(key), mine=mine,
        version=version, keep=keep, at=at,
    )  # fmt: skip


def row(thing):
    return type(thing).objects.values().get(pk=thing.pk)


def test_it_keeps_what_was_written(scene):
    saved = scene.write("dear")
    assert (saved.judgement, saved.version, saved.written_at) == (Judgement.SAVE, 1, NOON)
    assert scene.kept().value == "dear"
    assert scene.kept().author == scene.cast.places["alex"]


def test_it_counts_every_change(scene):
    scene.write("dear")
    assert scene.write("dear you", at=LATER).version == 2
    assert scene.kept().written_at == LATER


def test_it_does_nothing_when_a_save_comes_twice(scene):
    stamp = Stamp(0, "page", 1)
    scene.write("dear", stamp=stamp)
    before = row(scene.kept())
    again = scene.write("dear", stamp=stamp, at=LATER)
    assert (again.judgement, again.version, again.written_at) == (Judgement.SAME, 1, NOON)
    assert row(scene.kept()) == before
    assert scene.homework().written_at == NOON


def test_it_leaves_everything_as_it_was_in_a_conflict(scene):
    scene.write("theirs")
    before = row(scene.kept()), row(scene.homework())
    saved = scene.write("mine", stamp=Stamp(0, "page", 1), at=LATER)
    assert saved.is_conflict
    assert (saved.value, saved.version, saved.written_at) == ("theirs", 1, NOON)
    assert (row(scene.kept()), row(scene.homework())) == before
    assert not EarlierText.objects.exists()


def test_it_meets_no_conflict_where_both_places_say_the_same(scene):
    scene.write("dear")
    assert not scene.write("dear", stamp=Stamp(0, "page", 1)).is_conflict


def test_it_keeps_one_text_a_step(scene):
    scene.write("dear")
    scene.write("a line", key="line")
    assert Reflection.objects.count() == 2


@pytest.mark.parametrize(
    ("keep", "stays", "gave_way"),
    [(Keep.MINE, "mine", ["theirs"]), (Keep.THEIRS, "theirs", ["mine"]), (Keep.BOTH, "theirs\n\nmine", [])],
)
def test_it_settles_two_texts_and_keeps_the_one_that_gives_way(scene, keep, stays, gave_way):
    scene.write("theirs")
    saved = settle(scene, keep)
    assert (saved.judgement, saved.version, scene.kept().value) == (Judgement.SAVE, 2, stays)
    assert [text.value for text in EarlierText.objects.all()] == gave_way


def test_it_keeps_the_other_number_where_both_cannot_stay(scene):
    scene.write(2, key="near")
    settle(scene, Keep.BOTH, mine=4, key="near")
    assert scene.kept("near").value == 4
    assert EarlierText.objects.get().value == 2


@pytest.mark.parametrize(("theirs", "mine"), [(None, "mine"), ("mine", None)])
def test_it_keeps_the_only_text_there_is_when_both_are_wanted(scene, theirs, mine):
    scene.write("first")
    scene.write(theirs)
    settle(scene, Keep.BOTH, mine=mine, version=2)
    assert scene.kept().value == "mine"


def test_it_asks_again_when_the_other_text_has_changed_once_more(scene):
    scene.write("theirs")
    scene.write("theirs, longer")
    saved = settle(scene, Keep.MINE, version=1)
    assert saved.is_conflict
    assert saved.value == scene.kept().value == "theirs, longer"


def test_it_saves_where_there_is_nothing_to_settle(scene):
    settle(scene, Keep.MINE)
    assert scene.kept().value == "mine"


def test_it_lets_no_late_save_of_either_page_in_after_settling(scene):
    scene.write("theirs", stamp=Stamp(0, "one", 1))
    settle(scene, Keep.MINE)
    for stamp in (Stamp(1, "one", 2), Stamp(0, "two", 1)):
        assert scene.write("late", stamp=stamp).is_conflict


def test_it_forgets_the_text_that_gave_way_after_thirty_days(scene):
    scene.write("theirs")
    settle(scene, Keep.MINE)
    assert writing.forget_earlier_texts(at=LATER + KEEP_EARLIER) == 0
    assert queries.earlier_texts(scene.homework(), viewer=scene.viewer("alex"))
    assert writing.forget_earlier_texts(at=LATER + KEEP_EARLIER + timedelta(seconds=1)) == 1
    assert scene.kept().value == "mine"
    assert timedelta(days=30) == KEEP_EARLIER


@pytest.mark.parametrize("name", ["blake", "moreno", "casey", "adair", "yilmaz"])
def test_it_lets_nobody_else_write(scene, name):
    scene.write("dear")
    homework, deed = scene.homework(), {"number": 2, "step": step("letter"), "at": NOON, "by": scene.viewer(name)}
    with pytest.raises(Refused):
        writing.save_step(homework=homework.pk, value="forged", stamp=Stamp(1), **deed)
    with pytest.raises(Refused):
        writing.settle(homework=homework.pk, mine="forged", version=1, keep=Keep.MINE, **deed)
    assert scene.kept().value == "dear"


def test_it_takes_no_more_writing_once_the_exercise_is_withdrawn(scene):
    scene.write("dear")
    assigning.withdraw(by=scene.viewer("moreno"), assignment=scene.assignment, at=NOON)
    with pytest.raises(Refused, match=r"taken this exercise back. What you wrote is kept"):
        scene.write("more")
    assert scene.kept().value == "dear"


def test_it_takes_no_more_writing_once_the_work_has_ended(scene):
    scene.write("dear")
    Couple.objects.filter(pk=scene.cast.couple.pk).update(state=CoupleState.ENDED)
    with pytest.raises(Refused, match=r"This work has ended. What you wrote is kept"):
        scene.write("more")
    assert scene.kept().value == "dear"


def test_it_goes_on_while_the_couple_pauses_and_after_finishing(scene):
    scene.finish(Audience.ONLY_ME)
    Couple.objects.filter(pk=scene.cast.couple.pk).update(state=CoupleState.PAUSED)
    scene.write("an afterthought")
    assert scene.kept().value == "an afterthought"


def test_it_notes_where_its_author_is_and_since_when(scene):
    scene.write(None, key="reading")
    walked = scene.homework()
    assert (walked.step, walked.begun_at, walked.written_at) == (1, NOON, None)
    assert not Reflection.objects.exists()

    scene.write("dear", at=LATER)
    walked = scene.homework()
    assert (walked.step, walked.begun_at, walked.written_at) == (2, NOON, LATER)


def test_it_notes_nothing_for_the_other_partner(scene):
    before = row(scene.homework("blake"))
    scene.write("dear")
    assert row(scene.homework("blake")) == before


def test_it_remembers_that_a_question_was_skipped_until_it_is_answered(scene):
    scene.write(None, skipped=True)
    assert scene.kept().skipped
    scene.write("after all")
    assert not scene.kept().skipped


def test_it_keeps_an_emptied_answer_as_empty(scene):
    scene.write("dear")
    scene.write(None)
    assert scene.kept().value is None
    assert scene.homework().written_at == NOON


def test_it_lists_in_my_writing_what_has_been_written_and_nothing_else(scene):
    scene.write(None, key="reading")
    assert queries.my_writing(viewer=scene.viewer("alex")) == ([], False)
    scene.write("dear")
    rows, more = queries.my_writing(viewer=scene.viewer("alex"))
    assert [(one.title, one.finished) for one in rows] == [("A small one", False)]
    assert not more


def test_it_pages_through_my_writing_without_missing_or_repeating(scene):
    for n in range(5):
        scene.write("dear", assignment=scene.assign("alex"), at=NOON + n * HOUR)
    seen, before = [], None
    while True:
        rows, more = queries.my_writing(viewer=scene.viewer("alex"), before=before, most=2)
        seen += [one.pk for one in rows]
        before = rows[-1].written_at
        if not more:
            break
    assert len(seen) == len(set(seen)) == Homework.objects.filter(written_at__isnull=False).count() == 5


TWICE = [
    ("letter", "theirs", "mine"), ("line", "theirs", "mine"), ("near", 2, 4), ("some-of", ["joy"], ["calm"]),
    ("parts", [{"why": "a"}], [{"why": "b"}]), ("log", [{"what": "a"}], [{"what": "b"}]), ("letter", "theirs", None),
]  # fmt: skip


@pytest.mark.parametrize("keep", Keep)
@pytest.mark.parametrize(("key", "theirs", "mine"), TWICE)
def test_it_changes_nothing_when_two_texts_are_settled_twice_in_the_same_way(scene, keep, key, theirs, mine):
    scene.write(theirs, key=key)
    first = settle(scene, keep, mine=mine, key=key)
    before = row(scene.kept(key)), row(scene.homework()), EarlierText.objects.count()
    again = settle(scene, keep, mine=mine, key=key, at=LATER + HOUR)
    assert (again.judgement, again.version, again.value) == (Judgement.SAME, first.version, first.value)
    assert (row(scene.kept(key)), row(scene.homework()), EarlierText.objects.count()) == before


@pytest.mark.parametrize("first", Keep)
def test_it_asks_again_when_the_second_choice_is_another(scene, first):
    scene.write("theirs")
    settle(scene, first)
    before = row(scene.kept()), EarlierText.objects.count()
    for keep in Keep:
        assert settle(scene, keep).is_conflict == (keep is not first)
        assert settle(scene, keep, mine="other").is_conflict
    assert (row(scene.kept()), EarlierText.objects.count()) == before


HALF = "a" * (KEPT // 2)


@pytest.mark.parametrize(
    ("key", "theirs", "mine"), [("letter", HALF, f"{HALF}b"), ("parts", [{"why": HALF}], [{"why": f"{HALF}b"}])]
)
def test_it_joins_no_two_texts_into_more_than_can_be_kept(scene, key, theirs, mine):
    scene.write(theirs, key=key)
    before = row(scene.kept(key)), row(scene.homework())
    with pytest.raises(writing.TooMuch):
        settle(scene, Keep.BOTH, mine=mine, key=key)
    assert (row(scene.kept(key)), row(scene.homework())) == before
