"""What Eye Level is for, from the first invitation to the reminder, as three people live it."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from clients.commands.clinic import add_clinic
from clients.commands.places import join
from clients.commands.staff import add_staff
from exercises.commands.library import load_library
from exercises.schedule import send_due_reminders
from tests.cast import PASSWORD, app_of
from tests.journeys.waiting import until

pytestmark = [pytest.mark.long, pytest.mark.journey, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api", reason="journeys need playwright").expect
expect.set_options(timeout=15_000)

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = dt.datetime(2026, 3, 2, 15, 0, tzinfo=BERLIN)
TITLE, SECOND = "Something from my week", "One thing I appreciate"
PASSWORD_OF_BOTH = "thirty geese over the lake"
ROBIN, SAM = "robin@example.org", "sam@example.org"


def on(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return MONDAY.replace(day=day, hour=hour, minute=minute)


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=True) as traveller:
        yield traveller


@pytest.fixture
def june(clock, site, transactional_db, mailbox, window):
    """A therapist in a clinic that is there already, before a wide screen."""
    at = timezone.now()
    load_library(at=at)
    clinic = add_clinic(
        name="Riverside", time_zone="Europe/Berlin", crisis_text="If you are in danger now, call 112.", by=None, at=at
    )
    place = add_staff(
        clinic=clinic, name="June Moreno", email="june@example.org", is_therapist=True, is_admin=False, by=None, at=at
    )
    person = User.objects.create_user("june@example.org", PASSWORD, chosen_name="June", time_zone="Europe/Berlin")
    join(place=place, user=person, at=at)
    app_of(person).save()
    june = window(1280)
    june.sign_in("june@example.org")
    return june


def test_from_the_invitation_to_the_reminder(june, clock, mailbox, window):
    robin, sam = window(), window()
    add_the_couple(june)
    for person, address in ((robin, ROBIN), (sam, SAM)):
        join_by_letter(person, mailbox.to(address))
    assign_it(june, "2026-03-04")
    write_and_offer(robin)
    write_for_the_therapist(sam)

    june.visit("/t/inbox/")
    expect(june.main).to_contain_text("All caught up.")
    sam.visit("/shared/")
    expect(sam.main).to_contain_text("Nothing here.")
    clock.shift(dt.timedelta(minutes=11))
    review(june)
    sam.visit("/shared/")
    expect(sam.main).to_contain_text("Nothing here.")

    clock.move_to(on(2, 18, 1))  # long enough for every session to have ended
    for person, address in ((robin, ROBIN), (sam, SAM)):
        person.sign_in(address, PASSWORD_OF_BOTH)
    june.sign_in("june@example.org")
    read_what_was_offered(sam, robin)
    remind_who_has_not_finished(june, robin, clock, mailbox)


def add_the_couple(june):
    expect(june.main).to_contain_text("No couples yet.")
    june.look()
    june.follow("Add a couple")
    june.fill("Name on your lists", "Harbour")
    for block, name, address in (("One partner", "Robin", ROBIN), ("The other partner", "Sam", SAM)):
        place = june.page.get_by_role("group", name=block)
        place.get_by_label("Name").fill(name)
        place.get_by_label("E-mail address").fill(address)
    june.press("Add the couple")
    june.press("Invite (Robin)")
    june.press("Invite (Sam)")
    expect(june.main).to_contain_text("Invited on")


def join_by_letter(person, letters):
    (letter,) = letters
    for word in ("Robin", "Sam", "June", "Riverside", "therap", "couple"):
        assert word not in letter.subject + letter.text
    person.visit(letter.link)
    expect(person.main).to_contain_text("June of Riverside invites you")
    person.fill("Password", PASSWORD_OF_BOTH)
    person.press("Accept the invitation")
    expect(person.main).to_contain_text("You are not asked again.")
    person.picture("welcome")
    person.follow("Not now")
    expect(person.main).to_contain_text("Something to read first")
    person.follow("Have a look")
    for _document in range(2):
        person.press("I have read this and agree")
    expect(person.main).to_contain_text("Nothing for today.")


def assign_it(june, day):
    june.visit("/t/library/")
    june.picture("library")
    june.fill("Find an exercise", TITLE)
    expect(june.main.locator(".rows li").filter(has_text=TITLE)).to_have_count(1)
    june.follow(TITLE)
    june.follow("Harbour")
    june.fill("A note to them", "A gentle beginning. If nothing comes, that is an answer, too.")
    june.page.get_by_label("By a day I choose").check()
    june.fill("Day", day)
    june.picture("assign")
    june.press("Assign")
    expect(june.main.locator("table")).to_contain_text(TITLE)


def begin(person):
    person.visit("/today/")
    expect(person.main).to_contain_text("Meant for Wednesday 4 March, or whenever you’re ready.")
    person.follow("Have a look")
    expect(person.main).to_contain_text("A note from June")
    person.follow("Start")
    person.press("Continue")


def write_and_offer(robin):
    robin.visit("/today/")
    robin.picture("today")
    begin(robin)
    robin.page.locator("[name=answer]").fill("The harbour on Sunday")
    robin.press("Continue")
    box = robin.page.locator("textarea")
    box.press_sequentially("Gulls, wet rope, and nobody who wanted anything.")
    expect(robin.page.locator("#status")).to_contain_text("Saved 15:")
    robin.picture("step")
    robin.press("Continue")
    robin.page.get_by_label("Peace").check()
    robin.press("Continue")
    robin.page.get_by_label("4", exact=True).check()
    robin.press("Continue")
    robin.press("Skip this one")
    robin.page.locator("[name=answer]").fill("I miss being nobody for an hour.")
    robin.press("Continue")
    expect(robin.main).to_contain_text("Skipped")
    robin.follow("Continue")
    robin.page.get_by_label("My therapist and my partner").check()
    robin.picture("sharing")
    robin.page.get_by_text("Choose for single answers").click()
    robin.main.get_by_label("If you put it all into one line").select_option(label="Only me")
    robin.press("Continue")
    expect(robin.main).to_contain_text("from Monday 2 March, 18:00")
    expect(robin.main).not_to_contain_text("I miss being nobody")
    robin.press("Offer it")
    expect(robin.main).to_contain_text("The rest is only for you.")


def write_for_the_therapist(sam):
    begin(sam)
    sam.page.locator("[name=answer]").fill("A normal week")
    sam.press("Continue")
    sam.page.locator("textarea").fill("The kitchen at six, before anybody is up.")
    sam.press("Continue")
    for _ in range(4):
        sam.press("Skip this one")
    sam.follow("Continue")
    sam.page.get_by_role("radio", name="My therapist Your").check()
    sam.press("Continue")
    expect(sam.main).to_contain_text("Your therapist can read what you chose to share from Monday 2 March")


def review(june):
    june.visit("/t/")
    june.picture("caseload")
    june.visit("/t/inbox/")
    june.follow(TITLE)
    expect(june.main).to_contain_text("Gulls, wet rope")
    expect(june.main).to_contain_text("The kitchen at six")
    expect(june.main).not_to_contain_text("I miss being nobody")
    answer = june.page.locator("#step-back-there")
    answer.get_by_role("button", name="Mark for the session").click()
    expect(answer.get_by_role("button", name="Marked for the session")).to_have_attribute("aria-pressed", "true")
    june.picture("review")
    june.follow("Open my note")
    june.fill("Password", PASSWORD)  # eleven minutes after signing in
    june.press("Continue")
    note = june.page.get_by_label("For me alone")
    note.press_sequentially("Both of them look for quiet. Say so together?")
    expect(june.page.locator("#status")).to_contain_text("Saved 15:")
    june.button("Save").click()
    june.page.reload()
    expect(note).to_have_value("Both of them look for quiet. Say so together?")
    june.look()
    june.visit("/t/inbox/")
    expect(june.main).to_contain_text("All caught up.")
    june.visit("/t/")
    june.follow("Harbour")
    expect(june.main.get_by_role("link", name="Go back there. What do you see, hear and feel?")).to_be_visible()


def read_what_was_offered(sam, robin):
    sam.visit("/shared/")
    sam.follow(TITLE)
    expect(sam.main).to_contain_text("Robin offered this to you. You don’t need to respond.")
    expect(sam.main).to_contain_text("Gulls, wet rope, and nobody who wanted anything.")
    expect(sam.main).not_to_contain_text("I miss being nobody")
    sam.picture("shared")
    sam.watch.expect("status of 404")
    offered = sam.path.split("/")[-2]
    for hidden in ("w", "reflections"):
        sam.page.goto(f"/{hidden}/{offered}/")
        expect(sam.main).to_contain_text("This page is not here")
        expect(sam.main).not_to_contain_text("Gulls")
    robin.visit("/shared/")
    expect(robin.main).to_contain_text("Nothing here.")


def remind_who_has_not_finished(june, robin, clock, mailbox):
    june.visit("/t/")
    june.follow("Harbour")
    june.follow("Assign an exercise")
    june.page.get_by_label("Exercise", exact=True).select_option(label=SECOND)
    june.page.get_by_label("By a day I choose").check()
    june.fill("Day", "2026-03-05")
    june.press("Assign")
    mailbox.letters.clear()

    clock.move_to(on(3, 18, 30))  # the first exercise is finished by both: nobody is reminded of it
    send_due_reminders()
    assert mailbox.letters == []

    robin.sign_in(ROBIN, PASSWORD_OF_BOTH)
    robin.follow("Have a look")
    robin.follow("Start")
    while "/check/" not in robin.path:
        skip = robin.button("Skip this one")
        robin.press("Skip this one" if skip.count() else "Continue")
    robin.follow("Continue")
    robin.page.get_by_role("radio", name="Only me").check()
    robin.press("Continue")
    expect(robin.main).to_contain_text("Only you can read this. That is a full answer.")

    clock.move_to(on(4, 17, 55))
    send_due_reminders()
    assert mailbox.letters == []
    clock.move_to(on(4, 18, 1))
    send_due_reminders()
    send_due_reminders()
    until(lambda: mailbox.letters)
    (letter,) = mailbox.letters
    assert letter.to == SAM
    assert letter.subject == "A note for you"
    for word in ("Robin", "Sam", "June", "Harbour", "Riverside", "exercise", "therap", "partner", SECOND):
        assert word.lower() not in letter.text.lower()
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in letter.whole
