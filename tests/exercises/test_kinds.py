"""Every kind of step takes whatever a page sends, and gives back what it kept."""

import json

import pytest
from django.db import connection
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exercises.content import ContentError, from_json
from exercises.forms import StepForm, stamp_of, tidied
from exercises.kinds import KINDS, Shown, kind_of
from exercises.kinds.before import before_step
from exercises.text import KEPT, MOST, SHORT
from tests.exercises.scene import KEYS, content, step


def sent(**fields):
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data.setlist(name.replace("_", "-"), value if isinstance(value, list) else [value])
    return data


def read(key, **fields):
    return kind_of(step(key)).read(step(key), tidied(sent(**fields)))


def show(key, value):
    return kind_of(step(key)).show(step(key), value)


LINES = [f"{part}-{key}" for part in ("mine", "guess", "unknown") for key in ("fear", "wish", "hope")]
FIELDS = [
    "answer",
    "aloud",
    *LINES,
    *(f"{c}-{n}" for c in ("now", "why", "day", "what", "how") for n in (0, 1, 2, 3, 4, 99)),
]
WORDS = st.one_of(
    st.text(st.characters(codec=None, categories=None), max_size=30),
    st.sampled_from(["tea", "joy", "3", "11", "-1", "٣", "9" * 5000, "2026-02-30", "2026-3-2", "soft", "\x00", "1e3"]),
)
anything = st.dictionaries(st.sampled_from(FIELDS), st.lists(WORDS, max_size=3), max_size=6)


@pytest.mark.django_db
@pytest.mark.parametrize("key", KEYS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(posted=anything)
def test_it_takes_anything_that_is_posted_and_postgresql_can_hold_it(key, posted):
    value = read(key, **posted)
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb", [json.dumps(value)])
        assert json.loads(cursor.fetchone()[0]) == value
    kind_of(step(key)).problems(step(key), value)
    assert isinstance(show(key, value), Shown)


@pytest.mark.parametrize("key", KEYS)
@settings(max_examples=40, deadline=None)
@given(posted=anything)
def test_it_puts_back_on_the_page_what_it_kept(key, posted):
    value = read(key, **posted)
    form = StepForm(step=step(key), value=value)
    again = {name: form[name].value() for name in form.fields if form[name].value() not in (None, [])}
    texts = {n: [str(v) for v in (value if isinstance(value, list) else [value])] for n, value in again.items()}
    assert read(key, **texts) == value


ANSWERS = {
    "letter": ("dear\n\nyou", Shown(text="dear\n\nyou")),
    "line": ("two cups", Shown(text="two cups")),
    "near": ("4", Shown(text="4, on a line from 1 (Far) to 5 (Near)")),
    "one-of": ("tea", Shown(text="Tea")),
    "some-of": (["calm", "joy"], Shown(items=("Joy", "Calm"))),
    "ticks": (["sat"], Shown(items=("Sat",))),
}


@pytest.mark.parametrize(("key", "answer", "shown"), [(key, *pair) for key, pair in ANSWERS.items()])
def test_it_shows_an_answer_so_that_it_reads_without_the_question(key, answer, shown):
    assert show(key, read(key, answer=answer)) == shown


def test_it_asks_nothing_on_a_page_to_read():
    assert read("reading", answer="a stray text") is None
    assert not StepForm(step=step("reading")).fields


@pytest.mark.parametrize("key", ["one-of", "some-of", "ticks"])
def test_it_drops_an_option_that_is_not_offered(key):
    assert read(key, answer="arsenic") is None


def test_it_keeps_the_known_among_unknown_options():
    assert read("some-of", answer=["arsenic", "joy", "joy"]) == ["joy"]


@pytest.mark.parametrize("answer", ["0", "6", "-1", "3.0", " 3", "٣", "³", "", "9" * 5000])
def test_it_takes_no_point_that_the_scale_does_not_have(answer):
    assert read("near", answer=answer) is None


def test_it_takes_nought_for_an_answer_where_the_scale_begins_there():
    assert read("parts", now_0="0") == [{"now": "0"}]
    assert show("parts", [{"now": "0"}]).rows == (("Home", (("Now", "0, on a line from 0 (Less) to 10 (More)"),)),)


@pytest.mark.parametrize("unseen", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800"])
def test_it_leaves_out_what_nobody_can_see(unseen):
    assert read("letter", answer=f"de{unseen}ar") == "dear"
    assert read("log", what_0=f"de{unseen}ar") == [{"what": "dear"}]


@pytest.mark.parametrize("text", ["a\tb\nc", "\u202edear", "שלום, dear", "👩‍❤️‍👨", "e\u0301"])
def test_it_keeps_every_visible_sign_and_the_turns_of_writing(text):
    assert read("letter", answer=text) == text


def test_it_knows_one_kind_of_line_break():
    assert read("letter", answer="a\r\nb\rc") == "a\nb\nc"


@pytest.mark.parametrize(("key", "most"), [("letter", MOST), ("line", SHORT)])
def test_it_keeps_a_text_that_is_too_long_and_says_by_how_much(key, most):
    text = "a" * (most + 2)
    form = StepForm(sent(answer=text), step=step(key))
    assert form.answer == text
    assert "2 characters longer" in form.errors["answer"][0]
    assert StepForm(sent(answer="a" * most), step=step(key)).is_valid()


def test_it_says_at_its_cell_which_text_of_a_table_is_too_long():
    form = StepForm(sent(why_0="fine", why_1="a" * (SHORT + 1)), step=step("parts"))
    assert list(form.errors) == ["why-1"]


def test_it_holds_no_more_of_a_text_than_a_page_may_keep():
    assert len(read("letter", answer="a" * (KEPT + 5))) == KEPT


def test_it_keeps_the_gaps_of_a_table_in_their_place():
    assert read("log", what_0="one", what_2="three") == [{"what": "one"}, {}, {"what": "three"}]
    assert [cells for _label, cells in show("log", [{"what": "one"}, {}, {"what": "three"}]).rows] == [
        (("What", "one"),),
        (("What", "three"),),
    ]


def test_it_forgets_empty_rows_at_the_end():
    assert read("log", what_0="one", what_1="", what_3="") == [{"what": "one"}]
    assert read("log", what_0="", day_1="") is None


def test_it_reads_no_more_rows_than_the_table_has():
    assert read("log", **{f"what_{n}": str(n) for n in range(9)}) == [{"what": str(n)} for n in range(4)]
    assert read("parts", **{f"why_{n}": str(n) for n in range(9)}) == [{"why": "0"}, {"why": "1"}]


@pytest.mark.parametrize(("rows", "fields"), [(0, 2), (3, 3), (99, 4)])
def test_it_offers_as_many_rows_as_were_asked_for_within_the_table(rows, fields):
    form = StepForm(step=step("log"), rows=rows)
    assert form.row_count == fields
    assert form.has_room == (fields < 4)


def test_it_offers_just_the_rows_that_have_a_name():
    form = StepForm(step=step("parts"), rows=99)
    assert [label for label, _fields in form.rows()] == ["Home", "Work"]
    assert not form.has_room


@pytest.mark.parametrize("day", ["31.3.2026", "2026-02-30", "tomorrow", "0000-00-00", "2026-13-01", "1", "-"])
def test_it_keeps_a_day_that_cannot_be_read_as_it_was_typed_and_asks_for_it_on_going_on(day):
    form = StepForm(sent(day_0=day), step=step("log"))
    assert form.answer == [{"day": day}]
    assert form.errors == {"day-0": ["Write the date as in 2027-03-31, or leave it empty."]}
    assert show("log", form.answer).rows[0][1] == (("Day", day),)


def test_it_keeps_a_line_at_most_of_what_should_have_been_a_day():
    assert read("log", day_0=" " + "x" * 99) == [{"day": "x" * 40}]
    assert read("log", day_0="  ") is None


@pytest.mark.parametrize(
    ("day", "field"),
    [("31.3.2026", ('type="text"', 'value="31.3.2026"')), ("2026-3-2", ('type="date"', 'value="2026-03-02"'))],
)
def test_it_shows_a_typed_day_in_a_field_that_can_show_it(day, field):
    for form in (StepForm(sent(day_0=day), step=step("log")), StepForm(step=step("log"), value=[{"day": day}])):
        assert all(part in str(form["day-0"]) for part in field)


@pytest.mark.parametrize("day", ["2026-03-02", "2026-3-2", "20260302", "٢٠٢٦-٠٣-٠٢"])
def test_it_keeps_a_day_so_that_the_calendar_field_shows_it_again(day):
    assert read("log", day_0=day) == [{"day": "2026-03-02"}]
    assert show("log", [{"day": "2026-03-02"}]).rows[0][1] == (("Day", "2 March 2026"),)


@pytest.mark.parametrize("number", ["-1", "1.5", "x", "", "9" * 12, "٣"])
def test_it_counts_what_is_not_a_number_as_none(number):
    stamp = stamp_of(sent(version=number, seq=number, tab="a"))
    assert (stamp.version, stamp.seq) == (0, 0)


def test_it_takes_a_page_name_that_the_database_can_hold():
    assert stamp_of(sent(tab="a\x00b" + "c" * 99)).tab == ("ab" + "c" * 99)[:36]


JOINED = [
    ("letter", "one", "two", "one\n\ntwo"),
    ("line", "one", "two", "one / two"),
    ("near", 2, 4, None),
    ("one-of", "tea", "milk", None),
    ("some-of", ["joy"], ["calm", "joy"], ["joy", "calm"]),
    ("ticks", ["stood"], ["sat"], ["sat", "stood"]),
    ("parts", [{"why": "a"}], [{"now": "3", "why": "b"}, {"why": "c"}], [{"now": "3", "why": "a / b"}, {"why": "c"}]),
    ("parts", [{"now": "1"}], [{"now": "2"}], None),
    ("log", [{"what": "a"}, {}, {"what": "b"}], [{"what": "b"}, {"what": "c"}], [{"what": c} for c in "abc"]),
    ("log", [{"what": c} for c in "abc"], [{"what": c} for c in "de"], None),
    ("guess", {"fear": {"mine": "a"}}, {"wish": {"guess": "b"}}, {"fear": {"mine": "a"}, "wish": {"guess": "b"}}),
    (
        "guess",
        {"fear": {"mine": "a", "unknown": True}},
        {"fear": {"mine": "b", "guess": "c"}},
        {"fear": {"mine": "a / b", "guess": "c", "unknown": True}},
    ),
    ("tell", {"text": "one"}, {"aloud": True}, {"text": "one", "aloud": True}),
    ("tell", {"text": "one"}, {"text": "two"}, {"text": "one\n\ntwo"}),
]


@pytest.mark.parametrize(("key", "theirs", "mine", "both"), JOINED)
def test_it_joins_two_answers_only_where_neither_loses_anything(key, theirs, mine, both):
    assert kind_of(step(key)).join(step(key), theirs, mine) == both
    if both:
        assert show(key, both)


@pytest.mark.parametrize(("key", "theirs", "mine", "both"), JOINED)
def test_it_knows_whether_an_answer_has_been_joined_already(key, theirs, mine, both):
    kind = kind_of(step(key))
    assert kind.holds(step(key), both or mine, mine)
    assert not kind.holds(step(key), theirs, mine)
    assert not kind.holds(step(key), None, mine)


# --- timer, guess, share


def test_it_asks_nothing_beside_a_timer():
    assert read("breath", answer="a stray text") is None
    assert not StepForm(step=step("breath")).fields


def test_it_keeps_each_line_of_a_guess_by_itself_and_forgets_the_empty_ones():
    assert read("guess", mine_fear="spiders", guess_fear=" ", unknown_wish="on") == {
        "fear": {"mine": "spiders"},
        "wish": {"unknown": True},
    }
    assert read("guess", mine_fear="", mine_hope="of another exercise") is None


def test_it_takes_not_knowing_for_an_answer_and_never_says_whether_a_guess_was_right():
    value = {"fear": {"unknown": True}, "wish": {"mine": "the sea", "guess": "the sea"}}
    assert show("guess", value).rows == (
        ("Fear", (("What I think yours is", "I don’t know"),)),
        ("Wish", (("Mine", "the sea"), ("What I think yours is", "the sea"))),
    )


def test_it_has_a_line_to_open_wherever_there_are_words_of_ones_own():
    value = {"wish": {"mine": "the sea"}, "fear": {"guess": "dogs", "unknown": True}}
    kind, asked = kind_of(step("guess")), step("guess")
    assert kind.own_lines(asked, value) == [("wish", "Wish", "the sea")]
    assert kind.own_lines(asked, None) == []
    assert not kind.offers(asked, value)


@pytest.mark.parametrize("key", [key for key in KEYS if key != "guess"])
def test_no_other_kind_has_lines(key):
    kind = kind_of(step(key))
    assert kind.own_lines(step(key), read(key, answer="3")) == []


def test_it_says_at_its_line_which_text_of_a_guess_is_too_long():
    form = StepForm(sent(mine_fear="fine", guess_wish="a" * (SHORT + 1)), step=step("guess"))
    assert list(form.errors) == ["guess-wish"]


@pytest.mark.parametrize(
    ("posted", "value", "shown", "offers"),
    [
        ({"answer": "hello"}, {"text": "hello"}, Shown(text="hello"), True),
        ({"aloud": "on"}, {"aloud": True}, Shown(items=("I will say it aloud.",)), False),
        (
            {"answer": "hello", "aloud": "on"}, {"text": "hello", "aloud": True},
            Shown(text="hello", items=("I will say it aloud.",)), True,
        ),
        ({"answer": " "}, None, Shown(), False),
    ],
)  # fmt: skip
def test_it_offers_what_is_typed_and_nothing_for_what_is_said_aloud(posted, value, shown, offers):
    assert read("tell", **posted) == value
    assert show("tell", value) == shown
    assert kind_of(step("tell")).offers(step("tell"), value) == offers


LEFT = st.dictionaries(st.sampled_from(LINES), st.sampled_from(["", "a", "b", "a / b", "on"]), max_size=5)


@given(one=LEFT, other=LEFT)
@settings(max_examples=200, deadline=None)
def test_it_loses_no_line_of_two_guesses_that_are_joined(one, other):
    kind, asked = kind_of(step("guess")), step("guess")
    theirs, mine = read("guess", **one), read("guess", **other)
    if theirs is None or mine is None:
        return
    both = kind.join(asked, theirs, mine)
    assert kind.holds(asked, both, mine)
    for key, line in theirs.items():
        assert all(str(both[key][name]).startswith(str(part)) for name, part in line.items())


BEFORE = before_step()
HOPES = st.fixed_dictionaries(
    {}, optional={"hoping": st.sampled_from(["a", "b", " "]), "anyway": st.sampled_from(["yes", "no", "unsure", "?"])}
)


@given(one=HOPES, other=HOPES)
@settings(max_examples=100, deadline=None)
def test_it_joins_two_private_checks_unless_they_say_otherwise(one, other):
    kind = kind_of(BEFORE)
    theirs, mine = kind.read(BEFORE, sent(**one)), kind.read(BEFORE, sent(**other))
    if theirs is None or mine is None:
        return
    both = kind.join(BEFORE, theirs, mine)
    differ = {"anyway"} <= theirs.keys() & mine.keys() and theirs["anyway"] != mine["anyway"]
    assert (both is None) == differ
    if both:
        assert kind.holds(BEFORE, both, mine)
        assert kind.read(BEFORE, sent(**both)) == both


def test_no_file_can_ask_for_the_private_check():
    assert BEFORE.kind not in KINDS
    with pytest.raises(ContentError):
        from_json(content().as_json() | {"steps": [{"key": BEFORE.key, "kind": "prompt", "title": "x"}]})
