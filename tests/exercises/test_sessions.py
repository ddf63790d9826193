"""Before a session: what each would like to raise. After it: words for both. And a rest that ends with it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from clients.commands import appointments
from clients.models import Appointment, Couple
from clients.states import CoupleState
from exercises.commands import agenda as planning
from exercises.commands import reviewing, sessions, wishing
from exercises.models import AgendaItem, HomeworkPause, Mark, SessionNote, SessionSummary
from exercises.queries import sessions as queries
from exercises.queries import wishes
from exercises.queries.agenda import agenda
from exercises.states import AgendaKind, Audience, Rest
from safekeeping import walls
from safekeeping.models import AuditEvent
from safekeeping.verdict import Refused
from tests.cast import NOON
from tests.conftest import role
from tests.exercises.page import html, masked, values, words
from tests.exercises.scene import DAY, HOUR

HELD = NOON + HOUR  # after the clinic's hold
RELEASE = NOON.replace(hour=17)  # 18:00 where the couple lives
WORD = "the letter from my mother"


def note(scene, text=WORD, audience=Audience.THERAPIST, name="alex", version=0, at=NOON):
    return sessions.keep_note(
        by=scene.viewer(name, at), place=scene.cast.places[name], text=text, audience=audience, version=version, at=at
    )


def sum_up(scene, text="We talked", then="Breathe", version=0, at=NOON, exercise=None):
    sessions.sum_up(
        by=scene.viewer("moreno", at), couple=scene.cast.couple, text=text, then=then, exercise=exercise,
        version=version, at=at,
    )  # fmt: skip


def session(scene, start, alone=None, minutes=50):
    return Appointment.objects.create(
        clinic=scene.cast.riverside, couple=scene.cast.couple, starts_at=start, minutes=minutes, made_at=NOON,
        alone=scene.cast.places[alone] if alone else None,
    )  # fmt: skip


def raised(scene, at=HELD):
    rows = agenda(scene.cast.couple, viewer=scene.viewer("moreno", at))
    return [row.words for row in rows if row.kind == AgendaKind.RAISED]


# --- something I'd like to raise


def test_it_is_read_by_the_therapist_where_that_was_chosen_and_after_the_hold(scene):
    note(scene, audience=Audience.ONLY_ME)
    assert raised(scene) == []
    note(scene, version=1)
    assert raised(scene, NOON) == []
    assert raised(scene) == [WORD]
    note(scene, version=2, audience=Audience.ONLY_ME, at=HELD)
    assert raised(scene, HELD + HOUR) == []


def test_an_empty_note_is_none(scene):
    note(scene)
    note(scene, text="", version=1)
    kept = SessionNote.objects.get()
    assert (kept.text, kept.therapist_from) == (None, None)
    assert raised(scene) == []


def test_two_windows_meet_and_nothing_is_lost(scene, alex):
    page = reverse("session-next")
    sent = {"text": "first", "audience": "only_me", "version": "0"}
    assert alex.post(page, sent).status_code == 302
    met = alex.post(page, {**sent, "text": "second"})
    assert met.status_code == 409
    assert "first" in words(met)
    assert "second</textarea>" in html(met)
    assert values(met, "version") == ["1"]
    assert SessionNote.objects.get().text == "first"
    assert alex.post(page, {**sent, "text": "both", "version": "1"}).status_code == 302
    assert SessionNote.objects.get().text == "both"


def test_a_button_that_is_pressed_twice_has_one_effect(scene, alex):
    sent = {"text": "once", "audience": "therapist", "version": "0"}
    for _ in range(2):
        assert alex.post(reverse("session-next"), sent).status_code == 302
    assert SessionNote.objects.get().version == 1


@pytest.mark.parametrize(
    "sent", [{"text": "x" * 20_001, "audience": "only_me"}, {"text": "x"}, {"audience": "partner"}]
)
def test_it_keeps_nothing_that_is_too_long_or_has_no_reader(alex, sent):
    assert alex.post(reverse("session-next"), sent).status_code == 422
    assert not SessionNote.objects.exists()


def test_the_other_partner_never_learns_of_it(scene, alex, blake):
    pages = [reverse("session-next"), reverse("today")]
    before = [masked(blake.get(page)) for page in pages]
    alex.post(reverse("session-next"), {"text": WORD, "audience": "therapist", "version": "0"})
    by = scene.viewer("moreno", HELD)
    (row,) = [r for r in agenda(scene.cast.couple, viewer=by) if r.kind == AgendaKind.RAISED]
    planning.tick(by=by, couple=scene.cast.couple, key=row.key, done=True, at=HELD)
    assert [masked(blake.get(page)) for page in pages] == before


def test_somebody_who_has_not_agreed_or_whose_work_has_ended_keeps_none(scene):
    Couple.objects.filter(pk=scene.cast.couple.pk).update(state=CoupleState.ENDED)
    with pytest.raises(Refused):
        note(scene)
    with pytest.raises(Refused):
        sessions.keep_note(by=scene.viewer("blake"), place=scene.cast.places["alex"], text="x",
                           audience=Audience.ONLY_ME, version=0, at=NOON)  # fmt: skip


def test_a_note_that_was_talked_about_comes_again_only_when_it_is_written_anew(scene):
    note(scene)
    by = scene.viewer("moreno", HELD)
    (row,) = [r for r in agenda(scene.cast.couple, viewer=by) if r.kind == AgendaKind.RAISED]
    planning.tick(by=by, couple=scene.cast.couple, key=row.key, done=True, at=HELD)
    sum_up(scene, at=HELD)
    assert raised(scene, HELD + DAY) == []
    note(scene, "another thing", version=1, at=HELD + DAY)
    assert raised(scene, HELD + 2 * DAY) == ["another thing"]


# --- the partner's page


def test_it_shows_when_they_come_and_to_one_alone_that_it_is_for_them(scene, alex, blake):
    page = reverse("session-next")
    assert "No day is known yet." in words(blake.get(page))
    session(scene, NOON + DAY, alone="alex")
    assert "Tuesday 3 March, 13:00 This one is for you alone." in words(alex.get(page))
    assert "Tuesday 3 March, 13:00" in words(alex.get(reverse("today")))
    assert "No day is known yet." in words(blake.get(page))
    assert "3 March" not in words(blake.get(reverse("today")))


def test_it_says_the_hour_in_the_readers_own_zone(scene, alex):
    session(scene, NOON + DAY)
    scene.cast.alex.time_zone = "America/New_York"
    scene.cast.alex.save()
    assert "Tuesday 3 March, 07:00" in words(alex.get(reverse("session-next")))


# --- afterwards


def test_both_read_the_same_words_from_the_next_release_on(scene):
    sum_up(scene)
    for name in ("alex", "blake"):
        assert queries.summaries(scene.cast.couple, viewer=scene.viewer(name, RELEASE - HOUR)) == []
        (read,) = queries.summaries(scene.cast.couple, viewer=scene.viewer(name, RELEASE))
        assert (read.text, read.next) == ("We talked", "Breathe")
    with role(walls.WEB):
        assert not SessionSummary.objects.exists()


def test_it_can_be_changed_or_taken_back_until_it_is_released(scene):
    sum_up(scene)
    sum_up(scene, text="Otherwise", version=1)
    assert SessionSummary.objects.get().text == "Otherwise"
    sessions.take_back_summary(by=scene.viewer("moreno"), couple=scene.cast.couple, at=NOON)
    assert not SessionSummary.objects.exists()
    sum_up(scene)
    sessions.take_back_summary(by=scene.viewer("moreno", RELEASE), couple=scene.cast.couple, at=RELEASE)
    sum_up(scene, text="The next one", at=RELEASE + HOUR)
    assert SessionSummary.objects.count() == 2


def test_a_change_from_two_windows_is_shown_with_both_texts(scene, moreno):
    page = reverse("session-summary", args=[scene.cast.couple.pk])
    sum_up(scene)
    assert moreno.post(page, {"text": "one", "then": "", "version": "1"}).status_code == 302
    met = moreno.post(page, {"text": "two", "then": "", "version": "1"})
    assert met.status_code == 409
    assert "two</textarea>" in html(met)
    assert "one" in words(met)
    assert SessionSummary.objects.get().text == "one"


def test_the_session_it_sums_up_is_the_last_one(scene):
    before = session(scene, NOON - DAY)
    sum_up(scene)
    kept = SessionSummary.objects.get()
    assert (kept.appointment, kept.held_on) == (before, before.starts_at.date())


def test_it_clears_away_what_was_talked_about_with_its_mark_and_keeps_the_rest(scene):
    by = scene.viewer("moreno")
    for key in ("letter", "line"):
        reviewing.mark(by=by, assignment=scene.assignment, step_key=key, marked=True, at=NOON)
    first, second = agenda(scene.cast.couple, viewer=by)
    planning.tick(by=by, couple=scene.cast.couple, key=first.key, done=True, at=NOON)
    sum_up(scene)
    assert [mark.step_key for mark in Mark.objects.all()] == [second.step_key]
    assert [row.step_key for row in agenda(scene.cast.couple, viewer=by)] == [second.step_key]


def test_the_next_assignment_begins_from_it_and_no_word_of_it_is_in_an_address(scene, moreno):
    page = reverse("session-summary", args=[scene.cast.couple.pk])
    sent = {"text": "We talked", "then": "To hear each other", "exercise": scene.version.exercise.slug, "version": "0"}
    assert moreno.post(page, sent).status_code == 302
    (link,) = [
        part.split('"')[0]
        for part in html(moreno.get(page)).split('href="')
        if part.startswith("/t/") and "after=" in part
    ]
    assert link == reverse("assign", args=[scene.cast.couple.pk]) + "?after=session"
    form = moreno.get(link)
    assert "To hear each other" in values(form, "why")
    assert f'value="{scene.version.exercise.slug}" selected' in html(form)


@pytest.mark.parametrize(
    "sent", [{}, {"text": "  "}, {"text": "a", "then": "x" * 301}, {"text": "a", "exercise": "none"}]
)
def test_it_says_what_is_wrong_with_a_summary(scene, moreno, sent):
    assert moreno.post(reverse("session-summary", args=[scene.cast.couple.pk]), sent).status_code == 422
    assert not SessionSummary.objects.exists()


def test_a_couple_whose_work_has_ended_is_not_summed_up(scene):
    Couple.objects.filter(pk=scene.cast.couple.pk).update(state=CoupleState.ENDED)
    with pytest.raises(Refused):
        sum_up(scene)


# --- a rest until the session


def rests(scene, at, name="alex"):
    return wishes.rests(scene.cast.places[name].pk, at=at)


def rest(scene, lasts=Rest.SESSION, at=NOON):
    wishing.rest(by=scene.viewer("alex", at), lasts=lasts, at=at)


def test_a_rest_until_the_session_ends_when_it_has_been(scene):
    session(scene, NOON + DAY)
    rest(scene)
    assert rests(scene, NOON + DAY + timedelta(minutes=49))
    assert not rests(scene, NOON + DAY + timedelta(minutes=50))
    with role(walls.WORKER):
        assert not rests(scene, NOON + DAY + HOUR)


def test_it_goes_on_where_the_session_was_called_off_or_is_the_others_alone(scene):
    (kept,) = appointments.make(
        by=scene.viewer("moreno"), couple=scene.cast.couple, alone=None, day=(NOON + DAY).date(),
        moment=NOON.time(), minutes=50, at=NOON,
    )  # fmt: skip
    session(scene, NOON + 2 * DAY, alone="blake")
    rest(scene)
    appointments.cancel(by=scene.viewer("moreno"), appointment=kept, later=False, seen=kept.starts_at, at=NOON)
    assert rests(scene, NOON + 3 * DAY)


def test_a_rest_that_began_after_a_session_waits_for_the_next(scene):
    session(scene, NOON - DAY)
    rest(scene)
    assert rests(scene, NOON + DAY)
    rest(scene, Rest.OPEN)
    session(scene, NOON + HOUR)
    assert rests(scene, NOON + DAY)


def test_summing_up_ends_it_where_no_session_was_kept(scene):
    rest(scene)
    sum_up(scene)
    assert HomeworkPause.objects.get().until == NOON
    assert not rests(scene, NOON + HOUR)


def test_the_trail_names_no_content(scene):
    note(scene)
    sum_up(scene)
    lines = {(e.verb, e.subject.partition(":")[0]) for e in AuditEvent.objects.filter(verb__startswith="session.")}
    assert lines == {
        ("session.note_kept", "exercises.SessionNote"), ("session.summed_up", "exercises.SessionSummary"),
    }  # fmt: skip
    assert not AgendaItem.objects.exists()
