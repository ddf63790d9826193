"""What leaves, as people take it: a calendar's address, everything of one's own, and what both may read."""

import zipfile

import pytest
import vobject
from django.utils import timezone

from clients.models import Appointment
from exercises.commands import exporting
from exercises.models import Export
from tests.journeys.test_writing import homework  # noqa: F401 - a fixture
from tests.journeys.waiting import until

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api", reason="journeys need playwright").expect
expect.set_options(timeout=15_000)


def test_an_address_is_made_and_a_calendar_reads_it(people, window):
    starts = timezone.now() + timezone.timedelta(days=3)
    couple = people.couple
    Appointment.objects.create(clinic=couple.clinic, couple=couple, starts_at=starts, made_at=timezone.now())
    alex = window()
    alex.sign_in("alex@example.org")
    alex.visit("/account/calendar/")
    alex.press("Make an address")
    alex.picture("account-calendar")
    address = alex.page.locator("#address").input_value()
    alex.page.get_by_label("What each entry is called").select_option("busy")
    alex.press("Save")
    program = window()
    answer = program.page.request.get(address)
    (event,) = vobject.readOne(answer.text()).contents["vevent"]
    assert event.summary.value == "Busy"
    assert event.dtstart.value == starts.replace(microsecond=0)
    alex.press("Switch it off")
    assert program.page.request.get(address).status == 404


@pytest.mark.parametrize("scripts", [True, False])
def test_ones_own_file_is_asked_for_waited_for_and_taken(people, window, homework, tmp_path, scripts):  # noqa: F811
    alex = window(java_script_enabled=scripts)
    alex.sign_in("alex@example.org")
    alex.visit("/account/export/")
    alex.picture("export")
    alex.press("Make my file")
    expect(alex.page.get_by_role("progressbar")).to_be_visible()
    alex.picture("export-waiting")
    assert exporting.make(person=str(people.alex.pk), at=timezone.now())
    if not scripts:
        alex.follow("Look again")
    expect(alex.page.get_by_role("link", name="Take the file")).to_be_visible()
    alex.glance()
    alex.picture("export-ready")
    with alex.page.expect_download() as taking:
        alex.page.get_by_role("link", name="Take the file").click()
    assert taking.value.suggested_filename == "notes.zip"
    taking.value.save_as(tmp_path / "notes.zip")
    with zipfile.ZipFile(tmp_path / "notes.zip") as archive:
        assert b"alex@example.org" in archive.read("notes.json")
    alex.press("Remove it now")
    until(lambda: not Export.objects.exists())


def test_what_both_may_read_leaves_when_both_have_said_so(people, window):
    record = f"/t/couples/{people.couple.pk}/record/"
    moreno = window(1280)
    moreno.sign_in("moreno@example.org")
    moreno.visit(record)
    moreno.press("Ask Alex")
    moreno.press("Ask Blake")
    moreno.picture("record")
    for name in ("alex", "blake"):
        expect(moreno.main).to_contain_text("Not both have authorised it.")
        partner = window()
        partner.sign_in(f"{name}@example.org")
        partner.visit("/account/record/")
        partner.picture("record-own")
        partner.page.get_by_role("checkbox").check()
        partner.press("Give my word")
        expect(partner.main).to_contain_text("You gave your word on")
        moreno.visit(record)
    expect(moreno.main).to_contain_text("Both have authorised it.")
    with moreno.page.expect_download() as taking:
        moreno.button("Take the file").click()
    assert taking.value.suggested_filename == "notes.html"
