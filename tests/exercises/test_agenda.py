"""The agenda: planned from what waits; of it, both see what their therapist published, on a screen and on paper."""

import io

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from pypdf import PdfReader

from clients.models import Appointment, Couple
from clients.states import CoupleState
from exercises.commands import agenda as commands
from exercises.commands import reviewing, sessions, wishing
from exercises.models import AgendaItem, Mark
from exercises.queries import sessions as shown
from exercises.queries.agenda import agenda
from exercises.states import AgendaKind, Audience, Frame, Instead
from safekeeping.verdict import Refused
from tests.cast import NOON
from tests.exercises.page import HTMX, html, words
from tests.exercises.scene import DAY, HOUR, content, new_version

LATER = NOON + HOUR
PRIVATE = "kestrel-private-words"


@pytest.fixture
def later(scene, clock):
    """After the clinic's hold: what was sent to the therapist can be read."""
    clock.move_to(LATER)
    return scene.browser("moreno")


def plan(scene, at=LATER):
    return agenda(scene.cast.couple, viewer=scene.viewer("moreno", at))


def kinds(scene):
    return [row.kind for row in plan(scene)]


def about(scene):
    return {"by": scene.viewer("moreno", LATER), "couple": scene.cast.couple, "at": LATER}


def add(scene, text, minutes=None):
    commands.add(**about(scene), text=text, minutes=minutes)


def mark(scene, key="letter", assignment=None):
    reviewing.mark(
        by=scene.viewer("moreno"), assignment=assignment or scene.assignment, step_key=key, marked=True, at=NOON
    )


def raises(scene, name="alex"):
    sessions.keep_note(
        by=scene.viewer(name),
        place=scene.cast.places[name],
        text=PRIVATE,
        audience=Audience.THERAPIST,
        version=0,
        at=NOON,
    )


def row_of(scene, kind):
    return next(row for row in plan(scene) if row.kind == kind)


def publish(scene, kind, opens=False):
    commands.publish(**about(scene), key=row_of(scene, kind).key, opens=opens)


def everything(scene):
    """One of each kind, with private words in those that have some."""
    scene.assign(version=new_version(content(slug="weekly-check-in", number=901, title="A look at the week")))
    raises(scene)
    mark(scene)
    wishing.wish(
        by=scene.viewer("blake"), homework=scene.homework("blake"), instead=Instead.SESSION, reason=PRIVATE, at=NOON
    )
    add(scene, "How we say goodbye", 10)


# --- what it is made of


def test_it_gathers_what_waits_and_own_words(scene):
    everything(scene)
    assert sorted(kinds(scene)) == sorted(AgendaKind)
    said = {row.kind: (row.title, row.words) for row in plan(scene)}
    assert said[AgendaKind.RAISED] == ("Alex", PRIVATE)
    assert said[AgendaKind.WISH] == ("Blake", PRIVATE)
    assert said[AgendaKind.MARK] == ("Write a letter", "")
    assert said[AgendaKind.CHECK_IN] == ("A look at the week", "")


def test_looking_at_it_writes_nothing_but_a_line_of_the_trail(scene, later):
    everything(scene)
    before = AgendaItem.objects.count()
    assert PRIVATE in words(later.get(reverse("agenda", args=[scene.cast.couple.pk])))
    assert AgendaItem.objects.count() == before


def test_a_mark_or_a_note_that_is_taken_back_leaves_it(scene):
    everything(scene)
    reviewing.mark(by=scene.viewer("moreno"), assignment=scene.assignment, step_key="letter", marked=False, at=LATER)
    sessions.keep_note(by=scene.viewer("alex", LATER), place=scene.cast.places["alex"], text=PRIVATE,
                       audience=Audience.ONLY_ME, version=1, at=LATER)  # fmt: skip
    assert {AgendaKind.MARK, AgendaKind.RAISED}.isdisjoint(kinds(scene))


def test_a_check_in_that_was_talked_about_comes_again_with_the_next_one(scene):
    version = new_version(content(slug="weekly-check-in", number=901, title="A look at the week"))
    scene.assign(version=version)
    commands.tick(**about(scene), key=row_of(scene, AgendaKind.CHECK_IN).key, done=True)
    sessions.sum_up(**about(scene), text="x", then="", exercise=None, version=0)
    assert AgendaKind.CHECK_IN not in kinds(scene)
    scene.assign(version=version, at=LATER + DAY)
    assert AgendaKind.CHECK_IN in [row.kind for row in plan(scene, LATER + 2 * DAY)]


def test_the_check_in_stays_on_the_agenda_while_the_session_goes_on_and_not_for_the_next(scene):
    scene.assign(version=new_version(content(slug="weekly-check-in", number=901, title="A look at the week")))
    Appointment.objects.create(
        clinic=scene.cast.riverside, couple=scene.cast.couple, starts_at=NOON + HOUR, made_at=NOON
    )
    for at, is_there in ((NOON + 2 * HOUR, True), (NOON + 2 * DAY, False)):
        assert (AgendaKind.CHECK_IN in [row.kind for row in plan(scene, at)]) == is_there


# --- planning


def test_it_keeps_the_order_that_was_chosen(scene):
    everything(scene)
    for text in ("second", "third"):
        add(scene, text)
    titles = [row.title for row in plan(scene)]
    commands.rise(**about(scene), key=plan(scene)[-1].key, places=1)
    titles[-1], titles[-2] = titles[-2], titles[-1]
    assert [row.title for row in plan(scene)] == titles
    commands.rise(**about(scene), key=plan(scene)[0].key, places=1)
    commands.rise(**about(scene), key=plan(scene)[-1].key, places=-1)
    assert [row.title for row in plan(scene)] == titles
    commands.rise(**about(scene), key=plan(scene)[0].key, places=-1)
    titles[0], titles[1] = titles[1], titles[0]
    assert [row.title for row in plan(scene)] == titles


def test_it_ticks_times_and_takes_off(scene):
    everything(scene)
    for row in plan(scene):
        commands.tick(**about(scene), key=row.key, done=True)
        commands.allow_minutes(**about(scene), key=row.key, minutes=7)
    assert all(row.is_done and row.item.minutes == 7 for row in plan(scene))
    commands.tick(**about(scene), key=plan(scene)[0].key, done=False)
    assert not plan(scene)[0].is_done
    for row in plan(scene):
        commands.drop(**about(scene), key=row.key)
    assert plan(scene) == []
    assert not Mark.objects.exists()


def test_a_line_that_another_window_has_taken_off_is_refused(scene, later):
    add(scene, "once")
    key = plan(scene)[0].key
    commands.drop(**about(scene), key=key)
    answer = later.post(reverse("agenda", args=[scene.cast.couple.pk]), {"deed": "tick", "row": key})
    assert answer.status_code == 403
    assert "no longer on the agenda" in words(answer)


@pytest.mark.parametrize(
    "sent", [{"text": ""}, {"text": "x" * 301}, {"text": "a", "minutes": "0"}, {"deed": "minutes", "minutes": "no"}]
)
def test_it_says_what_is_wrong(scene, later, sent):
    assert later.post(reverse("agenda", args=[scene.cast.couple.pk]), sent).status_code == 422
    assert not AgendaItem.objects.exists()


def test_the_page_does_each_of_its_deeds_by_htmx_and_without(scene, later):
    page = reverse("agenda", args=[scene.cast.couple.pk])
    assert later.post(page, {"deed": "add", "text": "One", "minutes": "5"}).status_code == 302
    key = plan(scene)[0].key
    for deed in ("tick", "untick", "up", "down", "publish", "withhold", "minutes"):
        answer = later.post(page, {"deed": deed, "row": key, "minutes": "9"}, headers=HTMX)
        assert answer.status_code == 200
        assert html(answer).startswith('<div id="agenda"')
    assert later.post(page, {"deed": "drop", "row": key}).status_code == 302
    assert later.post(page, {"deed": "nothing", "row": key}).status_code == 404


def test_an_ended_couple_has_none_to_plan(scene, later):
    Couple.objects.filter(pk=scene.cast.couple.pk).update(state=CoupleState.ENDED)
    page = reverse("agenda", args=[scene.cast.couple.pk])
    assert later.get(page).status_code == 200
    assert later.post(page, {"text": "One"}).status_code == 403


def test_there_is_an_end_to_how_much_it_holds(scene, monkeypatch):
    monkeypatch.setattr(commands, "MOST", 2)
    add(scene, "one")
    add(scene, "two")
    with pytest.raises(Refused) as refused:
        add(scene, "three")
    assert refused.value.verdict.code == "enough"


# --- publishing


@pytest.mark.parametrize("kind", [AgendaKind.RAISED, AgendaKind.WISH])
def test_what_a_partner_said_in_private_is_never_published(scene, kind):
    everything(scene)
    with pytest.raises(Refused) as refused:
        publish(scene, kind)
    assert refused.value.verdict.code == "private"
    commands.tick(**about(scene), key=row_of(scene, kind).key, done=True)
    with pytest.raises(IntegrityError, match="nothing_private_is_published"), transaction.atomic():
        AgendaItem.objects.filter(kind=kind).update(published_at=LATER)


def test_of_a_mark_both_read_the_name_of_the_exercise_and_nothing_else(scene):
    everything(scene)
    publish(scene, AgendaKind.MARK)
    publish(scene, AgendaKind.OWN)
    for name in ("alex", "blake"):
        read = shown.published(scene.cast.couple, viewer=scene.viewer(name, LATER))
        assert {one.words for one in read} == {"A small one", "How we say goodbye"}


def test_an_exercise_that_one_alone_was_given_is_not_named_to_both(scene):
    mark(scene, assignment=scene.assign("alex"))
    with pytest.raises(Refused) as refused:
        publish(scene, AgendaKind.MARK)
    assert refused.value.verdict.code == "given_to_one"


def test_it_can_be_taken_from_both_again_and_ends_with_the_session(scene):
    everything(scene)
    publish(scene, AgendaKind.OWN)
    commands.withhold(**about(scene), key=row_of(scene, AgendaKind.OWN).key)
    assert shown.published(scene.cast.couple, viewer=scene.viewer("alex", LATER)) == []
    publish(scene, AgendaKind.OWN)
    commands.tick(**about(scene), key=row_of(scene, AgendaKind.OWN).key, done=True)
    assert len(shown.published(scene.cast.couple, viewer=scene.viewer("alex", LATER))) == 1
    sessions.sum_up(**about(scene), text="x", then="", exercise=None, version=0)
    assert shown.published(scene.cast.couple, viewer=scene.viewer("alex", LATER)) == []


def test_both_pages_show_what_is_published_alone(scene, clock):
    everything(scene)
    publish(scene, AgendaKind.OWN)
    clock.move_to(LATER)
    assert "How we say goodbye" in words(scene.browser("alex").get(reverse("session-next")))
    assert PRIVATE not in words(scene.browser("blake").get(reverse("session-next")))


# --- with both in the room


def gives_for_the_room(scene, *names):
    given = scene.assign(frame=Frame.READ_TOGETHER)
    for name in names:
        scene.write(f"dear, says {name}", name=name, assignment=given)
        scene.write(PRIVATE, key="line", name=name, assignment=given)
        scene.finish(Audience.THERAPIST, name=name, assignment=given, each={"letter": Audience.SESSION})
    mark(scene, assignment=given)
    return given


def present(scene, browser, method="get", **data):
    return getattr(browser, method)(reverse("agenda-present", args=[scene.cast.couple.pk]), data)


def test_it_shows_one_published_thing_at_a_time(scene, later):
    everything(scene)
    publish(scene, AgendaKind.OWN)
    publish(scene, AgendaKind.MARK)
    first, second = (words(present(scene, later, n=n)) for n in (1, 2))
    assert {"How we say goodbye" in first, "How we say goodbye" in second} == {True, False}
    for n in ("0", "3", "99", "x", "-1"):
        assert present(scene, later, n=n).status_code == 200


def test_nothing_of_one_alone_is_on_the_screen_or_on_paper(scene, later):
    everything(scene)
    add(scene, "for me alone")
    publish(scene, AgendaKind.OWN)
    for name in ("agenda-present", "agenda-print"):
        page = html(later.get(reverse(name, args=[scene.cast.couple.pk])))
        for private in (PRIVATE, "for me alone", "River stones", "Blake", "Alex", "letter"):
            assert private not in page


def test_it_opens_in_the_room_what_was_given_for_that_and_nothing_else(scene, later):
    gives_for_the_room(scene, "alex", "blake")
    publish(scene, AgendaKind.MARK, opens=True)
    assert "dear, says" not in words(present(scene, later))
    opened = words(present(scene, later, "post", n=1))
    assert "dear, says alex" in opened
    assert "dear, says blake" in opened
    assert PRIVATE not in opened


def test_it_leaves_no_empty_place_for_whoever_gave_nothing(scene, later):
    gives_for_the_room(scene, "alex")
    assert row_of(scene, AgendaKind.MARK).ready == ("Alex",)
    publish(scene, AgendaKind.MARK, opens=True)
    opened = words(present(scene, later, "post", n=1))
    assert "dear, says alex" in opened
    assert "Blake" not in opened


def test_it_opens_none_that_was_not_published_to_be_opened(scene, later):
    gives_for_the_room(scene, "alex", "blake")
    publish(scene, AgendaKind.MARK)
    assert "dear, says" not in words(present(scene, later, "post", n=1))


def test_what_was_sent_to_the_therapist_alone_is_not_opened(scene, later):
    given = scene.assign()
    scene.write(PRIVATE, assignment=given)
    scene.finish(Audience.THERAPIST, assignment=given)
    mark(scene, assignment=given)
    publish(scene, AgendaKind.MARK, opens=True)
    assert PRIVATE not in words(present(scene, later, "post", n=1))


# --- on paper


def paper(scene, browser):
    answer = browser.get(reverse("agenda-pdf", args=[scene.cast.couple.pk]))
    assert answer.headers["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(answer.content))


def headings(reader):
    """The kinds of the elements of a tagged PDF, in the order in which they are read."""

    def walk(node):
        node = node.get_object()
        if not isinstance(node, dict):
            return
        if "/S" in node:
            yield node["/S"]
        children = node.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            yield from walk(child) if hasattr(child, "get_object") else ()

    return list(walk(reader.trailer["/Root"]["/StructTreeRoot"]))


def test_the_pdf_can_be_read_by_a_screen_reader(scene, later):
    Appointment.objects.create(
        clinic=scene.cast.riverside, couple=scene.cast.couple, starts_at=NOON + DAY, made_at=NOON
    )
    everything(scene)
    publish(scene, AgendaKind.OWN)
    reader = paper(scene, later)
    root = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"], reader.metadata.title) == ("en", True, "Session")
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    tags = headings(reader)
    assert tags.index("/H1") < tags.index("/H2") < tags.index("/L")
    text = reader.pages[0].extract_text()
    for said in ("Tuesday 3 March 2026, 13:00", "What we talk about", "How we say goodbye", "10 minutes"):
        assert said in text


def test_the_pdf_holds_nothing_of_one_alone(scene, later):
    everything(scene)
    gives_for_the_room(scene, "alex")
    add(scene, "for me alone")
    publish(scene, AgendaKind.OWN)
    text = "".join(page.extract_text() for page in paper(scene, later).pages)
    for private in (PRIVATE, "for me alone", "River stones", "Blake", "Alex", "dear"):
        assert private not in text


@pytest.mark.parametrize(
    ("text", "is_accessible"),
    [
        ('#set page(fill: red) $x^2$ *bold* _so_ [x] <a> @b \\ " // -', True),
        ('#read("/etc/passwd") #import "x.typ" #sys.inputs', True),
        ("שלום", True),
        ("مرحبا", True),
        ("a seed 🌱", False),
        ("日本", False),
    ],
)
def test_the_pdf_shows_any_text_as_it_is(scene, later, text, is_accessible):
    add(scene, text)
    publish(scene, AgendaKind.OWN)
    reader = paper(scene, later)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert (b"pdfuaid" in root["/Metadata"].get_object().get_data()) == is_accessible
    if text.isascii():
        assert text.split() == reader.pages[0].extract_text().partition("1. ")[2].split()


def test_the_pdf_takes_what_cannot_be_seen(scene, later):
    page = reverse("agenda", args=[scene.cast.couple.pk])
    later.post(page, {"deed": "add", "text": "a\x01b \u202eturned\u2069 \u200b end"})
    publish(scene, AgendaKind.OWN)
    assert "/StructTreeRoot" in paper(scene, later).trailer["/Root"]


def test_there_is_a_paper_when_nothing_is_published(scene, later):
    assert "Nothing is published yet." in paper(scene, later).pages[0].extract_text()


@pytest.mark.parametrize(
    ("after", "named"),
    [
        (-HOUR, "Monday 2 March 2026, 13:00"),
        (HOUR / 2, "Monday 2 March 2026, 13:00"),
        (HOUR, "Monday 9 March 2026, 13:00"),
    ],
)
def test_it_is_the_agenda_of_the_session_that_goes_on_until_it_is_over(scene, clock, after, named):
    for days in (0, 7):
        couple = scene.cast.couple
        Appointment.objects.create(
            clinic=couple.clinic, couple=couple, starts_at=NOON + days * DAY, made_at=NOON - DAY, minutes=50
        )
    clock.move_to(NOON + after)
    assert named in words(scene.browser("moreno").get(reverse("agenda", args=[couple.pk])))
