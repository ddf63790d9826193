"""Marks from week to week: a therapist sees what each sent; each partner their own, in words that do not judge."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from clients.models import Appointment
from exercises.commands import goals, sharing, writing
from exercises.queries.progress import own_progress, progress_of
from exercises.queries.rhythm import rhythm_of
from exercises.states import Audience, Frame, HomeworkState
from safekeeping.models import AuditEvent
from tests.cast import NOON
from tests.exercises.marks import CLOSE, ROWS, WEEK, answers, marks
from tests.exercises.page import HTMX, html, masked, words
from tests.exercises.scene import DAY, HOUR
from tests.exercises.test_query_counts import queries
from tests.library import one_exercise
from tests.second import fresh

HELD = NOON + HOUR


@pytest.fixture
def check_in(scene):
    return one_exercise("weekly-check-in")


@pytest.fixture
def kinds(scene):
    return one_exercise("four-kinds-of-closeness")


def of_couple(scene, at, since=None):
    """What the therapist finds: the values of each line of each chart, by its title."""
    sections = progress_of(scene.cast.couple, viewer=scene.viewer("moreno", at), since=since)
    return {
        chart.title: {line.name: [point.value for point in line.points] for line in chart.lines}
        for section in sections
        for _key, chart in section.charts
    }


def own(scene, name="alex", at=NOON + 9 * WEEK):
    return {
        chart.title: {line.name: [point.value for point in line.points] for line in chart.lines}
        for section in own_progress(viewer=scene.viewer(name, at))
        for _key, chart in section.charts
    }


def page(scene, clock, at, name="moreno", **data):
    clock.move_to(at)
    path = reverse("couple-progress", args=[scene.cast.couple.pk]) if name == "moreno" else reverse("progress")
    return scene.browser(name).get(path, data)


# --- what the therapist sees


def test_both_are_in_one_picture_for_each_scale(scene, check_in):
    marks(scene, check_in, 4, 6, 7)
    marks(scene, check_in, 5, 5, name="blake")
    found = of_couple(scene, NOON + 3 * WEEK)
    assert found == {"How close did you feel?": {"Alex": [4, 6, 7], "Blake": [5, 5]}}


def test_it_shows_what_was_sent_and_nothing_that_was_kept(scene, check_in):
    marks(scene, check_in, 4, 6)
    answers(scene, check_in, {CLOSE: 9}, at=NOON + 2 * WEEK, audience=Audience.ONLY_ME)
    answers(scene, check_in, {CLOSE: 8}, at=NOON + 3 * WEEK, audience=None)
    assert of_couple(scene, NOON + 4 * WEEK)["How close did you feel?"]["Alex"] == [4, 6]


def test_it_waits_until_the_time_to_take_it_back_is_over(scene, check_in):
    marks(scene, check_in, 4)
    assert of_couple(scene, NOON) == {}
    assert of_couple(scene, HELD) != {}


def test_what_is_taken_back_is_gone(scene, check_in):
    homework, _second = marks(scene, check_in, 4, 6)
    sharing.share_less(by=scene.viewer("alex", NOON + 2 * WEEK), homework=homework, at=NOON + 2 * WEEK)
    assert of_couple(scene, NOON + 2 * WEEK)["How close did you feel?"]["Alex"] == [6]


def test_a_question_left_out_leaves_no_point(scene, check_in):
    marks(scene, check_in, 4, None, 6)
    assert of_couple(scene, NOON + 3 * WEEK)["How close did you feel?"]["Alex"] == [4, 6]


def test_closeness_is_shown_as_it_is_and_as_it_is_wished(scene, kinds):
    rated = [{"now": 3, "wished": 8}, {"now": 5}, {}, {}]
    answers(scene, kinds, {ROWS: rated}, audience=Audience.SESSION)
    assert of_couple(scene, HELD) == {
        "Feelings: saying how we are · How close I feel now": {"Alex": [3], "Blake": []},
        "Feelings: saying how we are · How close I would like to feel": {"Alex": [8], "Blake": []},
        "Body: being near, warm touch · How close I feel now": {"Alex": [5], "Blake": []},
    }


def test_each_goal_is_drawn_by_itself_from_its_ratings(scene):
    by, place = scene.viewer("alex"), scene.cast.places["alex"]
    goal = goals.write_goal(by=by, place=place, text="We laugh at breakfast.", at=NOON)
    for n, point in enumerate((2, 5)):
        goals.rate(by=scene.viewer("alex", NOON + n * DAY), goal=goal, point=point, line="a bit", at=NOON + n * DAY)
    assert of_couple(scene, NOON + WEEK) == {"We laugh at breakfast.": {"Alex": [2, 5]}}


def test_all_pictures_of_the_page_stand_on_one_axis_of_days(scene, check_in):
    marks(scene, check_in, 4, 6)
    answers(scene, check_in, {"safety": 3}, at=NOON + 5 * WEEK)
    sections = progress_of(scene.cast.couple, viewer=scene.viewer("moreno", NOON + 9 * WEEK))
    spans = {chart.span for section in sections for _key, chart in section.charts}
    assert spans == {(date(2026, 3, 2), date(2026, 5, 4))}


def test_a_day_is_the_one_in_the_couples_zone(scene, check_in):
    late = NOON.replace(hour=23, minute=30)  # the next day in Berlin
    answers(scene, check_in, {CLOSE: 4}, at=late)
    sections = progress_of(scene.cast.couple, viewer=scene.viewer("moreno", late + DAY))
    assert sections[0].charts[0][1].lines[0].points[0].day == date(2026, 3, 3)


def test_it_marks_the_sessions_of_both_and_none_with_one_alone(scene, check_in):
    marks(scene, check_in, 4, 6)
    couple = scene.cast.couple
    common = {"clinic": couple.clinic, "couple": couple, "made_at": NOON}
    Appointment.objects.create(**common, starts_at=NOON + DAY)
    Appointment.objects.create(**common, starts_at=NOON + 2 * DAY, alone=scene.cast.places["alex"])
    Appointment.objects.create(**common, starts_at=NOON + 3 * DAY, cancelled_at=NOON)
    Appointment.objects.create(**common, starts_at=NOON + 9 * WEEK)
    sections = progress_of(couple, viewer=scene.viewer("moreno", NOON + 2 * WEEK))
    assert sections[0].charts[0][1].sessions == (date(2026, 3, 3),)


def test_the_page_says_both_ways_in_words_and_draws_them(scene, clock, check_in):
    marks(scene, check_in, 4, 6, 7)
    marks(scene, check_in, 5, 5, name="blake")
    answer = page(scene, clock, NOON + 3 * WEEK)
    assert "Alex: 4 → 7, higher · Blake: 5 → 5, the same" in words(answer)
    assert html(answer).count('role="img"') == 1


def test_a_link_changes_how_far_back_it_goes_and_stands_in_the_address(scene, clock, check_in):
    marks(scene, check_in, 4, 6, first=NOON)
    marks(scene, check_in, 8, 9, first=NOON + 40 * WEEK)
    now = NOON + 42 * WEEK
    assert "Alex: 8 → 9, higher" in words(page(scene, clock, now))
    assert "Alex: 4 → 9, higher" in words(page(scene, clock, now, range="year"))
    assert "Alex: 4 → 9, higher" in words(page(scene, clock, now, range="all"))
    assert "Alex: 8 → 9, higher" in words(page(scene, clock, now, range="nonsense"))
    assert 'hx-get="?range=year" hx-target="#progress" hx-swap="outerHTML" hx-push-url="true"' in html(
        page(scene, clock, now)
    )


def test_htmx_gets_the_pictures_alone(scene, clock, check_in):
    marks(scene, check_in, 4, 6)
    clock.move_to(NOON + 2 * WEEK)
    answer = scene.browser("moreno").get(
        reverse("couple-progress", args=[scene.cast.couple.pk]), {"range": "all"}, headers=HTMX
    )
    assert html(answer).lstrip().startswith('<div id="progress"')


def test_without_anything_to_read_it_says_what_would_be_here(scene, clock):
    assert "Nothing in this time that you can read." in words(page(scene, clock, HELD))
    assert "Nothing to see here yet." in words(page(scene, clock, HELD, range="all"))


def test_looking_is_written_down(scene, clock):
    page(scene, clock, HELD)
    event = AuditEvent.objects.get(verb="progress.read")
    assert (event.actor_id, event.subject) == (scene.cast.moreno.pk, f"clients.Couple:{scene.cast.couple.pk}")


# --- what a partner sees


def test_a_partner_sees_all_of_their_own_whoever_reads_it(scene, check_in):
    marks(scene, check_in, 4, 6, audience=Audience.ONLY_ME)
    answers(scene, check_in, {CLOSE: 7}, at=NOON + 2 * WEEK, audience=None)
    assert own(scene) == {"How close did you feel?": {"You": [4, 6, 7]}}


def test_their_closeness_stands_beside_their_own_wish(scene, kinds):
    rated = [{"now": 3, "wished": 8}, {}, {}, {}]
    answers(scene, kinds, {ROWS: rated})
    assert own(scene) == {"Feelings: saying how we are": {"now": [3], "wished": [8]}}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((4, 9, 6), "You: 4 at first, 6 the last time. That is higher than at first."),
        ((4, 9, 5), "You: 4 at first, 5 the last time. That is about the same."),
        ((4, 9, 2), "You: 4 at first, 2 the last time. That is lower than at first."),
    ],
)
def test_it_says_how_the_last_stands_to_the_first_without_a_judgement(scene, clock, check_in, values, said):
    marks(scene, check_in, *values)
    text = words(page(scene, clock, NOON + 3 * WEEK, "alex"))
    assert said in text
    assert not {"good", "bad", "better than", "improve", "worse than"} & set(text.lower().split())


def test_a_partners_page_is_the_same_whatever_the_other_wrote(scene, clock, check_in, kinds):
    marks(scene, check_in, 4, 6)
    at = NOON + 3 * WEEK
    clock.move_to(at)
    browser = scene.browser("alex")
    before = masked(browser.get(reverse("progress")))
    marks(scene, check_in, 1, 9, name="blake")
    answers(scene, kinds, {ROWS: [{"now": 1, "wished": 9}] * 4}, name="blake", audience=Audience.SESSION)
    blake = scene.viewer("blake", at)
    goal = goals.write_goal(by=blake, place=scene.cast.places["blake"], text="Blake's own", at=at)
    goals.rate(by=blake, goal=goal, point=3, line="", at=at)
    clock.move_to(at)
    assert masked(browser.get(reverse("progress"))) == before


def test_a_partners_page_does_not_tell_that_the_therapist_looked(scene, clock, check_in):
    marks(scene, check_in, 4, 6)
    at = NOON + 3 * WEEK
    clock.move_to(at)
    browser = scene.browser("alex")
    before = masked(browser.get(reverse("progress")))
    page(scene, clock, at)
    assert masked(browser.get(reverse("progress"))) == before


def test_there_is_nothing_of_nobody_on_it(alex):
    assert "will be shown here" in words(alex.get(reverse("progress")))


def test_whose_writing_is_locked_is_led_to_why(scene, clock, alex):
    user = scene.cast.alex
    user.locked_since = NOON
    user.save()
    assert alex.get(reverse("progress"))["Location"] == reverse("account-locked")


# --- as files


def rows(answer):
    text = b"".join(answer).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def file_of_couple(scene):
    return reverse("couple-progress-file", args=[scene.cast.couple.pk])


def test_the_file_has_every_value_with_its_scale(scene, clock, check_in):
    marks(scene, check_in, 4, 6)
    marks(scene, check_in, 5, name="blake")
    clock.move_to(NOON + 2 * WEEK)
    answer = fresh(scene.browser("moreno"), scene.cast.moreno).get(file_of_couple(scene))
    assert rows(answer) == [
        ["What", "Who", "Day", "Value", "Lowest", "Highest", "Words"],
        ["How close did you feel?", "Alex", "2026-03-02", "4", "0", "10", ""],
        ["How close did you feel?", "Alex", "2026-03-09", "6", "0", "10", ""],
        ["How close did you feel?", "Blake", "2026-03-02", "5", "0", "10", ""],
    ]
    assert AuditEvent.objects.filter(verb="progress.taken_along").count() == 1


def test_the_words_of_a_goal_run_nowhere(scene, clock):
    by, place = scene.viewer("alex"), scene.cast.places["alex"]
    goal = goals.write_goal(by=by, place=place, text="=1+1", at=NOON)
    goals.rate(by=by, goal=goal, point=2, line="@SUM(A1)", at=NOON)
    answer = fresh(scene.browser("alex"), scene.cast.alex).get(reverse("progress-file"))
    assert rows(answer)[1] == ["'=1+1", "You", "2026-03-02", "2", "0", "10", "'@SUM(A1)"]


def test_ones_own_file_has_ones_own_alone(scene, clock, check_in):
    marks(scene, check_in, 4, audience=Audience.ONLY_ME)
    marks(scene, check_in, 9, name="blake")
    clock.move_to(NOON + WEEK)
    answer = fresh(scene.browser("alex"), scene.cast.alex).get(reverse("progress-file"))
    assert [row[1:4] for row in rows(answer)[1:]] == [["You", "2026-03-02", "4"]]


def test_a_file_asks_to_sign_in_afresh(scene, alex, moreno):
    for client, path in ((alex, reverse("progress-file")), (moreno, file_of_couple(scene))):
        assert client.get(path)["Location"].startswith(reverse("account_reauthenticate"))


# --- what it costs


def test_it_asks_the_same_however_many_weeks_there_are(scene, clock, check_in, kinds):
    def filled(first):
        for n, name in enumerate(("alex", "blake")):
            marks(scene, check_in, 4, 6, name=name, first=first + n * HOUR)
            answers(scene, kinds, {ROWS: [{"now": 1, "wished": 2}] * 4}, name=name, at=first)
            by = scene.viewer(name, first)
            goal = goals.write_goal(by=by, place=scene.cast.places[name], text=f"Goal {first}", at=first)
            goals.rate(by=by, goal=goal, point=3, line="", at=first)

    def asked():
        found = []
        for name in ("moreno", "alex"):
            path = reverse("couple-progress", args=[scene.cast.couple.pk]) if name == "moreno" else reverse("progress")
            found.append(queries(scene.browser(name).get, path))
        return found

    filled(NOON)
    clock.move_to(NOON + 6 * WEEK)
    few = asked()
    filled(NOON + 2 * WEEK)
    filled(NOON + 3 * WEEK)
    clock.move_to(NOON + 6 * WEEK)
    assert asked() == few
    assert few <= [14, 10]


# --- the rhythm of the homework


def test_it_counts_what_became_of_exercises_by_week_and_not_by_whom(scene, check_in):
    marks(scene, check_in, 4, 6)
    marks(scene, check_in, 5, name="blake")
    later = NOON + WEEK
    given = scene.assign("alex", version=check_in, frame=Frame.PRIVATE_FIRST, at=later)
    writing.move(
        by=scene.viewer("alex", later), homework=scene.homework("alex", given), to=HomeworkState.SET_ASIDE, at=later
    )
    weeks = rhythm_of(scene.cast.couple, viewer=scene.viewer("moreno", NOON + 2 * WEEK), weeks=4)
    assert [(week.monday, week.done, week.aside, week.session) for week in weeks] == [
        (date(2026, 2, 23), 0, 0, 0), (date(2026, 3, 2), 2, 0, 0), (date(2026, 3, 9), 1, 1, 0),
        (date(2026, 3, 16), 0, 0, 0),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["alex", "blake", "yilmaz", "okafor", "adair"])
def test_the_rhythm_is_for_their_therapist_alone(scene, check_in, name):
    marks(scene, check_in, 4, 6)
    weeks = rhythm_of(scene.cast.couple, viewer=scene.viewer(name, NOON + 2 * WEEK))
    assert sum(week.done for week in weeks) == 0
