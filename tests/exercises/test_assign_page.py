"""The page where a therapist gives an exercise: what is wrong is said, and nothing typed is lost."""

from datetime import date

import pytest
from django.urls import reverse

from exercises.models import Assignment
from exercises.states import Frame
from tests.cast import NOON
from tests.exercises.page import HTMX, chosen, html, words
from tests.exercises.scene import DAY, Scene, content, new_version

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


# --- what would come of it, while the form is filled in


def ask(scene, client=None, **sent):
    """What htmx asks for: nothing is given by it."""
    url, before = reverse("assign", args=[scene.cast.couple.pk]), Assignment.objects.count()
    answer = (client or scene.browser("moreno")).post(f"{url}?check=yes", form_data(scene, **sent), headers=HTMX)
    assert answer.status_code == 200
    assert Assignment.objects.count() == before
    return words(answer)


AGAIN = {"due": "again", "every": "day", "weeks": "1", "times": "7"}


def test_it_shows_the_next_five_days_with_their_weekdays_for_each_and_makes_those(scene: Scene, clock):
    page = ask(scene, **AGAIN)
    days = "Monday 2 March, Tuesday 3 March, Wednesday 4 March, Thursday 5 March, Friday 6 March"
    for name in ("Alex", "Blake"):
        assert f"{name}: {days} and 2 more, the last on Sunday 8 March 2026" in page
    url = reverse("assign", args=[scene.cast.couple.pk])
    assert scene.browser("moreno").post(url, form_data(scene, **AGAIN)).status_code == 302
    made = Assignment.objects.exclude(pk=scene.assignment.pk).get()
    for name in ("alex", "blake"):
        kept = made.copies.filter(partner__name=name).order_by("occurrence")[:5]
        assert [copy.due_on.strftime("%A %-d %B") for copy in kept] == days.split(", ")


def test_without_javascript_a_button_shows_the_same_and_gives_nothing(scene: Scene, clock):
    url, before = reverse("assign", args=[scene.cast.couple.pk]), Assignment.objects.count()
    answer = scene.browser("moreno").post(url, form_data(scene, go="check", why="For quiet.", **AGAIN))
    assert answer.status_code == 200
    assert "Tuesday 3 March" in words(answer)
    assert "For quiet." in html(answer)
    assert Assignment.objects.count() == before


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"times": ""}, "Say when it ends"),
        ({"times": "", "until": "2026-12-31"}, "more than 60 times"),
        ({"times": "", "until": "2026-03-01"}, "ends before it begins"),
        ({"every": "week", "weeks": "12", "times": "60"}, "more than two years"),
        ({"times": "61"}, "from 1 to 60"),
        ({"every": "week", "weeks": "0"}, "from 1 to 12"),
    ],
)
def test_it_refuses_a_rule_by_which_nothing_can_be_given_and_says_why(scene: Scene, clock, sent, sentence):
    url = reverse("assign", args=[scene.cast.couple.pk])
    answer = scene.browser("moreno").post(url, form_data(scene, **AGAIN | sent))
    assert answer.status_code == 422
    assert sentence in words(answer)


def test_for_one_alone_it_says_who_is_told_nothing(scene: Scene, clock):
    page = ask(scene, partners=[str(scene.cast.places["alex"].pk)])
    assert "For one alone: Blake is told nothing of it." in page


def test_it_can_give_each_a_different_exercise(scene: Scene, clock):
    new_version(content(slug="other-one", number=910, title="Another one"))
    blake = scene.cast.places["blake"].pk
    url = reverse("assign", args=[scene.cast.couple.pk])
    sent = form_data(scene, **{f"instead-{blake}": "other-one"})
    assert scene.browser("moreno").post(url, sent).status_code == 302
    made = Assignment.objects.exclude(pk=scene.assignment.pk)
    given = {copy.partner.name: one.version.title for one in made for copy in one.copies.select_related("partner")}
    assert given == {"alex": "A small one", "blake": "Another one"}


# --- the words around it, and the next session


def test_the_words_around_it_are_the_first_that_partners_read_why_before_all(scene: Scene, clock):
    url = reverse("assign", args=[scene.cast.couple.pk])
    around = {
        "why": "For <quiet>.",
        "when": "Sunday",
        "where": "",
        "how_long": "",
        "in_the_way": "Visitors: then Monday.",
    }
    assert scene.browser("moreno").post(url, form_data(scene, **around)).status_code == 302
    made = Assignment.objects.exclude(pk=scene.assignment.pk).get()
    assert made.details == {"why": "For <quiet>.", "when": "Sunday", "in_the_way": "Visitors: then Monday."}
    page = words(scene.browser("alex").get(reverse("homework", args=[scene.homework("alex", made).pk])))
    assert "From Moreno Why For <quiet>. When Sunday What could get in the way" in page.replace("moreno", "Moreno")
    assert "Where" not in page


def test_it_is_meant_for_the_next_session_which_can_be_set_here_and_stays(scene: Scene, clock):
    url = reverse("assign", args=[scene.cast.couple.pk])
    sent = form_data(scene, due="session", next_session_on="2026-03-09")
    assert scene.browser("moreno").post(url, sent).status_code == 302
    scene.cast.couple.refresh_from_db()
    assert scene.cast.couple.next_session_on == date(2026, 3, 9)
    made = Assignment.objects.exclude(pk=scene.assignment.pk).get()
    assert {copy.due_on for copy in made.copies.all()} == {date(2026, 3, 9)}
    page = scene.browser("moreno").get(url)
    assert chosen(page, "due") == ["session"]


@pytest.mark.parametrize(("due", "day"), [("in-3", 5), ("week", 9), ("fortnight", 16)])
def test_a_quick_choice_is_a_day(scene: Scene, clock, due, day):
    url = reverse("assign", args=[scene.cast.couple.pk])
    assert scene.browser("moreno").post(url, form_data(scene, due=due)).status_code == 302
    made = Assignment.objects.exclude(pk=scene.assignment.pk).get()
    assert {copy.due_on for copy in made.copies.all()} == {date(2026, 3, day)}


def test_it_is_given_again_with_the_same_words_and_replaced_with_the_old_one_ticked(scene: Scene, clock):
    old = scene.assign("alex", note="Ten minutes.", details={"why": "For quiet.", "where": "Kitchen"})
    moreno, url = scene.browser("moreno"), reverse("assign", args=[scene.cast.couple.pk])
    page = moreno.get(f"{url}?again={old.pk}")
    for kept in ("For quiet.", "Kitchen", "Ten minutes."):
        assert kept in html(page)
    assert chosen(page, "partners") == [str(scene.cast.places["alex"].pk)]
    assert chosen(moreno.get(f"{url}?replace={old.pk}"), "replace") == [str(old.pk)]
    for odd in ("x", str(scene.cast.couple.pk), ""):
        assert moreno.get(f"{url}?again={odd}").status_code == 200
