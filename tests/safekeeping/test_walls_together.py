"""What PostgreSQL itself gives out of wishes, rests, goals and agreements, when no rule in Python is asked."""

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction

from exercises.commands import goals, wishing
from exercises.models import (
    AgreementSignature,
    Goal,
    GoalOffer,
    GoalRating,
    Holding,
    HomeworkPause,
    HomeworkWish,
    Proposal,
)
from exercises.states import Instead, Rest
from safekeeping import context, walls
from tests.cast import NOON
from tests.conftest import role
from tests.exercises.joint import HAND, NEXT, RELEASE, WORD, Pair
from tests.exercises.scene import DAY, HOUR
from tests.safekeeping.test_walls import EVERYBODY, seen_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(scene):
    """Alex has wished, rests, has a goal that is rated and offered; both have signed what Alex wrote down."""
    alex = scene.viewer("alex")
    wishing.wish(by=alex, homework=scene.homework(), instead=Instead.SMALLER, reason="why", at=NOON)
    wishing.rest(by=alex, lasts=Rest.OPEN, at=NOON)
    goal = goals.write_goal(by=alex, place=scene.cast.places["alex"], text="a goal", at=NOON)
    goals.rate(by=alex, goal=goal, point=3, line="", at=NOON)
    goals.offer(by=alex, goal=goal, at=NOON)
    pair = Pair(scene)
    pair.proposes("alex", HAND)
    pair.signs("alex", NOON)
    pair.signs("blake", RELEASE)
    return scene


def who_sees(scene, model, at, **of):
    pks = set(model.objects.filter(**of).values_list("pk", flat=True))
    assert pks
    return {name for name in EVERYBODY if seen_by(scene, name, model, at) & pks}


@pytest.mark.parametrize("model", [HomeworkWish, HomeworkPause])
def test_it_gives_what_somebody_wishes_to_them_and_their_therapist(full, model):
    assert who_sees(full, model, NEXT + DAY) == {"alex", "moreno"}


def test_it_gives_a_goal_and_its_ratings_away_after_the_hold_and_never_to_the_partner(full):
    for model in (Goal, GoalRating):
        assert who_sees(full, model, NOON) == {"alex"}
        assert who_sees(full, model, NEXT + DAY) == {"alex", "moreno"}
    assert who_sees(full, GoalOffer, RELEASE - HOUR) == {"alex"}
    assert who_sees(full, GoalOffer, RELEASE) == {"alex", "blake", "moreno"}


def test_it_gives_words_away_at_their_release_and_a_signature_never(full):
    assert who_sees(full, Proposal, RELEASE - HOUR) == {"alex"}
    assert who_sees(full, Proposal, RELEASE) == {"alex", "blake", "moreno"}
    for name in ("alex", "blake"):
        assert who_sees(full, AgreementSignature, NEXT + DAY, partner=full.cast.places[name]) == {name}


def test_it_tells_that_it_holds_from_the_release_on(full):
    assert who_sees(full, Holding, NEXT - HOUR) == set()
    assert who_sees(full, Holding, NEXT) == {"alex", "blake", "moreno"}


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("blake", lambda: Proposal.objects.update(step_key="forged")),
        ("alex", lambda: Proposal.objects.update(step_key="forged")),  # released: nobody's any more
        ("moreno", lambda: Proposal.objects.update(released_from=NOON)),
        ("blake", lambda: Goal.objects.update(closed_at=NOON)),
        ("moreno", lambda: Goal.objects.update(therapist_from=NOON)),
        ("blake", lambda: HomeworkPause.objects.update(until=NOON)),
        ("blake", lambda: AgreementSignature.objects.filter(signed_at=NOON).delete()[0]),
    ],
)
def test_it_changes_no_row_for_somebody_whose_it_is_not(full, name, change):
    with context.entered(full.cast.people[name].pk, at=NEXT):
        assert change() == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda: Holding.objects.update(holds_from=NOON),
        lambda: AgreementSignature.objects.update(signed_at=NOON),
        lambda: GoalRating.objects.update(rated_at=NOON),
    ],
)
def test_nobody_changes_what_is_only_added(full, change):
    refused = pytest.raises((ProgrammingError, InternalError), match="permission denied")
    with context.entered(full.cast.alex.pk, at=NEXT), refused, transaction.atomic():
        change()


def test_opening_in_the_room_reaches_what_its_therapist_cannot_see(full):
    pair = Pair(full)
    pair.proposes("alex", WORD)
    with context.entered(full.cast.moreno.pk, at=NOON), connection.cursor() as cursor:
        assert not Proposal.objects.filter(assignment=pair.assignment).exists()
        cursor.execute("SELECT eyelevel_open_in_room(%s, %s, %s)", [pair.assignment.pk, "pause", NOON])
        assert Proposal.objects.filter(assignment=pair.assignment).exists()


@pytest.mark.parametrize("model", [HomeworkWish, Goal, GoalRating, Proposal, AgreementSignature, Holding])
def test_it_gives_the_worker_none_of_it(full, model):
    with role(walls.WORKER), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        list(model.objects.all())
