"""The kinds of step that show only what is mutual, and the needs map: what they read, keep, join and show."""

import json
from types import SimpleNamespace

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from exercises.content import ContentError, from_json
from exercises.forms import SharingForm, StepForm, tidied
from exercises.kinds import Laid, Shown, kind_of
from exercises.policies import readers_of
from exercises.states import Audience, Frame
from exercises.text import SHORT
from tests.exercises.together import KEYS, content, half, marks

WHOLE = content()
STEP = {step.key: step for step in WHOLE.steps}
OURS = ("menu", "bridge", "map", "ready")
FIELDS = (
    "answer", "mark-hands", "mark-walk", "mark-bath", "maybe", "half", "agreed", "need-wanting-rest",
    "need-not_wanting-rest", "meet-wanting-rest", "own-wanting-0", "own-wanting-2", "own-not_wanting-1",
    "meet-own-wanting-2", "meet-own-not_wanting-1",
)  # fmt: skip
WORDS = st.one_of(st.text(max_size=9), st.sampled_from(["yes", "maybe", "no", "on", "ready", "stay", "\x00", "tea"]))
anything = st.dictionaries(st.sampled_from(FIELDS), st.lists(WORDS, max_size=2), max_size=9)


def sent(fields):
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return tidied(data)


def read(key, **fields):
    return kind_of(STEP[key]).read(STEP[key], sent({name.replace("__", "-"): value for name, value in fields.items()}))


def show(key, value):
    return kind_of(STEP[key]).show(STEP[key], value)


@pytest.mark.parametrize("key", OURS)
@settings(max_examples=60, deadline=None)
@given(posted=anything)
def test_it_takes_anything_that_is_posted_and_puts_back_what_it_kept(key, posted):
    kind, step = kind_of(STEP[key]), STEP[key]
    value = kind.read(step, sent(posted))
    assert json.loads(json.dumps(value)) == value
    assert isinstance(kind.show(step, value), Shown)
    assert (kind.show(step, value) == Shown()) == (value is None), "what is kept can be seen by its author"
    kind.problems(step, value)
    form = StepForm(step=step, value=value)
    again = {name: str(form[name].value()) for name in form.fields if form[name].value() not in (None, "", False)}
    assert kind.read(step, sent(again)) == value


@pytest.mark.parametrize("key", OURS)
@settings(max_examples=60, deadline=None)
@given(one=anything, other=anything)
def test_it_joins_two_answers_of_one_person_so_that_it_holds_both(key, one, other):
    kind, step = kind_of(STEP[key]), STEP[key]
    theirs, mine = kind.read(step, sent(one)), kind.read(step, sent(other))
    if theirs is None or mine is None:
        return
    both = kind.join(step, theirs, mine)
    assert both is None or kind.holds(step, both, mine)
    if kind.laid_for and both is not None:
        laid, parts = kind.laid(step, both), [kind.laid(step, one) for one in (theirs, mine)]
        for n, levels in enumerate(laid.items):
            for level, yes in enumerate(levels):
                assert not yes or any(part.items[n][level] for part in parts), "joining says yes to nothing new"


@pytest.mark.parametrize("key", OURS)
def test_it_lays_nothing_where_nothing_is_written(key):
    kind = kind_of(STEP[key])
    if kind.laid_for:
        laid = kind.laid(STEP[key], None)
        assert not laid.is_there
        assert not laid.words
        assert not any(map(any, laid.items))


def test_it_keeps_marks_with_the_things_they_are_of_and_drops_what_is_no_mark():
    assert read("menu", mark__hands="yes", mark__walk="perhaps", mark__bath="no", maybe="on") == marks(
        True, hands="yes", bath="no"
    )
    assert read("menu", maybe="on") is None
    assert show("menu", marks(True, hands="yes", bath="no")).items == ("Hands: Yes", "Bath: No", "A maybe may count")


def test_nothing_is_marked_beforehand():
    for key in OURS:
        form = StepForm(step=STEP[key])
        assert not [name for name in form.fields if form[name].value()]


def test_a_half_is_laid_once_it_is_agreed_to_and_fits():
    def laid(value):
        return kind_of(STEP["bridge"]).laid(STEP["bridge"], value)

    assert laid(half("tea")) == Laid(is_there=True, words="tea")
    assert laid(half("tea", agreed=False)) == laid(half("t" * (SHORT + 1))) == Laid()
    assert kind_of(STEP["bridge"]).join(STEP["bridge"], half("tea"), half("milk")) == half("tea / milk", agreed=False)


def test_it_says_of_a_half_and_of_a_need_by_how_much_they_are_too_long():
    for key, name in (("bridge", "half"), ("map", "own-wanting-0"), ("map", "meet-own-wanting-0")):
        form = StepForm(sent({"own-wanting-0": "rest", name: "a" * (SHORT + 2)}), step=STEP[key])
        assert "2 characters longer" in form.errors[name][0]


def test_it_maps_needs_from_the_lists_and_ones_own_with_what_could_meet_each():
    value = read(
        "map",
        need__wanting__care="on", meet__wanting__care="a walk", meet__wanting__rest="not chosen",
        need__not_wanting__rest="on", own__wanting__2="to be asked", meet__own__wanting__2="a note",
    )  # fmt: skip
    assert value == [
        {"side": "wanting", "key": "care", "meet": "a walk"},
        {"side": "wanting", "need": "to be asked", "meet": "a note"},
        {"side": "not_wanting", "key": "rest"},
    ]
    assert show("map", value).rows == (
        ("Care", (("Where it stands", "Behind wanting"), ("What else could meet it", "a walk"))),
        ("to be asked", (("Where it stands", "Behind wanting"), ("What else could meet it", "a note"))),
        ("Rest", (("Where it stands", "Behind not wanting"),)),
    )


def test_it_counts_nothing_about_how_often():
    fields = kind_of(STEP["map"]).fields(STEP["map"])
    assert {type(field).__name__ for field in fields.values()} == {"BooleanField", "CharField"}


@pytest.mark.parametrize(
    ("key", "chosen", "readers"),
    [
        ("menu", Audience.PARTNER, Audience.ONLY_ME),
        ("menu", Audience.SESSION, Audience.ONLY_ME),
        ("menu", Audience.THERAPIST, Audience.THERAPIST),
        ("bridge", Audience.PARTNER, Audience.ONLY_ME),
        ("ready", Audience.THERAPIST, Audience.ONLY_ME),
        ("map", Audience.PARTNER, Audience.PARTNER),
        ("line", Audience.SESSION, Audience.SESSION),
    ],
)
def test_it_gives_an_answer_no_reader_whom_its_kind_may_not_have(key, chosen, readers):
    kind = kind_of(STEP[key])
    for own, for_all in ((None, chosen), (chosen, Audience.ONLY_ME)):
        found = readers_of(for_all, own, follows=kind.follows, offers=kind.is_offered, is_shared=kind.is_shared)
        assert found == readers


def test_it_offers_no_reader_that_a_kind_may_not_have():
    answers = [
        SimpleNamespace(step=STEP[key], is_shared=True, offers=kind_of(STEP[key]).is_offered, follows=True, lines=())
        for key in ("menu", "map")
    ]
    form = SharingForm(frame=Frame.OFFER, answers=answers, lays=True)
    choices = {name: [value for value, _ in field.choices] for name, field in form.fields.items()}
    assert choices == {
        "audience": ["only_me", "therapist", "partner"],
        "mutual": ["show", "hide"],
        "each-menu": ["", "only_me", "therapist"],
        "each-map": ["", "only_me", "therapist", "partner"],
    }


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ({"key": "menu", "kind": "overlap", "title": "A menu"}, "'items' is missing"),
        ({"key": "menu", "kind": "overlap", "title": "A", "items": [{"key": "a", "label": "A"}]}, "the fewest is 2"),
        ({"key": "map", "kind": "needs-map", "title": "A map", "wanting": []}, "'not_wanting' is missing"),
        ({"key": "half", "kind": "bridge", "title": "A", "items": []}, "does not belong to a step"),
        ({"key": "ready", "kind": "readiness", "title": "A", "options": []}, "does not belong to a step"),
    ],
)
def test_it_says_what_a_file_lacks_or_has_too_much_of(step, problem):
    with pytest.raises(ContentError) as wrong:
        from_json(WHOLE.as_json() | {"steps": [step]})
    assert problem in str(wrong.value)


def test_it_reads_back_an_exercise_of_these_kinds():
    assert from_json(WHOLE.as_json()) == WHOLE
    assert tuple(step.key for step in WHOLE.steps) == KEYS
