"""What the reader of exercises promises an author: all that is wrong, at its line, in words, and no crash."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from exercises.content import (
    Column,
    ContentError,
    Option,
    Problem,
    from_json,
    read_exercise,
    read_library,
)
from exercises.content.rules import schema
from exercises.content.source import LARGEST_FILE
from exercises.kinds import KINDS

LIBRARY = Path(__file__).parents[2] / "exercises" / "library"
SCHEMA = schema()

SMALL = """\
slug: small
number: 900
title: A small exercise
summary: One sentence.
schools: [guide]
leaning: connection
format: each
minutes: 5
content_level: 0
frame: private-first
closeness: []
barriers: []
jobs: []
practices: []
risks: []
purpose: |
  Why it is there.
cautions: []
introduction: |
  To you.
steps:
  - key: first
    kind: prompt
    title: What is on your mind?
  - key: second
    kind: scale
    title: How near is it?
    low: Far
    high: Near
    points: 11
  - key: third
    kind: rows
    title: When was it?
    columns:
      - {key: day, label: Day, kind: date}
      - {key: mood, label: Mood, kind: choice, options: [{key: good, label: Good}, {key: bad, label: Bad}]}
    count: 3
    max: 14
notice: |
  What to notice.
debrief: [One, Two, Three]
"""

STEP_KINDS = ", ".join(sorted(KINDS))
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str | bytes, name: str = "small.yaml") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return path

    return write


def changed(old: str, new: str, text: str = SMALL) -> str:
    assert text.count(old) == 1, f"{old!r} has to stand exactly once"
    return text.replace(old, new)


def refused(path: Path) -> list[str]:
    """The problems of a file as 'line: reason'."""
    with pytest.raises(ContentError) as caught:
        read_exercise(path)
    assert {problem.path for problem in caught.value.problems} == {path}
    return [f"{problem.line}: {problem.reason}" for problem in caught.value.problems]


def test_it_reads_an_exercise_into_something_nobody_can_change(write: Write) -> None:
    exercise = read_exercise(write(SMALL))
    assert (exercise.slug, exercise.number, exercise.schools) == ("small", 900, ("guide",))
    assert exercise.purpose == "Why it is there."
    assert [step.key for step in exercise.steps] == ["first", "second", "third"]
    assert (exercise.steps[1].low, exercise.steps[1].high, exercise.steps[1].points) == ("Far", "Near", 11)
    assert exercise.steps[2].columns[1] == Column(
        "mood", "Mood", "choice", options=(Option("good", "Good"), Option("bad", "Bad"))
    )
    with pytest.raises(FrozenInstanceError):
        exercise.title = "Another"  # type: ignore[misc]


def test_it_names_the_file_the_line_and_the_reason(write: Write) -> None:
    path = write(changed("kind: prompt", "kind: essay"))
    with pytest.raises(ContentError) as caught:
        read_exercise(path)
    reason = f"steps → 1 → kind: 'essay' is not a step kind; use one of {STEP_KINDS}"
    assert caught.value.problems == (Problem(path, 23, reason),)
    assert str(caught.value) == f"{path}:23: {reason}"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title: A small", "titel: A small", "3: titel: is not a known key here; did you mean 'title'?"),
        ("leaning: connection\n", "", "1: 'leaning' is missing"),
        ("minutes: 5", "minutes: soon", "8: minutes: has to be a whole number, and is text"),
        ("minutes: 5", "minutes: 0", "8: minutes: is 0; the least is 1"),
        ("minutes: 5", "minutes: 5.5", "8: minutes: has to be a whole number, and is text"),
        ("minutes: 5", "minutes: 900", "8: minutes: is 900; the most is 180"),
        ("schools: [guide]", "schools: guide", "5: schools: has to be a list, and is text"),
        ("schools: [guide]", "schools: []", "5: schools: has 0 entries; the fewest is 1"),
        ("schools: [guide]", "schools: [guide, guide]", "5: schools: names the same thing twice"),
        (
            "content_level: 0",
            "content_level: 4",
            "9: content_level: 4 is not a content level; use one of 0, 1, 2, 3",
        ),
        ("format: each", "format:", "7: format: nothing is not a format; use one of alone, each, together"),
        (
            "title: A small exercise",
            "title: 7",
            "3: title: has to be text (a number or an empty place needs words",
        ),
        ("title: A small exercise", 'title: " "', "3: title: is empty; write it, or leave the key out"),
        (
            "title: A small exercise",
            f"title: {'x' * 201}",
            "3: title: is 201 characters long; the most is 200",
        ),
        ("title: A small exercise", 'title: "a\\nb"', "3: title: 'a b' has to be one line of text"),
        ("key: first", "key: First One", "22: steps → 1 → key: 'First One' has to be lower-case words"),
        ("key: second", "key: first", "25: steps → 2 → key: 'first' is also the key of number 1"),
        ("key: mood", "key: day", "36: steps → 3 → columns → 2 → key: 'day' is also the key of number 1"),
        (
            "{key: bad,",
            "{key: good,",
            "36: steps → 3 → columns → 2 → options → 2 → key: 'good' is also the key",
        ),
        ("    points: 11\n", "", "25: steps → 2: 'points' is missing"),
        ("points: 11", "points: 7", "30: steps → 2 → points: 7 is not a number of points; use one of 5, 11"),
        ("kind: prompt", "kind: read", "22: steps → 1: 'text' is missing"),
        ("kind: prompt", "kind: choice", "22: steps → 1: 'options' is missing"),
        ("kind: date}", "kind: scale}", "35: steps → 3 → columns → 1: 'low' is missing"),
        ("kind: date}", "kind: rows}", "35: steps → 3 → columns → 1 → kind: 'rows' is not a column kind"),
        (
            "    max: 14\n",
            "",
            "31: steps → 3: a table needs either 'items' (rows with fixed labels) or 'count'",
        ),
        (
            "    max: 14\n",
            "    max: 14\n    items: [{key: a, label: A}]\n",
            "31: steps → 3: a table needs either",
        ),
        (
            "max: 14",
            "max: 2",
            "38: steps → 3 → max: is 2, fewer than the 3 rows that 'count' offers at first",
        ),
        ("low: Far", "options: []", "28: steps → 2 → options: does not belong to a step of the kind 'scale'"),
        (
            "risks: []",
            "risks: [touch]",
            "18: cautions: has 0 entries; the fewest is 1, as an exercise with a risk",
        ),
        ("debrief: [One, Two, Three]", "debrief: [One]", "41: debrief: has 1 entry; the fewest is 3"),
        (
            "slug: small",
            "slug: other",
            "1: slug: is 'other', but the file is called 'small.yaml'; the two have",
        ),
        (
            "number: 900",
            "number: 900\nnumber: 901",
            "3: the key 'number' stands here again; it was on line 2",
        ),
    ],
)
def test_it_says_at_the_line_what_is_wrong_and_what_is_allowed(write: Write, old: str, new: str, expected: str) -> None:
    said = refused(write(changed(old, new)))
    assert [line for line in said if line.startswith(expected)], said


def test_every_problem_is_said_at_once_and_from_top_to_bottom(write: Write) -> None:
    text = changed("minutes: 5", "minutes: soon", changed("kind: prompt", "kind: essay"))
    text = changed("To you.", "To <b>you</b>.", text.replace("number: 900\n", ""))
    lines = [int(said.split(":")[0]) for said in refused(write(changed("key: third", "key: first", text)))]
    assert lines == [1, 7, 19, 19, 22, 30]


def test_one_mistake_is_one_problem(write: Write) -> None:
    assert refused(write(changed("format: each", "format: 3"))) == [
        "7: format: 3 is not a format; use one of alone, each, together"
    ]


def test_a_file_with_nothing_right_in_it_is_answered_with_all_that_is_missing(write: Write) -> None:
    said = refused(write("colour: blue\n"))
    missing = [f"1: '{name}' is missing" for name in SCHEMA["required"]]
    assert [line for line in said if "missing" in line] == missing
    assert len(said) == len(missing) + 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1: the file is empty"),
        ("# only a remark\n", "1: the file is empty"),
        ("- a\n- b\n", "1: has to be a set of 'key: value' lines, and is a list"),
        ("just words", "1: has to be a set of 'key: value' lines, and is text"),
        (
            changed("title: A", "title: A: b"),
            "3: this is not YAML: mapping values are not allowed here; a text with",
        ),
        (changed("title: A", "\ttitle: A"), "3: this is not YAML: "),
        (changed("schools: [guide]", "schools: [guide"), "6: this is not YAML: "),
        (
            SMALL + "---\n" + SMALL,
            "42: this is not YAML: but found another document; a file holds one exercise",
        ),
        ("? [a, b]\n: c\n", "1: a key has to be a plain word"),
    ],
)
def test_what_is_not_an_exercise_at_all_is_said_plainly(write: Write, text: str, expected: str) -> None:
    said = refused(write(text))
    assert [line for line in said if line.startswith(expected)], said


def test_a_missing_file_and_a_folder_are_said_like_any_problem(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    assert refused(tmp_path / "none.yaml") == ["0: the file cannot be read (No such file or directory)"]
    assert refused(tmp_path / "folder.yaml") == ["0: the file cannot be read (Is a directory)"]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_another_encoding_is_named_and_not_guessed(write: Write, encoding: str) -> None:
    said = refused(write(changed("One sentence.", "Größe.").encode(encoding)))
    assert said[0].endswith(": the file is not UTF-8; save it again with the encoding UTF-8")
    assert said[0].startswith("4: " if encoding == "latin-1" else "1: ")


def test_a_byte_order_mark_changes_nothing(write: Write) -> None:
    plain = read_exercise(write(SMALL))
    assert read_exercise(write(b"\xef\xbb\xbf" + SMALL.encode())).digest == plain.digest


def test_line_ends_of_another_system_change_nothing(write: Write) -> None:
    plain = read_exercise(write(SMALL))
    assert read_exercise(write(SMALL.replace("\n", "\r\n"))).digest == plain.digest


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x9d", "\u202e", "\u2028"])
def test_characters_that_cannot_be_seen_are_refused(write: Write, character: str) -> None:
    raw = refused(write(changed("One sentence.", f"One{character} sentence.")))
    code = f"U+{ord(character):04X}"
    assert raw == [f"4: an invisible control character ({code}) stands in the text; remove it"]


def test_a_character_that_cannot_be_seen_is_refused_behind_an_escape_too(write: Write) -> None:
    said = refused(write(changed("One sentence.", '"One\\0 sentence."')))
    assert said == ["4: summary: an invisible control character (U+0000) stands in the text; remove it"]


def test_other_scripts_and_accents_are_welcome(write: Write) -> None:
    title = "Größe, قرب, 親しさ, ça va"
    assert read_exercise(write(changed("A small exercise", title))).title == title


@pytest.mark.parametrize("tag", ["<script>alert(1)</script>", "<b>", "</p>", "<!-- x -->", "<img src=x", "<?php"])
def test_html_in_a_text_is_refused_at_its_own_line(write: Write, tag: str) -> None:
    said = refused(write(changed("  To you.\n", f"  To you.\n\n  And {tag} more.\n")))
    assert said[0].startswith("22: introduction: '<")
    assert "looks like an HTML tag; texts are plain words and Markdown without HTML" in said[0]


@pytest.mark.parametrize(
    "words", ["1 < 2 and 3 > 2", "<3", "{{ secret }} {% load %}", "[x](javascript:alert(1))", "&lt;b&gt;"]
)
def test_other_markup_is_just_text(write: Write, words: str) -> None:
    assert read_exercise(write(changed("  To you.\n", f"  {words}\n"))).introduction == words


def test_anchors_aliases_and_tags_are_refused_and_not_followed(write: Write) -> None:
    text = changed("leaning: connection", "leaning: &a connection", changed("frame: private-first", "frame: *a"))
    said = refused(write(changed("minutes: 5", "minutes: !!int 5", text)))
    assert "6: '&a' names a place to repeat it; exercises are written out" in said
    assert "8: '!!int' is a tag, and tags are not allowed; write plain text" in said
    assert "10: '*a' repeats another place; write the text out instead" in said


def test_a_tag_never_makes_anything(write: Write, tmp_path: Path) -> None:
    target = tmp_path / "made"
    said = refused(write(changed("One sentence.", f"!!python/object/apply:pathlib.Path.touch [{target}]")))
    assert "is a tag" in said[0]
    assert not target.exists()


def test_a_file_made_to_grow_is_refused_at_once(write: Write) -> None:
    doublings = "".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9)}]\n" for n in range(1, 30))
    begun = time.monotonic()
    said = refused(write("k0: &k0 lol\n" + doublings))
    assert any("'*k0' repeats another place" in line for line in said)
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("bomb", ["[" * 100_000, "{a: " * 40_000, "- " * 90_000, "? " * 90_000])
def test_a_file_made_to_be_deep_is_refused_at_once(write: Write, bomb: str) -> None:
    begun = time.monotonic()
    said = refused(write(bomb))
    assert any("levels deep" in line or "not YAML" in line for line in said)
    assert time.monotonic() - begun < 5


def test_a_file_may_be_large_but_not_larger(write: Write) -> None:
    padding = "# " + "x" * (LARGEST_FILE - len(SMALL.encode()) - 3) + "\n"
    assert read_exercise(write(SMALL + padding)).slug == "small"
    assert refused(write(SMALL + padding + "#")) == ["1: the file is larger than 200 kB, the most an exercise may have"]


def test_a_hostile_file_does_not_fill_the_screen(write: Write) -> None:
    said = refused(write("".join(f"key{n}: {'y' * 300}\n" for n in range(500))))
    assert len(said) <= 50
    assert max(map(len, said)) < 500
    said = refused(write(changed("kind: prompt", f"kind: {'y' * 9000}")))
    assert f"'{'y' * 40}…' is not a step kind" in said[0]


def test_yes_no_and_dates_stay_the_words_they_are(write: Write) -> None:
    text = changed("Good}", "Yes}", changed("Bad}", "No}", changed("One sentence.", "2026-11-22")))
    exercise = read_exercise(write(text))
    assert [option.label for option in exercise.steps[2].columns[1].options] == ["Yes", "No"]
    assert exercise.summary == "2026-11-22"


def test_the_library_is_read_by_number(write: Write, tmp_path: Path) -> None:
    write(SMALL)
    write(SMALL.replace("slug: small", "slug: tiny").replace("900", "5"), "tiny.yaml")
    write("{}", "schema.json")
    assert [exercise.slug for exercise in read_library(tmp_path)] == ["tiny", "small"]


def test_all_problems_of_all_files_come_together(write: Write, tmp_path: Path) -> None:
    first = write(changed("minutes: 5", "minutes: soon"))
    second = write(b"\xff", "second.yaml")
    third = write(SMALL, "third.yml")
    with pytest.raises(ContentError) as caught:
        read_library(tmp_path)
    assert [(problem.path, problem.line) for problem in caught.value.problems] == [
        (second, 1),
        (first, 8),
        (third, 0),
    ]
    assert len(str(caught.value).splitlines()) == 3


def test_no_two_exercises_share_a_number(write: Write, tmp_path: Path) -> None:
    write(SMALL)
    other = write(SMALL.replace("slug: small", "slug: twin"), "twin.yaml")
    with pytest.raises(ContentError) as caught:
        read_library(tmp_path)
    assert caught.value.problems == (Problem(other, 2, "number: 900 is already the number of small.yaml"),)


def test_no_two_exercises_share_a_slug_whatever_their_files_are_called(write: Write, tmp_path: Path) -> None:
    write(SMALL)
    write(SMALL.replace("900", "901"), "small-2.yaml")
    with pytest.raises(ContentError, match=r"slug: is 'small', but the file is called 'small-2.yaml'"):
        read_library(tmp_path)


def test_an_empty_folder_is_an_empty_library_and_a_missing_one_a_problem(tmp_path: Path) -> None:
    assert read_library(tmp_path) == ()
    with pytest.raises(ContentError, match="there is no such folder"):
        read_library(tmp_path / "none")


def test_json_and_back_is_the_same_exercise(write: Write) -> None:
    exercise = read_exercise(write(SMALL))
    kept = json.loads(json.dumps(exercise.as_json()))
    assert from_json(kept) == exercise
    assert from_json(kept).digest == exercise.digest
    Draft202012Validator(SCHEMA).validate(kept)


def test_json_says_only_what_a_step_of_that_kind_has(write: Write) -> None:
    assert read_exercise(write(SMALL)).as_json()["steps"][0] == {
        "key": "first",
        "kind": "prompt",
        "title": "What is on your mind?",
    }


def test_json_that_is_no_exercise_is_refused_in_the_same_words(write: Write) -> None:
    kept = read_exercise(write(SMALL)).as_json()
    kept["steps"][0]["kind"] = "essay"
    kept["minutes"] = True
    with pytest.raises(ContentError) as caught:
        from_json(kept)
    assert [str(problem) for problem in caught.value.problems] == [
        "exercise: minutes: has to be a whole number, and is true or false",
        f"exercise: steps → 1 → kind: 'essay' is not a step kind; use one of {STEP_KINDS}",
    ]


def test_the_digest_changes_with_a_letter_and_not_with_the_order_or_the_quotes(write: Write) -> None:
    exercise = read_exercise(write(SMALL))
    moved = changed("number: 900\n", "") + "number: 900\n"
    quoted = changed("summary: One sentence.", "summary: 'One sentence.'")
    assert read_exercise(write(moved)).digest == read_exercise(write(quoted)).digest == exercise.digest
    assert replace(exercise, notice="What to notice!").digest != exercise.digest
    assert len(exercise.digest) == 64


def test_the_digest_of_kept_versions_never_changes(write: Write) -> None:
    """Versions in the database are told apart by it; if this fails, the canonical form has changed."""
    assert read_exercise(write(SMALL)).digest == "896e1eee2704cb26130d1acca429eca9f7ce6791d78fa75c6c1dbdc4d2a7d43a"


def test_the_schema_is_closed_described_and_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    for thing in (SCHEMA, *SCHEMA["$defs"].values()):
        assert thing["description"]
        if thing["type"] == "object":
            assert thing["additionalProperties"] is False
            for name, part in thing["properties"].items():
                assert part is True or part["description"], name  # a kind of step describes what it alone takes
    for kind in (rule["then"] for rule in SCHEMA["$defs"]["step"]["allOf"]):
        assert kind["description"]
        for name, part in kind["properties"].items():
            assert part == {"not": {}} or part.get("$ref") or part["description"], name


def test_the_schema_and_the_shapes_have_the_same_keys(write: Write) -> None:
    exercise = read_exercise(write(SMALL))
    assert set(exercise.as_json()) == set(SCHEMA["properties"]) == set(SCHEMA["required"])
    for thing, part in (("step", exercise.steps[0]), ("column", exercise.steps[2].columns[0])):
        known = set(type(part).__dataclass_fields__) - {"own"}
        assert known <= set(SCHEMA["$defs"][thing]["properties"])


def test_every_kind_of_step_has_its_file() -> None:
    assert set(SCHEMA["$defs"]["step"]["properties"]["kind"]["enum"]) == set(KINDS)


def test_the_reader_knows_no_django() -> None:
    code = "import sys, exercises.content; sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=LIBRARY.parents[1], check=False).returncode == 0


quiet = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
MARKS = [
    "&a ",
    "*a",
    "!x ",
    "\t",
    ": ",
    "- ",
    "\x00",
    "{",
    "}",
    "[",
    "]",
    "|",
    ">",
    '"',
    "'",
    "%",
    "@",
    "é",
    "\n",
    "# ",
]


@quiet
@given(raw=st.binary(max_size=300))
def test_any_bytes_are_an_exercise_or_a_list_of_problems(write: Write, raw: bytes) -> None:
    assert refused(write(raw))


@quiet
@given(place=st.integers(0, len(SMALL)), cut=st.integers(0, 30), mark=st.sampled_from(MARKS))
def test_any_damage_is_read_or_said(write: Write, place: int, cut: int, mark: str) -> None:
    try:
        exercise = read_exercise(write(SMALL[:place] + mark + SMALL[place + cut :]))
    except ContentError as error:
        assert error.problems
        assert all(problem.line <= SMALL.count("\n") + 2 and problem.reason for problem in error.problems)
    else:
        assert from_json(exercise.as_json()) == exercise


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@quiet
@given(name=st.sampled_from(SCHEMA["required"]), value=anything)
def test_any_wrong_value_kept_as_json_is_said_and_does_not_crash(write: Write, name: str, value: object) -> None:
    kept = {**read_exercise(write(SMALL)).as_json(), name: value}
    try:
        assert from_json(kept).as_json() == kept
    except ContentError as error:
        assert error.problems
