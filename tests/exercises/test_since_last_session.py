"""What is new since the last session: right after any mix of sharing, editing, offering and taking back."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from clients.models import Appointment
from clients.queries.appointments import last_session_at
from exercises.commands import reviewing, sharing, wishing
from exercises.commands.sharing import held_until, release_of_offer
from exercises.models import Mark
from exercises.queries import since as queries
from exercises.states import Audience, Instead
from tests.cast import NOON
from tests.exercises.page import html, words
from tests.exercises.scene import DAY, HOUR
from tests.exercises.test_query_counts import much_of_it
from tests.exercises.test_query_counts import queries as asked

MINUTE = timedelta(minutes=1)
SOON, LATER = NOON + 5 * MINUTE, NOON + 2 * HOUR


def session(scene, at, **changes):
    return Appointment.objects.create(
        clinic=scene.cast.riverside, couple=scene.cast.couple, starts_at=at, made_at=at, **changes
    )


def listed(scene, at=LATER, **changes):
    """What is listed, as (exercise, question, whose, what is new about it)."""
    viewer = scene.viewer("moreno", at)
    since = last_session_at(scene.cast.couple, viewer=viewer)
    rows = queries.changed_since(scene.cast.couple, viewer=viewer, since=since)
    return [(row.pk, one.step_key, one.name, one.whats) for row in rows for one in row.answers]


# --- one thing at a time


def test_it_lists_all_there_is_to_read_before_the_first_session(scene):
    scene.write("dear")
    scene.finish(Audience.THERAPIST)
    assert listed(scene) == [(scene.assignment.pk, "letter", "Alex", ("new",))]


def test_it_lists_nothing_that_is_held_and_nothing_that_was_taken_back(scene):
    scene.write("dear")
    scene.finish(Audience.THERAPIST)
    assert listed(scene, NOON) == []
    sharing.share_less(by=scene.viewer("alex", LATER), homework=scene.homework(), at=LATER)
    assert listed(scene) == []


def test_it_lists_what_was_there_at_the_session_no_more_and_an_edit_as_edited(scene):
    scene.write("dear")
    scene.finish(Audience.THERAPIST)
    session(scene, NOON + HOUR)
    assert listed(scene) == []
    scene.write("dearest", at=LATER)
    assert listed(scene) == []
    scene.finish(Audience.THERAPIST, at=LATER)
    assert listed(scene) == [(scene.assignment.pk, "letter", "Alex", ("edited",))]


def test_it_says_what_was_offered_since(scene):
    scene.write("dear")
    scene.finish(Audience.THERAPIST)
    session(scene, NOON + HOUR)
    scene.finish(Audience.PARTNER, at=LATER)
    assert listed(scene) == [(scene.assignment.pk, "letter", "Alex", ("offered to the partner",))]


def test_it_counts_neither_a_session_called_off_nor_one_with_one_of_them_alone(scene):
    scene.write("dear")
    scene.finish(Audience.THERAPIST)
    session(scene, NOON + HOUR, cancelled_at=NOON)
    session(scene, NOON + HOUR + MINUTE, alone=scene.cast.places["blake"])
    assert [row[1] for row in listed(scene)] == ["letter"]


def test_it_lists_both_in_the_order_of_the_exercise_whoever_was_first(scene):
    for name, key in (("blake", "line"), ("alex", "line"), ("blake", "letter")):
        scene.write("dear", key=key, name=name)
    scene.finish(Audience.THERAPIST, name="blake")
    scene.finish(Audience.THERAPIST)
    assert [row[1:3] for row in listed(scene)] == [("letter", "Blake"), ("line", "Alex"), ("line", "Blake")]


def test_it_lists_what_somebody_would_rather_have(scene):
    wishing.wish(by=scene.viewer("alex"), homework=scene.homework(), instead=Instead.LATER, reason="", at=NOON)
    viewer = scene.viewer("moreno", LATER)
    (row,) = queries.changed_since(scene.cast.couple, viewer=viewer, since=None)
    assert row.wishes == [("Alex", "Later")]


# --- any mix


@dataclass
class Piece:
    """One answer as it was let be read: from when, when its readers found other words, and from when it is offered."""

    words: str
    audience: Audience
    readable: datetime
    offered: datetime | None
    edits: list[datetime] = field(default_factory=list)

    def again(self, words, audience, at, held, release):
        """Shared once more. What nobody could read yet is as if it were shared only now."""
        if (words, audience) == (self.words, self.audience):
            return
        if self.readable > at:
            self.readable = held
        elif words != self.words:
            self.edits.append(at)
        self.words, self.audience = words, audience
        if audience != Audience.PARTNER:
            self.offered = None
        elif self.offered is None or self.offered > at:
            self.offered = release

    def news(self, since):
        found = [
            ("new", [self.readable]), ("edited", self.edits),
            ("offered to the partner", [self.offered] if self.offered else []),
        ]  # fmt: skip
        return tuple(what for what, times in found if any(since is None or time > since for time in times))


NAMES, KEYS = st.sampled_from(["alex", "blake"]), st.sampled_from(["letter", "line"])
READERS = st.sampled_from([Audience.ONLY_ME, Audience.THERAPIST, Audience.PARTNER])
GIVEN = st.integers(0, 1)


def weeks_of(scene):
    """Whatever is done, and however long it takes, the list is what the plain model says."""
    given = [scene.assignment, scene.assign(at=NOON + MINUTE)]

    class Weeks(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.undone = transaction.atomic()
            self.undone.__enter__()
            self.now, self.session = NOON + HOUR, None
            self.texts, self.pieces = {}, {}

        def teardown(self):
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

        @rule(which=GIVEN, name=NAMES, key=KEYS, text=st.sampled_from(["one", "two"]))
        def writes(self, which, name, key, text):
            scene.write(text, key=key, name=name, at=self.now, assignment=given[which])
            self.texts[which, name, key] = text

        @rule(which=GIVEN, name=NAMES, audience=READERS)
        def chooses_readers(self, which, name, audience):
            scene.finish(audience, name=name, at=self.now, assignment=given[which])
            couple = scene.cast.couple
            held, release = held_until(couple, self.now), release_of_offer(couple, at=self.now)
            for (of, who, key), text in self.texts.items():
                if (of, who) != (which, name):
                    continue
                piece = self.pieces.get((of, who, key))
                if audience == Audience.ONLY_ME:
                    self.pieces.pop((of, who, key), None)
                elif piece:
                    piece.again(text, audience, self.now, held, release)
                else:
                    offered = release if audience == Audience.PARTNER else None
                    self.pieces[of, who, key] = Piece(text, audience, held, offered)

        @rule(which=GIVEN, name=NAMES, to=st.sampled_from([Audience.ONLY_ME, Audience.THERAPIST]))
        def takes_back(self, which, name, to):
            homework = scene.homework(name, given[which])
            sharing.share_less(by=scene.viewer(name, self.now), homework=homework, at=self.now, audience=to)
            for of in [of for of in self.pieces if of[:2] == (which, name)]:
                if to == Audience.ONLY_ME:
                    del self.pieces[of]
                else:
                    self.pieces[of].audience, self.pieces[of].offered = Audience.THERAPIST, None

        @rule(minutes=st.sampled_from([1, 9, 60, 8 * 60, 24 * 60]))
        def time_goes_by(self, minutes):
            self.now += minutes * MINUTE

        @rule()
        def they_come(self):
            session(scene, self.now)
            self.session, self.now = self.now, self.now + 50 * MINUTE

        @invariant()
        def it_lists_what_the_model_says(self):
            expected = [
                (given[of].pk, key, name.capitalize(), piece.news(self.session))
                for (of, name, key), piece in sorted(
                    self.pieces.items(), key=lambda one: (one[0][0], one[0][2] != "letter", one[0][1])
                )
                if piece.readable <= self.now and piece.news(self.session)
            ]
            assert listed(scene, self.now) == expected

    return Weeks


def test_it_is_right_after_any_mix_of_sharing_editing_offering_and_taking_back(scene):
    run_state_machine_as_test(
        weeks_of(scene),
        settings=settings(
            max_examples=20, stateful_step_count=14, derandomize=True, database=None, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


# --- the pages


def test_it_asks_no_more_however_much_was_shared(scene, clock):
    scene.write("dear")
    scene.finish(Audience.THERAPIST)
    clock.move_to(LATER)
    get, path = scene.browser("moreno").get, reverse("couple-review", args=[scene.cast.couple.pk])
    few = asked(get, path)
    much_of_it(scene)
    for name in ("alex", "blake"):
        scene.finish(Audience.THERAPIST, name=name)
    assert asked(get, path) == few <= 12


def test_it_leads_to_each_exercise_and_from_one_to_the_next(scene, clock):
    second = scene.assign(at=NOON + MINUTE)
    for given in (scene.assignment, second):
        scene.write("dear", assignment=given, at=SOON)
        scene.finish(Audience.THERAPIST, assignment=given, at=SOON)
    clock.move_to(LATER)
    moreno = scene.browser("moreno")
    couple, first, last = (
        reverse("couple-review", args=[scene.cast.couple.pk]),
        *(reverse("review", args=[given.pk]) for given in (scene.assignment, second)),
    )
    page = html(moreno.get(couple))
    assert page.index(f"{first}#step-letter") < page.index(f"{last}#step-letter")
    assert moreno.get(f"{first}next/")["Location"] == last
    assert moreno.get(f"{last}previous/")["Location"] == first
    assert moreno.get(f"{last}next/")["Location"] == couple
    assert "That was the last of them." in words(moreno.get(couple))
    assert 'accesskey="n"' in html(moreno.get(first))
    session(scene, NOON + HOUR)
    assert "Nothing new." in words(moreno.get(couple))
    assert first in html(moreno.get(f"{couple}?all"))


def test_it_loses_nothing_where_an_offer_is_taken_back_while_it_is_being_read(scene, clock):
    scene.write("dear")
    scene.finish(Audience.PARTNER)
    clock.move_to(LATER)
    moreno, path = scene.browser("moreno"), reverse("review", args=[scene.assignment.pk])
    assert "dear" in words(moreno.get(path))
    sharing.share_less(by=scene.viewer("alex", LATER), homework=scene.homework(), at=LATER)
    assert moreno.post(f"{path}seen/").status_code == 302
    marked = moreno.post(f"{path}mark/", {"mark": "letter"}, headers={"HX-Request": "true"})
    assert "Marked for the session" in words(marked)
    assert "nothing to read here now" in words(marked)
    assert Mark.objects.get().step_key == "letter"
    page = words(moreno.get(path))
    assert "dear" not in page
    assert "Nothing to read here." in page
    assert "Nothing to read here." in words(moreno.get(reverse("review-earlier", args=[scene.homework().pk])))


def test_it_shows_earlier_answers_of_the_same_person_that_may_still_be_read(scene, clock):
    again, third = scene.assign(at=NOON + MINUTE), scene.assign(at=NOON + 2 * MINUTE)
    for n, given in enumerate((scene.assignment, again, third)):
        scene.write(f"words {n}", assignment=given, at=SOON)
        scene.write("of Blake", name="blake", assignment=given, at=SOON)
        for name in ("alex", "blake"):
            scene.finish(Audience.THERAPIST, name=name, assignment=given, at=SOON)
    sharing.share_less(by=scene.viewer("alex", LATER), homework=scene.homework(assignment=again), at=LATER)
    clock.move_to(LATER)
    moreno = scene.browser("moreno")
    path = reverse("review-earlier", args=[scene.homework(assignment=third).pk])
    assert path in html(moreno.get(reverse("review", args=[third.pk])))
    page = words(moreno.get(path))
    assert page.index("words 2") < page.index("words 0")
    assert "words 1" not in page
    assert "of Blake" not in page


def test_it_offers_no_earlier_answers_where_there_are_none(scene, clock):
    scene.write("dear")
    scene.finish(Audience.THERAPIST)
    clock.move_to(LATER)
    assert "Other times" not in words(scene.browser("moreno").get(reverse("review", args=[scene.assignment.pk])))


@pytest.mark.parametrize("name", ["alex", "blake", "casey", "yilmaz", "former"])
def test_it_is_for_their_therapist_alone(scene, clock, name):
    client = scene.browser(name)
    for page in ("couple-review", "couple-balance", "joint-notes"):
        assert client.get(reverse(page, args=[scene.cast.couple.pk])).status_code == 404


def test_it_counts_what_each_was_asked_and_told_and_judges_nothing(scene, clock):
    scene.assign("alex", at=NOON)
    reviewing.mark(by=scene.viewer("moreno"), assignment=scene.assignment, step_key="letter", marked=True, at=NOON)
    clock.move_to(NOON + 60 * DAY)
    scene.assign("blake", at=NOON + 60 * DAY)
    page = words(scene.browser("moreno").get(reverse("couple-balance", args=[scene.cast.couple.pk])))
    assert "Alex Since the beginning 2 20 0 Alex The last eight weeks 0 0 0" in page
    assert "Blake Since the beginning 2 20 0 Blake The last eight weeks 1 10 0" in page
