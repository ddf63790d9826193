"""Single lines of one's own, opened one by one; and whole answers that never go to the partner."""

import pytest
from django.db import IntegrityError, transaction

from clients.models import Couple
from clients.states import CoupleState
from exercises import policies
from exercises.commands import leaving, sharing
from exercises.commands.erasing import erase_person
from exercises.models import Homework, Share
from exercises.queries import caseload, shared, side_by_side
from exercises.queries import writing as queries
from exercises.states import Audience, Frame
from safekeeping.verdict import Refused
from tests.cast import NOON, PERSONAS
from tests.exercises.scene import DAY, HOUR

ONLY_ME, THERAPIST, SESSION, PARTNER = Audience
EVENING = NOON.replace(hour=17)  # 18:00 in Berlin, where the couple lives
LATE = EVENING + HOUR
FEAR, WISH = ("guess", "fear"), ("guess", "wish")
VALUE = {"fear": {"mine": "spiders", "guess": "being left"}, "wish": {"mine": "the sea", "unknown": True}}


@pytest.fixture
def guessed(scene):
    scene.write(VALUE, key="guess")
    return scene


def read(scene, at=NOON + 30 * DAY):
    """Who reads what of Alex's guess, Alex aside: the whole of it stands under no line."""
    people = ("blake", "moreno", "casey", "yilmaz", "former", "okafor", "ellis", "adair", "both")
    found = {name: Share.objects.visible_to(scene.viewer(name, at)) for name in people}
    return {name: {share.line: share.value for share in shares} for name, shares in found.items() if shares}


def test_it_opens_a_line_to_the_partner_and_nothing_else_of_the_answer(guessed):
    guessed.finish(ONLY_ME, lines=[FEAR])
    assert read(guessed) == {"blake": {"fear": "spiders"}, "moreno": {"fear": "spiders"}}
    (share,) = Share.objects.all()
    assert (share.line, share.audience, share.value) == ("fear", PARTNER, "spiders")


@pytest.mark.parametrize(("audience", "each"), [(PARTNER, {}), (PARTNER, {"guess": ONLY_ME}), (ONLY_ME, {})])
def test_it_offers_nothing_whole_of_a_guess_and_gives_it_to_nobody_instead(guessed, audience, each):
    guessed.write("dear")
    guessed.finish(audience, each=each)
    assert not Share.objects.filter(step_key="guess").exists()


def test_it_lets_the_therapist_read_a_whole_guess_where_that_is_chosen(guessed):
    guessed.finish(PARTNER, each={"guess": THERAPIST}, lines=[WISH])
    assert read(guessed) == {"blake": {"wish": "the sea"}, "moreno": {"": VALUE, "wish": "the sea"}}


def test_it_refuses_to_offer_a_guess_whole_by_a_choice_of_its_own(guessed):
    with pytest.raises(Refused, match="Choose one of the answers"):
        guessed.finish(ONLY_ME, each={"guess": PARTNER})
    assert not Share.objects.exists()


@pytest.mark.parametrize("frame", [Frame.PRIVATE_FIRST, Frame.READ_TOGETHER])
def test_it_opens_lines_only_where_something_can_be_offered(scene, frame):
    given = scene.assign(frame=frame)
    scene.write(VALUE, key="guess", assignment=given)
    with pytest.raises(Refused):
        scene.finish(ONLY_ME, assignment=given, lines=[FEAR])
    assert not Share.objects.exists()


@pytest.mark.parametrize("line", [("guess", "hope"), ("letter", "fear"), ("guess", "")])
def test_it_opens_no_line_that_there_is_not(guessed, line):
    guessed.finish(ONLY_ME, lines=[line])
    assert not Share.objects.exists()


@pytest.mark.parametrize("name", ["blake", "moreno", "casey", "adair"])
def test_it_lets_nobody_open_a_line_of_another(guessed, name):
    with pytest.raises(Refused):
        sharing.choose_readers(
            by=guessed.viewer(name), homework=guessed.homework(), audience=ONLY_ME, lines=[FEAR], at=NOON
        )
    assert not Share.objects.exists()


@pytest.mark.parametrize(
    ("moment", "readers"),
    [
        (NOON, set()), (NOON + HOUR, {"moreno"}), (EVENING, {"moreno", "blake"}),
    ],
)  # fmt: skip
def test_it_holds_and_releases_a_line_as_it_does_a_whole_answer(guessed, moment, readers):
    guessed.finish(ONLY_ME, lines=[FEAR])
    assert set(read(guessed, moment)) == readers


def test_it_takes_back_the_lines_that_are_not_ticked_again_and_leaves_the_others_as_they_are(guessed):
    guessed.finish(ONLY_ME, lines=[FEAR, WISH])
    kept = Share.objects.values().get(line="wish")
    guessed.finish(ONLY_ME, lines=[WISH], at=LATE)
    assert Share.objects.values().get() == kept


@pytest.mark.parametrize("moment", [NOON, NOON + HOUR, LATE])
def test_it_takes_lines_back_with_everything_at_once(guessed, moment):
    guessed.finish(THERAPIST, lines=[FEAR, WISH])
    sharing.share_less(by=guessed.viewer("alex", moment), homework=guessed.homework(), at=moment)
    assert read(guessed) == {}


def test_it_takes_lines_back_from_the_partner_alone(guessed):
    guessed.finish(ONLY_ME, lines=[FEAR])
    sharing.share_less(by=guessed.viewer("alex"), homework=guessed.homework(), at=NOON, audience=THERAPIST)
    assert read(guessed) == {"moreno": {"fear": "spiders"}}


def of_blake(scene, at):
    page = shared.shared_page(viewer=scene.viewer("blake", at), pk=scene.homework().pk)
    return [(one.step.key, one.shown, one.lines) for one in page.answers] if page else None


def test_it_shows_the_old_words_until_the_new_ones_are_opened_and_then_says_edited(guessed):
    guessed.finish(ONLY_ME, lines=[FEAR])
    guessed.write({"fear": {"mine": "wasps"}}, key="guess", at=LATE)
    assert of_blake(guessed, LATE) == [("guess", None, (("Fear", "spiders", False),))]
    guessed.finish(ONLY_ME, lines=[FEAR], at=LATE)
    assert of_blake(guessed, LATE) == [("guess", None, (("Fear", "wasps", True),))]


def test_it_does_not_say_edited_where_another_line_or_a_guess_was_changed(guessed):
    guessed.finish(ONLY_ME, lines=[FEAR])
    before = Share.objects.values("value", "edited", "edited_since_release", "partner_from", "therapist_from").get()
    guessed.write({"fear": {"mine": "spiders", "guess": "dogs"}, "wish": {"mine": "a hill"}}, key="guess", at=LATE)
    guessed.finish(ONLY_ME, lines=[FEAR], at=LATE)
    after = Share.objects.values("value", "edited", "edited_since_release", "partner_from", "therapist_from").get()
    assert Share.objects.get().value == "spiders"
    assert {**after, "value": ""} == {**before, "value": ""}


def test_it_takes_an_emptied_line_back_when_readers_are_chosen_again(guessed):
    guessed.finish(ONLY_ME, lines=[FEAR])
    guessed.write({"fear": {"guess": "being left"}, "wish": {"mine": "the sea"}}, key="guess")
    assert read(guessed)["blake"] == {"fear": "spiders"}
    guessed.finish(ONLY_ME, lines=[FEAR])
    assert read(guessed) == {}


def test_it_tells_its_author_which_lines_are_open_also_one_that_is_empty_now(guessed):
    guessed.finish(ONLY_ME, lines=[FEAR])

    def told():
        (answer,) = [a for a in queries.answers(guessed.homework(), viewer=guessed.viewer("alex")) if a.lines]
        return [(line.key, line.text, line.audience, line.amended) for line in answer.lines]

    assert told() == [("fear", "spiders", PARTNER, False), ("wish", "the sea", ONLY_ME, False)]
    guessed.write({"wish": {"mine": "the sea"}}, key="guess")
    assert told() == [("wish", "the sea", ONLY_ME, False), ("fear", "", PARTNER, True)]


def test_it_shows_lines_in_the_order_of_the_exercise_however_they_were_opened(guessed):
    guessed.finish(ONLY_ME, lines=[WISH])
    guessed.finish(ONLY_ME, lines=[FEAR, WISH], at=NOON + HOUR)
    (row,) = of_blake(guessed, NOON + 2 * DAY)
    assert [label for label, _words, _edited in row[2]] == ["Fear", "Wish"]


def test_it_shows_the_therapist_lines_beside_nothing_and_beside_a_whole_answer(guessed):
    def cell(at):
        moreno = guessed.viewer("moreno", at)
        given = side_by_side.reviewed_or_404(viewer=moreno, pk=guessed.assignment.pk)
        rows = side_by_side.review(given, viewer=moreno).rows
        (row,) = [row for row in rows if row.step.key == "guess"]
        return row.cells[0]

    guessed.finish(ONLY_ME, lines=[FEAR])
    one = cell(NOON + HOUR)
    assert one.shown is None
    assert [(line.label, line.text, line.audience) for line in one.lines] == [("Fear", "spiders", PARTNER)]
    guessed.finish(THERAPIST, lines=[FEAR], at=NOON + HOUR)
    both = cell(NOON + 2 * HOUR)
    assert both.shown.rows
    assert len(both.lines) == 1


def test_it_counts_an_exercise_once_however_many_lines_are_new(guessed):
    guessed.finish(THERAPIST, lines=[FEAR, WISH])
    moreno = guessed.viewer("moreno", NOON + HOUR)
    assert [row.new for row in caseload.caseload(viewer=moreno) if row.new] == [1]


# --- as with whole answers: the end of the work, leaving, erasing


def test_it_closes_lines_to_the_partner_when_the_work_ends(guessed):
    guessed.finish(ONLY_ME, lines=[FEAR])
    Couple.objects.filter(pk=guessed.cast.couple.pk).update(state=CoupleState.ENDED)
    assert set(read(guessed)) == {"moreno"}


def test_it_drops_the_lines_that_nobody_could_read_yet_when_the_work_ends(guessed):
    guessed.finish(ONLY_ME, lines=[FEAR])
    leaving.separate(couple=guessed.cast.couple, by=guessed.viewer("moreno"), at=NOON)
    assert not Share.objects.exists()


def test_it_opens_no_line_any_more_that_waited_when_its_author_takes_back_their_agreement(guessed):
    guessed.finish(ONLY_ME, lines=[FEAR])
    leaving.withdraw_agreement(by=guessed.viewer("alex", NOON + HOUR), at=NOON + HOUR)
    assert read(guessed) == {"moreno": {"fear": "spiders"}}


def test_it_erases_lines_with_their_author(guessed):
    guessed.finish(ONLY_ME, lines=[FEAR, WISH])
    erase_person(person=guessed.cast.alex.pk, at=NOON)
    assert not Share.objects.exists()
    assert not Homework.objects.filter(partner=guessed.cast.places["alex"]).exists()


@pytest.mark.parametrize("moment", [NOON, NOON + HOUR, EVENING, LATE])
@pytest.mark.parametrize("state", CoupleState)
def test_rule_and_query_agree_about_every_line(guessed, moment, state):
    guessed.finish(THERAPIST, lines=[FEAR])
    Couple.objects.filter(pk=guessed.cast.couple.pk).update(state=state)
    for name in PERSONAS:
        viewer = guessed.viewer(name, moment)
        seen = set(Share.objects.visible_to(viewer).values_list("pk", flat=True))
        assert seen == {share.pk for share in Share.objects.all() if policies.may_read_share(viewer, share)}


def test_the_database_keeps_one_share_for_each_line(guessed):
    guessed.finish(THERAPIST, lines=[FEAR])
    whole, line = Share.objects.order_by("line")
    whole.line = line.line
    with pytest.raises(IntegrityError, match="one_share_per_line"), transaction.atomic():
        whole.save()


# --- saying it aloud


def test_it_offers_nothing_for_what_is_to_be_said_aloud(scene):
    scene.write({"aloud": True}, key="tell")
    scene.finish(PARTNER)
    assert not Share.objects.exists()
    scene.finish(THERAPIST)
    assert set(read(scene)) == {"moreno"}


def test_it_takes_back_what_was_offered_once_it_is_to_be_said_aloud_instead(scene):
    scene.write({"text": "the blue door"}, key="tell")
    scene.finish(PARTNER)
    assert set(read(scene)) == {"blake", "moreno"}
    scene.write({"aloud": True}, key="tell")
    scene.finish(PARTNER)
    assert read(scene) == {}
