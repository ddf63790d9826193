"""The first page of a therapist: who comes next, what is new, what waits, who rests, and how it went lately."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils.timezone import override

from clients.commands import leave_check_in
from clients.models import Appointment, Couple
from clients.states import CoupleState
from exercises.commands import sharing, wishing, writing
from exercises.models import Mark, Share
from exercises.queries.caseload import Show, caseload
from exercises.queries.given import unseen
from exercises.queries.pulse import pulses
from exercises.states import Audience, Instead, Rest
from exercises.versions import Stamp
from safekeeping.models import AuditEvent
from tests.cast import NOON
from tests.exercises.page import HTMX, html, words
from tests.exercises.scene import DAY, HOUR
from tests.library import one_exercise


def aliases(scene, at=NOON, **asked):
    return [row.alias for row in caseload(viewer=scene.viewer("moreno", at), **asked)]


def meet(couple, starts_at, **details):
    return Appointment.objects.create(clinic=couple.clinic, couple=couple, starts_at=starts_at, made_at=NOON, **details)


def test_it_lists_couples_by_their_next_session_and_those_without_one_after_them(scene):
    assert aliases(scene) == ["Old oak", "River stones"]
    meet(scene.cast.couple, NOON + 2 * DAY)
    assert aliases(scene) == ["River stones", "Old oak"]
    meet(scene.cast.neighbours, NOON + DAY)
    assert aliases(scene) == ["Old oak", "River stones"]


def test_it_takes_an_appointment_before_a_day_that_was_set_by_hand_and_no_day_that_is_past(scene):
    Couple.objects.filter(pk=scene.cast.couple.pk).update(next_session_on=(NOON + DAY).date())
    assert aliases(scene) == ["River stones", "Old oak"]
    assert aliases(scene, at=NOON + 3 * DAY) == ["Old oak", "River stones"], "the day is past"
    meet(scene.cast.couple, NOON + 9 * DAY)
    with override(ZoneInfo("Europe/Berlin")):
        rows = caseload(viewer=scene.viewer("moreno"))
    assert rows[0].comes == "Wed 11 Mar, 13:00", "in the zone of whoever looks"


@pytest.mark.parametrize("what", ["cancelled", "past", "with one of them alone"])
def test_it_is_no_next_session_of_both(scene, what):
    told = {"cancelled": {"cancelled_at": NOON}, "with one of them alone": {"alone": scene.cast.places["alex"]}}
    meet(scene.cast.couple, NOON - DAY if what == "past" else NOON + DAY, **told.get(what, {}))
    assert not any(row.comes for row in caseload(viewer=scene.viewer("moreno")))


def test_it_puts_what_has_ended_last_whatever_is_new_there(scene):
    meet(scene.cast.neighbours, NOON + DAY)
    Couple.objects.filter(pk=scene.cast.neighbours.pk).update(state=CoupleState.ENDED)
    rows = caseload(viewer=scene.viewer("moreno"))
    assert [row.alias for row in rows] == ["River stones", "Old oak"]
    assert rows[1].state == "Ended"


def test_it_counts_as_new_what_the_rule_says_is_unseen(scene):
    for name in ("alex", "blake"):
        scene.write("dear", name=name)
        scene.finish(Audience.THERAPIST, name=name)
    for at in (NOON, NOON + HOUR):
        viewer = scene.viewer("moreno", at)
        by_rule = Share.objects.filter(unseen(viewer)).values("homework").distinct().count()
        assert sum(row.new for row in caseload(viewer=viewer)) == by_rule
    assert by_rule == 2


def test_it_says_who_rests_and_no_longer_when_they_are_back(scene):
    wishing.rest(by=scene.viewer("blake"), lasts=Rest.WEEK, at=NOON)
    assert [row.resting for row in caseload(viewer=scene.viewer("moreno")) if row.resting] == ["Blake"]
    assert aliases(scene, show=Show.RESTING) == ["River stones"]
    assert aliases(scene, show=Show.RESTING, at=NOON + 8 * DAY) == []


def test_it_says_what_waits_for_the_therapist(scene):
    assert aliases(scene, show=Show.WAITING) == []
    wishing.wish(by=scene.viewer("alex"), homework=scene.homework(), instead=Instead.ALOUD, reason="", at=NOON)
    rows = caseload(viewer=scene.viewer("moreno"), show=Show.WAITING)
    assert [(row.alias, row.waits, row.marked) for row in rows] == [("River stones", 1, 0)]
    Mark.objects.create(
        clinic=scene.cast.riverside, couple=scene.cast.neighbours, assignment=scene.assignment, step_key="letter",
        marked_at=NOON,
    )  # fmt: skip
    assert aliases(scene, show=Show.WAITING) == ["Old oak", "River stones"]


@pytest.mark.parametrize(("day", "shown"), [(0, True), (6, True), (7, False)])
def test_it_shows_who_comes_in_the_next_seven_days_of_their_own(scene, day, shown):
    meet(scene.cast.couple, NOON + day * DAY + HOUR)
    assert (aliases(scene, show=Show.WEEK) == ["River stones"]) == shown


def test_it_shows_on_request_where_a_private_check_in_asks_for_attention(scene, moreno):
    for name, said in (("alex", {"afraid": "2"}), ("casey", {})):
        place = scene.cast.places[name]
        leave_check_in(place=place, said=said, by=scene.viewer(name), at=NOON)
    page = words(moreno.get(reverse("caseload"), {"show": "attention"}))
    assert "not while one of them looks on" in page
    assert ("River stones" in page, "Old oak" in page) == (True, False)
    assert AuditEvent.objects.filter(verb="caseload.read").count() == 1


def test_it_opens_no_private_check_in_and_writes_nothing_down_unless_asked_to(scene, moreno):
    leave_check_in(place=scene.cast.places["alex"], said={"afraid": "2"}, by=scene.viewer("alex"), at=NOON)
    moreno.get(reverse("caseload"))
    assert not AuditEvent.objects.filter(verb="caseload.read").exists()


def test_it_shows_nothing_of_another_therapists_couples(scene):
    meet(scene.cast.strangers, NOON + DAY)
    for show in Show:
        assert "North star" not in aliases(scene, show=show)
    assert caseload(viewer=scene.viewer("yilmaz")) == []


@pytest.fixture
def check_in(scene):
    """Gives the weekly check-in, and has it answered for the therapist: `check_in("alex", 4, 3 * DAY)`."""
    version = one_exercise("weekly-check-in")
    number, step = next((n, s) for n, s in enumerate(version.content.steps, 1) if s.key == "closeness")

    def answer(name: str, value: int, after: timedelta, audience: Audience = Audience.THERAPIST) -> None:
        at = NOON + after
        given = scene.assign(name, version=version, at=at)
        copy, by = scene.homework(name, given), scene.viewer(name, at)
        writing.save_step(by=by, homework=copy.pk, number=number, step=step, value=value, stamp=Stamp(), at=at)
        sharing.choose_readers(by=by, homework=scene.homework(name, given), audience=audience, at=at)

    return answer


def test_it_pictures_how_close_each_felt_lately_in_the_order_of_time(scene, check_in):
    for n, value in enumerate([4, 5, 7]):
        check_in("alex", value, n * 7 * DAY)
    check_in("blake", 6, DAY)
    found = pulses([scene.cast.couple.pk], viewer=scene.viewer("moreno", NOON + 30 * DAY))
    assert [(one.name, one.values) for one in found[scene.cast.couple.pk]] == [("Alex", (4, 5, 7)), ("Blake", (6,))]


def test_it_pictures_nothing_that_was_kept_or_is_still_held_or_is_another_therapists(scene, check_in):
    check_in("alex", 4, DAY, Audience.ONLY_ME)
    check_in("blake", 6, 2 * DAY)
    couple = scene.cast.couple.pk
    assert pulses([couple], viewer=scene.viewer("moreno", NOON + 2 * DAY)) == {}, "held"
    assert list(pulses([couple], viewer=scene.viewer("moreno", NOON + 3 * DAY))) == [couple]
    assert pulses([couple], viewer=scene.viewer("yilmaz", NOON + 3 * DAY)) == {}
    assert pulses([couple], viewer=scene.viewer("blake", NOON + 3 * DAY)) == {}


def test_it_brings_the_pictures_after_the_page_or_within_it_without_scripts(scene, check_in, clock):
    check_in("alex", 4, DAY)
    check_in("alex", 7, 2 * DAY)
    clock.move_to(NOON + 3 * DAY)
    moreno = scene.browser("moreno")
    assert "→" not in words(moreno.get(reverse("caseload")))
    part = html(moreno.get(reverse("caseload"), {"pulses": "1"}, headers=HTMX))
    assert f'hx-swap-oob="innerHTML:#lately-{scene.cast.couple.pk}"' in part
    assert "<html" not in part
    assert "4 → 7, higher" in words(moreno.get(reverse("caseload"), {"pulses": "1"}))


def test_it_keeps_filter_and_search_in_the_address_and_in_the_form(scene, moreno):
    page = html(moreno.get(reverse("caseload"), {"q": "stones", "show": "resting"}))
    assert 'value="stones"' in page
    assert '<option value="resting" selected>' in page
    assert 'hx-push-url="true"' in page
    assert "No couple is like this." in page


def test_it_takes_an_unknown_filter_for_none(scene, moreno):
    assert "River stones" in words(moreno.get(reverse("caseload"), {"show": "everything"}))


def test_it_shows_a_hundred_couples_and_the_others_when_asked(scene, moreno):
    Couple.objects.bulk_create(
        Couple(clinic=scene.cast.riverside, therapist=scene.cast.staff["moreno"], alias=f"Couple {n:03}",
               time_zone="UTC", made_at=NOON) for n in range(120)
    )  # fmt: skip
    first = moreno.get(reverse("caseload"))
    assert (html(first).count('<th scope="row">'), "Show 22 couples more" in words(first)) == (100, True)
    every = moreno.get(reverse("caseload"), {"all": "1"})
    assert (html(every).count('<th scope="row">'), "couples more" in words(every)) == (122, False)
