"""What is given time and again: planned at once, opened day by day, and until then nowhere to be seen."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from exercises import policies
from exercises.commands import assigning, leaving, reminding
from exercises.models import Assignment, Homework, OutboxMessage
from exercises.recurrence import Rule
from exercises.states import Audience, HomeworkState, OutboxState
from safekeeping.verdict import Refused
from tests.cast import NOON
from tests.exercises import together
from tests.exercises.page import html, masked, words
from tests.exercises.scene import DAY, new_version
from tests.library import one_exercise

WEEK = Rule(times=7)
NEVER = "00000000-0000-4000-8000-000000000000"


def copies(given, name="alex"):
    return list(given.copies.filter(partner__name=name).order_by("occurrence"))


def opened(copy, at):
    Homework.objects.filter(pk=copy.pk).update(opens_at=at)
    return Homework.objects.get(pk=copy.pk)


def test_it_makes_a_copy_for_each_day_and_each_partner_the_first_open_at_once(scene):
    given = scene.assign(rule=WEEK)
    for name in ("alex", "blake"):
        made = copies(given, name)
        assert [copy.due_on for copy in made] == [date(2026, 3, 2) + n * DAY for n in range(7)]
        assert made[0].opens_at == NOON
        assert made[1].opens_at == datetime(2026, 3, 2, 23, tzinfo=UTC)  # midnight in Berlin


@pytest.mark.parametrize(
    ("zone", "at"),
    [
        ("Europe/Berlin", datetime(2026, 3, 26, 12, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 5, 12, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 4, 2, 12, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2026, 3, 26, 12, tzinfo=UTC)),
        ("America/Havana", datetime(2026, 10, 29, 12, tzinfo=UTC)),
        ("Africa/Cairo", datetime(2026, 4, 22, 12, tzinfo=UTC)),
    ],
)
def test_each_local_day_comes_once_though_the_clocks_change_that_week(scene, zone, at):
    scene.cast.alex.time_zone = zone
    scene.cast.alex.save()
    made = copies(scene.assign("alex", rule=WEEK, at=at))
    there = [copy.opens_at.astimezone(ZoneInfo(zone)).date() for copy in made]
    assert there == [copy.due_on for copy in made] == [there[0] + n * DAY for n in range(7)]


def test_two_partners_in_two_zones_each_begin_with_their_own_today(scene):
    scene.cast.alex.time_zone = "Pacific/Auckland"
    scene.cast.alex.save()
    given = scene.assign(rule=Rule(times=2))
    assert copies(given)[0].due_on == date(2026, 3, 3)
    assert copies(given, "blake")[0].due_on == date(2026, 3, 2)


# --- until it opens


@pytest.mark.parametrize("when", [None, NOON + timedelta(seconds=1)])
def test_to_its_own_partner_what_has_not_opened_is_as_if_it_had_never_been(alex, scene, when):
    copy = opened(scene.homework(), when)
    for name, more in [
        ("homework", []), ("homework-step", [2]), ("homework-check", []), ("homework-sharing", []),
        ("homework-done", []), ("reflection", []),
    ]:  # fmt: skip
        hidden, never = (alex.get(reverse(name, args=[pk, *more])) for pk in (copy.pk, NEVER))
        assert hidden.status_code == never.status_code == 404
        assert masked(hidden) == masked(never)
        assert sorted(hidden.headers.items()) == sorted(never.headers.items())
    for name, more in [
        ("homework-set-aside", []), ("homework-resume", []), ("homework-save", [2]), ("homework-step", [2]),
        ("homework-sharing", []), ("homework-share-less", []),
    ]:  # fmt: skip
        assert alex.post(reverse(name, args=[copy.pk, *more])).status_code == 404
    assert str(copy.pk) not in html(alex.get(reverse("today")))


@pytest.mark.parametrize("when", [None, NOON - DAY, NOON, NOON + DAY])
def test_the_rule_and_the_query_agree_on_what_has_opened(scene, when):
    copy = opened(scene.homework(), when)
    for name in ("alex", "blake", "moreno", "yilmaz", "adair"):
        viewer = scene.viewer(name)
        found = Homework.objects.visible_to(viewer).filter(pk=copy.pk).exists()
        assert bool(policies.may_see_homework(viewer, copy)) == found
        assert found == (name == "moreno" or (name == "alex" and when is not None and when <= NOON))
        assert Homework.objects.own(viewer).filter(pk=copy.pk).exists() == (found and name == "alex")


def test_its_therapist_sees_what_is_planned(moreno, scene):
    given = scene.assign("alex", rule=WEEK)
    assert "Alex: 0 of 1 finished, 6 planned" in words(moreno.get(reverse("couple", args=[scene.cast.couple.pk])))
    page = words(moreno.get(reverse("review", args=[given.pk]) + "?time=3"))
    assert "Planned" in page
    assert "5 March 2026" in page


def test_it_opens_on_its_day_and_only_the_latest_that_was_not_begun_is_on_the_first_page(scene, clock):
    made = copies(scene.assign("alex", rule=WEEK))
    clock.move_to(NOON + 2 * DAY)
    page = html(scene.browser("alex").get(reverse("today")))
    assert [str(copy.pk) in page for copy in made] == [False, False, True, False, False, False, False]
    assert scene.browser("alex").get(reverse("homework", args=[made[1].pk])).status_code == 200


def test_what_was_begun_stays_on_the_first_page(scene, clock):
    made = copies(scene.assign("alex", rule=WEEK))
    Homework.objects.filter(pk=made[0].pk).update(step=2, begun_at=NOON)
    clock.move_to(NOON + 2 * DAY)
    page = html(scene.browser("alex").get(reverse("today")))
    assert [str(copy.pk) in page for copy in made[:3]] == [True, False, True]


# --- reminders


def test_it_reminds_of_each_on_its_own_day_and_never_before_it_has_opened(scene):
    made = copies(scene.assign("alex", rule=WEEK))
    planned = {m.homework_id: m.local_date for m in OutboxMessage.objects.all()}
    assert [planned[copy.pk] for copy in made] == [copy.due_on for copy in made]


def test_it_sends_nothing_about_what_has_not_opened(scene, mailoutbox):
    copy = copies(scene.assign("alex", rule=Rule(times=1)))[0]
    opened(copy, NOON + 3 * DAY)
    run = reminding.send_due(at=NOON.replace(hour=18))
    assert (run.sent, run.stopped) == (0, 1)
    assert not mailoutbox


# --- an end


def test_it_takes_back_all_that_is_not_finished_and_what_was_to_come(scene, clock):
    given = scene.assign("alex", rule=WEEK)
    first, second, *rest = copies(given)
    viewer = scene.viewer("alex")
    Homework.objects.filter(pk=first.pk).update(state=HomeworkState.FINISHED, finished_at=NOON)
    assigning.withdraw(by=scene.viewer("moreno", NOON + DAY), assignment=given, at=NOON + DAY)
    assert [copy.state for copy in copies(given)] == [HomeworkState.FINISHED] + 6 * [HomeworkState.WITHDRAWN]
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {OutboxState.STOPPED, OutboxState.WAITING}
    assert not OutboxMessage.objects.filter(homework__in=[second, *rest], state=OutboxState.WAITING).exists()
    later = scene.viewer("alex", NOON + 30 * DAY)
    assert set(Homework.objects.own(later).filter(assignment=given)) == {first, second}
    assert viewer.is_partner


def test_what_was_planned_never_opens_once_the_work_has_ended(scene):
    given = scene.assign(rule=WEEK)
    leaving.separate(couple=scene.cast.couple, by=scene.viewer("moreno"), at=NOON)
    later = scene.viewer("alex", NOON + 30 * DAY)
    assert [copy.occurrence for copy in Homework.objects.own(later).filter(assignment=given)] == [0]


# --- reading it


def test_the_review_shows_the_latest_time_with_something_to_read_and_any_other_by_choice(scene, clock):
    given = scene.assign("alex", rule=WEEK)
    first = copies(given)[0]
    scene.assignment = given
    from exercises.commands import sharing, writing
    from exercises.versions import Stamp
    from tests.exercises.scene import number, step

    by = scene.viewer("alex")
    writing.save_step(by=by, homework=first.pk, number=number("letter"), step=step("letter"), value="two cups",
                      stamp=Stamp(), at=NOON)  # fmt: skip
    sharing.choose_readers(by=by, homework=first, audience=Audience.THERAPIST, at=NOON)
    clock.move_to(NOON + 2 * DAY)
    moreno = scene.browser("moreno")
    path = reverse("review", args=[given.pk])
    assert "two cups" in html(moreno.get(path))
    assert "two cups" not in html(moreno.get(f"{path}?time=1"))
    for odd in ("99", "x", "-1", ""):
        assert moreno.get(f"{path}?time={odd}").status_code == 200


def test_it_is_given_once_where_two_answers_are_laid_side_by_side(scene, clock):
    menu = new_version(together.content())
    with pytest.raises(Refused) as refused:
        scene.assign(version=menu, rule=WEEK)
    assert refused.value.verdict.code == "once"
    sent = {"exercise": menu.exercise.slug, "partners": [scene.cast.places["alex"].pk], "due": "again", "every": "week",
            "weeks": "1", "times": "3", "reason": "Agreed."}  # fmt: skip
    answer = scene.browser("moreno").post(reverse("assign", args=[scene.cast.couple.pk]), sent)
    assert answer.status_code == 422
    assert "given once at a time" in words(answer)
    assert not Assignment.objects.filter(version=menu).exists()


def test_it_offers_the_weekly_check_in_for_twelve_weeks(scene, clock):
    one_exercise("weekly-check-in")
    path = reverse("assign", args=[scene.cast.couple.pk])
    page = scene.browser("moreno").get(f"{path}?exercise=weekly-check-in")
    assert page.context["form"]["due"].value() == "again"
    assert (page.context["form"]["every"].value(), page.context["form"]["times"].value()) == ("week", 12)
