"""The harness itself: every planted leak is caught, and the product without one passes the same schedules."""

import os

import pytest

from tests.worlds.deeds import Act, Passing, does
from tests.worlds.leaks import LEAKS
from tests.worlds.observers import ALONE, OBSERVERS
from tests.worlds.schedule import Interference, Step, alike, compare
from tests.worlds.world import Depth

# A leak is looked for no further than where it shows, as looking everywhere takes its time.
LOOKS = {
    "at a glance": Depth(crawl_at_end=False),
    "in every page": Depth(),
    "by every id": Depth(ids=2, by_get=True),
    "by every method": Depth(methods=7, ids=2),
}
# Those that take long are looked for when there is time: WALK=whole.
SHORT = {"at a glance", "by every id"}
PLANTED = [leak for leak in LEAKS if leak[1] in SHORT or os.environ.get("WALK") == "whole"]


def only(act: Act) -> Step:
    return Step(act, None)


def other_words(who: str, name: str, word: str, one: str, other: str, **same: object) -> Step:
    return Step(does(who, name, **{word: one}, **same), does(who, name, **{word: other}, **same))


STRANGERS = [
    only(does("adair", "runs_clinic", crisis="Call 116 123.", hold=15)),
    only(does("alex", "types", of="the first", key="letter", text="kept")),
    only(does("moreno", "gives", of="the third", to="alex and blake")),
    alike(Passing(31)),
]
SCHEDULES = {  # by name: who looks on, and what happens
    "writing": ("blake", [
        only(does("alex", "looks_around")),
        only(does("alex", "types", of="the second", key="letter", text="kept")),
    ]),
    "finishing": ("blake", [
        only(does("alex", "types", of="the second", key="letter", text="kept")),
        only(does("alex", "finishes", of="the second", audience="therapist", line="")),
        alike(does("blake", "writes", of="the first", key="line", text="mine")),
        alike(Passing(31)),
        only(does("moreno", "reviews", of="the second", note="a note", key="letter")),
    ]),
    "offering": ("blake", [
        only(does("alex", "types", of="the first", key="line", text="kept")),
        alike(does("alex", "offers", of="the first", key="letter", text="for you")),
        only(does("alex", "types", of="the first", key="letter", text="not this")),
        alike(does("alex", "offers", of="the first", key="letter", text="for you")),
        alike(Passing(7)),
    ]),
    "opening": ("blake", [
        only(does("alex", "guesses_at", of="the first", line="wish", text="kept")),
        alike(does("alex", "opens", of="the first", line="fear", text="for you")),
        only(does("alex", "looks_before", of="the first", text="kept")),
        only(does("alex", "guesses_at", of="the first", line="fear", text="not this")),
        alike(does("alex", "opens", of="the first", line="fear", text="for you")),
        alike(Passing(7)),
    ]),
    "alone": ("blake", [
        only(does("moreno", "gives", of=ALONE, to="alex")),
        alike(does("moreno", "gives", of="the third", to="alex and blake")),
    ]),
    "signing": ("blake", [
        only(does("alex", "guesses", times=4)),
        alike(does("blake", "signs_in")),
        only(does("alex", "leaves")),
    ]),
    "telling": ("blake", [
        only(does("alex", "answers", letter="2")),
        other_words("alex", "sets_boundaries", "wish", "not", "yes"),
        only(does("alex", "asks_to_end", go="ask")),
        only(does("moreno", "reads_check_ins", of_whom="alex")),
    ]),
    "leaving": ("blake", [
        only(does("alex", "adds_factor")),
        only(does("alex", "ends_device")),
        only(does("alex", "withdraws_agreement")),
        alike(Passing(31)),
    ]),
    "marking": ("blake", [
        alike(does("blake", "lays", said="bath yes", mutual="show")),
        only(does("alex", "lays", said="hands yes", mutual="show")),
        alike(Passing(31)),
    ]),
    "meeting": ("blake", [
        alike(does("blake", "lays", said="bath yes, hands yes", mutual="show")),
        alike(does("alex", "lays", said="bath yes, walk yes", mutual="show")),
        alike(Passing(31)),
        other_words("alex", "lays", "said", "bath no, hands yes", "walk yes", mutual="show"),
        alike(Passing(31)),
    ]),
    "before": ("blake", [
        alike(does("blake", "lays", said="bath yes", mutual="show")),
        only(does("alex", "lays", said="bath yes", mutual="show")),
    ]),
    "casey": ("casey", STRANGERS[1:]),
    "okafor": ("okafor", STRANGERS),
    "ellis": ("ellis", STRANGERS),
    "adair": ("adair", [
        other_words("alex", "types", "text", "kept", "kept, and longer", of="the first", key="letter"),
        other_words("alex", "finishes", "audience", "only_me", "therapist", of="the first", line=""),
        alike(Passing(1)),
        other_words("moreno", "reviews", "note", "a note", "another, longer note", of="the first", key="letter"),
    ]),
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("name", SCHEDULES)
def test_it_finds_nothing_where_nothing_is_planted(name, stage):
    observer, schedule = SCHEDULES[name]
    compare(stage, schedule, observer=observer, depth=LOOKS["by every method" if name == "alone" else "in every page"])


@pytest.mark.parametrize(("name", "look", "words", "plant"), PLANTED, ids=[words for _, _, words, _ in PLANTED])
def test_it_catches(name, look, words, plant, stage, monkeypatch):
    observer, schedule = SCHEDULES[name]
    plant(monkeypatch)
    with pytest.raises(Interference):
        compare(stage, schedule, observer=observer, depth=LOOKS[look])


def test_it_has_twenty_leaks_to_catch():
    assert len(PLANTED) >= 20
    assert {SCHEDULES[name][0] for name, _, _, _ in PLANTED} == set(OBSERVERS)
