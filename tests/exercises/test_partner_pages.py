"""A partner's day: what is there today, the first page of an exercise, and everything one has written."""

from datetime import date

import pytest
from django.urls import reverse

from exercises.commands import assigning
from exercises.states import Audience
from tests.cast import NOON
from tests.exercises.page import HTMX, html, words
from tests.exercises.scene import DAY


def at(scene, page, assignment=None):
    return reverse(page, args=[scene.homework(assignment=assignment).pk])


@pytest.mark.parametrize("name", ["today", "reflections", "shared"])
def test_it_has_a_page_for_someone_with_nothing_yet_and_a_way_on(scene, clock, name):
    page = scene.browser("casey").get(reverse(name))
    assert page.status_code == 200
    assert any(
        told in words(page) for told in ("Nothing for today.", "What you write will be kept here.", "Nothing here.")
    )


@pytest.mark.parametrize("name", ["today", "reflections", "shared", "front-door"])
def test_it_asks_to_sign_in_first(scene, client, name):
    assert client.get(reverse(name)).status_code == 302
    assert client.get(reverse(name), headers=HTMX).status_code == 401


@pytest.mark.parametrize(
    ("name", "first"), [("alex", "today"), ("moreno", "caseload"), ("adair", "people"), ("both", "caseload")]
)
def test_it_opens_the_front_door_to_where_each_one_works(scene, clock, name, first):
    assert scene.browser(name).get("/")["Location"] == reverse(first)


@pytest.mark.parametrize("name", ["today", "reflections", "shared"])
def test_it_tells_whoever_only_administers_that_there_is_nothing_clinical_for_them(scene, clock, name):
    page = scene.browser("adair").get(reverse(name))
    assert page.status_code == 403
    assert "never see clinical content" in words(page)


def test_it_puts_first_what_is_meant_for_soonest_and_last_what_was_set_aside(alex, scene):
    later = scene.assign("alex", due_on=date(2026, 3, 20))
    soon = scene.assign("alex", due_on=date(2026, 3, 5))
    alex.post(at(scene, "homework-set-aside"))
    page = html(alex.get(reverse("today")))
    places = [page.index(at(scene, "homework", given)) for given in (soon, later, scene.assignment)]
    assert places == sorted(places)
    assert "Meant for Thursday 5 March, or whenever you’re ready." in words(alex.get(reverse("today")))


def test_it_never_says_that_anything_is_late(alex, scene, clock):
    scene.assign("alex", due_on=date(2026, 3, 5))
    clock.move_to(NOON + 60 * DAY)
    page = words(scene.browser("alex").get(reverse("today"))).lower()
    assert not [word for word in ("overdue", "late", "missed", "remind", "days ago") if word in page.split()]


def test_it_leaves_out_what_is_finished_and_what_was_withdrawn(alex, scene):
    scene.finish(Audience.ONLY_ME)
    withdrawn = scene.assign("alex")
    assigning.withdraw(by=scene.viewer("moreno"), assignment=withdrawn, at=NOON)
    assert "Nothing for today." in words(alex.get(reverse("today")))


def test_it_takes_not_now_for_a_full_answer_and_can_be_picked_up_again(alex, scene):
    answer = alex.post(at(scene, "homework-set-aside"))
    page = words(alex.get(answer["Location"]))
    assert "You said: not now. That is fine." in page
    assert "Start" not in page
    answer = alex.post(at(scene, "homework-resume"))
    assert "Start" in words(alex.get(answer["Location"]))


@pytest.mark.parametrize(("first", "then"), [("set-aside", "set-aside"), (None, "resume")])
def test_it_says_so_when_a_button_no_longer_applies(alex, scene, first, then):
    if first:
        alex.post(at(scene, f"homework-{first}"))
    answer = alex.post(at(scene, f"homework-{then}"))
    assert answer.status_code == 403
    assert "That cannot be done with this exercise any more." in words(answer)


def test_it_begins_with_what_the_exercise_is_and_who_will_read_it(alex, scene):
    given = scene.assign("alex", note="Ten minutes, <alone>.", due_on=date(2026, 3, 5))
    page = words(alex.get(at(scene, "homework", given)))
    for told in (
        "A small one", "About 10 minutes", "A note from Moreno", "Ten minutes, <alone>.", "A beginning.",
        "Nobody, until you choose.",
    ):  # fmt: skip
        assert told in page


def test_it_leads_from_a_finished_exercise_to_what_was_written(alex, scene):
    scene.write("dear")
    scene.finish(Audience.ONLY_ME)
    page = alex.get(at(scene, "homework"))
    assert at(scene, "reflection") in html(page)
    assert "Start" not in words(page)


def test_it_lists_ones_own_writing_by_month_and_pages_on(alex, scene, clock):
    first = NOON - 40 * DAY
    for n in range(32):
        given = scene.assign("alex", at=first + n * DAY)
        scene.write("dear", assignment=given, at=first + n * DAY)
        scene.finish(Audience.ONLY_ME, assignment=given, at=first + n * DAY)
    page = alex.get(reverse("reflections"))
    assert html(page).count("rows__link") == 30
    assert "February 2026" in words(page)
    more = reverse("reflections") + html(page).partition('class="more" href="')[2].partition('"')[0]
    rest = alex.get(more.replace("&amp;", "&"), headers=HTMX)
    assert html(rest).count("rows__link") == 2
    assert "<html" not in html(rest)


@pytest.mark.parametrize("before", ["yesterday", "2026-13-01T00:00:00+00:00", "2026-03-02", "\x00", "9999-12-31"])
def test_it_begins_at_the_latest_where_an_address_makes_no_sense(alex, scene, before):
    scene.write("dear")
    assert "A small one" in words(alex.get(reverse("reflections"), {"before": before}))


def test_it_shows_what_one_wrote_as_text_and_never_as_markup(alex, scene):
    scene.write("<b>dear</b> & <script>alert(1)</script>")
    page = html(alex.get(at(scene, "reflection")))
    assert "&lt;b&gt;dear&lt;/b&gt; &amp; &lt;script&gt;" in page


@pytest.mark.parametrize("name", ["today", "reflections", "shared", "homework", "reflection", "homework-check"])
def test_it_names_no_exercise_and_nobody_in_the_title_of_a_page_and_keeps_it_from_caches(alex, scene, name):
    scene.write("dear")
    page = alex.get(reverse(name) if name in {"today", "reflections", "shared"} else at(scene, name))
    title = html(page).partition("<title>")[2].partition("</title>")[0]
    assert not [word for word in ("small", "Alex", "Blake", "Moreno", "River") if word in title]
    assert page["Cache-Control"] == "no-store"
    assert "HX-Request" in page["Vary"]


@pytest.mark.parametrize("name", ["homework", "reflection", "homework-check", "homework-sharing", "homework-done"])
@pytest.mark.parametrize("who", ["blake", "moreno", "casey", "ellis"])
def test_it_is_as_if_it_were_not_there_for_anybody_else(scene, clock, name, who):
    client = scene.browser(who)
    real = client.get(at(scene, name))
    none = client.get(reverse(name, args=["00000000-0000-4000-8000-000000000000"]))
    assert real.status_code == none.status_code == 404
    assert real.content == none.content
