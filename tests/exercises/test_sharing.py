"""Who can read what: chosen by its author, in the frame of the exercise, answer by answer, and taken back."""

from datetime import timedelta
from itertools import product

import pytest

from clients.models import Clinic, Couple
from clients.states import CoupleState
from exercises.commands import assigning, sharing
from exercises.models import OutboxMessage, Reflection, Share
from exercises.queries import writing as queries
from exercises.states import CHOICES_IN, Audience, Frame, HomeworkState, OutboxState
from safekeeping.verdict import Refused
from tests.cast import NOON
from tests.exercises.scene import DAY, HOUR, keys_of

ONLY_ME, THERAPIST, SESSION, PARTNER = Audience
EVENING = NOON.replace(hour=17)  # 18:00 in Berlin, where the couple lives


def readers(scene, at=NOON + 30 * DAY):
    """Who reads which steps of Alex's, Alex aside."""
    people = ("blake", "moreno", "casey", "yilmaz", "former", "okafor", "ellis", "adair", "both")
    found = {name: keys_of(Share.objects.visible_to(scene.viewer(name, at))) for name in people}
    return {name: keys for name, keys in found.items() if keys}


READ_BY = {ONLY_ME: set(), THERAPIST: {"moreno"}, SESSION: {"moreno"}, PARTNER: {"moreno", "blake"}}


@pytest.mark.parametrize(("frame", "audience"), [*product(Frame, Audience)])
def test_it_lets_an_author_choose_among_the_readers_of_the_frame(scene, frame, audience):
    given = scene.assign(frame=frame)
    scene.write("dear", assignment=given)
    if audience in CHOICES_IN[frame]:
        scene.finish(audience, assignment=given)
        assert set(readers(scene)) == READ_BY[audience]
        assert scene.homework(assignment=given).state == HomeworkState.FINISHED
    else:
        with pytest.raises(Refused, match="Choose one of the answers"):
            scene.finish(audience, assignment=given)
        assert not Share.objects.exists()
        assert scene.homework(assignment=given).state == HomeworkState.OPEN


def test_it_refuses_a_reader_that_the_frame_lacks_for_a_single_answer_too(scene):
    given = scene.assign(frame=Frame.PRIVATE_FIRST)
    scene.write("dear", assignment=given)
    with pytest.raises(Refused):
        scene.finish(ONLY_ME, each={"letter": PARTNER}, assignment=given)
    assert not Share.objects.exists()


def test_it_shares_each_answer_as_its_author_chose_for_it(scene):
    for key, value in {"letter": "dear", "line": "two cups", "near": 4}.items():
        scene.write(value, key=key)
    scene.finish(THERAPIST, each={"line": PARTNER, "near": ONLY_ME})
    assert readers(scene) == {"moreno": {"letter", "line"}, "blake": {"line"}}


@pytest.mark.parametrize("name", ["blake", "moreno", "casey", "adair"])
def test_it_lets_nobody_choose_for_another(scene, name):
    scene.write("dear")
    with pytest.raises(Refused):
        sharing.choose_readers(by=scene.viewer(name), homework=scene.homework(), audience=PARTNER, at=NOON)
    scene.finish(THERAPIST)
    with pytest.raises(Refused):
        sharing.share_less(by=scene.viewer(name), homework=scene.homework(), at=NOON)
    assert readers(scene) == {"moreno": {"letter"}}


def test_it_shares_nothing_that_is_empty(scene):
    scene.write("dear")
    scene.write(None)
    scene.write(None, key="line", skipped=True)
    scene.finish(PARTNER)
    assert not Share.objects.exists()


def test_it_takes_back_an_answer_that_was_emptied_when_readers_are_chosen_again(scene):
    scene.write("dear")
    scene.finish(THERAPIST)
    scene.write(None)
    assert readers(scene) == {"moreno": {"letter"}}
    scene.finish(THERAPIST)
    assert readers(scene) == {}


@pytest.mark.parametrize("minutes", [0, 10, 60])
def test_it_holds_what_is_for_the_therapist_as_long_as_the_clinic_says(scene, minutes):
    Clinic.objects.filter(pk=scene.cast.riverside.pk).update(hold_minutes=minutes)
    scene.write("dear")
    scene.finish(THERAPIST)
    opens = NOON + timedelta(minutes=minutes)
    assert readers(scene, opens - timedelta(seconds=1)) == {}
    assert readers(scene, opens) == {"moreno": {"letter"}}


def test_it_releases_an_offer_at_the_next_release_after_the_hold(scene):
    scene.write("dear")
    scene.finish(PARTNER, at=EVENING - timedelta(minutes=5))  # the hold ends five minutes past
    assert set(readers(scene, EVENING + DAY - timedelta(seconds=1))) == {"moreno"}
    assert set(readers(scene, EVENING + DAY)) == {"moreno", "blake"}


@pytest.mark.parametrize("moment", [NOON, NOON + HOUR, EVENING + HOUR])
def test_it_takes_everything_back_at_once_whenever_asked(scene, moment):
    scene.write("dear")
    scene.finish(PARTNER)
    sharing.share_less(by=scene.viewer("alex", moment), homework=scene.homework(), at=moment)
    assert readers(scene) == {}
    assert scene.kept().value == "dear"


def test_it_takes_back_from_the_partner_alone(scene):
    scene.write("dear")
    scene.write("a line", key="line")
    scene.finish(PARTNER, each={"line": THERAPIST})
    sharing.share_less(by=scene.viewer("alex"), homework=scene.homework(), at=NOON, audience=THERAPIST)
    assert readers(scene) == {"moreno": {"letter", "line"}}


@pytest.mark.parametrize("how", ["withdrawn", "ended", "paused"])
def test_it_can_be_taken_back_whatever_became_of_the_exercise(scene, how):
    scene.write("dear")
    scene.finish(PARTNER)
    if how == "withdrawn":
        assigning.withdraw(by=scene.viewer("moreno"), assignment=scene.assignment, at=NOON)
    else:
        Couple.objects.filter(pk=scene.cast.couple.pk).update(state=CoupleState(how))
    sharing.share_less(by=scene.viewer("alex"), homework=scene.homework(), at=NOON)
    assert readers(scene) == {}


def test_it_goes_the_whole_way_again_when_it_is_offered_after_being_taken_back(scene):
    scene.write("dear")
    scene.finish(PARTNER)
    late = EVENING + HOUR
    sharing.share_less(by=scene.viewer("alex", late), homework=scene.homework(), at=late)
    scene.finish(PARTNER, at=late)
    assert readers(scene, late) == {}
    assert set(readers(scene, late + HOUR)) == {"moreno"}
    assert set(readers(scene, EVENING + DAY)) == {"moreno", "blake"}


def words(scene, name, at):
    return [(s.value, s.edited, s.edited_since_release) for s in Share.objects.visible_to(scene.viewer(name, at))]


def test_it_shows_the_old_words_until_the_new_ones_are_shared_and_then_says_edited(scene):
    scene.write("old")
    scene.finish(PARTNER)
    late = EVENING + HOUR
    scene.write("new", at=late)
    assert words(scene, "blake", late) == words(scene, "moreno", late) == [("old", False, False)]
    scene.finish(PARTNER, at=late)
    assert words(scene, "blake", late) == words(scene, "moreno", late) == [("new", True, True)]


@pytest.mark.parametrize("again", [NOON + HOUR, EVENING - timedelta(minutes=5), NOON + 2 * DAY])
def test_it_lets_no_reader_tell_that_words_were_changed_and_changed_back(scene, again):
    """Between two offers of the same words, what was typed is nobody's but the author's."""

    def told():
        return Share.objects.values("edited", "edited_since_release", "therapist_from", "partner_from", "seen_at").get()

    scene.write("dear")
    scene.finish(PARTNER)
    Share.objects.update(seen_at=NOON)
    before = told()
    scene.write("drear")
    scene.write("dear")
    (answer,) = [a for a in queries.answers(scene.homework(), viewer=scene.viewer("alex")) if a.step.key == "letter"]
    assert not answer.amended
    scene.finish(PARTNER, at=again)
    assert told() == before
    assert Share.objects.get().version == scene.kept().version


def test_it_does_not_say_edited_of_words_that_nobody_had_read(scene):
    scene.write("old")
    scene.finish(PARTNER)
    soon = NOON + timedelta(minutes=5)
    scene.write("new", at=soon)
    scene.finish(PARTNER, at=soon)
    assert words(scene, "blake", EVENING) == [("new", False, False)]


def test_it_changes_nothing_when_the_same_is_chosen_again(scene):
    scene.write("dear")
    scene.finish(PARTNER)
    before = Share.objects.values().get()
    scene.finish(PARTNER, at=NOON + HOUR)
    assert Share.objects.values().get() == before
    assert scene.homework().finished_at == NOON


def test_it_is_no_longer_new_to_the_therapist_only_until_its_words_change(scene):
    scene.write("old")
    scene.finish(THERAPIST)
    Share.objects.update(seen_at=NOON)
    scene.finish(THERAPIST, at=NOON + HOUR)
    assert Share.objects.get().seen_at == NOON
    scene.write("new")
    scene.finish(THERAPIST, at=NOON + HOUR)
    assert Share.objects.get().seen_at is None


def test_it_stops_the_reminder_once_the_exercise_is_finished(scene):
    given = scene.assign(due_on=(NOON + 3 * DAY).date())
    scene.finish(ONLY_ME, assignment=given)
    states = {m.partner.name: m.state for m in OutboxMessage.objects.select_related("partner")}
    assert states == {"alex": OutboxState.STOPPED, "blake": OutboxState.WAITING}


@pytest.mark.parametrize("how", ["withdrawn", "ended"])
def test_it_cannot_be_finished_when_there_is_nothing_to_finish_any_more(scene, how):
    scene.write("dear")
    if how == "withdrawn":
        assigning.withdraw(by=scene.viewer("moreno"), assignment=scene.assignment, at=NOON)
    else:
        Couple.objects.filter(pk=scene.cast.couple.pk).update(state=CoupleState.ENDED)
    with pytest.raises(Refused, match=r"What you wrote is kept for you in My writing\.$"):
        scene.finish(PARTNER)
    assert not Share.objects.exists()


def test_it_tells_its_author_who_reads_which_answer(scene):
    scene.write("dear")
    scene.write("a line", key="line")
    scene.finish(PARTNER, each={"line": ONLY_ME})
    scene.write("dear, changed")
    told = {a.step.key: (a.audience, a.amended) for a in queries.answers(scene.homework(), viewer=scene.viewer("alex"))}
    assert told["letter"] == (PARTNER, True)
    assert told["line"] == told["near"] == (ONLY_ME, False)


def test_it_leaves_the_writing_itself_to_its_author_alone(scene):
    scene.write("dear")
    scene.finish(PARTNER)
    for name in ("blake", "moreno", "adair"):
        assert not Reflection.objects.visible_to(scene.viewer(name, NOON + DAY)).exists()
