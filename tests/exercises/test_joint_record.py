"""What both may read leaves only with the word of both; a no, and no answer, cannot be told apart by anybody."""

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.urls import reverse

from clients import commands as clients
from clients.models import Couple, Partner
from clients.states import CoupleState
from exercises.commands import joint_record as commands
from exercises.commands.erasing import erase_person
from exercises.models import RecordAsk, RecordAuthorisation
from exercises.policies import taking as policies
from exercises.queries import joint_record as queries
from exercises.states import Audience
from safekeeping import context
from safekeeping.models import AuditEvent
from safekeeping.verdict import Refused
from tests.cast import NOON
from tests.exercises.joint import HAND, RELEASE, Pair
from tests.exercises.scene import DAY, HOUR
from tests.exercises.test_policies_agree import readers
from tests.second import fresh

pytestmark = pytest.mark.django_db
OWN = "/account/record/"
NOW = NOON + 2 * DAY


def page_of(cast):
    return reverse("couple-record", args=[cast.couple.pk])


def ask(cast, *names, at=NOON):
    for name in names:
        commands.ask_for_record(by=cast.viewer("moreno", at), partner=cast.places[name], at=at)


def ask_of(cast, name):
    return RecordAsk.objects.get(partner=cast.places[name])


def agree(cast, *names, at=NOON):
    for name in names:
        commands.authorise(by=cast.viewer(name, at), ask=ask_of(cast, name), at=at)


def take_back(cast, name, at=NOON):
    commands.take_back(by=cast.viewer(name, at), ask=ask_of(cast, name), at=at)


def both(cast, name="moreno", at=NOW):
    with context.entered(cast.people[name].pk, at=at):
        return queries.both_authorise(cast.couple)


def seen(cast, name, path, at=NOW):
    """All that somebody is sent, but what changes with every page."""
    with time_machine.travel(at, tick=False):
        browser = fresh(Client(), cast.people[name])
        answer = browser.get(path)
    text = answer.content.decode()
    for mark in ("csrfmiddlewaretoken", "csrf"):
        text = "\n".join(line for line in text.splitlines() if mark not in line)
    return answer.status_code, text


def asked_both(cast):
    ask(cast, "alex", "blake")
    return cast


# --- who learns what


def test_their_therapist_learns_that_both_have_and_nothing_of_one(cast):
    path = page_of(asked_both(cast))
    nobody = seen(cast, "moreno", path)
    assert "Not both have authorised it." in nobody[1]
    agree(cast, "alex")
    assert seen(cast, "moreno", path) == nobody
    take_back(cast, "alex")
    agree(cast, "blake")
    assert seen(cast, "moreno", path) == nobody
    agree(cast, "alex")
    assert "Both have authorised it." in seen(cast, "moreno", path)[1]
    take_back(cast, "blake")
    assert seen(cast, "moreno", path) == nobody


def test_a_partner_sees_the_same_whatever_the_other_was_asked_and_said(cast):
    ask(cast, "alex")
    agree(cast, "alex")
    before = seen(cast, "alex", OWN)
    for deed in (
        lambda: ask(cast, "blake"),
        lambda: agree(cast, "blake"),
        lambda: leaves(cast),
        lambda: take_back(cast, "blake"),
    ):
        deed()
        assert seen(cast, "alex", OWN) == before


def leaves(cast):
    with context.entered(cast.moreno.pk, at=NOW):
        commands.take_record(by=cast.viewer("moreno", NOW), couple=cast.couple, at=NOW)


def test_whoever_was_not_asked_sees_nothing_of_it(cast):
    before = seen(cast, "blake", OWN)
    ask(cast, "alex")
    agree(cast, "alex")
    assert seen(cast, "blake", OWN) == before
    assert "Nobody asks you anything here." in before[1]


def test_postgresql_gives_nobody_a_row_of_anothers_answer(cast):
    agree(asked_both(cast), "alex")
    who = {}
    for name in ("alex", "blake", "moreno", "yilmaz", "adair", "both"):
        with context.entered(cast.people[name].pk, at=NOW):
            who[name] = RecordAuthorisation.objects.count(), RecordAsk.objects.count()
    assert who == {"alex": (1, 1), "blake": (0, 1), "moreno": (0, 2), "yilmaz": (0, 0), "adair": (0, 0), "both": (0, 0)}


@pytest.mark.parametrize("name", ["alex", "blake", "yilmaz", "former", "adair", "okafor", "casey"])
def test_postgresql_tells_nobody_but_their_therapist_that_both_have(cast, name):
    agree(asked_both(cast), "alex", "blake")
    assert both(cast)
    assert not both(cast, name)


def test_nobody_can_answer_for_the_other(cast):
    ask(cast, "alex", "blake")
    with pytest.raises(Refused):
        commands.authorise(by=cast.viewer("blake"), ask=ask_of(cast, "alex"), at=NOON)
    browser = fresh(Client(), cast.blake)
    with time_machine.travel(NOON, tick=False):
        answer = browser.post(OWN, {"ask": ask_of(cast, "alex").pk, "agree": "yes"})
        never = browser.post(OWN, {"ask": cast.couple.pk, "agree": "yes"})
    assert answer.status_code == never.status_code == 404
    assert answer.content == never.content
    assert not RecordAuthorisation.objects.exists()


# --- how long a word counts


def test_a_word_counts_for_thirty_days_and_can_be_given_again(cast):
    agree(asked_both(cast), "alex", "blake")
    assert both(cast, at=NOON + policies.WORD_STANDS - HOUR)
    late = NOON + policies.WORD_STANDS
    assert not both(cast, at=late)
    ask(cast, "alex", "blake", at=late)
    agree(cast, "alex", "blake", at=late)
    assert both(cast, at=late + HOUR)


def test_a_question_stands_for_thirty_days(cast):
    ask(cast, "alex")
    late = NOON + policies.ASK_STANDS
    assert not queries.own_asks(viewer=cast.viewer("alex", late))
    with pytest.raises(Refused):
        agree(cast, "alex", at=late)


def test_given_twice_it_is_given_once(cast):
    ask(cast, "alex")
    agree(cast, "alex", "alex")
    assert RecordAuthorisation.objects.count() == 1


def test_a_word_is_for_the_therapist_who_asked(cast):
    agree(asked_both(cast), "alex", "blake")
    clients.move_couple(couple=cast.couple, to=cast.staff["yilmaz"], by=cast.viewer("adair"), at=NOON)
    assert not both(cast, "yilmaz")
    assert not both(cast, "moreno")
    assert not queries.own_asks(viewer=cast.viewer("alex", NOW))


def test_when_the_work_has_ended_nothing_can_leave(cast):
    agree(asked_both(cast), "alex", "blake")
    Couple.objects.filter(pk=cast.couple.pk).update(state=CoupleState.ENDED)
    cast.couple.refresh_from_db()
    assert not both(cast)
    with pytest.raises(Refused), context.entered(cast.moreno.pk, at=NOW):
        commands.take_record(by=cast.viewer("moreno", NOW), couple=cast.couple, at=NOW)
    assert "ended" in seen(cast, "moreno", page_of(cast))[1]


def test_somebody_in_two_couples_answers_for_each(cast):
    Partner.objects.filter(pk=cast.places["casey"].pk).update(person=cast.alex)
    cast.places["casey"].refresh_from_db()
    ask(cast, "alex", "casey")
    rows = queries.own_asks(viewer=cast.viewer("alex"))
    assert len(rows) == 2
    agree(cast, "alex")
    assert [bool(row.given_at) for row in queries.own_asks(viewer=cast.viewer("alex"))].count(True) == 1


def test_erasing_somebody_takes_their_word_with_them(cast):
    agree(asked_both(cast), "alex", "blake")
    erase_person(person=cast.alex.pk, at=NOON)
    assert {row.partner_id for row in RecordAuthorisation.objects.all()} == {cast.places["blake"].pk}
    assert not both(cast)


# --- rule and query


@pytest.mark.parametrize("state", CoupleState)
def test_rule_and_query_say_the_same_of_questions_and_answers(cast, state):
    agree(asked_both(cast), "alex")
    Couple.objects.filter(pk=cast.couple.pk).update(state=state)
    assert readers(cast, policies.may_see_record_ask, ask_of(cast, "alex")) == {"alex", "moreno"}
    assert readers(cast, policies.may_see_authorisation, RecordAuthorisation.objects.get()) == {"alex"}


# --- the pages and the file


@pytest.fixture
def record(scene):
    """Alex has kept, told and offered; both have signed an agreement; and both have given their word."""
    cast = scene.cast
    scene.write("kept by one", key="line")
    scene.write("told to one", key="letter")
    scene.write(4, key="near")
    scene.finish(Audience.THERAPIST, each={"line": Audience.ONLY_ME, "near": Audience.PARTNER})
    pair = Pair(scene)
    pair.proposes("alex", HAND)
    pair.signs("alex", NOON)
    pair.signs("blake", RELEASE)
    agree(asked_both(cast), "alex", "blake")
    return scene


def taken(cast, at=NOW):
    with time_machine.travel(at, tick=False):
        browser = fresh(Client(), cast.moreno)
        return browser.post(page_of(cast), {"go": "take"})


def test_the_file_has_what_both_may_read_and_nothing_of_one(record):
    answer = taken(record.cast)
    text = answer.content.decode()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="notes.html"'
    assert "How near" in text
    assert all(word in text for word in HAND.values())
    assert "kept by one" not in text
    assert "told to one" not in text


def test_before_its_release_an_offer_is_not_in_it(record):
    assert "How near" not in taken(record.cast, at=NOON + HOUR).content.decode()


def test_the_file_leaves_only_with_the_word_of_both(record):
    take_back(record.cast, "blake")
    answer = taken(record.cast)
    assert answer.status_code == 302
    assert not AuditEvent.objects.filter(verb="record.taken").exists()


def test_that_it_left_stands_in_the_trail(record):
    taken(record.cast)
    row = AuditEvent.objects.get(verb="record.taken")
    assert (row.actor_id, row.subject) == (record.cast.moreno.pk, f"clients.Couple:{record.cast.couple.pk}")


def test_nothing_of_the_file_is_kept(record):
    before = kept()
    taken(record.cast)
    assert kept() == before


def kept():
    """How many rows of everybody's work there are, table by table."""
    models = [model for model in apps.get_models() if model._meta.app_label in {"clients", "exercises"}]
    return {model.__name__: model._base_manager.count() for model in models}


def test_a_word_is_given_on_the_page_by_a_tick_and_taken_back(cast, clock):
    ask(cast, "alex")
    browser, sent = fresh(Client(), cast.alex), {"ask": ask_of(cast, "alex").pk}
    assert browser.post(OWN, sent).status_code == 422
    assert not RecordAuthorisation.objects.exists()
    assert browser.post(OWN, {**sent, "agree": "yes"}).status_code == 302
    assert RecordAuthorisation.objects.get().taken_back_at is None
    assert browser.post(OWN, {**sent, "go": "take-back"}).status_code == 302
    assert RecordAuthorisation.objects.get().taken_back_at == NOON


@pytest.mark.parametrize("who", ["alex", "moreno"])
def test_words_are_given_and_files_taken_only_after_signing_in_afresh(record, clock, who):
    cast = record.cast
    stale = fresh(Client(), cast.people[who], ago=700)
    path = OWN if who == "alex" else page_of(cast)
    answer = stale.post(path, {"go": "take", "ask": ask_of(cast, "alex").pk})
    assert answer.headers["Location"].startswith("/account/again/")


def test_a_therapist_asks_each_alone_on_the_page(cast, clock):
    browser = fresh(Client(), cast.moreno)
    assert browser.post(page_of(cast), {"go": "ask", "partner": cast.places["alex"].pk}).status_code == 302
    assert [row.partner_id for row in RecordAsk.objects.all()] == [cast.places["alex"].pk]
    assert browser.post(page_of(cast), {"go": "ask", "partner": cast.places["casey"].pk}).status_code == 404
