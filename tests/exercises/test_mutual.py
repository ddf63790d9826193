"""What two people marked alike is shown to both, once; and of everything else nobody is told anything."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from clients.models import Clinic
from exercises.commands import leaving, sharing
from exercises.commands.mutual import SETTLED
from exercises.models import MutualMark, Share
from exercises.states import Audience, Frame
from safekeeping.verdict import Refused
from tests.cast import NOON
from tests.exercises.scene import DAY, HOUR
from tests.exercises.together import EVENING, ITEMS, LATER, Two, half, marks

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def two(scene):
    return Two(scene)


# --- the overlap list


def test_it_shows_what_both_marked_yes_to_all_three_from_the_release_on(two):
    two.finish("alex", menu=marks(hands="yes", walk="yes", bath="no"))
    two.finish("blake", menu=marks(hands="yes", walk="no", bath="yes"))
    assert two.all_see(EVENING - MINUTE) == {}
    assert two.all_see(EVENING) == {"menu": ("Hands",)}


@pytest.mark.parametrize(
    ("alex", "blake", "expected"),
    [
        (marks(hands="maybe", maybe=True), marks(hands="yes", maybe=True), ("Hands",)),
        (marks(hands="maybe", maybe=True), marks(hands="maybe", maybe=True), ("Hands",)),
        (marks(hands="maybe", maybe=True), marks(hands="yes"), None),
        (marks(hands="maybe"), marks(hands="yes", maybe=True), None),
        (marks(hands="no", maybe=True), marks(hands="yes", maybe=True), None),
        (marks(bath="yes", hands="yes"), marks(hands="yes", bath="yes"), ("Hands", "Bath")),
        (marks(bath="maybe", hands="yes", maybe=True), marks(hands="yes", bath="yes", maybe=True), ("Hands", "Bath")),
        (None, marks(hands="yes"), None),
    ],
)
def test_it_counts_a_maybe_where_both_allow_it_and_shows_it_like_a_yes(two, alex, blake, expected):
    two.finish("alex", menu=alex)
    two.finish("blake", menu=blake)
    assert two.all_see().get("menu") == expected


def test_it_says_nothing_while_only_one_has_answered_or_has_it_at_all(two):
    two.finish("alex", menu=marks(hands="yes"))
    two.write("blake", menu=marks(hands="yes"))
    assert two.all_see(LATER) == {}
    two.assignment = two.scene.assign("alex", version=two.version)
    two.finish("alex", menu=marks(hands="yes"))
    assert two.seen("alex", LATER) == two.seen("moreno", LATER) == {}


def test_it_changes_nothing_that_has_been_shown_and_shows_nothing_more(two):
    two.finish("alex", menu=marks(hands="yes", walk="no"))
    two.finish("blake", menu=marks(hands="yes", walk="yes"))
    two.finish("alex", at=EVENING + MINUTE, menu=marks(hands="no", walk="yes"))
    assert two.all_see(EVENING + 9 * DAY) == {"menu": ("Hands",)}
    two.take_back("alex", at=EVENING + DAY)
    assert two.all_see(EVENING + 9 * DAY) == {"menu": ("Hands",)}


def test_it_shows_no_more_where_a_first_evening_found_nothing(two):
    """Or one could go through the list, an evening a thing."""
    two.finish("alex", menu=marks(hands="yes"))
    two.finish("blake", menu=marks(walk="yes"))
    two.finish("alex", at=LATER, menu=marks(walk="yes"))
    assert two.all_see(LATER + 9 * DAY) == {}


def test_it_counts_what_is_taken_back_at_once_and_what_is_added_later(two):
    two.finish("alex", menu=marks(hands="yes", walk="yes"))
    two.finish("blake", at=NOON + DAY, menu=marks(hands="yes", walk="yes", bath="yes"))
    two.finish("alex", at=LATER - 2 * MINUTE, menu=marks(hands="yes", bath="yes"))
    assert two.all_see(LATER) == {"menu": ("Hands",)}
    assert two.all_see(LATER + DAY) == {"menu": ("Hands",)}


def test_it_takes_everything_back_until_the_evening_and_can_begin_again(two):
    two.finish("alex", menu=marks(hands="yes"))
    two.finish("blake", menu=marks(hands="yes"))
    two.take_back("alex", at=EVENING - 2 * MINUTE)
    assert two.all_see(LATER) == {}
    two.finish("alex", at=LATER, menu=marks(hands="yes"))
    assert two.all_see(LATER + DAY) == {"menu": ("Hands",)}


def test_it_waits_for_the_next_evening_with_what_is_added_within_the_hold(two):
    Clinic.objects.update(hold_minutes=10)
    two.finish("alex", menu=marks(hands="yes"))
    two.finish("blake", at=EVENING - 9 * MINUTE, menu=marks(hands="yes"))
    assert two.all_see(EVENING + HOUR) == {}
    assert two.all_see(LATER) == {"menu": ("Hands",)}


def test_it_never_counts_a_mark_before_every_request_that_made_one_is_over(two):
    Clinic.objects.update(hold_minutes=0)
    two.finish("alex", at=EVENING - SETTLED, menu=marks(hands="yes"))
    two.finish("blake", at=EVENING - SETTLED, menu=marks(hands="yes"))
    assert two.all_see(EVENING + HOUR) == {}
    two.take_back("blake", at=EVENING - SETTLED)
    assert MutualMark.objects.filter(counts_from__lt=EVENING).count() == 0


def test_it_hides_ones_part_where_its_author_says_so_and_looks_the_same(two):
    two.finish("alex", hides=True, menu=marks(hands="yes"), bridge=half("I bring tea"), ready="ready")
    two.finish("blake", menu=marks(hands="yes"), bridge=half("I put the phone away"), ready="ready")
    assert two.all_see() == {}
    assert two.ready(), "whether both are ready is not shown to both, and so not hidden"


@pytest.mark.parametrize(
    "take_back",
    [
        lambda two, by: sharing.share_less(by=by, homework=two.copy("alex"), at=by.at),
        lambda two, by: leaving.withdraw_agreement(by=by, at=by.at),
    ],
)
def test_it_takes_marks_back_with_everything_else(two, take_back):
    for name in ("alex", "blake"):
        two.finish(name, menu=marks(hands="yes"), ready="ready")
    take_back(two, two.scene.viewer("alex", NOON))
    assert two.seen("blake") == two.seen("moreno") == {}
    assert not two.ready()


def test_it_leaves_what_both_have_been_shown_when_one_takes_back_their_agreement(two):
    two.finish("alex", menu=marks(hands="yes"))
    two.finish("blake", menu=marks(hands="yes"))
    leaving.withdraw_agreement(by=two.scene.viewer("alex", EVENING), at=EVENING)
    assert two.seen("blake", LATER) == two.seen("moreno", LATER) == {"menu": ("Hands",)}
    assert two.seen("alex", LATER) == {}


def test_it_shows_nothing_new_after_the_end_of_the_work_and_nothing_at_all_to_a_partner(two):
    two.finish("alex", menu=marks(hands="yes"), bridge=half("I bring tea"))
    two.finish("blake", menu=marks(hands="yes"))
    two.finish("blake", at=EVENING + HOUR, bridge=half("I put the phone away"))
    leaving.separate(couple=two.scene.cast.couple, by=two.scene.viewer("moreno", EVENING + HOUR), at=EVENING + HOUR)
    assert two.seen("alex", LATER) == two.seen("blake", LATER) == {}
    assert two.seen("moreno", LATER) == {"menu": ("Hands",)}


# --- the bridge


def test_it_shows_both_halves_once_each_has_agreed_to_their_own(two):
    two.finish("alex", bridge=half("I bring tea"))
    two.finish("blake", bridge=half("I put the phone away", agreed=False))
    assert two.all_see(EVENING) == {}
    two.finish("blake", at=EVENING, bridge=half("I put the phone away"))
    assert two.all_see(LATER) == {"bridge": (("Alex", "I bring tea"), ("Blake", "I put the phone away"))}


def test_it_shows_the_words_that_were_agreed_to_whatever_becomes_of_them(two):
    two.finish("alex", bridge=half("I bring tea"))
    two.finish("blake", bridge=half("I put the phone away"))
    two.finish("alex", at=EVENING, bridge=half("I bring nothing"))
    two.write("blake", at=EVENING, bridge=half("Blake typed this", agreed=False))
    assert two.all_see(LATER) == {"bridge": (("Alex", "I bring tea"), ("Blake", "I put the phone away"))}


def test_it_shows_other_words_only_from_their_own_release_on(two):
    two.finish("alex", bridge=half("I bring tea"))
    two.finish("blake", at=NOON + DAY, bridge=half("I put the phone away"))
    two.finish("alex", at=LATER - 2 * MINUTE, bridge=half("I bring milk"))
    assert two.all_see(LATER) == {}
    assert two.all_see(LATER + DAY) == {"bridge": (("Alex", "I bring milk"), ("Blake", "I put the phone away"))}


# --- readiness


@pytest.mark.parametrize("waits", ["stay", "back", None])
def test_it_tells_the_therapist_when_both_are_ready_and_never_who_waits(two, waits):
    two.finish("alex", ready="ready")
    two.finish("blake", ready=waits)
    assert not two.ready()
    two.finish("blake", at=EVENING, ready="ready")
    assert not two.ready(LATER - MINUTE)
    assert two.ready(LATER)


def test_it_is_ready_no_more_once_either_steps_back(two):
    for name in ("alex", "blake"):
        two.finish(name, ready="ready")
    two.finish("alex", at=EVENING, ready="back")
    assert not two.ready(EVENING + SETTLED)
    two.finish("alex", at=EVENING + HOUR, ready="ready")
    assert two.ready(LATER)


def test_it_tells_neither_partner_whether_both_are_ready(two):
    for name in ("alex", "blake"):
        two.finish(name, ready="ready")
    assert two.all_see() == {}


def test_it_shares_an_answer_about_readiness_with_nobody_whatever_is_chosen(two):
    two.write("alex", ready="stay", menu=marks(hands="yes"), line="dear")
    two.scene.finish(Audience.PARTNER, assignment=two.assignment)
    assert dict(Share.objects.values_list("step_key", "audience")) == {"line": "partner"}


def test_it_never_opens_marks_in_a_session(two):
    two.assignment = two.scene.assign(version=two.version, frame=Frame.READ_TOGETHER)
    two.write("alex", menu=marks(hands="yes"))
    two.scene.finish(Audience.SESSION, assignment=two.assignment)
    assert not Share.objects.exists()
    with pytest.raises(Refused):
        two.scene.finish(Audience.ONLY_ME, each={"menu": Audience.SESSION}, assignment=two.assignment)


# --- what lies in the database


def test_it_keeps_rows_of_one_shape_whatever_is_in_them(two):
    two.finish("alex", menu=marks(hands="yes", walk="yes", bath="yes"), bridge=half("é" * 300), ready="ready")
    two.finish("blake")
    two.finish("blake", hides=True, menu=marks(hands="no"), bridge=half("x", agreed=False), ready="back")
    shapes = {}
    for row in MutualMark.objects.all():
        shapes.setdefault(row.step_key, set()).add((len(row.tokens), len(row.__dict__["words"] or b"")))
    assert {key: len(found) for key, found in shapes.items()} == {"menu": 1, "bridge": 1, "ready": 1}
    assert {size for size, _words in shapes["menu"]} == {32 * (1 + 2 * len(ITEMS))}


def test_it_keeps_the_secret_and_the_words_sealed(two):
    two.finish("alex", bridge=half("I bring tea"))
    row, given = MutualMark.objects.get(step_key="bridge", number=2), two.assignment
    given.refresh_from_db()
    for thing, name in ((row, "words"), (given, "secret")):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {name} FROM {thing._meta.db_table} WHERE id = %s", [thing.pk])
            cell = bytes(cursor.fetchone()[0])
        assert getattr(thing, name).strip().encode() not in cell


def test_it_makes_no_secret_where_nothing_is_mutual(two):
    assert two.scene.assignment.secret is None
    assert two.assignment.secret


@pytest.mark.parametrize("change", [{"counts_from": NOON - MINUTE}, {"shown_to": "all"}])
def test_it_takes_no_row_that_counts_before_it_is_made_or_is_for_nobody(two, change):
    two.finish("alex", menu=marks(hands="yes"))
    with pytest.raises(IntegrityError), transaction.atomic():
        MutualMark.objects.update(**change)
