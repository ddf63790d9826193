"""The end of an exercise: checking, choosing who can read it, seeing what the partner would see, taking it back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from exercises.commands import assigning, sharing
from exercises.models import Share
from exercises.states import CHOICES_IN, Audience, Frame, HomeworkState
from tests.cast import NOON
from tests.exercises.page import chosen, fields, html, values, words
from tests.exercises.scene import DAY, HOUR

EVENING = NOON.replace(hour=17)


def at(scene, page="homework-sharing", name="alex"):
    return reverse(page, args=[scene.homework(name).pk])


@pytest.fixture
def written(scene):
    scene.write("dear Blake")
    scene.write("two cups", key="line")
    return scene


def choose(client, scene, data):
    """Open the page of readers, and send it with a choice."""
    (seen,) = values(client.get(at(scene)), "seen")
    return client.post(at(scene), {"seen": seen, **data})


def test_it_shows_every_answer_once_more_with_a_way_to_change_it(alex, written):
    page = alex.get(at(written, "homework-check"))
    for shown in ("dear Blake", "two cups", "Left empty", "Change : How near"):
        assert shown in words(page)


@pytest.mark.parametrize("frame", Frame)
def test_it_offers_the_readers_of_the_frame_the_most_private_first_and_chooses_none(alex, scene, frame):
    given = scene.assign("alex", frame=frame)
    scene.write("dear", assignment=given)
    page = alex.get(reverse("homework-sharing", args=[scene.homework(assignment=given).pk]))
    assert values(page, "audience") == [audience.value for audience in CHOICES_IN[frame]]
    assert values(page, "audience")[0] == Audience.ONLY_ME
    assert chosen(page, "audience") == []
    assert " selected" not in html(page).replace('value="" selected', "")


def test_it_chooses_nothing_beforehand_even_when_it_was_chosen_before(alex, written):
    written.finish(Audience.PARTNER)
    assert chosen(alex.get(at(written)), "audience") == []


def test_it_asks_until_a_reader_is_chosen_and_shares_nothing_meanwhile(alex, written):
    answer = choose(alex, written, {})
    assert answer.status_code == 422
    assert "There is a problem" in words(answer)
    assert words(answer).count("Choose who can read this. Until you do, it is only for you.") == 2
    assert not Share.objects.exists()
    assert written.homework().state == HomeworkState.OPEN


@pytest.mark.parametrize("audience", ["session", "everybody", "PARTNER"])
def test_it_takes_no_reader_that_is_not_offered(alex, written, audience):
    assert choose(alex, written, {"audience": audience}).status_code == 422
    assert choose(alex, written, {"audience": "only_me", "each-letter": audience}).status_code == 422
    assert not Share.objects.exists()


@pytest.mark.parametrize(
    ("audience", "told"),
    [
        ("only_me", "Only you can read this. That is a full answer."),
        ("therapist", "Your therapist can read what you chose to share from Monday 2 March, 13:10."),
    ],
)
def test_it_finishes_at_once_where_nothing_goes_to_the_partner(alex, written, audience, told):
    answer = choose(alex, written, {"audience": audience})
    assert answer["Location"] == at(written, "homework-done")
    assert told in words(alex.get(answer["Location"]))
    assert written.homework().state == HomeworkState.FINISHED


def test_it_shows_what_the_partner_would_see_before_anything_reaches_them(alex, written):
    page = choose(alex, written, {"audience": "partner", "each-line": "only_me"})
    assert page.status_code == 200
    assert "What your partner will see" in words(page)
    assert "dear Blake" in words(page)
    assert "two cups" not in words(page)
    assert "from Monday 2 March, 18:00" in words(page)
    assert not Share.objects.exists()
    assert written.homework().state == HomeworkState.OPEN


def offer(client, scene, **data):
    """Choose, look at the preview, and press its button."""
    page = choose(client, scene, data)
    names = ("audience", "seen", "each-letter", "each-line")
    sent = {name: values(page, name)[0] for name in names if fields(page, name)}
    return client.post(at(scene), {**sent, "go": "offer"})


def test_it_offers_just_what_the_preview_showed(alex, blake, written, clock):
    assert offer(alex, written, **{"audience": "partner", "each-line": "only_me"}).status_code == 302
    clock.move_to(EVENING)
    page = written.browser("blake").get(at(written, "shared-detail"))
    assert "dear Blake" in words(page)
    assert "two cups" not in words(page)


@pytest.mark.parametrize(("single", "shown"), [("partner", True), ("therapist", False)])
def test_it_previews_a_single_answer_that_goes_to_the_partner(alex, written, single, shown):
    page = choose(alex, written, {"audience": "only_me", "each-letter": single})
    assert ("What your partner will see" in words(page)) == shown


@pytest.mark.parametrize("minutes", [-300, -15, -5, 1])
def test_it_names_the_very_time_at_which_the_partner_can_read(alex, written, clock, minutes):
    """Near the release the hold may carry an offer over to the next day."""
    clock.move_to(EVENING + timedelta(minutes=minutes))
    alex = written.browser("alex")
    page = words(choose(alex, written, {"audience": "partner"}))
    offer(alex, written, audience="partner")
    release = Share.objects.first().partner_from.astimezone(written.cast.couple.made_at.tzinfo)
    day = "Monday 2 March" if release == EVENING else "Tuesday 3 March"
    assert release in (EVENING, EVENING + DAY)
    assert f"from {day}, 18:00" in page
    assert f"from {day}, 18:00" in words(alex.get(at(written, "homework-done")))


def test_it_does_not_promise_a_delay_for_new_words_of_what_can_be_read_already(alex, written, clock):
    written.finish(Audience.PARTNER)
    clock.move_to(EVENING + HOUR)
    written.write("dear Blake, anew")
    page = words(choose(written.browser("alex"), written, {"audience": "partner"}))
    assert "Your partner can read this already. New words show at once." in page
    assert "Until then you can take it back" not in page


@pytest.mark.parametrize(
    ("moment", "to", "left"),
    [
        (NOON, "therapist", {"therapist"}),
        (NOON, "only_me", set()),
        (EVENING + HOUR, "therapist", {"therapist"}),
        (EVENING + HOUR, "only_me", set()),
        (EVENING + HOUR, "nonsense", set()),
    ],
)
def test_it_takes_back_in_one_press_whenever_asked(written, clock, moment, to, left):
    written.finish(Audience.PARTNER)
    clock.move_to(moment)
    answer = written.browser("alex").post(at(written, "homework-share-less"), {"to": to})
    assert answer["Location"] == at(written, "reflection")
    assert set(Share.objects.values_list("audience", flat=True)) == left


def test_it_says_honestly_that_what_was_released_may_have_been_read(written, clock):
    written.finish(Audience.PARTNER)
    assert "Until then you can take it back" in words(written.browser("alex").get(at(written, "reflection")))
    clock.move_to(EVENING)
    assert "They may already have read it." in words(written.browser("alex").get(at(written, "reflection")))


def test_it_says_at_each_answer_who_can_read_it_and_that_readers_see_earlier_words(alex, written):
    written.finish(Audience.PARTNER, each={"line": Audience.ONLY_ME})
    written.write("dear Blake, anew")
    page = words(alex.get(at(written, "reflection")))
    for told in ("The rest is only for you.", "Readers still see the earlier words", "dear Blake, anew"):
        assert told in page


def test_it_can_be_taken_back_on_the_page_of_an_exercise_that_was_withdrawn(alex, written):
    written.finish(Audience.PARTNER)
    assigning.withdraw(by=written.viewer("moreno"), assignment=written.assignment, at=NOON)
    assert "Take it all back: only me" in words(alex.get(at(written, "reflection")))
    assert alex.post(at(written, "homework-share-less"), {"to": "only_me"}).status_code == 302
    assert not Share.objects.exists()


# --- what was offered, for the other


def test_it_is_there_for_the_partner_from_the_release_on_and_asks_nothing_back(written, clock):
    written.finish(Audience.PARTNER)
    blake = written.browser("blake")
    assert "Nothing here. That’s fine." in words(blake.get(reverse("shared")))
    assert blake.get(at(written, "shared-detail")).status_code == 404
    clock.move_to(EVENING)
    blake = written.browser("blake")
    assert "A small one" in words(blake.get(reverse("shared")))
    page = blake.get(at(written, "shared-detail"))
    assert "Alex offered this to you. You don’t need to respond." in words(page)
    assert "<form" not in html(page).partition("<main")[2].partition("</main")[0]


def test_it_is_gone_for_the_partner_as_if_it_never_was_once_taken_back(written, clock):
    written.finish(Audience.PARTNER)
    clock.move_to(EVENING)
    sharing.share_less(by=written.viewer("alex", EVENING), homework=written.homework(), at=EVENING)
    blake = written.browser("blake")
    assert blake.get(at(written, "shared-detail")).status_code == 404
    assert "Nothing here. That’s fine." in words(blake.get(reverse("shared")))


def test_it_says_edited_only_of_words_that_changed_after_the_partner_could_read_them(written, clock):
    written.finish(Audience.PARTNER)
    clock.move_to(EVENING + HOUR)
    assert "Edited" not in words(written.browser("blake").get(at(written, "shared-detail")))
    written.write("dear Blake, anew", at=EVENING + HOUR)
    written.finish(Audience.PARTNER, at=EVENING + HOUR)
    assert words(written.browser("blake").get(at(written, "shared-detail"))).count("Edited") == 1


@pytest.mark.parametrize("name", ["alex", "moreno", "casey", "ellis", "yilmaz"])
def test_it_is_on_no_other_page_of_shared_things(written, clock, name):
    written.finish(Audience.PARTNER)
    clock.move_to(EVENING)
    client = written.browser(name)
    assert client.get(at(written, "shared-detail")).status_code == 404
    assert "A small one" not in words(client.get(reverse("shared")))


CHANGED = "Your answers changed after this page was opened. Nothing was shared."


@pytest.mark.parametrize("later", [{"value": "other words"}, {"value": 3, "key": "near"}])
@pytest.mark.parametrize("audience", ["therapist", "partner"])
def test_it_shares_nothing_that_was_written_after_the_choice(alex, written, audience, later):
    """Two windows: what was chosen about is not what is there any more."""
    (seen,) = values(alex.get(at(written)), "seen")
    written.write(**later)
    answer = alex.post(at(written), {"audience": audience, "seen": seen, "each-line": "only_me"})
    assert answer.status_code == 409
    assert CHANGED in words(answer)
    assert not Share.objects.exists()


def test_it_offers_nothing_but_what_the_preview_showed(alex, written):
    page = choose(alex, written, {"audience": "partner"})
    (seen,) = values(page, "seen")
    written.write("words nobody previewed", key="line")
    answer = alex.post(at(written), {"audience": "partner", "seen": seen, "go": "offer"})
    assert answer.status_code == 409
    assert not Share.objects.exists()


def test_it_compares_under_the_lock_too(written):
    with pytest.raises(sharing.ChangedSince):
        sharing.choose_readers(
            by=written.viewer("alex"),
            homework=written.homework(),
            audience=Audience.THERAPIST,
            at=NOON,
            seen="letter:1",
        )
    assert not Share.objects.exists()
    assert written.homework().state == HomeworkState.OPEN
