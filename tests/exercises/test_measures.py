"""Being asked an instrument: when, by whom it is read, and that neither partner learns anything of the other."""

from datetime import datetime, timedelta

import pytest
from django.http import Http404
from django.urls import reverse

from clients.models import Appointment, Couple
from clients.states import CoupleState
from exercises.commands import instruments, leaving, measuring
from exercises.models import Asking, Measurement
from exercises.policies.measures import asked_since
from exercises.queries import asked, results
from exercises.queries.own_data import Own
from exercises.scoring import Moved, Verdict
from exercises.states import MeasureState, Rhythm
from safekeeping import context
from safekeeping.models import AuditEvent
from safekeeping.verdict import Refused
from tests.cast import NOON
from tests.clients.agreeing import has_signed_nothing
from tests.exercises.measures import answers, asks, instrument, ticks
from tests.exercises.page import words
from tests.exercises.scene import DAY, HOUR
from tests.second import fresh

WEEK = timedelta(weeks=1)


def session(scene, at, *, alone=None):
    place = scene.cast.places[alone] if alone else None
    return Appointment.objects.create(
        clinic=scene.cast.riverside, couple=scene.cast.couple, alone=place, starts_at=at, made_at=NOON
    )


def is_asked(scene, name="alex", at=NOON):
    with context.entered(scene.cast.people[name].pk, at=at):
        return bool(asked.own_askings(viewer=scene.viewer(name, at)))


# --- when


def test_it_asks_in_the_week_before_the_next_session_of_both(scene):
    asks(scene, instrument(scene), rhythm=Rhythm.SESSION)
    assert not is_asked(scene)
    session(scene, NOON + 10 * DAY)
    assert not is_asked(scene)
    assert is_asked(scene, at=NOON + 3 * DAY)
    assert is_asked(scene, "blake", at=NOON + 3 * DAY)
    assert not is_asked(scene, at=NOON + 10 * DAY + HOUR)


def test_it_asks_before_a_day_that_was_set_by_hand(scene):
    Couple.objects.filter(pk=scene.cast.couple.pk).update(next_session_on=(NOON + 4 * DAY).date())
    asks(scene, instrument(scene), rhythm=Rhythm.SESSION)
    assert is_asked(scene)


def test_a_session_with_one_of_them_alone_asks_nobody(scene):
    asks(scene, instrument(scene), rhythm=Rhythm.SESSION)
    session(scene, NOON + 2 * DAY, alone="blake")
    assert not is_asked(scene)
    assert not is_asked(scene, "blake")


def test_it_asks_once_before_each_session(scene):
    asking = asks(scene, instrument(scene), rhythm=Rhythm.SESSION)
    for n in (1, 2):
        session(scene, NOON + n * WEEK)
    answers(scene, asking, "aaaa", at=NOON + DAY)
    assert not is_asked(scene, at=NOON + 2 * DAY)
    assert is_asked(scene, "blake", at=NOON + 2 * DAY)  # of which Alex's answer tells nothing
    assert is_asked(scene, at=NOON + WEEK + HOUR)


def test_it_asks_every_few_weeks_by_the_couples_own_days(scene):
    asking = asks(scene, instrument(scene), rhythm=Rhythm.WEEKS, weeks=2)
    assert is_asked(scene)
    measuring.pass_over(by=scene.viewer("alex"), asking=asking.pk, at=NOON)
    assert not is_asked(scene, at=NOON + 13 * DAY)
    midnight = datetime.fromisoformat("2026-03-16T00:00:00+01:00")
    assert not is_asked(scene, at=midnight - timedelta(minutes=1))
    assert is_asked(scene, at=midnight)


def test_rounds_of_weeks_begin_at_midnight_across_a_change_of_clocks(scene):
    asking = asks(scene, instrument(scene), rhythm=Rhythm.WEEKS, weeks=4)  # the clocks change on 29 March
    begun = asked_since(asking, at=NOON + 30 * DAY)
    assert begun == datetime.fromisoformat("2026-03-30T00:00:00+02:00")


def test_it_asks_once_and_then_never(scene):
    asking = asks(scene, instrument(scene))
    assert is_asked(scene)
    answers(scene, asking, "abcd")
    assert not is_asked(scene, at=NOON + 100 * DAY)


@pytest.mark.parametrize("what", ["stopped", "retired", "paused", "ended", "not agreed"])
def test_it_asks_no_more(scene, what):
    made = instrument(scene)
    asking = asks(scene, made)
    assert is_asked(scene)
    if what == "stopped":
        measuring.stop_asking(by=scene.viewer("moreno"), asking=asking, at=NOON)
    elif what == "retired":
        instruments.retire(by=scene.viewer("moreno"), instrument=made, at=NOON)
    elif what == "not agreed":
        has_signed_nothing(scene.cast, "alex")
    else:
        Couple.objects.filter(pk=scene.cast.couple.pk).update(state=what)
    assert not is_asked(scene)
    with pytest.raises(Refused):
        ticks(scene, asking, "a...")


def test_another_rhythm_takes_the_place_of_the_one_before(scene):
    made = instrument(scene)
    asks(scene, made, rhythm=Rhythm.WEEKS, weeks=2)
    asks(scene, made, "alex", at=NOON + DAY)
    standing = Asking.objects.filter(stopped_at=None)
    assert {(one.partner.name, one.rhythm) for one in standing} == {("alex", "once"), ("blake", "weeks")}


def test_it_asks_only_what_somebody_has_answered_for(scene):
    with pytest.raises(Refused):
        asks(scene, instrument(scene, licensed=False))
    made = instrument(scene)
    instruments.retire(by=scene.viewer("moreno"), instrument=made, at=NOON)
    with pytest.raises(Refused):
        asks(scene, made)


@pytest.mark.parametrize("state", [CoupleState.PAUSED, CoupleState.ENDED])
def test_it_asks_nobody_whose_work_rests_or_has_ended(scene, state):
    Couple.objects.filter(pk=scene.cast.couple.pk).update(state=state)
    with pytest.raises(Refused):
        asks(scene, instrument(scene))


def test_nobody_asks_the_couples_of_another(scene):
    made = instrument(scene)
    given = {"couple": scene.cast.couple, "instrument": made, "rhythm": Rhythm.ONCE, "at": NOON}
    for name in ("yilmaz", "okafor", "alex", "adair"):
        with pytest.raises(Refused):
            measuring.ask(by=scene.viewer(name), partners=[scene.cast.places["alex"]], **given)
    with pytest.raises(Refused):
        measuring.ask(by=scene.viewer("moreno"), partners=[scene.cast.places["casey"]], **given)


# --- answering


def kept(asking):
    return Measurement.objects.get(asking=asking)


def test_it_keeps_each_answer_as_it_is_ticked(scene):
    asking = asks(scene, instrument(scene))
    ticks(scene, asking, "ab..")
    ticks(scene, asking, ".-.d")
    assert kept(asking).answers == {"near": "a", "warm": None, "calm": "d"}
    assert kept(asking).state == MeasureState.ASKED


def test_it_takes_no_option_that_an_item_does_not_have(scene):
    asking = asks(scene, instrument(scene))
    with pytest.raises(ValueError, match="no such option"):
        ticks(scene, asking, "z...")
    assert not Measurement.objects.exists()


def test_what_was_begun_and_never_sent_does_not_wait_for_the_next_time(scene):
    asking = asks(scene, instrument(scene), rhythm=Rhythm.WEEKS, weeks=1)
    ticks(scene, asking, "a...")
    ticks(scene, asking, ".b..", at=NOON + 8 * DAY)
    assert kept(asking).answers == {"warm": "b"}


def test_passing_over_lets_go_of_what_was_ticked(scene):
    asking = asks(scene, instrument(scene))
    ticks(scene, asking, "aa..")
    measuring.pass_over(by=scene.viewer("alex"), asking=asking.pk, at=NOON)
    assert (kept(asking).state, kept(asking).answers) == (MeasureState.PASSED, {})
    assert not is_asked(scene)


def test_it_is_sent_once(scene):
    asking = asks(scene, instrument(scene))
    answers(scene, asking, "abcd")
    for deed in (measuring.hand_in, measuring.pass_over):
        with pytest.raises(Refused):
            deed(by=scene.viewer("alex"), asking=asking.pk, at=NOON)
    assert Measurement.objects.count() == 1


def test_nobody_answers_for_somebody_else(scene):
    asking = asks(scene, instrument(scene))
    for name in ("blake", "moreno", "casey"):
        with pytest.raises((Http404, Refused), match=r"No Asking matches|not_theirs"):
            answers(scene, asking, "abcd", name=name)
    assert not Measurement.objects.exists()


# --- who reads


def readers(scene, measurement, at):
    found = set()
    for name in ("alex", "blake", "moreno", "casey", "yilmaz", "okafor", "adair"):
        with context.entered(scene.cast.people[name].pk, at=at):
            rows = Measurement.objects.filter(pk=measurement.pk)
            assert rows.visible_to(scene.viewer(name, at)).exists() == rows.exists()
            found |= {name} if rows.exists() else set()
    return found


def test_the_therapist_reads_it_after_the_hold_and_the_partner_never(scene):
    scene.cast.riverside.hold_minutes = 30
    scene.cast.riverside.save()
    asking = asks(scene, instrument(scene))
    ticks(scene, asking, "ab..")
    assert readers(scene, kept(asking), NOON + DAY) == {"alex"}
    sent = answers(scene, asking, "abcd")
    assert readers(scene, sent, NOON + timedelta(minutes=29)) == {"alex"}
    assert readers(scene, sent, NOON + timedelta(minutes=30)) == {"alex", "moreno"}


def test_taken_back_it_is_ones_own_alone_at_once_and_stays_among_ones_own(scene):
    asking = asks(scene, instrument(scene))
    sent = answers(scene, asking, "abcd")
    measuring.take_back(by=scene.viewer("alex"), measurement=sent, at=NOON + HOUR)
    assert readers(scene, sent, NOON + DAY) == {"alex"}
    (row,) = results.own_results(viewer=scene.viewer("alex", NOON + DAY))
    assert [line.number for line in row.total] == [5]
    with pytest.raises(Refused):
        measuring.take_back(by=scene.viewer("moreno"), measurement=sent, at=NOON)


def test_that_it_is_asked_is_between_each_and_their_therapist(scene):
    asking = asks(scene, instrument(scene), "alex")
    for name, sees in {"alex": True, "moreno": True, "blake": False, "casey": False, "yilmaz": False}.items():
        with context.entered(scene.cast.people[name].pk, at=NOON):
            assert Asking.objects.filter(pk=asking.pk).exists() == sees
            assert Asking.objects.visible_to(scene.viewer(name)).filter(pk=asking.pk).exists() == sees


def test_the_trail_says_who_did_what_and_nothing_of_the_answers(scene):
    asking = asks(scene, instrument(scene), "alex")
    sent = answers(scene, asking, "abcd")
    measuring.take_back(by=scene.viewer("alex"), measurement=sent, at=NOON)
    measuring.stop_asking(by=scene.viewer("moreno"), asking=asking, at=NOON)
    said = (
        AuditEvent.objects.filter(verb__regex="^(measure|instrument)")
        .order_by("at", "pk")
        .values_list("verb", flat=True)
    )
    assert set(said) == {
        "instrument.imported", "instrument.norms_set", "instrument.licence_confirmed", "measure.asked",
        "measure.handed_in", "measure.taken_back", "measure.stopped",
    }  # fmt: skip


# --- what it comes to


def of_couple(scene, at):
    return results.of_couple(scene.cast.couple, viewer=scene.viewer("moreno", at))


def weekly(scene, *codes, name="alex", **more):
    """Once a week, from the first week on; the answer is the moment after the last."""
    asking = asks(scene, instrument(scene, **more), "alex", "blake", rhythm=Rhythm.WEEKS, weeks=1)
    if name == "blake":
        asking = Asking.objects.get(partner=scene.cast.places["blake"])
    for n, said in enumerate(codes):
        answers(scene, asking, said, name=name, at=NOON + n * WEEK)
    return NOON + len(codes) * WEEK


def test_it_says_what_changed_since_the_first_score(scene):
    """SD 2 and r .875 make a change of more than 1.96 reliable: 6 → 7 is not, 6 → 8 is."""
    at = weekly(scene, "bbbc", "bbbd", "cbbd", "aaba")
    (row,) = of_couple(scene, at)
    alex, blake = sorted(row.people, key=lambda one: one.partner.name)
    assert [line.number for line in alex.total] == [6, 7, 8, 2]
    assert [line.verdict for line in alex.total] == [None, Verdict.NONE, Verdict.IMPROVEMENT, Verdict.WORSENING]
    assert [line.moved for line in alex.total] == [None, Moved.SAME, Moved.HIGHER, Moved.LOWER]
    assert blake.total == []


def test_without_norms_it_says_higher_or_lower_and_no_verdict(scene):
    at = weekly(scene, "bbbc", "bbbd", "bbbd", norms=None)
    (row,) = of_couple(scene, at)
    lines = next(one for one in row.people if one.partner.name == "alex").total
    assert [line.verdict for line in lines] == [None, None, None]
    assert [line.moved for line in lines] == [None, Moved.HIGHER, Moved.HIGHER]


def test_it_works_out_one_missing_answer_and_no_more(scene):
    at = weekly(scene, "bb-b", "b-.b")
    (row,) = of_couple(scene, at)
    first, second = next(one for one in row.people if one.partner.name == "alex").total
    assert (first.number, first.score.is_prorated) == (4, True)
    assert (second.number, second.is_short) == (None, True)
    assert second.verdict is None


def test_a_subscale_takes_no_missing_answer_and_has_no_verdict(scene):
    at = weekly(scene, "bbbb", "b-bb", "ddbb")
    (row,) = of_couple(scene, at)
    ((title, people),) = row.subscales
    lines = next(lines for person, lines in people if person.partner.name == "alex")
    assert title == "Nearness"
    assert [line.number for line in lines] == [2, None, 6]
    assert {line.verdict for line in lines} == {None}


def test_it_shows_item_by_item_the_first_the_one_before_and_the_latest(scene):
    at = weekly(scene, "abcd", "bbcd", "cb-c")
    (row,) = of_couple(scene, at)
    near, warm, far, calm = next(one for one in row.people if one.partner.name == "alex").items
    assert (near.first, near.previous, near.latest, near.moved) == ("Not at all", "A little", "Quite", Moved.HIGHER)
    assert warm.moved == Moved.SAME
    assert (far.latest, far.moved) == ("", None)
    assert calm.moved == Moved.LOWER


def test_numbers_put_in_later_change_the_verdict_and_no_score(scene):
    at = weekly(scene, "bbbc", "cbbd", norms=None)
    assert [line.verdict for line in _alex(of_couple(scene, at))] == [None, None]
    (made,) = {one.instrument for one in Measurement.objects.select_related("instrument")}
    from tests.exercises.measures import NORMS, SOURCES

    instruments.set_norms(
        by=scene.viewer("moreno"),
        instrument=made,
        norms=NORMS,
        sources=SOURCES,
        direction=_worse(),
        most_missing=0,
        at=at,
    )
    assert [line.verdict for line in _alex(of_couple(scene, at))] == [None, Verdict.WORSENING]


def _alex(rows):
    return next(one for one in rows[0].people if one.partner.name == "alex").total


def _worse():
    from exercises.scoring import Direction

    return Direction.WORSE


# --- pages


def test_it_says_on_today_that_there_is_something_and_no_title(scene, clock):
    alex = scene.browser("alex")
    assert "How things are going" not in words(alex.get(reverse("today")))
    asking = asks(scene, instrument(scene))
    page = words(alex.get(reverse("today")))
    assert "How things are going something to tick this week" in page
    assert "Four small questions" not in page
    answers(scene, asking, "abcd")
    assert "what you ticked so far" in words(alex.get(reverse("today")))


def test_a_partner_goes_through_it_and_sends_it(scene, clock):
    asking, alex = asks(scene, instrument(scene)), scene.browser("alex")
    start = reverse("measure", args=[asking.pk])
    assert "Moreno" in words(alex.get(start))
    for number, (code, go) in enumerate(
        [("a", "continue"), ("", "rather-not"), ("", "continue"), ("d", "continue")], 1
    ):
        page = reverse("measure-item", args=[asking.pk, number])
        assert f"Question {number} of 4" in words(alex.get(page))
        sent = alex.post(page, {"answer": code, "go": go})
        last = reverse("measure-check", args=[asking.pk])
        assert sent.headers["Location"] == (
            last if number == 4 else reverse("measure-item", args=[asking.pk, number + 1])
        )
    page = words(alex.get(last))
    assert "How near? Not at all" in page and "How warm? Rather not said" in page and "How far? Left empty" in page
    assert "Send it to Moreno" in page
    assert alex.post(last).headers["Location"] == reverse("measures")
    assert kept(asking).state == MeasureState.ANSWERED
    assert kept(asking).answers == {"near": "a", "warm": None, "calm": "d"}
    assert "no score: some answers were left out" in words(alex.get(reverse("measures")))
    for later in (start, last, page_of(asking)):
        assert alex.get(later).headers["Location"] == reverse("measures")
        assert alex.post(later).headers["Location"] == reverse("measures")


def page_of(asking, number=1):
    return reverse("measure-item", args=[asking.pk, number])


def test_a_page_takes_no_answer_that_is_not_on_it(scene, clock):
    asking, alex = asks(scene, instrument(scene)), scene.browser("alex")
    answer = alex.post(page_of(asking), {"answer": "z", "go": "continue"})
    assert answer.status_code == 422
    assert not Measurement.objects.exists()
    assert alex.get(page_of(asking, 5)).status_code == 404
    assert alex.get(page_of(asking, 0)).status_code == 404


def test_a_partner_reads_their_own_in_words_without_a_verdict(scene, clock):
    at = weekly(scene, "bbbc", "bbbd", "cbbd", "aaba")
    clock.move_to(at)
    page = words(scene.browser("alex").get(reverse("measures")))
    for said in ("about the same as your first score", "higher than your first score", "lower than your first score"):
        assert said in page
    for unsaid in ("eliable", "mprove", "orsen", "cut-off", "Nobody (2026)"):
        assert unsaid not in page
    assert "Four small questions" in words(scene.browser("blake").get(reverse("measures")))  # asked, too
    assert "first score" not in words(scene.browser("blake").get(reverse("measures")))


def test_the_therapist_reads_both_side_by_side(scene, clock):
    at = weekly(scene, "bbbc", "cbbd")
    blake = Asking.objects.get(partner=scene.cast.places["blake"])
    measuring.pass_over(by=scene.viewer("blake"), asking=blake.pk, at=NOON)
    clock.move_to(at)
    page = words(scene.browser("moreno").get(reverse("couple-measures", args=[scene.cast.couple.pk])))
    for said in ("Reliable improvement", "Passed over", "Item by item", "Nobody (2026), Table 1", "Every week"):
        assert said in page
    assert AuditEvent.objects.filter(verb="measures.read").count() == 1


def test_the_file_says_the_same(scene, clock):
    clock.move_to(weekly(scene, "bbbc", "cbbd"))
    page, moreno = reverse("couple-measures-file", args=[scene.cast.couple.pk]), scene.browser("moreno")
    assert moreno.get(page).status_code == 302  # signs in afresh first
    answer = fresh(moreno, scene.cast.moreno).get(page)
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1] == '"2026-03-02","Alex","Four small questions","Total",6,4,4,""'
    assert lines[2] == '"2026-03-09","Alex","Four small questions","Total",8,4,4,"improvement"'
    assert lines[3] == '"2026-03-02","Alex","Four small questions","Nearness",2,2,2,""'


def test_a_therapist_asks_and_stops_asking_on_the_couples_page(scene, clock):
    made, moreno = instrument(scene), scene.browser("moreno")
    page = reverse("couple-measures", args=[scene.cast.couple.pk])
    both = [str(scene.cast.places[name].pk) for name in ("alex", "blake")]
    sent = {"go": "ask", "instrument": str(made.pk), "partners": both, "rhythm": "weeks", "weeks": "3"}
    assert moreno.post(page, {**sent, "weeks": ""}).status_code == 422
    assert moreno.post(page, {**sent, "partners": [str(scene.cast.places["casey"].pk)]}).status_code == 422
    assert moreno.post(page, sent).status_code == 302
    assert "Alex: Every 3 weeks" in words(moreno.get(page))
    asking = Asking.objects.get(partner=scene.cast.places["alex"])
    assert moreno.post(page, {"go": "stop", "asking": str(asking.pk)}).status_code == 302
    assert "Alex: Every 3 weeks" not in words(moreno.get(page))
    for other in ("", "x", str(made.pk)):
        assert moreno.post(page, {"go": "stop", "asking": other}).status_code == 404


def test_erasing_somebody_takes_what_they_answered_and_leaves_the_others(scene, settings, tmp_path):
    from exercises.commands.erasing import erase_person

    settings.ERASURES_FILE = str(tmp_path / "erased.jsonl")
    asking = asks(scene, instrument(scene))
    answers(scene, asking, "abcd")
    blakes = Asking.objects.get(partner=scene.cast.places["blake"])
    answers(scene, blakes, "bbbb", name="blake")
    erase_person(person=scene.cast.alex.pk, at=NOON + DAY)
    assert {one.partner_id for one in Measurement.objects.all()} == {scene.cast.places["blake"].pk}
    assert {one.partner_id for one in Asking.objects.all()} == {scene.cast.places["blake"].pk}


@pytest.mark.parametrize("deed", ["separate", "withdraw_agreement"])
def test_what_the_therapist_could_not_read_yet_they_never_will_once_it_ends(scene, deed):
    scene.cast.riverside.hold_minutes = 30
    scene.cast.riverside.save()
    made = instrument(scene)
    early = answers(scene, asks(scene, made), "abcd", at=NOON - HOUR)
    late = answers(scene, asks(scene, made, "alex"), "abcd", at=NOON)
    who = "moreno" if deed == "separate" else "alex"
    with context.entered(scene.cast.people[who].pk, at=NOON):
        more = {"couple": scene.cast.couple} if deed == "separate" else {}
        getattr(leaving, deed)(by=scene.viewer(who), at=NOON, **more)
    for sent, sees in ((early, True), (late, False)):
        assert Measurement.objects.visible_to(scene.viewer("moreno", NOON + DAY)).filter(pk=sent.pk).exists() == sees
        assert Measurement.objects.visible_to(scene.viewer("alex", NOON + DAY)).filter(pk=sent.pk).exists()


def test_ones_own_data_has_ones_answers_word_for_word_and_nothing_of_the_others(scene):
    asking = asks(scene, instrument(scene))
    answers(scene, asking, "d-.b")
    blakes = Asking.objects.get(partner=scene.cast.places["blake"])
    answers(scene, blakes, "cccc", name="blake")
    own = Own(scene.cast.alex, scene.viewer("alex", NOON + DAY))
    found = [(one.asked, one.words, one.readers) for one in own.items() if one.sort == "Questions ticked"]
    reader = "your therapist, from 2 March 2026"
    assert found == [
        ("How near?", "Very", reader), ("How warm?", "rather not said", reader), ("How calm?", "A little", reader),
    ]  # fmt: skip
