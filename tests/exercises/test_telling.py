"""What a therapist writes to partners: a reply to one is nothing to the other, a note for both is the same to both."""

import pytest
from django.test import Client
from django.urls import reverse

from clients.models import Couple
from clients.states import CoupleState
from exercises.commands import reviewing, telling
from exercises.commands.erasing import erase_person
from exercises.models import Homework, JointNote, Reply
from exercises.queries import notes
from exercises.states import Audience
from exercises.versions import Judgement, Stamp
from safekeeping.verdict import Refused
from tests.cast import NOON
from tests.exercises.page import HTMX, box, html, masked, values, words
from tests.exercises.scene import DAY, HOUR

EVENING = NOON.replace(hour=19)  # past the release of what was written at noon
OTHERS = ["alex", "blake", "yilmaz", "former", "okafor", "adair", "both"]


def reply(scene, *names, text="for you", at=NOON, name="moreno", assignment=None):
    to = [scene.cast.places[one] for one in names]
    given = assignment or scene.assignment
    return telling.reply(by=scene.viewer(name, at), assignment=given, to=to, text=text, at=at)


def joint(scene, text="for both", at=NOON, publish=True):
    by = scene.viewer("moreno", at)
    note = telling.begin_joint_note(by=by, couple=scene.cast.couple, at=at)
    saved = telling.save_joint_note(by=by, note=note, text=text, stamp=Stamp(), at=at)
    if publish:
        assert telling.publish_joint_note(by=by, note=note, version=saved.version, at=at)
    return note


def told(scene, name, at=EVENING):
    return [(row.text, row.to_both) for row in notes.told_to(viewer=scene.viewer(name, at))]


def pages_of(scene, name):
    """Every page of a partner on which something told could stand."""
    client, copies = scene.browser(name), Homework.objects.filter(partner=scene.cast.places[name]).order_by("pk")
    found = [reverse(page) for page in ("today", "reflections", "shared", "from-therapist", "goals", "account")]
    found += [reverse(page, args=[copy.pk]) for copy in copies for page in ("homework", "reflection")]
    return {path: masked(client.get(path)) for path in found}


# --- a reply


def test_it_reaches_its_one_reader_from_the_next_release_on_and_nobody_else(scene):
    reply(scene, "alex", text="for Alex")
    assert told(scene, "alex", NOON + HOUR) == []
    assert told(scene, "alex") == [("for Alex", False)]
    assert told(scene, "blake") == []


def test_it_leaves_every_byte_of_the_others_pages_as_it_was(scene, clock):
    scene.write("dear", name="blake")
    clock.move_to(EVENING)
    before = pages_of(scene, "blake")
    reply(scene, "alex", text="for Alex")
    clock.move_to(EVENING)
    assert pages_of(scene, "blake") == before
    assert any("for Alex" in page for page in map(str, pages_of(scene, "alex").values()))


def test_it_says_to_each_that_it_is_for_both(scene):
    reply(scene, "alex", "blake", text="the same")
    for name in ("alex", "blake"):
        assert told(scene, name) == [("the same", True)]


def test_it_stands_on_its_readers_own_copy_and_in_their_list_with_nothing_to_answer(scene, clock):
    reply(scene, "alex", text="walnut")
    clock.move_to(EVENING)
    for page in (("homework", [scene.homework().pk]), ("reflection", [scene.homework().pk]), ("from-therapist", [])):
        answer = scene.browser("alex").get(reverse(page[0], args=page[1]))
        assert "walnut" in words(answer)
        assert "to you alone" in words(answer)
        assert "<textarea" not in html(answer)


def test_it_can_be_taken_back_from_all_its_readers_until_it_can_be_read(scene):
    first, _second = reply(scene, "alex", "blake")
    by = scene.viewer("moreno", NOON + HOUR)
    telling.take_back_reply(by=by, reply=first, at=NOON + HOUR)
    assert not Reply.objects.exists()
    (late,) = reply(scene, "alex")
    with pytest.raises(Refused, match="cannot be taken back"):
        telling.take_back_reply(by=scene.viewer("moreno", EVENING), reply=late, at=EVENING)
    assert told(scene, "alex") == [("for you", False)]


@pytest.mark.parametrize("name", OTHERS)
def test_it_is_written_by_their_therapist_alone(scene, name):
    with pytest.raises(Refused):
        reply(scene, "alex", name=name)


def test_it_tells_nobody_of_an_exercise_they_do_not_have(scene):
    alone = scene.assign("alex")
    planned = scene.assign("alex", "blake")
    Homework.objects.filter(assignment=planned, partner=scene.cast.places["blake"]).update(opens_at=NOON + DAY)
    for given in (alone, planned):
        with pytest.raises(telling.NobodyToReplyTo):
            reply(scene, "alex", "blake", assignment=given)
        assert [one.pk for one in notes.readers_for(given, viewer=scene.viewer("moreno"))] == [
            scene.cast.places["alex"].pk
        ]
    assert not Reply.objects.exists()


def test_it_says_who_reads_it_before_it_is_sent_and_sends_nothing_before_that(scene, moreno):
    path, alex = reverse("review-reply", args=[scene.assignment.pk]), str(scene.cast.places["alex"].pk)
    page = moreno.get(path)
    assert "Alex alone. Blake is told nothing of it." in words(page)
    assert "checked" not in html(page)
    looked = moreno.post(path, {"to": alex, "text": "walnut", "go": "check"})
    assert "Alex alone. Blake is told nothing of it." in words(looked)
    assert not Reply.objects.exists()
    changed = moreno.post(path, {"to": alex, "text": "walnut", "go": "change"})
    assert box(changed) == "walnut"
    sent = {name: values(looked, name)[0] for name in ("to",)}
    assert moreno.post(path, {**sent, "text": "walnut", "go": "send"})["Location"] == path
    assert [(one.partner_id, one.text) for one in Reply.objects.all()] == [(scene.cast.places["alex"].pk, "walnut")]
    assert "To Alex" in words(moreno.get(path))


@pytest.mark.parametrize("sent", [{"to": "", "text": "walnut"}, {"to": "x", "text": "walnut"}, {"to": "both"}])
def test_it_keeps_what_was_typed_where_something_is_missing(scene, moreno, sent):
    answer = moreno.post(reverse("review-reply", args=[scene.assignment.pk]), {**sent, "go": "send"})
    assert answer.status_code == 422
    assert box(answer) == sent.get("text", "")
    assert not Reply.objects.exists()


def test_it_keeps_the_text_where_its_reader_is_gone_while_it_was_written(scene, moreno):
    alex = str(scene.cast.places["alex"].pk)
    erase_person(person=scene.cast.alex.pk, at=NOON)
    answer = moreno.post(reverse("review-reply", args=[scene.assignment.pk]), {"to": alex, "text": "w", "go": "send"})
    assert answer.status_code == 422
    assert "They cannot be written to about this any more. Your text is kept." in words(answer)
    assert box(answer) == "w"


def test_it_says_that_nothing_can_be_written_once_the_work_has_ended(scene, moreno):
    Couple.objects.filter(pk=scene.cast.couple.pk).update(state=CoupleState.ENDED)
    path = reverse("review-reply", args=[scene.assignment.pk])
    assert "This couple's work has ended." in words(moreno.get(path)).replace("’", "'")
    with pytest.raises(Refused):
        reply(scene, "alex")


# --- a note for both


def test_it_is_its_authors_alone_until_it_is_published(scene):
    joint(scene, publish=False)
    assert told(scene, "alex") == told(scene, "blake") == []


def test_it_is_the_same_for_both_from_the_next_release_on_and_gone_from_both_at_once(scene):
    note = joint(scene)
    assert told(scene, "alex", NOON + HOUR) == []
    assert told(scene, "alex") == told(scene, "blake") == [("for both", True)]
    telling.take_back_joint_note(by=scene.viewer("moreno", EVENING), note=note, at=EVENING)
    assert told(scene, "alex") == told(scene, "blake") == []
    assert JointNote.objects.get().text == "for both"


def test_it_shows_both_the_same_bytes_of_a_note_for_both(scene, clock):
    joint(scene, text="walnut")
    clock.move_to(EVENING)
    alex, blake = (html(scene.browser(name).get(reverse("from-therapist"))) for name in ("alex", "blake"))
    start, end = "<h1>From your therapist", "</main>"
    assert alex[alex.index(start) : alex.index(end)] == blake[blake.index(start) : blake.index(end)]
    assert "walnut" in alex


def test_it_publishes_the_words_that_were_looked_at_or_nothing(scene):
    note, by = joint(scene, publish=False), scene.viewer("moreno")
    telling.save_joint_note(by=by, note=note, text="other words", stamp=Stamp(1), at=NOON)
    assert not telling.publish_joint_note(by=by, note=note, version=1, at=NOON)
    assert telling.publish_joint_note(by=by, note=note, version=2, at=NOON)
    empty = telling.begin_joint_note(by=by, couple=scene.cast.couple, at=NOON)
    assert not telling.publish_joint_note(by=by, note=empty, version=0, at=NOON)


def test_it_changes_nothing_that_is_published_and_keeps_what_was_typed(scene, moreno):
    note = joint(scene)
    with pytest.raises(Refused, match="Take it back to change it"):
        telling.save_joint_note(by=scene.viewer("moreno"), note=note, text="other", stamp=Stamp(1), at=NOON)
    path = reverse("joint-note", args=[note.pk])
    answer = moreno.post(path, {"text": "typed since", "version": "1"})
    assert (answer.status_code, box(answer)) == (422, "typed since")
    assert "Take it back to change it" in words(moreno.post(path, {"text": "x", "version": "1"}, headers=HTMX))
    assert JointNote.objects.get().text == "for both"


def test_it_shows_both_texts_where_two_pages_of_a_note_for_both_met(scene, moreno):
    note = joint(scene, text="theirs", publish=False)
    path = reverse("joint-note", args=[note.pk])
    answer = moreno.post(path, {"text": "mine", "version": "0"})
    assert answer.status_code == 409
    assert "theirs" in words(answer)
    assert box(answer) == "mine"
    assert moreno.post(path, {"text": "mine", "version": "0"}, headers=HTMX).status_code == 409
    assert JointNote.objects.get().text == "theirs"
    saved = telling.save_joint_note(by=scene.viewer("moreno"), note=note, text="both", stamp=Stamp(1, "t", 1), at=NOON)
    assert saved.judgement is Judgement.SAVE


def test_it_is_begun_written_and_published_on_its_pages(scene, moreno, clock):
    page = moreno.post(reverse("joint-notes", args=[scene.cast.couple.pk]))["Location"]
    assert moreno.post(page, {"text": "walnut", "version": "0"})["Location"] == page
    looked = moreno.get(f"{page}publish/")
    assert "walnut" in words(looked)
    assert moreno.post(f"{page}publish/", {"version": values(looked, "version")[0]})["Location"] == page
    assert "Both partners can read this from 2 March 2026, 18:00" in words(moreno.get(page))
    assert "<textarea" not in html(moreno.get(page))
    moreno.post(f"{page}publish/", {"go": "take-back"})
    assert box(moreno.get(page)) == "walnut"


def test_it_begins_no_second_note_while_one_is_empty(scene):
    by = scene.viewer("moreno")
    first, again = (telling.begin_joint_note(by=by, couple=scene.cast.couple, at=NOON) for _ in range(2))
    assert first == again


@pytest.mark.parametrize("name", OTHERS)
def test_it_is_begun_published_and_taken_back_by_their_therapist_alone(scene, name):
    note, by = joint(scene), scene.viewer(name)
    with pytest.raises(Refused):
        telling.begin_joint_note(by=by, couple=scene.cast.couple, at=NOON)
    with pytest.raises(Refused):
        telling.publish_joint_note(by=by, note=note, version=1, at=NOON)
    with pytest.raises(Refused):
        telling.take_back_joint_note(by=by, note=note, at=NOON)


def test_it_keeps_ones_own_note_and_a_note_for_both_apart(scene, moreno):
    """Different pages, and on neither a way to copy from one to the other."""
    own = html(moreno.get(reverse("review", args=[scene.assignment.pk])))
    both = html(moreno.get(reverse("joint-note", args=[joint(scene, publish=False).pk])))
    assert "note--mine" in own
    assert "note--joint" not in own
    assert "note--joint" in both
    assert "note--mine" not in both


# --- nothing is told


def test_it_tells_no_partner_that_anything_was_read_marked_or_noted(scene, clock):
    for name in ("alex", "blake"):
        scene.write("dear", name=name)
        scene.finish(Audience.PARTNER, name=name)
    clock.move_to(EVENING)
    before = {name: pages_of(scene, name) for name in ("alex", "blake")}
    by, given = scene.viewer("moreno", EVENING), scene.assignment
    moreno = Client()
    moreno.force_login(scene.cast.moreno)
    paths = [reverse(page, args=[given.pk]) for page in ("review", "review-next", "review-reply")]
    paths += [reverse(page, args=[scene.cast.couple.pk]) for page in ("couple-review", "couple-balance", "joint-notes")]
    paths += [reverse("review-earlier", args=[scene.homework(name).pk]) for name in ("alex", "blake")]
    assert {moreno.get(path).status_code for path in paths} <= {200, 302}
    reviewing.look(by=by, assignment=given, at=EVENING)
    reviewing.mark(by=by, assignment=given, step_key="letter", marked=True, at=EVENING)
    reviewing.save_note(by=by, assignment=given, text="obsidian", stamp=Stamp(), at=EVENING)
    joint(scene, at=EVENING, publish=False)
    assert {name: pages_of(scene, name) for name in ("alex", "blake")} == before


def test_it_goes_with_whoever_is_erased(scene):
    reply(scene, "alex", "blake")
    joint(scene)
    erase_person(person=scene.cast.alex.pk, at=NOON)
    assert [one.partner_id for one in Reply.objects.all()] == [scene.cast.places["blake"].pk]
    assert told(scene, "blake") == [("for both", True), ("for you", True)]
    erase_person(person=scene.cast.moreno.pk, at=NOON, though_treating=True)
    assert not Reply.objects.exists()
    assert not JointNote.objects.exists()
