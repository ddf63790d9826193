"""A therapist gives an exercise to one partner or to both, and takes it back."""

from datetime import date

import pytest
from django.urls import reverse

from clients.models import Couple
from exercises.commands import assigning
from exercises.models import Assignment, Homework, OutboxMessage, Reflection
from exercises.states import Audience, Frame, HomeworkState, OutboxState
from safekeeping.models import AuditEvent
from safekeeping.verdict import Refused
from tests.cast import NOON
from tests.exercises.scene import DAY, Scene

NOTE = "Ten minutes, before the weekend."


def test_it_gives_each_partner_a_copy_of_their_own(scene: Scene):
    both, one = scene.assign(), scene.assign("blake")
    copies = Homework.objects.filter(assignment__in=[both, one])
    assert sorted(copies.values_list("assignment", "partner__name")) == sorted(
        [(both.pk, "alex"), (both.pk, "blake"), (one.pk, "blake")]
    )
    assert set(copies.values_list("state", flat=True)) == {HomeworkState.OPEN}


@pytest.mark.parametrize("names", [("casey",), ("alex", "casey"), ("ellis",)])
def test_it_gives_nothing_to_somebody_of_another_couple(scene: Scene, names: tuple[str, ...]):
    before = Assignment.objects.count()
    with pytest.raises(ValueError, match="its own couple"):
        scene.assign(*names)
    assert Assignment.objects.count() == before


@pytest.mark.parametrize("who", ["alex", "blake", "casey", "yilmaz", "former", "okafor", "adair", "both"])
def test_it_lets_nobody_assign_but_the_couples_therapist(scene: Scene, who: str):
    with pytest.raises(Refused):
        assigning.assign(
            by=scene.viewer(who), couple=scene.cast.couple, version=scene.version, frame=Frame.OFFER, at=NOON,
            partners=[scene.cast.places["alex"]],
        )  # fmt: skip


@pytest.mark.parametrize(("state", "sentence"), [("paused", "paused"), ("ended", "ended")])
def test_it_refuses_in_words_while_the_work_rests_or_has_ended(scene: Scene, state: str, sentence: str):
    Couple.objects.filter(pk=scene.cast.couple.pk).update(state=state)
    with pytest.raises(Refused, match=sentence):
        scene.assign()
    page = scene.browser("moreno").get(reverse("couple", args=[scene.cast.couple.pk])).content.decode()
    assert sentence in page
    assert reverse("assign", args=[scene.cast.couple.pk]) not in page


def test_it_takes_back_what_is_not_finished_and_keeps_what_was_written(scene: Scene):
    assignment = scene.assign(due_on=date(2026, 3, 9))
    scene.write("dear", assignment=assignment)
    scene.write("done", name="blake", assignment=assignment)
    scene.finish(Audience.ONLY_ME, name="blake", assignment=assignment)
    assigning.withdraw(by=scene.viewer("moreno"), assignment=assignment, at=NOON + DAY)

    assert scene.homework("alex", assignment).state == HomeworkState.WITHDRAWN
    assert scene.homework("blake", assignment).state == HomeworkState.FINISHED
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {OutboxState.STOPPED}
    assert Reflection.objects.filter(homework__assignment=assignment).count() == 2
    page = scene.browser("alex").get(reverse("reflection", args=[scene.homework("alex", assignment).pk]))
    assert "dear" in page.content.decode()
    assert "taken this exercise back" in page.content.decode()


def test_it_is_taken_back_once_and_can_be_given_again(scene: Scene):
    assigning.withdraw(by=scene.viewer("moreno"), assignment=scene.assignment, at=NOON)
    with pytest.raises(Refused, match="already"):
        assigning.withdraw(by=scene.viewer("moreno"), assignment=scene.assignment, at=NOON)
    again = scene.assign(at=NOON + DAY)
    assert scene.homework("alex", again).state == HomeworkState.OPEN


def test_it_leaves_a_trail_without_a_word_of_what_was_said(scene: Scene):
    assignment = scene.assign(note=NOTE)
    scene.write("dear diary", assignment=assignment)
    scene.finish(Audience.PARTNER, assignment=assignment)
    assigning.withdraw(by=scene.viewer("moreno"), assignment=assignment, at=NOON)

    trail = set(AuditEvent.objects.filter(subject__contains=str(assignment.pk)).values_list("verb", "actor_id"))
    moreno = scene.cast.moreno.pk
    assert trail == {("assignment.assigned", moreno), ("assignment.withdrawn", moreno)}
    everything = " ".join(str(value) for row in AuditEvent.objects.values() for value in row.values())
    assert not [word for word in ("dear", "minutes", "weekend", "small") if word in everything]


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
def test_it_says_what_is_wrong_and_keeps_what_was_typed(scene: Scene, noon, changes, sentence):
    url = reverse("assign", args=[scene.cast.couple.pk])
    before = Assignment.objects.count()
    answer = scene.browser("moreno").post(url, form_data(scene, **changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "There is a problem" in page
    assert str(changes.get("note", NOTE)) in page
    assert Assignment.objects.count() == before


def test_it_refuses_a_partner_of_another_couple_in_the_form(scene: Scene, noon):
    url = reverse("assign", args=[scene.cast.couple.pk])
    answer = scene.browser("moreno").post(url, form_data(scene, partners=[str(scene.cast.places["casey"].pk)]))
    assert answer.status_code == 422


def test_it_allows_today_where_the_partner_is_even_when_it_is_yesterday_elsewhere(scene: Scene, noon):
    scene.cast.alex.time_zone = "Pacific/Honolulu"
    scene.cast.alex.save()
    noon.move_to(NOON - DAY / 2 + DAY / 24)  # 1 am in UTC, the day before in Honolulu
    data = form_data(scene, due_on="2026-03-01", partners=[str(scene.cast.places["alex"].pk)])
    url = reverse("assign", args=[scene.cast.couple.pk])
    assert scene.browser("moreno").post(url, data).status_code == 302
