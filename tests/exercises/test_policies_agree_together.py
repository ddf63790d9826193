"""The rules about wishes, resting, goals and agreements, and their SQL twins, give the same answer for everyone."""

from itertools import product

import pytest

from clients.models import Couple
from clients.states import CoupleState
from exercises.models import (
    AgendaItem,
    AgreementSignature,
    Goal,
    GoalOffer,
    GoalRating,
    Holding,
    HomeworkPause,
    HomeworkWish,
    JointNote,
    Proposal,
    Reply,
    SessionNote,
    SessionSummary,
)
from exercises.policies import reviewing, sessions
from exercises.policies import together as policies
from exercises.states import AgendaKind, Instead
from tests.cast import NOON
from tests.exercises.scene import HOUR
from tests.exercises.test_policies_agree import assignment, homework, readers

__all__ = ["assignment", "homework"]
MOMENTS = [None, NOON - HOUR, NOON, NOON + HOUR]


@pytest.fixture(params=CoupleState)
def couple(cast, request):
    """Alex and Blake, with their work in each state."""
    Couple.objects.filter(pk=cast.couple.pk).update(state=request.param)
    return {"clinic": cast.riverside, "couple": cast.couple}


def both(cast):
    cast.couple.refresh_from_db()
    return {"alex", "blake"} if cast.couple.state != CoupleState.ENDED else {"alex"}


@pytest.mark.parametrize("release", MOMENTS[1:])
def test_it_shows_a_reply_to_its_one_reader_from_its_release_and_to_their_therapist(cast, couple, assignment, release):
    reply = Reply.objects.create(
        **couple, assignment=assignment, partner=cast.places["alex"], author=cast.staff["moreno"], text="x",
        sending=assignment.pk, to_both=False, made_at=NOON, partner_from=release,
    )  # fmt: skip
    expected = {"alex", "moreno"} if release <= NOON else {"moreno"}
    assert readers(cast, reviewing.may_read_reply, reply) == expected


@pytest.mark.parametrize(("release", "author"), list(product(MOMENTS, ["moreno", "former"])))
def test_it_shows_a_note_for_both_to_its_author_and_once_it_is_released_to_both(cast, couple, release, author):
    note = JointNote.objects.create(
        **couple, author=cast.staff[author], text="x", made_at=NOON, written_at=NOON, partners_from=release
    )
    goes_on = both(cast) == {"alex", "blake"}
    expected = {"moreno"} if release or author == "moreno" else set()
    expected |= {"alex", "blake"} if goes_on and release and release <= NOON else set()
    assert readers(cast, reviewing.may_read_joint_note, note) == expected


def test_it_shows_a_wish_and_a_rest_to_whose_it_is_and_their_therapist(cast, couple, homework):
    place = cast.places["alex"]
    wish = HomeworkWish.objects.create(
        **couple, homework=homework, partner=place, instead=Instead.LATER, reason="x", made_at=NOON
    )
    pause = HomeworkPause.objects.create(**couple, partner=place, since=NOON)
    assert readers(cast, policies.may_see_wish, wish) == {"alex", "moreno"}
    assert readers(cast, policies.may_see_pause, pause) == {"alex", "moreno"}


@pytest.mark.parametrize("held", MOMENTS)
def test_it_shows_a_goal_and_its_ratings_alike(cast, couple, held):
    goal = Goal.objects.create(**couple, author=cast.places["alex"], text="x", made_at=NOON, therapist_from=held)
    rating = GoalRating.objects.create(**couple, goal=goal, author=goal.author, value={"point": 1}, rated_at=NOON)
    expected = {"alex", "moreno"} if held and held <= NOON else {"alex"}
    assert readers(cast, policies.may_read_goal, goal) == expected
    assert readers(cast, policies.may_read_rating, rating) == expected


@pytest.mark.parametrize("release", MOMENTS[1:])
def test_it_opens_an_offered_goal_from_its_release_while_the_work_goes_on(cast, couple, release):
    goal = Goal.objects.create(**couple, author=cast.places["alex"], text="x", made_at=NOON, therapist_from=NOON)
    offer = GoalOffer.objects.create(**couple, goal=goal, author=goal.author, text="x", partner_from=release)
    expected = both(cast) | {"moreno"} if release <= NOON else {"alex"}
    assert readers(cast, policies.may_read_goal_offer, offer) == expected


@pytest.mark.parametrize(("release", "holds"), list(product(MOMENTS, MOMENTS[1:])))
def test_it_opens_words_and_that_they_hold_to_both_and_a_signature_to_one(cast, couple, assignment, release, holds):
    alex = cast.places["alex"]
    words = Proposal.objects.create(
        **couple, assignment=assignment, step_key="pause", author=alex, terms={"a": "b"}, written_at=NOON,
        released_from=release,
    )  # fmt: skip
    signature = AgreementSignature.objects.create(
        **couple, proposal=words, partner=alex, terms={"a": "b"}, signed_at=NOON
    )
    holding = Holding.objects.create(**couple, proposal=words, holds_from=holds)
    goes_on = both(cast) == {"alex", "blake"}
    expected = both(cast) | {"moreno"} if release and release <= NOON else {"alex"}
    assert readers(cast, policies.may_read_proposal, words) == expected
    assert readers(cast, policies.may_read_signature, signature) == ({"alex"} if goes_on else set())
    known = ({"alex", "blake", "moreno"} if goes_on else {"moreno"}) if holds <= NOON else set()
    assert readers(cast, policies.may_know_holding, holding) == known


@pytest.mark.parametrize("held", MOMENTS)
def test_it_shows_what_somebody_would_like_to_raise_to_them_and_from_its_time_their_therapist(cast, couple, held):
    about = {**couple, "partner": cast.places["alex"], "written_at": NOON}
    note = SessionNote.objects.create(**about, text="x", therapist_from=held)
    expected = {"alex", "moreno"} if held and held <= NOON else {"alex"}
    assert readers(cast, sessions.may_read_session_note, note) == expected


@pytest.mark.parametrize(("published", "closed"), list(product([None, NOON], [None, NOON])))
def test_it_shows_both_what_is_published_until_the_session_is_over(cast, couple, published, closed):
    item = AgendaItem.objects.create(
        **couple, author=cast.staff["moreno"], kind=AgendaKind.OWN, text="x", position=0, made_at=NOON,
        published_at=published, closed_at=closed,
    )  # fmt: skip
    goes_on = both(cast) == {"alex", "blake"}
    expected = {"alex", "blake", "moreno"} if published and not closed and goes_on else {"moreno"}
    assert readers(cast, sessions.may_read_item, item) == expected


@pytest.mark.parametrize("release", MOMENTS[1:])
def test_it_opens_a_summary_to_both_at_its_release(cast, couple, release):
    summary = SessionSummary.objects.create(
        **couple, author=cast.staff["moreno"], held_on=NOON.date(), text="x", written_at=NOON, released_from=release
    )
    goes_on = both(cast) == {"alex", "blake"}
    expected = {"alex", "blake", "moreno"} if release <= NOON and goes_on else {"moreno"}
    assert readers(cast, sessions.may_read_summary, summary) == expected
