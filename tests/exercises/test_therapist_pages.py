"""A therapist's pages: who is there, what is new, both side by side, giving and taking back."""

import pytest
from django.test import Client
from django.urls import reverse

from clients.models import Couple
from exercises.models import Assignment, Mark, PrivateNote
from exercises.states import Audience, Frame
from exercises.text import MOST
from tests.cast import NOON
from tests.exercises.page import HTMX, box, chosen, html, masked, values, words
from tests.exercises.scene import HOUR, content, new_version
from tests.second import fresh

LATER = NOON + HOUR


def at(scene, page):
    pk = scene.cast.couple.pk if page in {"couple", "assign"} else scene.assignment.pk
    return reverse(page, args=[pk])


@pytest.fixture
def later(scene, clock):
    """Moreno, an hour on: holds are over."""
    clock.move_to(LATER)
    return scene.browser("moreno")


def share(scene, name="alex", text="dear", **each):
    scene.write(text, name=name)
    scene.finish(Audience.THERAPIST, name=name, each=each)


def test_it_lists_each_couple_with_what_is_new_and_open(scene, later):
    share(scene)
    page = words(later.get(reverse("caseload")))
    assert page.index("River stones") < page.index("Old oak"), "of those who come at no known time"
    assert "River stones Alex · Blake – 1 – 1" in page
    assert "North star" not in page


def test_it_counts_nothing_as_new_while_it_is_held(scene, moreno):
    share(scene)
    assert "River stones Alex · Blake – – – 1" in words(moreno.get(reverse("caseload")))
    assert "All caught up." in words(moreno.get(reverse("inbox")))


@pytest.mark.parametrize(("search", "found"), [("river", 1), ("ALEX", 1), ("blake stones", 1), ("o", 2), ("zz", 0)])
def test_it_finds_couples_by_name_with_and_without_scripts(moreno, search, found):
    for headers in ({}, HTMX):
        page = moreno.get(reverse("caseload"), {"q": search}, headers=headers)
        assert html(page).count('<th scope="row">') == found
        assert ("<html" in html(page)) == (not headers)
        assert 'id="caseload"' in html(page)


def test_it_names_in_the_inbox_whose_words_are_new_the_longest_waiting_first(scene, later):
    other = scene.assign("blake")
    scene.write("dear", name="blake", assignment=other)
    scene.finish(Audience.THERAPIST, name="blake", at=NOON + HOUR / 4, assignment=other)
    share(scene)
    page = html(later.get(reverse("inbox")))
    assert page.index(str(scene.assignment.pk)) < page.index(str(other.pk))
    assert "River stones · Alex" in words(later.get(reverse("inbox")))


def test_it_is_not_new_any_more_once_it_was_looked_at(scene, later):
    share(scene)
    assert "No longer new" in words(later.get(at(scene, "review")))
    assert later.post(at(scene, "review-seen")).status_code == 302
    assert "All caught up." in words(later.get(reverse("inbox")))
    assert "No longer new" not in words(later.get(at(scene, "review")))


def test_it_shows_both_partners_side_by_side(scene, later):
    share(scene, "alex", "dear Blake")
    share(scene, "blake", "dear Alex")
    page = words(later.get(at(scene, "review")))
    assert "dear Blake" in page
    assert "dear Alex" in page
    assert page.index("Finished") > 0


def private(scene):
    scene.write("only mine")
    scene.finish(Audience.ONLY_ME)


def empty(scene):
    scene.finish(Audience.THERAPIST)


def held(scene):
    scene.write("held words")
    scene.finish(Audience.THERAPIST, at=LATER)


def begun(scene):
    scene.write("a draft")


def not_begun(scene):
    pass


@pytest.mark.parametrize("why", [private, empty, held, begun, not_begun])
def test_it_says_the_same_wherever_there_is_nothing_to_read(scene, later, why):
    share(scene, "blake", "dear Alex")
    why(scene)
    page = later.get(at(scene, "review"))
    cells = html(page).split('<section class="answer" id="step-letter">')[1].split("</section>")[0]
    assert cells.count("Nothing to read here.") == 1
    alone = cells[cells.index("Alex") : cells.index("Nothing to read here.")]
    assert "privacy" not in alone
    assert not [word for word in ("only mine", "held words", "a draft") if word in html(page)]


def test_it_shows_old_words_until_new_ones_are_shared_and_then_says_edited(scene, later):
    share(scene, text="old words")
    scene.write("new words")
    assert "old words" in words(later.get(at(scene, "review")))
    scene.finish(Audience.THERAPIST, at=LATER)
    page = words(later.get(at(scene, "review")))
    assert "new words" in page
    assert "old words" not in page
    assert "edited" in page


@pytest.fixture
def noting(scene, clock):
    """Moreno, signed in afresh: nothing of a private note opens without."""
    return fresh(Client(), scene.cast.moreno)


def test_it_keeps_a_private_note_with_and_without_scripts(scene, noting):
    path = at(scene, "review-note")
    assert noting.post(path, {"text": "first", "version": "0"})["Location"] == path
    page = noting.get(path)
    assert box(page) == "first"
    data = {"text": "second", "version": values(page, "version")[0], "tab": "t", "seq": "1"}
    answer = noting.post(path, data, headers=HTMX)
    assert words(answer) == "Saved 13:00"
    assert values(answer, "version") == ["2"]


def test_it_shows_both_notes_where_two_pages_met(scene, noting):
    noting.post(at(scene, "review-note"), {"text": "theirs", "version": "0"})
    answer = noting.post(at(scene, "review-note"), {"text": "mine", "version": "0"})
    assert answer.status_code == 409
    assert "theirs" in words(answer)
    assert box(answer) == "mine"
    answer = noting.post(at(scene, "review-note"), {"text": "mine", "version": "0"}, headers=HTMX)
    assert answer.status_code == 409
    assert "<textarea" not in html(answer)
    assert PrivateNote.objects.get().text == "theirs"


def test_it_leaves_a_note_that_is_too_long_on_the_page(scene, noting):
    answer = noting.post(at(scene, "review-note"), {"text": "n" * (MOST + 1), "version": "0"})
    assert answer.status_code == 422
    assert box(answer) == "n" * (MOST + 1)
    assert "It is still on this page" in words(answer)
    assert noting.post(at(scene, "review-note"), {"text": "n" * (MOST + 1)}, headers=HTMX).status_code == 422
    assert not PrivateNote.objects.exists()


def test_it_opens_a_private_note_to_nobody_who_signed_in_long_ago_and_loses_no_text(scene, noting):
    path = at(scene, "review-note")
    noting.post(path, {"text": "kept before", "version": "0"})
    stale = fresh(Client(), scene.cast.moreno, ago=601)
    assert stale.get(path)["Location"].startswith("/account/again/")
    typed = {"text": "typed since", "version": "0"}
    answer = stale.post(path, typed)
    assert (answer.status_code, box(answer)) == (403, "typed since")
    assert "Not saved yet" in words(answer)
    assert values(answer, "version") == ["0"]
    assert "kept before" not in html(answer)
    in_place = stale.post(path, typed, headers=HTMX)
    assert (in_place.status_code, in_place["HX-Trigger"]) == (403, '{"session:new": {}}')
    assert not in_place.content
    assert PrivateNote.objects.get().text == "kept before"
    again = fresh(stale, scene.cast.moreno).post(path, typed)  # signed in beside it, and Save pressed
    assert again.status_code == 409
    assert "kept before" in words(again)
    assert box(again) == "typed since"


def test_it_keeps_the_private_note_off_the_page_of_the_answers(scene, noting):
    noting.post(at(scene, "review-note"), {"text": "obsidian", "version": "0"})
    page = html(noting.get(at(scene, "review")))
    assert "obsidian" not in page
    assert "<textarea" not in page


def test_it_marks_a_step_for_the_session_and_lets_it_go(scene, moreno):
    answer = moreno.post(at(scene, "review-mark"), {"mark": "letter"}, headers=HTMX)
    assert "Marked for the session" in words(answer)
    assert "Write a letter" in words(moreno.get(at(scene, "couple")))
    moreno.post(at(scene, "review-mark"), {"unmark": "letter"})
    assert not Mark.objects.exists()
    assert moreno.post(at(scene, "review-mark"), {"mark": "no-such"}).status_code == 404


# --- giving and taking back


def given(scene, **changes):
    both = [str(scene.cast.places[name].pk) for name in ("alex", "blake")]
    return {"exercise": "small-one", "partners": both, "note": "", "due_on": "", "frame": "offer", **changes}


def test_it_gives_an_exercise(scene, moreno):
    answer = moreno.post(at(scene, "assign"), given(scene, note="Ten minutes.", due_on="2026-03-05"))
    assert answer["Location"] == at(scene, "couple")
    assert [one.frame for one in Assignment.objects.all() if one.note == "Ten minutes."] == [Frame.OFFER]


def test_it_begins_with_both_partners_and_with_what_the_exercise_is_for(scene, moreno):
    page = moreno.get(at(scene, "assign"), {"exercise": "small-one"})
    assert len(chosen(page, "partners")) == 2
    assert chosen(page, "frame") == [""]
    assert "To test with." in words(page)


@pytest.mark.parametrize(("sent", "frame"), [("", Frame.OFFER), ("read-together", Frame.READ_TOGETHER)])
def test_it_takes_the_frame_that_the_exercise_suggests_or_the_one_that_was_chosen(scene, moreno, sent, frame):
    moreno.post(at(scene, "assign"), given(scene, note="Again.", frame=sent))
    assert next(one for one in Assignment.objects.all() if one.note == "Again.").frame == frame


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"partners": []}, "Choose one partner or both."),
        ({"partners": ["00000000-0000-4000-8000-000000000000"]}, "Select a valid choice"),
        ({"due_on": "2026-03-01"}, "This day has passed."),
        ({"due_on": "31.12.2026"}, "Write the date as in 2027-03-31"),
        ({"exercise": "no-such"}, "Select a valid choice"),
        ({"frame": "no-such"}, "Select a valid choice"),
        ({"note": "n" * 2001}, "at most 2000 characters"),
    ],
)
def test_it_says_what_is_missing_and_keeps_what_was_typed(scene, moreno, changes, told):
    answer = moreno.post(at(scene, "assign"), given(scene, **{"note": "Ten minutes.", **changes}))
    assert answer.status_code == 422
    assert "There is a problem" in words(answer)
    assert told in words(answer)
    assert box(answer) == changes.get("note", "Ten minutes.")
    assert Assignment.objects.count() == 1


def test_it_takes_today_in_the_partners_own_zone_for_a_day_that_has_not_passed(scene, clock):
    clock.move_to(NOON.replace(hour=23, minute=30))  # the third of March in Berlin
    moreno = scene.browser("moreno")
    assert moreno.post(at(scene, "assign"), given(scene, due_on="2026-03-02")).status_code == 422
    assert moreno.post(at(scene, "assign"), given(scene, due_on="2026-03-03")).status_code == 302


@pytest.mark.parametrize(("state", "told"), [("paused", "Resume it to assign"), ("ended", "work has ended")])
def test_it_says_why_nothing_can_be_given_now(scene, moreno, state, told):
    Couple.objects.filter(pk=scene.cast.couple.pk).update(state=state)
    for answer in (moreno.get(at(scene, "assign")), moreno.post(at(scene, "assign"), given(scene))):
        assert answer.status_code == 403
        assert told in words(answer)
    assert told in words(moreno.get(at(scene, "couple")))


def test_it_asks_once_before_taking_an_exercise_back(scene, moreno):
    assert "What they wrote stays theirs." in words(moreno.get(at(scene, "assignment-withdraw")))
    assert moreno.post(at(scene, "assignment-withdraw")).status_code == 302
    answer = moreno.post(at(scene, "assignment-withdraw"))
    assert answer.status_code == 403
    assert "withdrawn already" in words(answer)
    assert "Withdraw this exercise" not in words(moreno.get(at(scene, "review")))


def test_it_finds_exercises_with_and_without_scripts(scene, moreno):
    new_version(content(slug="other-one", number=901, title="Another one"))
    for search, found in [("", 2), ("ANOTHER", 1), ("test with", 2), ("zz", 0)]:
        for headers in ({}, HTMX):
            page = moreno.get(reverse("library"), {"q": search}, headers=headers)
            assert html(page).count("rows__link") == found
            assert ("<html" in html(page)) == (not headers)


def test_it_shows_an_exercise_as_partners_will_read_it(scene, moreno):
    page = words(moreno.get(reverse("library-exercise", args=["small-one"])))
    for told in ("A beginning.", "Write a letter", "Tea", "Far – Near", "Home", "How was it?", "River stones"):
        assert told in page
    assert moreno.get(reverse("library-exercise", args=["no-such"])).status_code == 404


PAGES = ["couple", "assign", "review", "assignment-withdraw"]


@pytest.mark.parametrize("name", ["alex", "casey", "yilmaz", "former", "okafor"])
def test_it_is_as_if_it_were_not_there_for_anybody_but_their_therapist(scene, clock, name):
    client = scene.browser(name)
    for page in PAGES:
        none = client.get(reverse(page, args=["00000000-0000-4000-8000-000000000000"]))
        real = client.get(at(scene, page))
        assert (real.status_code, masked(real)) == (none.status_code, masked(none))
        assert real.status_code == 404


def test_it_shows_no_word_that_was_not_shared_on_any_page_of_the_therapist(scene, later):
    share(scene, text="for Moreno", line=Audience.ONLY_ME)
    scene.write("for nobody", key="line")
    scene.write("obsidian", name="blake")
    pages = [reverse(n) for n in ("caseload", "inbox", "library")] + [at(scene, page) for page in PAGES]
    seen = "".join(html(later.get(page)) for page in pages)
    assert "for Moreno" in seen
    assert not [word for word in ("for nobody", "obsidian") if word in seen]
