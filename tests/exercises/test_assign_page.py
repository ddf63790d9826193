"""The page where a therapist gives an exercise: what is wrong is said, and nothing typed is lost."""

import pytest
from django.urls import reverse

from exercises.models import Assignment
from exercises.states import Frame
from tests.cast import NOON
from tests.exercises.scene import DAY, Scene

NOTE = "Ten minutes, before the weekend."


def form_data(scene: Scene, **changes: object) -> dict[str, object]:
    places = [str(scene.cast.places[name].pk) for name in ("alex", "blake")]
    return {"exercise": "small-one", "partners": places, "note": NOTE, "due_on": "", "frame": "offer"} | changes


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"exercise": ""}, "required"),
        ({"exercise": "never-was"}, "Select a valid choice"),
        ({"partners": []}, "Choose one partner or both."),
        ({"due_on": "2026-03-01"}, "This day has passed."),
        ({"due_on": "soon"}, "Write the date as in"),
        ({"frame": "unlock"}, "Select a valid choice"),
        ({"note": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_it_says_what_is_wrong_and_keeps_what_was_typed(scene: Scene, clock, changes, sentence):
    url = reverse("assign", args=[scene.cast.couple.pk])
    before = Assignment.objects.count()
    answer = scene.browser("moreno").post(url, form_data(scene, **changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "There is a problem" in page
    assert str(changes.get("note", NOTE)) in page
    assert Assignment.objects.count() == before


def test_it_refuses_a_partner_of_another_couple_in_the_form(scene: Scene, clock):
    url = reverse("assign", args=[scene.cast.couple.pk])
    answer = scene.browser("moreno").post(url, form_data(scene, partners=[str(scene.cast.places["casey"].pk)]))
    assert answer.status_code == 422


def test_it_allows_today_where_the_partner_is_even_when_it_is_yesterday_elsewhere(scene: Scene, clock):
    scene.cast.alex.time_zone = "Pacific/Honolulu"
    scene.cast.alex.save()
    clock.move_to(NOON - DAY / 2 + DAY / 24)  # 1 am in UTC, the day before in Honolulu
    data = form_data(scene, due_on="2026-03-01", partners=[str(scene.cast.places["alex"].pk)])
    url = reverse("assign", args=[scene.cast.couple.pk])
    assert scene.browser("moreno").post(url, data).status_code == 302


def test_it_takes_the_frame_that_the_exercise_suggests_unless_another_is_chosen(scene: Scene, clock):
    browser, url = scene.browser("moreno"), reverse("assign", args=[scene.cast.couple.pk])
    for frame in ("", "private-first"):
        assert browser.post(url, form_data(scene, frame=frame)).status_code == 302
    given = Assignment.objects.exclude(pk=scene.assignment.pk)
    assert sorted(given.values_list("frame", flat=True)) == [Frame.OFFER, Frame.PRIVATE_FIRST]
