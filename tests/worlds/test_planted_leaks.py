"""The harness itself: every planted leak is caught, and the product without one passes the same schedules."""

import pytest

from tests.worlds.deeds import DEEDS, Act, Passing, does
from tests.worlds.leaks import LEAKS
from tests.worlds.observers import ALONE, OBSERVERS
from tests.worlds.schedule import Interference, Step, alike, compare
from tests.worlds.world import Depth

GLANCE = Depth(crawl_at_end=False)
CRAWL = Depth()
PROBE = Depth(methods=7)  # each of them once


def only(act: Act) -> Step:
    return Step(act, None)


def other_words(who: str, name: str, word: str, one: str, other: str, **same: object) -> Step:
    return Step(does(who, name, **{word: one}, **same), does(who, name, **{word: other}, **same))


COUPLE = [
    only(does("moreno", "gives", of=ALONE, to="alex")),
    only(does("alex", "looks_around")),
    alike(does("moreno", "gives", of="the third", to="alex and blake")),
    only(does("alex", "types", of="the first", key="line", text="kept")),
    alike(does("alex", "offers", of="the first", key="letter", text="for you")),
    only(does("alex", "types", of="the second", key="letter", text="kept as well")),
    only(does("alex", "finishes", of="the second", audience="therapist", line="")),
    alike(does("blake", "writes", of="the third", key="letter", text="mine")),
    only(does("alex", "signs_in", times=4)),
    alike(does("blake", "signs_in", times=2)),
    only(does("alex", "leaves")),
    alike(Passing(31)),
    only(does("moreno", "reviews", of="the second", note="a note", key="letter")),
    only(does("alex", "types", of="the first", key="letter", text="not this")),
    only(does("alex", "types", of=ALONE, key="letter", text="for nobody")),
    alike(does("alex", "offers", of="the first", key="letter", text="for you")),
]
STRANGERS = [
    only(does("adair", "runs_clinic", crisis="Call 116 123.", hold=15)),
    only(does("alex", "types", of="the first", key="letter", text="kept")),
    only(does("moreno", "gives", of="the third", to="alex and blake")),
    only(does("blake", "finishes", of="the second", audience="partner", line="")),
    alike(Passing(31)),
]
SCHEDULES = {
    "blake": COUPLE,
    "casey": STRANGERS[1:],
    "okafor": STRANGERS,
    "ellis": STRANGERS,
    "adair": [
        other_words("alex", "types", "text", "kept", "kept, and longer", of="the first", key="letter"),
        other_words("alex", "finishes", "audience", "only_me", "therapist", of="the first", line=""),
        alike(Passing(7)),
        other_words("moreno", "reviews", "note", "a note", "another, longer note", of="the first", key="letter"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("observer", OBSERVERS)
def test_it_finds_nothing_where_nothing_is_planted(observer, stage):
    compare(stage, SCHEDULES[observer], observer=observer, depth=PROBE if observer == "blake" else CRAWL)


@pytest.mark.parametrize(("observer", "words", "plant"), LEAKS, ids=[words for _, words, _ in LEAKS])
def test_it_catches(observer, words, plant, stage, monkeypatch):
    """First at a glance; what is not seen so is looked for everywhere, as it would be."""
    plant(monkeypatch)
    with pytest.raises(Interference) as caught:
        for depth in (GLANCE, CRAWL, PROBE):
            compare(stage, SCHEDULES[observer], observer=observer, depth=depth)
    print(words, "::", str(caught.value).partition("After ")[2])
