"""An agreement of two: open to both at its release, in force with both signatures, and nobody learns who has not."""

from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import Couple
from exercises.commands import agreeing, leaving
from exercises.commands.erasing import erase_person
from exercises.models import AgreementSignature, Holding, Proposal
from exercises.policies.together import Version, came_to_hold, in_order
from exercises.queries.agreements import names_of
from exercises.versions import Stamp
from safekeeping.verdict import Refused
from tests.cast import NOON
from tests.exercises.joint import HAND, NEXT, RELEASE, WORD, Pair
from tests.exercises.scene import DAY, HOUR, Scene

MINUTE = timedelta(minutes=1)


@pytest.fixture
def pair(scene: Scene) -> Pair:
    return Pair(scene)


def text(words) -> dict[str, str] | None:
    return dict(words.terms) if words else None


def in_force(pair, at=NEXT):
    """Both have signed what Alex wrote down, and it holds."""
    pair.proposes("alex", HAND)
    pair.signs("alex", NOON)
    pair.signs("blake", RELEASE)
    return pair


def test_it_is_its_authors_until_the_release_and_then_everybodys(pair):
    pair.proposes("alex", HAND)
    before = {name: text(pair.sees(name, RELEASE - MINUTE).current) for name in ("alex", "blake", "moreno")}
    assert before == {"alex": None, "blake": None, "moreno": None}
    assert text(pair.sees("alex").draft) == HAND
    after = {name: text(pair.sees(name, RELEASE).current) for name in ("alex", "blake", "moreno")}
    assert after == {"alex": HAND, "blake": HAND, "moreno": HAND}
    for name in ("casey", "yilmaz", "okafor", "ellis"):
        assert pair.sees(name, RELEASE).current is None


def test_it_can_be_taken_back_until_then_and_is_never_known_of(pair):
    pair.proposes("alex", HAND)
    pair.takes_back("alex")
    assert pair.sees("blake", NEXT).current is None
    assert text(pair.sees("alex", NEXT).draft) == HAND, "the words stay with their author"
    pair.proposes("alex", HAND, NEXT)
    assert text(pair.sees("blake", NEXT + DAY).current) == HAND


def test_what_is_released_is_nobodys_to_change(pair):
    pair.proposes("alex", HAND)
    pair.takes_back("alex", RELEASE)
    pair.proposes("alex", WORD, RELEASE + MINUTE)
    assert text(pair.sees("blake", RELEASE + MINUTE).current) == HAND
    assert text(pair.sees("blake", NEXT).current) == WORD
    assert [text(one) for one in pair.sees("blake", NEXT).earlier] == [HAND]


def test_it_holds_with_two_signatures_from_the_next_release_on(pair):
    pair.proposes("alex", HAND)
    pair.signs("alex", NOON)
    pair.signs("blake", RELEASE + HOUR)
    for name in ("alex", "blake", "moreno"):
        assert pair.sees(name, NEXT - MINUTE).holds_since is None
        assert pair.sees(name, NEXT).holds_since == NEXT


@pytest.mark.parametrize("who", ["alex", "blake"])
def test_it_does_not_hold_with_one(pair, who):
    pair.proposes("alex", HAND)
    pair.signs(who, RELEASE)
    pair.signs(who, RELEASE + HOUR)
    assert not Holding.objects.exists()
    assert AgreementSignature.objects.count() == 1


def test_nobody_sees_anothers_signature_not_even_the_therapist(pair):
    pair.proposes("alex", HAND)
    unsigned = {name: pair.sees(name, RELEASE) for name in ("alex", "moreno")}
    pair.signs("blake", RELEASE)
    assert {name: pair.sees(name, RELEASE) for name in ("alex", "moreno")} == unsigned
    assert pair.sees("blake", RELEASE).current.is_signed


def test_a_signature_can_be_taken_back_until_it_holds(pair):
    in_force(pair)
    pair.unsigns("blake", RELEASE + HOUR)
    assert pair.sees("alex", NEXT).holds_since is None
    pair.signs("blake", NEXT)
    assert pair.sees("alex", NEXT + DAY).holds_since == NEXT + DAY
    with pytest.raises(Refused, match="holds already"):
        pair.unsigns("blake", NEXT + DAY)


def test_a_change_opens_it_again_at_the_release_and_what_held_stays_readable(pair):
    in_force(pair)
    pair.proposes("blake", WORD, NEXT + HOUR)
    for name in ("alex", "blake", "moreno"):
        assert pair.sees(name, NEXT + DAY - MINUTE).holds_since == NEXT, "until then it holds"
        later = pair.sees(name, NEXT + DAY)
        assert (text(later.current), later.holds_since, text(later.before)) == (WORD, None, HAND)
        assert later.before.day == NEXT
    pair.signs("alex", NEXT + DAY)
    assert not Holding.objects.filter(proposal=pair.sees("alex", NEXT + DAY).current.pk).exists(), (
        "a new signature each"
    )
    pair.signs("blake", NEXT + DAY)
    assert pair.sees("alex", NEXT + 2 * DAY).holds_since == NEXT + 2 * DAY


def test_whoever_changes_it_before_it_holds_has_taken_their_signature_with_them(pair):
    pair.proposes("alex", HAND)
    pair.signs("alex", NOON)
    pair.proposes("alex", WORD, RELEASE + HOUR)
    pair.signs("blake", RELEASE + 2 * HOUR)  # Blake reads the first words still
    assert not Holding.objects.exists()
    assert (text(pair.sees("blake", NEXT).current), pair.sees("blake", NEXT).before) == (WORD, None)


def test_what_both_signed_and_one_changed_before_it_was_to_hold_never_did(pair):
    in_force(pair)
    pair.proposes("alex", WORD, RELEASE + HOUR)
    for name in ("alex", "blake", "moreno"):
        assert pair.sees(name, NEXT).before is None
        assert pair.sees(name, NEXT).holds_since is None


def test_two_who_write_at_the_same_time_learn_nothing_of_it_and_lose_nothing(pair):
    assert not pair.proposes("alex", HAND).is_conflict
    assert not pair.proposes("blake", WORD).is_conflict
    assert pair.sees("blake").current is None
    both = pair.sees("alex", RELEASE)
    assert {text(both.current)["signal"], text(both.beside[0])["signal"]} == {HAND["signal"], WORD["signal"]}
    assert both.current.pk == pair.sees("blake", RELEASE).current.pk, "and both see the same as the newest"


def test_it_shows_both_where_newer_words_came_between(pair):
    pair.proposes("alex", HAND)
    met = pair.proposes("blake", WORD, RELEASE, base="")
    assert met.is_conflict
    assert text(met.found.current) == HAND
    assert Proposal.objects.count() == 1


def test_two_windows_of_one_person_are_told_apart(pair):
    pair.proposes("alex", HAND, stamp=Stamp(tab="one", seq=1))
    assert pair.proposes("alex", WORD, stamp=Stamp(version=0, tab="two", seq=1)).is_conflict
    assert not pair.proposes("alex", WORD, stamp=Stamp(version=1, tab="two", seq=1)).is_conflict
    assert Proposal.objects.get().terms == WORD


def test_the_same_words_twice_are_one_version(pair):
    for at in (NOON, NOON + MINUTE):
        pair.proposes("alex", HAND, at, stamp=Stamp())
    pair.proposes("blake", HAND, RELEASE)
    assert Proposal.objects.count() == 1


def test_it_signs_what_stood_on_the_page_and_nothing_else(pair):
    pair.proposes("alex", HAND)
    first = str(pair.sees("alex").draft.pk)
    pair.proposes("blake", WORD, RELEASE)
    with pytest.raises(agreeing.NewerWords):
        pair.signs("alex", NEXT, proposal=first)
    for strange in ("", "no id", str(UUID(int=4))):
        with pytest.raises(agreeing.NewerWords):
            pair.signs("alex", NEXT, proposal=strange)
    assert not AgreementSignature.objects.exists()


def test_the_therapist_opens_it_in_the_room_for_both(pair):
    pair.proposes("alex", HAND)
    pair.opens(NOON + HOUR)
    assert text(pair.sees("blake", NOON + HOUR).current) == HAND
    pair.signs("alex", NOON + HOUR)
    pair.signs("blake", NOON + HOUR)
    assert pair.sees("blake", RELEASE - MINUTE).holds_since is None
    assert pair.sees("blake", RELEASE).holds_since == RELEASE
    with pytest.raises(Refused):
        agreeing.open_in_room(
            by=pair.scene.viewer("yilmaz"), assignment=pair.assignment, step=pair.step, at=NOON + HOUR
        )


def test_opening_does_not_open_what_was_taken_back(pair):
    pair.proposes("alex", HAND)
    pair.takes_back("alex")
    pair.opens(NOON + HOUR)
    assert pair.sees("blake", NOON + HOUR).current is None


@pytest.mark.parametrize("deed", ["separated", "withdrawn"])
def test_what_waited_stays_with_its_author(pair, deed):
    pair.proposes("alex", HAND)
    if deed == "separated":
        leaving.separate(couple=pair.scene.cast.couple, by=pair.scene.viewer("moreno"), at=NOON)
    else:
        leaving.withdraw_agreement(by=pair.scene.viewer("alex"), at=NOON)
    for name in ("blake", "moreno"):
        assert pair.sees(name, NEXT).current is None
    assert text(pair.sees("alex", NEXT).draft) == HAND


def test_after_the_end_each_keeps_their_own_words_alone(pair):
    in_force(pair)
    pair.proposes("blake", WORD, NEXT)
    later = NEXT + 2 * DAY
    leaving.separate(couple=pair.scene.cast.couple, by=pair.scene.viewer("moreno", later), at=later)
    alex, blake = pair.sees("alex", later), pair.sees("blake", later)
    assert (text(alex.current), text(blake.current)) == (HAND, WORD)
    assert (alex.before, alex.holds_since, blake.before, blake.earlier) == (None, None, None, [])
    with pytest.raises(Refused, match="ended"):
        pair.proposes("alex", WORD, later)
    with pytest.raises(Refused, match="ended"):
        pair.signs("alex", later)


def test_erasing_one_leaves_the_other_what_they_signed(pair):
    in_force(pair)
    pair.proposes("alex", WORD, NEXT)
    erase_person(person=pair.scene.cast.alex.pk, at=NEXT + HOUR)
    blake = pair.sees("blake", NEXT + 2 * DAY)
    assert (text(blake.current), blake.holds_since) == (HAND, NEXT)
    assert blake.earlier == []
    assert not AgreementSignature.objects.filter(partner=pair.scene.cast.places["alex"]).exists()
    assert Proposal.objects.get().terms is None


def test_it_names_both_as_they_chose(pair):
    assert names_of(pair.scene.cast.couple.pk, viewer=pair.scene.viewer("alex")) == ["Alex", "Blake"]
    assert names_of(pair.scene.cast.couple.pk, viewer=pair.scene.viewer("casey")) == []


def test_it_is_not_written_across_the_end(pair):
    viewer = pair.scene.viewer("alex")
    Couple.objects.update(state="ended")
    with pytest.raises(Refused):
        agreeing.propose(
            by=viewer,
            homework=pair.homework("alex"),
            number=3,
            step=pair.step,
            terms=HAND,
            base="",
            stamp=Stamp(),
            at=NOON,
        )
    assert not Proposal.objects.exists()


moments = st.integers(0, 6).map(lambda days: RELEASE + days * DAY)
versions = st.lists(
    st.builds(Version, st.integers(0, 999).map(lambda n: UUID(int=n)), st.none() | moments, st.none() | moments),
    max_size=6,
    unique_by=lambda one: one.pk,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(versions, moments)
def test_at_most_one_holds_and_what_held_had_its_day(found, at):
    """Whatever was written down and signed, in whatever order."""
    ordered, held = in_order(found, at), came_to_hold(found, at)
    assert ordered == in_order(found[::-1], at)
    assert [one for one in ordered if one in held] == held
    for before, after in pairwise(held):
        assert before.holds_from < after.released_from
    for one in held:
        day = one.holds_from
        newest = in_order(found, day)
        if one.released_from <= day:
            assert newest[-1] == one, "on the day it began to hold it was the newest"
