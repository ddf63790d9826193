"""Ten minutes before a session: what is new, from one to the next by keys, a private note, a reply, a note for both."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from clients.queries import viewer_of
from exercises.commands import assigning, sharing, writing
from exercises.models import Homework, PrivateNote, Reply
from exercises.queries.library import current_versions
from exercises.states import Audience, Frame
from exercises.versions import Stamp
from tests.cast import PASSWORD
from tests.journeys.conftest import EXERCISE
from tests.second import code

SAVED = re.compile(r"Saved \d\d:\d\d")


@pytest.fixture
def shared(people):
    """Twice the same exercise; Alex and Blake have let their therapist read an answer of each."""
    people.riverside.__class__.objects.update(hold_minutes=0)
    version, at, given = current_versions()[EXERCISE], timezone.now(), []
    number, step = next((n, one) for n, one in enumerate(version.content.steps, 1) if one.kind == "prompt")
    for turn in ("once", "again"):
        given.append(
            assigning.assign(
                by=viewer_of(people.moreno, at=at), couple=people.couple, version=version,
                partners=[people.places["alex"], people.places["blake"]], frame=Frame.OFFER, at=at,
            )
        )  # fmt: skip
        for name in ("alex", "blake"):
            by = viewer_of(people.people[name], at=at)
            copy = Homework.objects.get(assignment=given[-1], partner=people.places[name])
            writing.save_step(
                by=by, homework=copy.pk, number=number, step=step, value=f"{name}, {turn}", stamp=Stamp(), at=at
            )
            sharing.choose_readers(by=by, homework=copy, audience=Audience.THERAPIST, at=at)
    return given


@pytest.fixture
def moreno(window):
    person = window(1280)
    person.sign_in("moreno@example.org")
    return person


def alt(person, letter):
    """As a keyboard sends it: Playwright's own leaves out the letter that an access key is found by."""
    keyboard = person.page.context.new_cdp_session(person.page)
    key = {"modifiers": 1, "key": letter, "code": f"Key{letter.upper()}", "windowsVirtualKeyCode": ord(letter.upper())}
    with person.page.expect_navigation():
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", "unmodifiedText": letter, **key})
    keyboard.detach()


def test_it_goes_through_what_is_new_and_writes_to_each(people, shared, moreno):
    moreno.visit(f"/t/couples/{people.couple.pk}/review/")
    moreno.picture("since")
    moreno.page.locator("main .rows__link").first.click()
    expect(moreno.main).to_contain_text(re.compile("(alex|blake), (once|again)"))
    here = moreno.page.url.partition("#")[0]
    moreno.look()
    moreno.picture("side-by-side")
    moreno.button("Mark for the session").first.click()
    expect(moreno.button("Marked for the session")).to_have_count(1)
    expect(moreno.button("Marked for the session")).to_be_focused()
    alt(moreno, "n")
    assert moreno.page.url != here
    alt(moreno, "p")
    assert moreno.page.url == here
    with moreno.page.expect_navigation():
        moreno.page.get_by_role("link", name=re.compile("Other times.*Alex")).click()
    moreno.look()
    expect(moreno.main).to_contain_text("alex, once")
    expect(moreno.main).to_contain_text("alex, again")
    expect(moreno.main).not_to_contain_text("blake, ")
    moreno.picture("other-times")
    moreno.visit(here)
    moreno.follow("Write to one or both")
    moreno.page.get_by_label("Alex alone. Blake is told nothing of it.").check()
    moreno.fill("What you want to say", "Thank you for this.")
    moreno.picture("reply")
    moreno.press("Check before sending")
    expect(moreno.main).to_contain_text("Alex alone. Blake is told nothing of it.")
    moreno.press("Send it")
    assert [one.partner_id for one in Reply.objects.all()] == [people.places["alex"].pk]
    moreno.visit(f"/t/couples/{people.couple.pk}/notes/")
    moreno.press("Begin a note for both")
    moreno.page.get_by_label("For both partners").press_sequentially("You both look for quiet.")
    expect(moreno.page.locator("#status")).to_have_text(SAVED)
    moreno.picture("note-for-both")
    moreno.follow("Look at it and publish")
    moreno.press("Publish for both")
    expect(moreno.main).to_contain_text("Both partners can read this from")
    moreno.visit(f"/t/couples/{people.couple.pk}/balance/")
    moreno.picture("balance")


def test_it_keeps_what_was_typed_where_a_private_note_asks_to_sign_in_again(people, shared, moreno, settings):
    moreno.watch.expect("status of 403", "Response Status Error Code 403")
    moreno.visit(f"/t/review/{shared[0].pk}/note/")
    moreno.picture("private-note")
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0  # ten minutes have gone by
    box = moreno.page.get_by_label("For me alone")
    box.press_sequentially("Both look for quiet.")
    dialog = moreno.page.locator("dialog#reauth")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_label("Password")).to_be_visible()
    assert not PrivateNote.objects.exists()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
    dialog.get_by_label("E-mail address").fill("moreno@example.org")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    second = dialog.get_by_label("Code")
    expect(second).to_be_visible()
    second.fill(code(ago=-1))
    dialog.get_by_role("button", name="Continue").click()
    expect(dialog).not_to_be_visible()
    expect(moreno.page.locator("#status")).to_have_text(SAVED)
    expect(box).to_have_value("Both look for quiet.")
    assert PrivateNote.objects.get().text == "Both look for quiet."


def test_it_fits_a_telephone_in_the_dark(people, shared, window):
    moreno = window(360, color_scheme="dark")
    moreno.sign_in("moreno@example.org")
    pk, couple = shared[0].pk, people.couple.pk
    for path in (f"couples/{couple}/review/", f"review/{pk}/", f"review/{pk}/note/", f"review/{pk}/reply/",
                 f"couples/{couple}/notes/", f"couples/{couple}/balance/"):  # fmt: skip
        moreno.visit(f"/t/{path}")
        moreno.look()
