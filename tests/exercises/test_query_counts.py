"""What a page asks of the database does not grow with what there is, and stays within the budgets of the design."""

from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.commands import care
from clients.models import Couple, Partner
from clients.states import ContentKind, Wish
from exercises.commands import planning
from exercises.models import Assignment, Homework
from exercises.states import Audience, Frame
from tests.cast import NOON
from tests.exercises.page import HTMX
from tests.exercises.scene import HOUR, content, new_version, number
from tests.library import programme


def queries(deed, path, **data):
    """How many statements a request takes; the first request of a session is not counted."""
    deed(path, **data)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = deed(path, **data)
    assert answer.status_code < 400
    return len([one for one in asked if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "SET ROLE", "RESET ROLE"))])


def at(scene, name, *more):
    return reverse(name, args=[scene.homework().pk, *more])


def much_of_it(scene):
    """Two more exercises each, everything written and shared on both sides."""
    for _n in range(2):
        for name in ("alex", "blake"):
            given = scene.assign(name)
            for key, value in {"letter": "dear", "line": "two cups", "near": 3, "log": [{"what": "rain"}]}.items():
                scene.write(value, key=key, name=name, assignment=given)
            if name == "blake":
                scene.finish(Audience.PARTNER, name=name, assignment=given)
    for name in ("alex", "blake"):
        for key, value in {"letter": "dear", "line": "two cups", "near": 3}.items():
            scene.write(value, key=key, name=name)


PARTNER_PAGES = [("today", 7), ("reflections", 7), ("shared", 7)]


@pytest.mark.parametrize(("page", "most"), PARTNER_PAGES)
def test_it_asks_no_more_of_a_partners_list_however_long(alex, scene, clock, page, most):
    few = queries(alex.get, reverse(page))
    much_of_it(scene)
    clock.move_to(NOON.replace(hour=18))
    assert queries(scene.browser("alex").get, reverse(page)) == few <= most


@pytest.mark.parametrize(
    ("page", "more", "most"),
    [("homework", [], 7), ("homework-step", [2], 8), ("homework-check", [], 9), ("reflection", [], 10)],
)
def test_it_asks_no_more_of_one_exercise_however_much_is_written(alex, scene, page, more, most):
    scene.write("dear")
    few = queries(alex.get, at(scene, page, *more))
    much_of_it(scene)
    scene.finish(Audience.PARTNER)
    assert queries(alex.get, at(scene, page, *more)) == few <= most


def typing(client, version):
    """A page that saves another text each time it is asked to."""
    seqs = count(1)

    def save(path):
        seq = next(seqs)
        data = {"answer": f"dear {seq}", "version": version, "tab": f"from {version}", "seq": seq}
        return client.post(path, data, headers=HTMX)

    return save


def test_it_saves_in_few_statements_however_much_is_written(alex, scene):
    scene.write("dear")
    path = at(scene, "homework-save", number("letter"))
    few = queries(typing(alex, 1), path)
    much_of_it(scene)
    assert queries(typing(alex, scene.kept().version), path) == few <= 10


def many_couples(scene, n):
    couples = [
        Couple(clinic=scene.cast.riverside, therapist=scene.cast.staff["moreno"], alias=f"Couple {i}",
               time_zone="UTC", made_at=NOON) for i in range(n)
    ]  # fmt: skip
    Couple.objects.bulk_create(couples)
    Partner.objects.bulk_create(
        Partner(clinic=couple.clinic, couple=couple, seat=seat, name="P", email=f"{seat}@example.org")
        for couple in couples for seat in (1, 2)
    )  # fmt: skip
    given = [
        Assignment(clinic=couple.clinic, couple=couple, version=scene.version, frame=Frame.OFFER, made_at=NOON,
                   assigned_by=couple.therapist) for couple in couples
    ]  # fmt: skip
    Assignment.objects.bulk_create(given)
    Homework.objects.bulk_create(
        Homework(clinic=partner.clinic, couple=partner.couple, assignment=one, partner=partner, changed_at=NOON,
                 opens_at=NOON)
        for one in given for partner in one.couple.partners.all()
    )  # fmt: skip


THERAPIST_PAGES = [("caseload", 8), ("inbox", 8), ("library", 6)]


@pytest.mark.parametrize(("page", "most"), THERAPIST_PAGES)
def test_it_asks_no_more_of_a_therapists_list_for_thirty_couples_than_for_three(scene, clock, page, most):
    many_couples(scene, 1)
    clock.move_to(NOON + 2 * HOUR)
    get = scene.browser("moreno").get
    few = [queries(get, reverse(page), headers=headers) for headers in ({}, HTMX)]
    many_couples(scene, 27)
    much_of_it(scene)
    for n in range(5):
        new_version(content(slug=f"more-{n}", number=910 + n))
    many = [queries(get, reverse(page), headers=headers) for headers in ({}, HTMX)]
    assert many == few
    assert max(few) <= most


def test_it_asks_no_more_of_a_review_however_much_was_shared(scene, clock):
    for name in ("alex", "blake"):
        scene.write("dear", name=name)
        scene.finish(Audience.THERAPIST, name=name)
    clock.move_to(NOON + 2 * HOUR)
    get, path = scene.browser("moreno").get, reverse("review", args=[scene.assignment.pk])
    few = queries(get, path)
    much_of_it(scene)
    for name in ("alex", "blake"):
        scene.finish(Audience.THERAPIST, name=name)
    assert queries(get, path) == few <= 12


def check_in(scene):
    """Both answer the private questions, and say what suits them."""
    for name in ("alex", "blake"):
        place, viewer = scene.cast.places[name], scene.viewer(name)
        care.leave_check_in(place=place, said={"afraid": "1"}, by=viewer, at=NOON)
        care.set_boundaries(place=place, wishes={ContentKind.TOUCH: Wish.ASK_FIRST}, by=viewer, at=NOON)


@pytest.mark.parametrize(("page", "most"), [("check-ins", 12), ("assign", 10)])
def test_it_asks_no_more_of_what_was_said_in_private_however_much(scene, moreno, page, most):
    path = reverse(page, args=[scene.cast.couple.pk])
    warned = {"version": new_version(content(risks=("stretch",))), "reason": "They asked for it."}
    check_in(scene)
    scene.assign(**warned)
    few = queries(moreno.get, path)
    for _n in range(5):
        check_in(scene)
        scene.assign(**warned)
    assert queries(moreno.get, path) == few <= most


def test_it_asks_no_more_of_a_couple_however_much_they_were_given(scene, moreno):
    check_in(scene)
    path = reverse("couple", args=[scene.cast.couple.pk])
    few = queries(moreno.get, path)
    much_of_it(scene)
    for _n in range(5):
        check_in(scene)
    assert queries(moreno.get, path) == few <= 21


def test_it_asks_no_more_to_assign_from_a_library_of_hundreds(scene, moreno):
    check_in(scene)
    path = reverse("assign", args=[scene.cast.couple.pk]) + "?exercise=small-one"
    few = queries(moreno.get, path)
    for n in range(100):
        new_version(content(slug=f"more-{n}", number=910 + n))
    assert queries(moreno.get, path) == few <= 10


def test_it_asks_no_more_of_a_plan_however_long(scene, moreno):
    path, place = reverse("plan", args=[scene.cast.couple.pk]), [scene.cast.places["alex"], scene.cast.places["blake"]]
    counts = []
    for n, keys in enumerate(({"first"}, {"first", "then", "third", "fourth"})):
        planning.start(
            by=scene.viewer("moreno"), couple=scene.cast.couple, partners=place, keys=keys, start_on=NOON.date(),
            programme=programme(*["small-one"] * 4, slug=f"steps-{n}"), at=NOON,
        )  # fmt: skip
        counts.append(queries(moreno.get, path))
    assert counts[0] == counts[1] <= 9
