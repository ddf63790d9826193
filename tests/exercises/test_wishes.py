"""Smaller, later, aloud, not now, in the session; and resting from all of it. Nobody but the therapist learns of it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from clients.models import Couple
from exercises.commands import reminding, wishing
from exercises.commands.reminding import send_due
from exercises.models import HomeworkPause, HomeworkWish, OutboxMessage
from exercises.queries import wishes as queries
from exercises.states import SETS_ASIDE, Audience, HomeworkState, Instead, OutboxState, Rest
from safekeeping import walls
from safekeeping.verdict import Refused
from tests.cast import NOON
from tests.conftest import role
from tests.exercises.page import masked, words
from tests.exercises.scene import DAY, HOUR

TOMORROW = (NOON + DAY).date()
EVENING = NOON.replace(hour=17)


def wish(scene, instead, reason="", at=NOON, name="alex", given=None):
    homework = scene.homework(name, given)
    wishing.wish(by=scene.viewer(name, at), homework=homework, instead=instead, reason=reason, at=at)


def rest(scene, lasts, at=NOON, name="alex"):
    wishing.rest(by=scene.viewer(name, at), lasts=lasts, at=at)


@pytest.mark.parametrize("instead", Instead)
def test_it_sets_the_exercise_aside_or_leaves_it_open(scene, instead):
    wish(scene, instead, "a reason")
    state = HomeworkState.SET_ASIDE if instead in SETS_ASIDE else HomeworkState.OPEN
    assert scene.homework().state == state
    kept = queries.own_wish(scene.homework(), viewer=scene.viewer("alex"))
    assert (kept.instead, kept.reason) == (instead, "a reason")


@pytest.mark.parametrize("instead", Instead)
def test_it_can_be_changed_into_any_other_and_taken_back(scene, instead):
    for other in Instead:
        wish(scene, other)
        wish(scene, instead)
        expected = HomeworkState.SET_ASIDE if instead in SETS_ASIDE else HomeworkState.OPEN
        assert scene.homework().state == expected
        assert HomeworkWish.objects.count() == 1
        wishing.take_back_wish(by=scene.viewer("alex"), homework=scene.homework(), at=NOON)
        assert (scene.homework().state, HomeworkWish.objects.count()) == (HomeworkState.OPEN, 0)


def test_picking_it_up_again_takes_back_what_set_it_aside(scene):
    wish(scene, Instead.LATER)
    wishing.resume(by=scene.viewer("alex"), homework=scene.homework(), at=NOON)
    assert scene.homework().state == HomeworkState.OPEN
    assert not HomeworkWish.objects.exists()


@pytest.mark.parametrize("instead", Instead)
def test_whoever_has_said_what_would_suit_them_is_not_reminded(scene, mailoutbox, instead):
    given = scene.assign("alex", due_on=TOMORROW)
    wish(scene, instead, given=given)
    assert send_due(at=EVENING).sent == 0
    assert OutboxMessage.objects.get().state == OutboxState.STOPPED


def test_it_is_not_said_of_what_is_finished_or_by_anybody_else(scene):
    with pytest.raises(Refused):
        wishing.wish(
            by=scene.viewer("blake"), homework=scene.homework("alex"), instead=Instead.LATER, reason="", at=NOON
        )
    scene.finish(Audience.ONLY_ME)
    with pytest.raises(Refused, match="finished"):
        wish(scene, Instead.SMALLER)


def test_it_is_new_to_the_therapist_until_they_have_looked(scene, alex, moreno):
    wish(scene, Instead.SMALLER, "It felt like a lot.")
    for page in (reverse("inbox"), reverse("couple", args=[scene.cast.couple.pk])):
        assert "Alex said: “Something smaller”" in words(moreno.get(page))
        assert "It felt like a lot." not in words(moreno.get(page))
    review = words(moreno.get(reverse("review", args=[scene.assignment.pk])))
    assert "Alex said: “Something smaller”" in review
    assert "It felt like a lot." in review
    moreno.post(reverse("review-seen", args=[scene.assignment.pk]))
    assert "All caught up." in words(moreno.get(reverse("inbox")))
    wish(scene, Instead.LATER)
    assert "Alex said: “Later”" in words(moreno.get(reverse("inbox")))


def test_the_other_partner_sees_nothing_of_it(scene, alex, blake):
    pages = [
        reverse("today"),
        reverse("homework", args=[scene.homework("blake").pk]),
        reverse("shared"),
        reverse("rest"),
    ]
    before = [masked(blake.get(page)) for page in pages]
    wish(scene, Instead.ALOUD, "a reason")
    rest(scene, Rest.OPEN)
    assert [masked(blake.get(page)) for page in pages] == before


def test_it_is_told_on_its_page_without_a_reason_or_with(scene, alex):
    page = reverse("homework-wish", args=[scene.homework().pk])
    assert "Your partner is not told" in words(alex.get(page))
    assert alex.post(page, {}).status_code == 422
    assert alex.post(page, {"instead": "never"}).status_code == 422
    assert alex.post(page, {"instead": "smaller"}).status_code == 302
    first = words(alex.get(reverse("homework", args=[scene.homework().pk])))
    assert "You told your therapist: “Something smaller”" in first
    alex.post(page, {"go": "take-back"})
    assert "You told your therapist" not in words(alex.get(reverse("homework", args=[scene.homework().pk])))


def test_a_step_keeps_what_is_typed_on_the_way_there(scene, alex):
    step = reverse("homework-step", args=[scene.homework().pk, 2])
    answer = alex.post(step, {"answer": "half a sentence", "version": "0", "go": "wish"})
    assert answer.headers["Location"] == reverse("homework-wish", args=[scene.homework().pk])
    assert scene.kept().value == "half a sentence"


# --- resting


@pytest.mark.parametrize(
    ("lasts", "rests_on"),
    [(Rest.WEEK, [True, True, False]), (Rest.SESSION, [True, True, True]), (Rest.OPEN, [True, True, True])],
)
def test_it_lasts_as_long_as_was_said(scene, lasts, rests_on):
    rest(scene, lasts)
    place = scene.cast.places["alex"].pk
    assert [queries.rests(place, at=NOON + days * DAY) for days in (0, 6, 7)] == rests_on
    wishing.come_back(by=scene.viewer("alex"), at=NOON)
    assert not queries.rests(place, at=NOON)


def test_a_session_ends_what_was_to_last_until_then_and_nothing_else(scene, moreno):
    rest(scene, Rest.SESSION)
    rest(scene, Rest.OPEN, name="blake")
    moreno.post(reverse("session-was", args=[scene.cast.couple.pk]))
    rests = {name: queries.rests(scene.cast.places[name].pk, at=NOON + HOUR) for name in ("alex", "blake")}
    assert rests == {"alex": False, "blake": True}


@pytest.mark.parametrize("lasts", Rest)
def test_no_reminder_goes_out_meanwhile_to_them_alone(scene, mailoutbox, lasts):
    scene.assign(due_on=TOMORROW)
    rest(scene, lasts)
    with role(walls.WORKER):
        assert send_due(at=EVENING).sent == 1
    assert [mail.to for mail in mailoutbox] == [["blake@example.org"]]
    assert OutboxMessage.objects.filter(partner=scene.cast.places["alex"]).get().state == OutboxState.STOPPED


def test_whoever_has_come_back_is_reminded_again(scene, mailoutbox):
    scene.assign("alex", due_on=TOMORROW)
    rest(scene, Rest.OPEN)
    wishing.come_back(by=scene.viewer("alex"), at=NOON)
    assert reminding.send_due(at=EVENING).sent == 1


def test_everything_stays_open_to_read_and_to_write(scene, alex):
    rest(scene, Rest.WEEK)
    today = words(alex.get(reverse("today")))
    assert "You are resting from exercises until Monday 9 March." in today
    assert "A small one" in today
    step = reverse("homework-step", args=[scene.homework().pk, 2])
    assert alex.post(step, {"answer": "dear", "version": "0"}).status_code == 302
    assert scene.kept().value == "dear"


def test_the_therapist_is_told_until_when_and_nothing_more(scene, moreno):
    page = reverse("couple", args=[scene.cast.couple.pk])
    rest(scene, Rest.WEEK)
    assert "Alex rests from exercises until 9 March 2026." in words(moreno.get(page))
    rest(scene, Rest.SESSION)
    assert "Alex rests from exercises until the next session." in words(moreno.get(page))
    rest(scene, Rest.OPEN)
    assert "Alex rests from exercises until they come back." in words(moreno.get(page))
    assert HomeworkPause.objects.count() == 1


def test_it_is_nobodys_after_the_end(scene, alex):
    Couple.objects.update(state="ended")
    assert alex.get(reverse("rest")).status_code == 404
    assert not rest_of(scene)


def rest_of(scene):
    rest(scene, Rest.OPEN, at=NOON + timedelta(hours=1))
    return HomeworkPause.objects.exists()
