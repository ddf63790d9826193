"""When a save may go through: as a table, and as a promise that no order of saves can break."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exercises.commands import writing
from exercises.commands.writing import Keep
from exercises.models import EarlierText, Reflection
from exercises.versions import Judgement, Stamp, judge
from tests.exercises.scene import number, step

SAVE, SAME, CONFLICT = Judgement.SAVE, Judgement.SAME, Judgement.CONFLICT


@dataclass
class Kept:
    version: int
    tab: str = ""
    seq: int = 0


@pytest.mark.parametrize(
    ("kept", "stamp", "judgement"),
    [
        (None, Stamp(), SAVE),  # the first save of all
        (None, Stamp(3, "a", 9), SAVE),
        (Kept(2), Stamp(2), SAVE),  # pages without JavaScript
        (Kept(2), Stamp(1), CONFLICT),
        (Kept(2), Stamp(3), CONFLICT),  # a version that never was
        (Kept(2, "a", 4), Stamp(2, "a", 5), SAVE),
        (Kept(2, "a", 4), Stamp(0, "a", 5), SAVE),  # the page had not heard of its own last save yet
        (Kept(2, "a", 4), Stamp(2, "a", 4), SAME),  # sent twice
        (Kept(2, "a", 4), Stamp(0, "a", 3), SAME),  # late
        (Kept(2, "a", 4), Stamp(2, "b", 1), SAVE),  # another page that has seen this text
        (Kept(2, "a", 4), Stamp(1, "b", 9), CONFLICT),  # another page that has not
        (Kept(2, "a", 4), Stamp(1), CONFLICT),
        (Kept(2), Stamp(1, "a", 1), CONFLICT),
    ],
)
def test_it_lets_a_save_through_just_when_nothing_came_between(kept, stamp, judgement):
    assert judge(kept, stamp) is judgement


@dataclass
class Page:
    """A browser page: what it knows, and every save it has sent, which may arrive late or again."""

    name: str  # empty without scripts
    version: int = 0
    seq: int = 0
    sent: list[tuple[Stamp, str]] = field(default_factory=list)


class Desk:
    """Three pages of one person at one step, and what each was told is saved."""

    def __init__(self, deed, scripts):
        Reflection.objects.all().delete()
        self.deed = deed
        self.pages = [Page(name) for name in (["one", "two", "three"] if scripts else ["", "", ""])]
        self.told: dict[str, int] = {}  # the last save of a page that it knows is kept

    def kept(self):
        return Reflection.objects.first()

    def type(self, page, text):
        page.seq += 1
        page.sent.append((Stamp(page.version, page.name, page.seq if page.name else 0), text))

    def deliver(self, page, which):
        if not page.sent:
            return
        stamp, text = page.sent[which % len(page.sent)]
        before = self.kept()
        answer = writing.save_step(**self.deed, value=text, stamp=stamp)
        after = self.kept()
        if answer.judgement is CONFLICT:
            assert (after.value, after.version) == (before.value, before.version)
            assert after.value != text
            return
        if before and after.version != before.version:
            assert after.value == text
            own = bool(stamp.tab) and stamp.tab == before.tab
            assert own or stamp.version == before.version, "it wrote over a text it had not seen"
            assert not stamp.tab or stamp.seq > self.told.get(stamp.tab, 0), "it wrote over a later save of its own"
        if after.value == text:
            self.told[stamp.tab] = max(stamp.seq, self.told.get(stamp.tab, 0))
        page.version = answer.version

    def settle(self, page, keep):
        before = self.kept()
        if before is None:
            return
        answer = writing.settle(**self.deed, mine=f"mine {before.version}", version=before.version, keep=keep)
        page.version = answer.version
        there = [self.kept().value, *(text.value for text in EarlierText.objects.all())]
        assert any(before.value in text for text in there)
        assert any(f"mine {before.version}" in text for text in there)

    def reload(self, page, _nothing):
        kept = self.kept()
        page.version, page.name, page.seq = kept.version if kept else 0, page.name and page.name + "!", 0


events = st.one_of(
    st.tuples(st.just("type"), st.integers(0, 2), st.sampled_from(["dear", "dear you", "dear me"])),
    st.tuples(st.just("deliver"), st.integers(0, 2), st.integers(0, 5)),
    st.tuples(st.just("reload"), st.integers(0, 2), st.none()),
    st.tuples(st.just("settle"), st.integers(0, 2), st.sampled_from(list(Keep))),
)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_it_never_loses_a_text_that_it_said_was_saved(scene, scripts):
    homework, by = scene.homework(), scene.viewer("alex")
    deed = {"by": by, "homework": homework.pk, "number": number("letter"), "step": step("letter"), "at": by.at}

    @settings(max_examples=50, deadline=None)
    @given(events=st.lists(events, max_size=14))
    def hold(events):
        desk = Desk(deed, scripts)
        for what, which, detail in events:
            getattr(desk, what)(desk.pages[which], detail)

    hold()


def test_it_does_not_let_an_older_save_of_a_page_back_in(scene):
    """Typing a word and deleting it again: the last save has the words of the first."""
    scene.write("dear", stamp=Stamp(0, "a", 1))
    scene.write("dear", stamp=Stamp(1, "a", 3))
    scene.write("dear you", stamp=Stamp(1, "a", 2))
    assert scene.kept().value == "dear"
