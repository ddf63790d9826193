"""Lines are ticked one by one, and before an offer goes out its author may look at two questions, for themselves."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from exercises.commands.writing import Keep
from exercises.kinds.before import NUMBER
from exercises.models import EarlierText, Reflection, Share
from exercises.states import BEFORE, Audience, Frame
from safekeeping.verdict import Refused
from tests.cast import NOON
from tests.exercises.page import HTMX, chosen, fields, html, values, words
from tests.exercises.scene import DAY, HOUR

EVENING = NOON.replace(hour=17)
ONLY_ME, THERAPIST, SESSION, PARTNER = Audience
VALUE = {"fear": {"mine": "spiders", "guess": "being left"}, "wish": {"mine": "the sea"}}
HOPE = {"hoping": "that it is all right", "anyway": "unsure"}


def at(scene, page="homework-sharing", *more, name="alex"):
    return reverse(page, args=[scene.homework(name).pk, *more])


@pytest.fixture
def written(scene):
    scene.write("dear Blake")
    scene.write(VALUE, key="guess")
    return scene


def preview(client, scene, **data):
    """Choose on the page of readers; the answer is the preview where something goes to the partner."""
    page = client.get(at(scene))
    sent = {name: values(page, name)[0] for name in ("seen", "version")}
    return client.post(at(scene), {**sent, **data})


def offer(client, scene, page, **data):
    """Press the button of a preview, with what its form sends."""
    names = ("audience", "seen", "version", "tab", "seq", "each-letter", "each-guess", f"each-{BEFORE}", "open-guess")
    sent = {name: values(page, name) for name in names if fields(page, name)}
    return client.post(at(scene), {"hoping": "", **sent, "go": "offer", **data})


# --- lines


def test_it_has_a_box_for_each_line_with_words_and_ticks_none(alex, written):
    written.write({**VALUE, "wish": {"guess": "a hill"}}, key="guess")
    page = alex.get(at(written))
    assert values(page, "open-guess") == ["fear"]
    assert chosen(page, "open-guess") == []
    assert "Open this line to my partner" in words(page)
    assert "spiders" in words(page)
    assert "being left" not in words(page)


def test_it_ticks_nothing_beforehand_even_where_a_line_is_open_and_says_so(alex, written):
    written.finish(ONLY_ME, lines=[("guess", "fear")])
    page = alex.get(at(written))
    assert chosen(page, "open-guess") == []
    assert words(page).count("It is open now.") == 1


@pytest.mark.parametrize("frame", [Frame.PRIVATE_FIRST, Frame.READ_TOGETHER])
def test_it_has_no_boxes_where_nothing_can_be_offered(alex, scene, frame):
    given = scene.assign(frame=frame)
    scene.write(VALUE, key="guess", assignment=given)
    page = alex.get(reverse("homework-sharing", args=[scene.homework(assignment=given).pk]))
    assert not fields(page, "open-guess")
    assert "never go to your partner" not in words(page)


def test_it_says_which_answers_never_go_to_the_partner_and_does_not_offer_it_for_them(alex, written):
    page = alex.get(at(written))
    assert "Some answers never come before your partner as a whole" in words(page)
    options = html(page).partition('name="each-guess"')[2].partition("</select>")[0]
    assert 'value="therapist"' in options
    assert 'value="partner"' not in options
    assert preview(alex, written, **{"audience": "only_me", "each-guess": "partner"}).status_code == 422


@pytest.mark.parametrize("sent", ["hope", "letter", ""])
def test_it_takes_no_line_that_is_not_on_the_page(alex, written, sent):
    assert preview(alex, written, **{"audience": "only_me", "open-guess": sent}).status_code == 422
    assert not Share.objects.exists()


def test_it_previews_just_the_line_and_offers_just_that(alex, written, clock):
    page = preview(alex, written, **{"audience": "only_me", "open-guess": "wish"})
    shown = words(page).partition("What your partner will see")[2]
    assert "the sea" in shown
    for hidden in ("spiders", "being left", "dear Blake"):
        assert hidden not in words(page)
    assert "from Monday 2 March, 18:00" in words(page)
    assert not Share.objects.exists()
    assert offer(alex, written, page).status_code == 302
    clock.move_to(EVENING)
    read = words(written.browser("blake").get(at(written, "shared-detail")))
    assert "Wish the sea" in read
    assert "You don’t need to respond." in read
    for hidden in ("spiders", "Fear", "being left", "a hill", "dear Blake", "What I think yours is"):
        assert hidden not in read


def test_it_shows_nothing_of_a_guess_when_all_is_offered(alex, written, clock):
    page = preview(alex, written, audience="partner")
    assert "dear Blake" in words(page)
    offer(alex, written, page)
    clock.move_to(EVENING)
    read = words(written.browser("blake").get(at(written, "shared-detail")))
    assert "dear Blake" in read
    for hidden in ("Line by line", "spiders", "being left"):
        assert hidden not in read


def test_it_asks_for_no_preview_where_nothing_of_it_can_reach_the_partner(alex, scene):
    scene.write(VALUE, key="guess")
    answer = preview(alex, scene, audience="partner")
    assert answer["Location"] == at(scene, "homework-done")
    assert "Only you can read this." in words(alex.get(answer["Location"]))


def test_it_promises_no_delay_for_a_line_that_can_be_read_already(alex, written, clock):
    written.finish(ONLY_ME, lines=[("guess", "fear")])
    clock.move_to(EVENING + HOUR)
    page = words(preview(written.browser("alex"), written, **{"audience": "only_me", "open-guess": "fear"}))
    assert "Your partner can read this already." in page
    assert "Until then you can take it back" not in page


def test_it_says_at_a_line_that_it_is_open_and_takes_it_back_in_one_press(alex, written):
    written.finish(ONLY_ME, lines=[("guess", "fear")])
    page = words(alex.get(at(written, "reflection")))
    assert "Fear" in page
    assert "Until then you can take it back, and they will not know." in page
    alex.post(at(written, "homework-share-less"), {"to": "only_me"})
    assert not Share.objects.exists()


def test_it_shows_the_therapist_what_was_opened(moreno, written, clock):
    written.finish(ONLY_ME, lines=[("guess", "fear")])
    clock.move_to(NOON + HOUR)
    page = words(written.browser("moreno").get(reverse("review", args=[written.assignment.pk])))
    assert "spiders" in page
    assert "being left" not in page


# --- the private check


@pytest.mark.parametrize("offered", [{"audience": "partner"}, {"audience": "only_me", "open-guess": "fear"}])
def test_it_asks_before_every_offer_and_may_be_left_empty(alex, written, offered):
    page = preview(alex, written, **offered)
    assert "What am I hoping to hear back?" in words(page)
    assert "Would I still share it if nothing came?" in words(page)
    assert chosen(page, "anyway") == []
    assert offer(alex, written, page).status_code == 302
    assert not Reflection.objects.filter(step_key=BEFORE).exists()
    assert Share.objects.exists()


def test_it_does_not_ask_where_nothing_goes_to_the_partner(alex, written):
    assert preview(alex, written, audience="therapist").status_code == 302


def test_it_keeps_what_was_written_before_an_offer_for_its_author_alone(alex, written, clock):
    page = preview(alex, written, audience="partner")
    assert offer(alex, written, page, **HOPE).status_code == 302
    kept = Reflection.objects.get(step_key=BEFORE)
    assert (kept.value, kept.author) == (HOPE, written.cast.places["alex"])
    assert not Share.objects.filter(step_key=BEFORE).exists()
    assert "that it is all right" in words(alex.get(at(written, "reflection")))
    clock.move_to(NOON + 2 * DAY)
    for name, page, pk in (
        ("blake", "shared-detail", written.homework().pk), ("moreno", "review", written.assignment.pk),
    ):  # fmt: skip
        read = words(written.browser(name).get(reverse(page, args=[pk])))
        assert "dear Blake" in read
        assert "Before you share" not in read
        assert "all right" not in read


def test_it_offers_though_the_check_was_saved_while_the_preview_was_open(alex, written):
    """As one types, the page saves it: that is no change of what was looked at."""
    page = preview(alex, written, audience="partner")
    save = at(written, "homework-save", NUMBER)
    saved = alex.post(save, {**HOPE, "version": "0", "tab": "t", "seq": "1"}, headers=HTMX)
    assert saved.status_code == 200
    answer = offer(alex, written, page, **HOPE, tab="t", seq="2", version="1")
    assert answer["Location"] == at(written, "homework-done")
    assert Reflection.objects.get(step_key=BEFORE).value == HOPE


def test_it_offers_nothing_while_the_check_stands_in_two_windows(alex, written):
    page = preview(alex, written, audience="partner")
    written.look_before({"hoping": "something else"})
    answer = offer(alex, written, page, **HOPE)
    assert answer.status_code == 409
    for shown in ("This was changed somewhere else", "something else", "that it is all right"):
        assert shown in html(answer)
    assert not Share.objects.exists()
    sent = {**HOPE, "keep": "mine", "other": "1"}
    assert alex.post(at(written, "homework-step", NUMBER), sent).status_code == 302
    assert Reflection.objects.get(step_key=BEFORE).value == HOPE
    assert EarlierText.objects.get().value == {"hoping": "something else"}
    assert "something else" in words(alex.get(at(written, "reflection")))


def test_it_offers_nothing_while_the_check_is_too_long_and_keeps_it(alex, written):
    page = preview(alex, written, audience="partner")
    answer = offer(alex, written, page, hoping="a" * 20_001)
    assert answer.status_code == 422
    assert "1 characters longer" in words(answer)
    assert Reflection.objects.filter(step_key=BEFORE).exists()
    assert not Share.objects.exists()
    assert offer(alex, written, page, hoping="a" * 100_001, version="1").status_code == 413


def test_it_goes_to_the_therapist_by_its_own_choice_and_by_no_other(written):
    written.look_before(HOPE)
    written.finish(THERAPIST)
    assert not Share.objects.filter(step_key=BEFORE).exists()
    written.finish(ONLY_ME, each={BEFORE: THERAPIST})
    assert [share.step_key for share in Share.objects.all()] == [BEFORE]
    assert Share.objects.visible_to(written.viewer("moreno", NOON + DAY)).exists()
    assert not Share.objects.visible_to(written.viewer("blake", NOON + DAY)).exists()


def test_it_is_among_the_answers_to_choose_readers_for_without_the_partner(alex, written, clock):
    written.look_before(HOPE)
    page = alex.get(at(written))
    options = html(page).partition(f'name="each-{BEFORE}"')[2].partition("</select>")[0]
    assert "Only me, unless I choose here" in options
    assert 'value="partner"' not in options
    refused = preview(alex, written, **{"audience": "only_me", f"each-{BEFORE}": "partner"})
    assert refused.status_code == 422
    assert preview(alex, written, **{"audience": "only_me", f"each-{BEFORE}": "therapist"}).status_code == 302
    clock.move_to(NOON + HOUR)
    read = words(written.browser("moreno").get(reverse("review", args=[written.assignment.pk])))
    assert "that it is all right" in read
    assert "dear Blake" not in read


def test_it_shares_no_check_that_was_written_after_the_choice(alex, written):
    written.look_before(HOPE)
    page = alex.get(at(written))
    sent = {name: values(page, name)[0] for name in ("seen", "version")}
    written.look_before({"hoping": "something nobody chose about"})
    answer = alex.post(at(written), {**sent, "audience": "only_me", f"each-{BEFORE}": "therapist"})
    assert answer.status_code == 409
    assert not Share.objects.exists()


def test_no_rule_and_no_row_lets_the_partner_have_it(written):
    written.look_before(HOPE)
    with pytest.raises(Refused):
        written.finish(ONLY_ME, each={BEFORE: PARTNER})
    written.finish(PARTNER)
    assert not Share.objects.filter(step_key=BEFORE).exists()
    written.finish(ONLY_ME, each={BEFORE: THERAPIST})
    with pytest.raises(IntegrityError, match="the_private_check_is_never_offered"), transaction.atomic():
        Share.objects.update(audience=PARTNER, partner_from=NOON)


def test_it_has_a_page_of_its_own_to_change_it_that_leads_back_to_the_readers(alex, written):
    page = alex.get(at(written, "homework-step", NUMBER))
    assert "Step" not in words(page)
    assert "Your partner never can." in words(page)
    answer = alex.post(at(written, "homework-step", NUMBER), {**HOPE, "version": "0", "go": "continue"})
    assert answer["Location"] == at(written)


def test_it_does_not_move_the_place_where_one_goes_on(scene):
    scene.write("dear")
    before = scene.homework().step
    scene.look_before(HOPE)
    assert scene.homework().step == before > 0


@pytest.mark.parametrize("keep", [keep.value for keep in Keep])
@pytest.mark.parametrize("name", ["blake", "moreno", "casey", "nobody"])
def test_it_is_no_page_for_anybody_else(scene, clock, name, keep):
    scene.look_before(HOPE)
    client = scene.browser(name) if name != "nobody" else scene.browser("alex").__class__()
    for page in ("homework-step", "homework-save"):
        answer = client.post(at(scene, page, NUMBER), {**HOPE, "keep": keep})
        assert answer.status_code == (302 if name == "nobody" else 404)
    assert Reflection.objects.get().version == 1
