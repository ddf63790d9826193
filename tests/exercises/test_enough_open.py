"""No more exercises open than a clinic thinks are enough; whoever gives one more takes another back in the same act."""

import pytest
from django.urls import reverse

from clients.models import Clinic, Couple
from exercises.models import Assignment, Homework
from exercises.recurrence import Rule
from exercises.states import Audience, HomeworkState
from safekeeping.verdict import Refused
from tests.cast import NOON, assemble
from tests.exercises.page import html, words
from tests.exercises.scene import DAY, stage
from tests.exercises.test_assign_page import form_data
from tests.exercises.test_at_once import at_once, wait_for_locks


def enough(n):
    Clinic.objects.update(most_open=n)


def open_of(name="alex"):
    return Homework.objects.opened(NOON).filter(partner__name=name, state=HomeworkState.OPEN).count()


def test_it_gives_as_many_as_are_enough_and_not_one_more(scene):
    enough(3)
    for _n in range(2):
        scene.assign("alex")
    with pytest.raises(Refused) as refused:
        scene.assign("alex")
    assert refused.value.verdict.code == "enough"
    assert str(refused.value.verdict.reason).startswith("Alex has 3 open; your clinic thinks 3 are enough.")
    assert open_of() == 3


def test_it_counts_for_each_alone_and_gives_to_neither_of_two_where_one_has_enough(scene):
    enough(2)
    scene.assign("alex")
    scene.assign("blake")
    with pytest.raises(Refused):
        scene.assign()
    assert (open_of("alex"), open_of("blake")) == (2, 2)


@pytest.mark.parametrize("state", [HomeworkState.SET_ASIDE, HomeworkState.WITHDRAWN])
def test_it_does_not_count_what_is_not_open(scene, state):
    enough(1)
    Homework.objects.update(state=state)
    scene.assign("alex")
    assert open_of() == 1


def test_it_does_not_count_what_is_finished(scene):
    enough(1)
    scene.finish(Audience.ONLY_ME)
    scene.assign("alex")


def test_it_counts_what_comes_time_and_again_once_and_not_what_is_to_come(scene):
    enough(2)
    scene.assign("alex", rule=Rule(times=7))
    with pytest.raises(Refused):
        scene.assign("alex", at=NOON + 3 * DAY)
    enough(3)
    scene.assign("alex", at=NOON + 3 * DAY)


def test_it_takes_another_back_in_the_same_act(scene):
    enough(1)
    given = scene.assign("alex", replacing=[scene.assignment])
    scene.assignment.refresh_from_db()
    assert scene.assignment.withdrawn_at == NOON
    assert (open_of("alex"), open_of("blake")) == (1, 0)
    assert Homework.objects.get(assignment=given).state == HomeworkState.OPEN


def test_it_takes_nothing_back_where_it_gives_nothing(scene):
    Couple.objects.update(state="paused")
    with pytest.raises(Refused):
        scene.assign("alex", replacing=[scene.assignment])
    scene.assignment.refresh_from_db()
    assert scene.assignment.withdrawn_at is None


def test_it_replaces_nothing_of_another_couple(scene):
    other = Assignment.objects.create(
        clinic=scene.cast.riverside, couple=scene.cast.neighbours, version=scene.version,
        assigned_by=scene.cast.staff["moreno"], frame="offer", made_at=NOON,
    )  # fmt: skip
    with pytest.raises(ValueError, match="same couple"):
        scene.assign("alex", replacing=[other])


# --- the page


def test_the_page_says_who_has_enough_and_offers_what_to_take_back(moreno, scene):
    enough(1)
    path = reverse("assign", args=[scene.cast.couple.pk])
    answer = moreno.post(path, form_data(scene))
    assert answer.status_code == 422
    assert "Alex has 1 open; your clinic thinks 1 is enough." in words(answer)
    assert "A small one (Alex · Blake)" in words(answer)
    answer = moreno.post(path, form_data(scene, replace=[str(scene.assignment.pk)]))
    assert answer.status_code == 302
    assert (open_of("alex"), open_of("blake")) == (1, 1)


def test_a_partner_is_told_of_no_number(alex, scene):
    enough(1)
    assert "enough" not in html(alex.get(reverse("today")))


def test_an_admin_says_how_many(scene, clock):
    adair, path = scene.browser("adair"), reverse("clinic-settings")
    sent = {
        "name": "Riverside",
        "time_zone": "UTC",
        "crisis_text": "",
        "exit_url": "https://example.org/",
        "hold_minutes": 5,
    }
    for wrong in ("0", "21", "many", ""):
        assert adair.post(path, sent | {"most_open": wrong}).status_code == 422
    assert adair.post(path, sent | {"most_open": "4"}).status_code == 302
    assert Clinic.objects.get(name="Riverside").most_open == 4


# --- at once


@pytest.fixture
def lasting(transactional_db):
    wait_for_locks("10s")
    yield stage(assemble())
    wait_for_locks("0")


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_never_open_more_than_enough(lasting):
    enough(3)

    def give():
        try:
            lasting.assign("alex")
        except Refused as refused:
            return refused.verdict.code
        return "given"

    assert sorted(at_once(*[give] * 4)) == ["enough", "enough", "given", "given"]
    assert open_of() == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_replace_the_same_at_once_give_one(lasting):
    enough(1)

    def give():
        try:
            lasting.assign("alex", replacing=[lasting.assignment])
        except Refused as refused:
            return refused.verdict.code
        return "given"

    assert sorted(at_once(give, give)) == ["given", "withdrawn_already"]
    assert open_of() == 1


@pytest.mark.django_db(transaction=True)
def test_replacing_what_is_being_finished_at_this_moment_waits_and_nobody_waits_in_a_circle(lasting):
    enough(1)

    def give():
        lasting.assign("alex", replacing=[lasting.assignment])

    def finish():
        try:
            lasting.finish(Audience.ONLY_ME)
        except Refused as refused:
            return refused.verdict.code
        return "finished"

    assert set(at_once(give, finish)) <= {None, "finished", "withdrawn"}
    assert open_of() == 1
