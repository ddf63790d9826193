"""One step a page: reading, writing, saving as one goes, going on, and two texts that meet."""

import pytest
from django.urls import reverse

from clients.models import Couple
from exercises.commands import assigning, writing
from exercises.kinds import kind_of
from exercises.models import Reflection
from exercises.states import Frame
from exercises.text import KEPT, MOST
from tests.cast import NOON
from tests.exercises.page import HTMX, box, chosen, fields, html, values, words
from tests.exercises.scene import HOUR, KEYS, number, step

LETTER, LAST = number("letter"), len(KEYS)


def at(scene, key="letter", name="alex", page="homework-step"):
    return reverse(page, args=[scene.homework(name).pk, number(key)])


def autosave(client, scene, key="letter", **data):
    return client.post(at(scene, key, page="homework-save"), data, headers=HTMX)


@pytest.mark.parametrize("key", KEYS)
def test_it_shows_a_step_of_every_kind_with_its_place_in_the_exercise(alex, scene, key):
    page = alex.get(at(scene, key))
    assert page.status_code == 200
    assert f"Step {number(key)} of {LAST}" in words(page)
    assert html(page).count("<h1") == 1


@pytest.mark.parametrize("key", KEYS)
def test_it_says_under_every_question_who_can_read_it(alex, scene, key):
    told = "Who will read this: only you, until you choose at the end who can." in words(alex.get(at(scene, key)))
    assert told == kind_of(step(key)).asks


def test_it_shows_what_was_written_before(alex, scene):
    scene.write("dear <you>")
    assert box(alex.get(at(scene))) == "dear <you>"
    scene.write("milk", key="one-of")
    assert chosen(alex.get(at(scene, "one-of")), "answer") == ["milk"]


def test_it_demands_nothing_by_the_browser(alex, scene):
    for key in KEYS:
        page = html(alex.get(at(scene, key)))
        assert " required" not in page
        assert "novalidate" in page


POSTED = {
    "reading": {},
    "letter": {"answer": "dear"},
    "line": {"answer": "a line"},
    "near": {"answer": "4"},
    "one-of": {"answer": "tea"},
    "some-of": {"answer": ["joy", "calm"]},
    "ticks": {"answer": ["sat"]},
    "parts": {"now-1": "7", "why-0": "because"},
    "log": {"day-0": "2026-03-01", "what-2": "rain", "how-0": "soft"},
    "breath": {},
    "guess": {"mine-fear": "spiders", "guess-wish": "the sea", "unknown-fear": "on"},
    "tell": {"answer": "the blue door"},
}


def test_it_leads_through_the_whole_exercise_without_scripts(alex, scene):
    here = reverse("homework", args=[scene.homework().pk])
    assert f'href="{at(scene, "reading")}"' in html(alex.get(here))
    here = at(scene, "reading")
    for key in KEYS:
        assert here == at(scene, key)
        answer = alex.post(here, {"version": "0", "go": "continue", **POSTED[key]})
        assert answer.status_code == 302
        here = answer["Location"]
    assert here == reverse("homework-check", args=[scene.homework().pk])
    summary = words(alex.get(here))
    told = ("dear", "a line", "4, on a line from 1", "Tea", "Joy", "Sat", "because", "1 March 2026", "rain")
    for shown in (*told, "spiders", "the sea", "I don’t know", "the blue door"):
        assert shown in summary


def test_it_lets_every_question_be_left_empty(alex, scene):
    for key in KEYS:
        assert alex.post(at(scene, key), {"version": "0", "go": "continue"}).status_code == 302
    assert not Reflection.objects.exists()


@pytest.mark.parametrize("nothing", [" ", "\n\n\t", "\u00a0\u2003", "\u200b\ufeff", " \r\n "])
@pytest.mark.parametrize(("key", "name"), [("letter", "answer"), ("line", "answer"), ("log", "what-0")])
def test_it_takes_white_space_for_no_answer(alex, scene, key, name, nothing):
    assert alex.post(at(scene, key), {"version": "0", name: nothing}).status_code == 302
    autosave(alex, scene, key, **{name: nothing, "tab": "t", "seq": "1"})
    assert not Reflection.objects.exists()


@pytest.mark.parametrize("little", [".", " 👍🏽 ", "\U0001fae8", "\u200d♥"])
def test_it_takes_the_least_sign_for_one(alex, scene, little):
    alex.post(at(scene), {"version": "0", "answer": little})
    assert Reflection.objects.get().value == little


def test_it_says_of_a_skipped_question_that_it_was_skipped(alex, scene):
    assert alex.post(at(scene), {"go": "skip"}).status_code == 302
    assert "Skipped" in words(alex.get(reverse("homework-check", args=[scene.homework().pk])))


def test_it_keeps_what_was_written_when_it_is_skipped_after_all(alex, scene):
    alex.post(at(scene), {"answer": "dear", "go": "skip"})
    assert (scene.kept().value, scene.kept().skipped) == ("dear", False)


def test_it_saves_and_leaves(alex, scene):
    answer = alex.post(at(scene), {"answer": "dear", "go": "leave"})
    assert answer["Location"] == reverse("today")
    assert scene.kept().value == "dear"
    today = alex.get(reverse("today"))
    assert "Continue where you were" in words(today)
    assert at(scene) in html(today)


def test_it_adds_a_row_and_keeps_what_stands_in_the_others(alex, scene):
    answer = alex.post(at(scene, "log"), {"what-0": "rain", "go": "more"})
    page = alex.get(answer["Location"])
    assert len([n for n in range(9) if fields(page, f"what-{n}")]) == 3
    assert box(page) == "rain"


def test_it_answers_a_save_with_the_status_line_alone(alex, scene):
    answer = autosave(alex, scene, answer="dear", version="0", tab="t", seq="1")
    assert answer.status_code == 200
    assert words(answer) == "Saved 13:00"  # in Berlin
    assert values(answer, "version") == ["1"]
    assert "<form" not in html(answer)
    assert "<textarea" not in html(answer)


@pytest.mark.parametrize("text", ["a" * (MOST + 1), "", "\x00", "<script>"])
def test_it_never_judges_while_saving(alex, scene, text):
    answer = autosave(alex, scene, answer=text, version="0", tab="t", seq="1")
    assert answer.status_code == 200
    assert "problem" not in words(answer)


def test_it_never_says_saved_of_a_text_that_is_more_than_it_can_keep(alex, scene):
    answer = autosave(alex, scene, answer="a" * (KEPT + 1), version="0", tab="t", seq="1")
    assert answer.status_code == 413
    assert not Reflection.objects.exists()


TOO_MUCH = (
    "This is longer than 100,000 characters, more than can be kept. "
    "It is still on this page: shorten it, or copy it somewhere safe."
)


@pytest.mark.parametrize("go", ["continue", "leave", "skip", "more"])
@pytest.mark.parametrize(("key", "field"), [("letter", "answer"), ("line", "answer"), ("log", "what-1")])
def test_it_shows_a_text_that_is_more_than_it_can_keep_again_and_keeps_nothing(alex, scene, go, key, field):
    text = "a" * (KEPT + 1)
    answer = alex.post(at(scene, key), {field: text, "version": "0", "go": go})
    assert answer.status_code == 413
    assert TOO_MUCH in words(answer)
    assert "kept as it is" not in words(answer)
    assert f'href="#id_{field}"' in html(answer)
    assert text in html(answer)
    assert values(answer, "version") == ["0"]
    assert "Saved" not in words(answer)
    assert not Reflection.objects.exists()


@pytest.mark.parametrize("keep", ["mine", "theirs", "both"])
def test_it_settles_nothing_while_a_text_is_more_than_it_can_keep(alex, scene, keep):
    scene.write("theirs")
    text = "a" * (KEPT + 1)
    answer = alex.post(at(scene), {"answer": text, "keep": keep, "other": "1", "version": "0"})
    assert answer.status_code == 413
    assert TOO_MUCH in words(answer)
    assert box(answer) == text
    assert (values(answer, "other"), values(answer, "version")) == (["1"], ["0"])
    assert (scene.kept().value, scene.kept().version, scene.kept().earlier.count()) == ("theirs", 1, 0)


def test_it_joins_no_two_texts_that_are_more_than_it_can_keep_and_shows_both(alex, scene):
    theirs, mine = "a" * (KEPT // 2), "b" * (KEPT // 2)
    scene.write(theirs)
    answer = alex.post(at(scene), {"answer": mine, "keep": "both", "other": "1", "version": "0"})
    assert answer.status_code == 413
    assert "The two texts together are longer than 100,000 characters" in words(answer)
    assert "kept as it is" not in words(answer)
    assert theirs in html(answer)
    assert box(answer) == mine
    assert values(answer, "other") == ["1"]
    assert scene.kept().value == theirs


def test_it_does_not_say_that_a_text_is_kept_while_it_meets_another(alex, scene):
    scene.write("theirs")
    answer = alex.post(at(scene), {"answer": "b" * (MOST + 1), "version": "0", "go": "continue"})
    assert answer.status_code == 409
    assert "kept as it is" not in words(answer)


def test_it_settles_once_when_the_choice_is_sent_twice(alex, scene):
    scene.write("theirs")
    for _ in range(2):
        answer = alex.post(at(scene), {"answer": "mine", "keep": "both", "other": "1", "version": "0"})
        assert answer.status_code == 302
    assert (scene.kept().value, scene.kept().version) == ("theirs\n\nmine", 2)


def test_it_asks_for_a_day_that_cannot_be_read_and_keeps_it_as_it_was_typed(alex, scene):
    answer = alex.post(at(scene, "log"), {"day-0": "31.3.2026", "version": "0", "go": "continue"})
    assert answer.status_code == 422
    assert "Write the date as in 2027-03-31, or leave it empty." in words(answer)
    assert scene.kept("log").value == [{"day": "31.3.2026"}]
    assert 'value="31.3.2026"' in html(alex.get(at(scene, "log")))
    assert "31.3.2026" in words(alex.get(reverse("homework-check", args=[scene.homework().pk])))


def test_it_does_not_go_on_with_a_text_that_is_too_long_and_keeps_and_shows_all_of_it(alex, scene):
    text = "b" * (MOST + 1)
    answer = alex.post(at(scene), {"answer": text, "version": "0", "go": "continue"})
    assert answer.status_code == 422
    assert "There is a problem" in words(answer)
    assert "1 characters longer" in words(answer)
    assert html(answer).split("<title>")[1].startswith("Error:")
    assert box(answer) == scene.kept().value == text
    assert values(answer, "version") == ["1"]


def test_it_points_from_the_summary_to_the_field(alex, scene):
    answer = html(alex.post(at(scene), {"answer": "b" * (MOST + 1)}))
    assert 'href="#id_answer"' in answer
    assert 'id="id_answer"' in answer
    assert 'aria-invalid="true"' in answer


def test_it_shows_both_texts_where_two_pages_met(alex, scene):
    scene.write("theirs")
    answer = alex.post(at(scene), {"answer": "mine", "version": "0", "go": "continue"})
    assert answer.status_code == 409
    assert "This was changed somewhere else" in words(answer)
    assert "theirs" in words(answer)
    assert box(answer) == "mine"
    assert values(answer, "keep") == ["both", "mine", "theirs"]
    assert scene.kept().value == "theirs"


def test_it_shows_the_other_text_beside_the_page_when_saving_meets_another(alex, scene):
    scene.write("theirs")
    answer = autosave(alex, scene, answer="mine", version="0", tab="t", seq="1")
    assert answer.status_code == 409
    assert "theirs" in words(answer)
    assert "<textarea" not in html(answer)
    assert scene.kept().value == "theirs"


def test_it_does_not_write_over_the_other_text_by_merely_going_on(alex, scene):
    scene.write("theirs")
    page = alex.post(at(scene), {"answer": "mine", "version": "0", "go": "continue"})
    again = alex.post(at(scene), {"answer": "mine", "version": values(page, "version")[0], "go": "continue"})
    assert again.status_code == 409
    assert scene.kept().value == "theirs"


@pytest.mark.parametrize(
    ("keep", "stays"), [("mine", "mine"), ("theirs", "theirs"), ("both", "theirs\n\nmine")]
)  # fmt: skip
def test_it_settles_as_chosen_and_shows_what_stayed(alex, scene, keep, stays):
    scene.write("theirs")
    page = alex.post(at(scene), {"answer": "mine", "version": "0", "go": "continue"})
    answer = alex.post(at(scene), {"answer": "mine", "keep": keep, "other": values(page, "other")[0]})
    assert answer.status_code == 302
    assert box(alex.get(answer["Location"])) == stays


def test_it_shows_the_text_that_gave_way_among_ones_own_for_thirty_days(alex, scene):
    scene.write("theirs")
    alex.post(at(scene), {"answer": "mine", "keep": "mine", "other": "1"})
    page = reverse("reflection", args=[scene.homework().pk])
    assert "theirs" in words(alex.get(page))
    writing.forget_earlier_texts(at=NOON + 31 * 24 * HOUR)
    assert "theirs" not in words(alex.get(page))


@pytest.mark.parametrize("keep", ["", "nobody's", "MINE"])
def test_it_knows_no_other_way_to_settle(alex, scene, keep):
    assert alex.post(at(scene), {"answer": "x", "keep": keep}).status_code == 404


@pytest.mark.parametrize("data", [{"answer": "mine", "keep": "mine", "other": "x"}, {"answer": "mine", "keep": "both"}])
def test_it_saves_where_there_was_nothing_to_settle(alex, scene, data):
    assert alex.post(at(scene), data).status_code == 302
    assert scene.kept().value == "mine"


@pytest.mark.parametrize("n", [0, LAST + 1, 10**9])
def test_it_has_no_more_steps_than_the_exercise(alex, scene, n):
    """Page 0 is the private check before an offer, which there is where something can be offered."""
    given = scene.assign(frame=Frame.PRIVATE_FIRST)
    for page in ("homework-step", "homework-save"):
        assert alex.post(reverse(page, args=[scene.homework(assignment=given).pk, n]), {}).status_code == 404


def withdraw(scene):
    assigning.withdraw(by=scene.viewer("moreno"), assignment=scene.assignment, at=NOON)


def end(scene):
    Couple.objects.filter(pk=scene.cast.couple.pk).update(state="ended")


@pytest.mark.parametrize(("how", "told"), [(withdraw, "taken this exercise back"), (end, "This work has ended")])
def test_it_says_why_nothing_can_be_written_any_more_and_where_the_writing_is(alex, scene, how, told):
    scene.write("dear")
    how(scene)
    for answer in (
        alex.get(at(scene)), alex.post(at(scene), {"answer": "x"}), autosave(alex, scene, answer="x"),
        alex.get(reverse("homework-check", args=[scene.homework().pk])),
    ):  # fmt: skip
        assert answer.status_code == 403
        assert told in words(answer)
    assert told in words(alex.get(reverse("homework", args=[scene.homework().pk])))
    assert "dear" in words(alex.get(reverse("reflection", args=[scene.homework().pk])))


@pytest.mark.parametrize("name", ["blake", "moreno", "casey"])
def test_it_is_not_there_for_anybody_else(scene, clock, name):
    scene.write("dear")
    client = scene.browser(name)
    for answer in (
        client.get(at(scene)), client.post(at(scene), {"answer": "x", "version": "1"}),
        client.post(at(scene), {"answer": "x", "keep": "mine", "other": "1"}), autosave(client, scene, answer="x"),
    ):  # fmt: skip
        assert answer.status_code == 404
    assert scene.kept().value == "dear"
