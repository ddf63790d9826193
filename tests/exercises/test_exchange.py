"""Exercises as files: YAML letter by letter, and FHIR Questionnaires as far as they go."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from exercises.content import ContentError, from_json, read_library, read_upload
from exercises.content.fhir import Unusable, as_questionnaire, read_questionnaire
from exercises.content.source import LARGEST_FILE
from exercises.content.writer import as_yaml
from tests.exercises.scene import content

LIBRARY = read_library(Path(__file__).parents[2] / "exercises" / "library")
by_slug = pytest.mark.parametrize("exercise", LIBRARY, ids=lambda exercise: exercise.slug)

# --- YAML


@by_slug
def test_a_file_that_goes_out_and_comes_back_says_the_same_letter_by_letter(exercise):
    assert read_upload(as_yaml(exercise).encode()).digest == exercise.digest


hard = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf", "Cn", "Co")), min_size=1)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(line=hard, lines=st.lists(hard, min_size=1, max_size=4))
def test_any_words_go_out_and_come_back(line, lines):
    text = "\n".join(lines).strip()
    data = content().as_json() | {"summary": line.strip()[:200], "purpose": text, "cautions": [line.strip()]}
    try:
        exercise = from_json(data)
    except ContentError:
        return
    assert read_upload(as_yaml(exercise).encode()) == exercise


WORDS = [
    "Yes",
    "no",
    "~",
    "null",
    "2026-01-01",
    "1_000",
    "0x1f",
    "-a",
    "- a",
    "a:b",
    "a: b",
    "#x",
    "'",
    "=",
    "<<",
    "1e3",
]


@pytest.mark.parametrize("word", WORDS)
def test_words_that_yaml_takes_for_something_else_come_back_as_words(word):
    exercise = replace(content(), title=word, notice=f"{word}\n\n{word}")
    assert read_upload(as_yaml(exercise).encode()) == exercise


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"", "the file is empty"),
        (b"\xff\xfe\x00", "the file is not UTF-8"),
        (b"a" * (LARGEST_FILE + 1), "larger than 200 kB"),
        (b"title: A\ntitle: B\n", "the key 'title' stands here again; it was on line 1"),
        (b"title: <b>x</b>\n", "looks like an HTML tag"),
        (b"a: &x [1]\nb: *x\n", "exercises are written out"),
        (b"steps: [{key: a, kind: essay, title: T}]\n", "'essay' is not a step kind"),
        (b"a: !!python/object/apply:os.system [ls]\n", "tags are not allowed"),
    ],
)
def test_what_is_no_exercise_is_refused_in_the_readers_own_sentences(sent, expected):
    with pytest.raises(ContentError) as refused:
        read_upload(sent)
    assert any(expected in problem.reason for problem in refused.value.problems)


def test_it_does_not_ask_what_a_file_that_is_sent_is_called():
    assert read_upload(as_yaml(content()).encode()) == content()


def test_it_takes_no_title_that_a_version_has_no_room_for():
    with pytest.raises(ContentError, match="title: is 121 characters long; the most is 120"):
        from_json(content().as_json() | {"title": "x" * 121})


# --- FHIR, outwards: the parts of the R4 definition that are used here, as a schema of its own

CODING = {"type": "object", "required": ["code", "display"], "additionalProperties": {"type": "string"}}
EXTENSION = {"type": "object", "required": ["url"], "minProperties": 2, "maxProperties": 2}
R4 = {
    "type": "object",
    "required": ["resourceType", "status", "title", "item"],
    "additionalProperties": False,
    "properties": {
        "resourceType": {"const": "Questionnaire"},
        "name": {"pattern": "^[A-Z]([A-Za-z0-9_]){0,254}$"},
        "title": {"type": "string", "minLength": 1},
        "status": {"enum": ["draft", "active", "retired", "unknown"]},
        "subjectType": {"type": "array", "items": {"type": "string"}},
        "description": {"type": "string", "minLength": 1},
        "purpose": {"type": "string", "minLength": 1},
        "item": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/item"}},
    },
    "$defs": {
        "item": {
            "type": "object",
            "required": ["linkId", "type", "text"],
            "additionalProperties": False,
            "properties": {
                "linkId": {"type": "string", "pattern": r"^\S+( \S+)*$"},
                "text": {"type": "string", "minLength": 1},
                "type": {"enum": ["group", "display", "string", "text", "choice", "date"]},
                "repeats": {"const": True},
                "maxLength": {"type": "integer"},
                "extension": {"type": "array", "items": EXTENSION},
                "answerOption": {
                    "type": "array", "minItems": 2,
                    "items": {
                        "type": "object", "required": ["valueCoding"], "additionalProperties": False,
                        "properties": {"valueCoding": CODING, "extension": {"type": "array", "items": EXTENSION}},
                    },
                },
                "item": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/item"}},
            },
            "allOf": [
                {"if": {"properties": {"type": {"const": "group"}}}, "then": {"required": ["item"]}},  # que-1
                {"if": {"properties": {"type": {"const": "display"}}},
                 "then": {"properties": {"item": False, "repeats": False}}},  # que-1, que-9
                {"if": {"required": ["answerOption"]}, "then": {"properties": {"type": {"const": "choice"}}}},  # que-5
                {"if": {"required": ["maxLength"]},
                 "then": {"properties": {"type": {"enum": ["string", "text"]}}}},  # que-10
            ],
        }
    },
}  # fmt: skip


def links(items):
    for item in items:
        yield item["linkId"]
        yield from links(item.get("item", []))


@pytest.mark.parametrize("exercise", [*LIBRARY, content()], ids=lambda exercise: exercise.slug)
def test_a_questionnaire_keeps_to_what_r4_says(exercise):
    questionnaire, left_out = as_questionnaire(exercise)
    Draft202012Validator(R4).validate(questionnaire)
    named = list(links(questionnaire["item"]))
    assert len(named) == len(set(named))  # que-2
    assert any("tags" in one.reason for one in left_out)


IN_BOTH = {"read", "prompt", "short", "scale", "choice", "choices", "checklist", "rows"}  # the others are told before


@pytest.mark.parametrize("exercise", [*LIBRARY, content()], ids=lambda exercise: exercise.slug)
def test_the_steps_of_a_questionnaire_of_ours_come_back_as_they_were(exercise):
    taken = read_questionnaire(json.dumps(as_questionnaire(exercise)[0]).encode())
    sent, back = exercise.as_json(), taken.body
    assert taken.told == [] or all(not one.is_left_out for one in taken.told)
    expressed = [step for step in sent["steps"] if step["kind"] in IN_BOTH]
    for name in ("title", "summary", "introduction", "notice", "purpose"):
        assert back[name] == sent[name]
    for ours, theirs in zip(expressed, back["steps"], strict=True):
        alike = {"checklist": "choices"}.get(ours["kind"], ours["kind"])
        counted = {"count": ours["count"]} if "count" in ours else {}
        assert {**theirs, **counted} == {**ours, "kind": alike}


def test_a_step_of_a_kind_that_no_questionnaire_has_is_told_before():
    step = replace(content().steps[0], kind="timer", title="Breathe")
    questionnaire, left_out = as_questionnaire(replace(content(), steps=(step, *content().steps[1:])))
    assert left_out[0].step == "Breathe"
    assert "timer" in left_out[0].reason
    assert "Breathe" not in json.dumps(questionnaire)


# --- FHIR, inwards


def questionnaire(*items, **more):
    return {"resourceType": "Questionnaire", "status": "active", "title": "Ours", "item": list(items), **more}


def take(*items, **more):
    return read_questionnaire(json.dumps(questionnaire(*items, **more)).encode())


def item(kind, link="1", text="What is it?", **more):
    return {"linkId": link, "text": text, "type": kind, **more}


def options(*labels):
    return [{"valueCoding": {"code": f"LA{n}-1", "display": label}} for n, label in enumerate(labels)]


# As the public screening questionnaires are built (a panel's LOINC code, a group, items with ordinal options), with
# words of our own.
FREQUENCY = [
    {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": n}],
     "valueCoding": {"system": "http://loinc.org", "code": code, "display": words}}
    for n, (code, words) in enumerate(
        [("LA1-1", "Never"), ("LA2-2", "Some days"), ("LA3-3", "Most days"), ("LA4-4", "Every day")])
]  # fmt: skip
PANEL = questionnaire(
    {"linkId": "/panel", "type": "group", "text": "Over the last two weeks", "required": True,
     "code": [{"system": "http://loinc.org", "code": "11111-1"}],
     "item": [
         {"linkId": f"/panel/{n}", "prefix": f"{n}.", "type": "choice", "text": words, "answerOption": FREQUENCY,
          "code": [{"system": "http://loinc.org", "code": f"2222{n}-2"}], "required": True,
          "item": [{"linkId": f"/panel/{n}/help", "type": "display", "text": "Choose one.", "extension": [
              {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl", "valueCodeableConcept": {
                  "coding": [{"system": "http://hl7.org/fhir/questionnaire-item-control", "code": "help"}]}}]}]}
         for n, words in enumerate(["I slept well.", "I had time for things I like."], 1)
     ]},
    {"linkId": "/total", "type": "decimal", "text": "Total", "readOnly": True},
    {"linkId": "/why", "type": "text", "text": "What made it harder?",
     "enableWhen": [{"question": "/panel/1", "operator": "=", "answerCoding": {"code": "LA1-1"}}]},
    {"linkId": "/more", "type": "open-choice", "text": "What helps?", "answerOption": options("Rest", "A walk")},
    title="How the last two weeks were",
)  # fmt: skip


def test_a_panel_as_they_are_published_comes_in_and_says_what_it_loses():
    taken = read_questionnaire(json.dumps(PANEL).encode())
    assert [(one["kind"], one["title"]) for one in taken.body["steps"]] == [
        ("read", "Over the last two weeks"), ("choice", "1. I slept well."),
        ("choice", "2. I had time for things I like."), ("choice", "What helps?"),
    ]  # fmt: skip
    assert taken.body["steps"][1]["hint"] == "Choose one."
    assert [one["label"] for one in taken.body["steps"][1]["options"]] == [
        "Never", "Some days", "Most days", "Every day",
    ]  # fmt: skip
    left = {one.link: one.sentence for one in taken.told if one.is_left_out}
    assert left.keys() == {"/total", "/why"}
    assert "readOnly" in left["/total"]
    assert "enableWhen" in left["/why"]
    changed = " ".join(one.sentence for one in taken.told if not one.is_left_out)
    for words in ("never scored", "Nothing is required", "codes that", "Something else"):
        assert words in changed
    assert taken.body["title"] == "How the last two weeks were"


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (item("display"), "read"), (item("string"), "short"), (item("text"), "prompt"), (item("integer"), "short"),
        (item("decimal"), "short"), (item("boolean"), "choice"), (item("date"), "rows"), (item("dateTime"), "short"),
        (item("choice", answerOption=options("a", "b")), "choice"), (item("url"), "short"),
        (item("choice", answerOption=options("a", "b"), repeats=True), "choices"),
        (item("coding", answerOption=options("a", "b")), "choice"),
        (item("choice", answerOption=[{"valueInteger": 1}, {"valueString": "two"}]), "choice"),
        (item("group", repeats=True, item=[item("string", "2", "A"), item("date", "3", "B")]), "rows"),
    ],
)  # fmt: skip
def test_each_type_becomes_a_step_that_the_rules_take(one, kind):
    body = take(one).body
    assert [step["kind"] for step in body["steps"]] == [kind]
    from_json(content().as_json() | {"steps": body["steps"]})


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (item("attachment"), "no files"),
        (item("reference"), "a record elsewhere"),
        (item("grocery"), "'grocery' is not a type"),
        (item(7), "7 is not a type"),
        (item("choice"), "it has no options"),
        (item("choice", answerValueSet="http://x"), "kept elsewhere"),
        (item("choice", answerOption=options("only")), "it has 1 options"),
        (item("choice", answerOption=options(*map(str, range(21)))), "it has 21 options"),
        (item("choice", answerOption=[{}, {}]), "one of its options has no words"),
        (item("string", text=""), "it has no text"),
        (item("string", text="<script>alert(1)</script>"), "looks like an HTML tag"),
        (item("string", text="a\u202eb"), "invisible control character"),
        (item("string", enableWhen=[{"question": "0"}]), "enableWhen"),
        (item("string", readOnly=True), "readOnly"),
        (item("string", modifierExtension=[{"url": "x"}]), "modifierExtension"),
        (item("group", enableWhen=[{}], item=[item("string", "2")]), "and with it the 1 inside it"),
        (item("group", repeats=True, item=[item("boolean", "2")]), "one to five plain columns"),
        ({"linkId": "h", "type": "string", "text": "x", "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", "valueBoolean": True}]}, "hidden"),
        ("a string", "is not an item"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_step_is_left_out_with_its_reason(one, expected):
    taken = take(one, item("string", "kept"))
    assert [step["key"] for step in taken.body["steps"]] == ["kept"]
    assert expected in next(told.sentence for told in taken.told if told.is_left_out)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"{", "This is not JSON: line 1"),
        (b"[1]", "no FHIR Questionnaire: its resourceType is a list or a single value"),
        (b'{"resourceType": "Patient"}', "its resourceType is 'Patient'"),
        (b"{}", "its resourceType is nothing"),
        (b'{"resourceType": "Questionnaire"}', "has no items"),
        (b'{"resourceType": "Questionnaire", "resourceType": "Patient"}', "'resourceType' stands twice"),
        (b'{"resourceType": NaN}', "NaN"),
        (b"\xff{}", "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b"1" * 5_000, "not JSON|single value|Exceeds"),
        (b" " * 1_000_001, "larger than 1 MB"),
        (json.dumps(questionnaire(modifierExtension=[{"url": "x"}])).encode(), "modifierExtension"),
        (json.dumps(questionnaire(item("attachment"))).encode(), "None of its items"),
        (json.dumps(questionnaire(*[{"linkId": "x", "type": "display", "text": "x"}] * 10_000)).encode(),
         "has 10,000 items"),
    ],
)  # fmt: skip
def test_what_is_no_questionnaire_is_refused_in_a_sentence(sent, expected):
    with pytest.raises(Unusable, match=expected):
        read_questionnaire(sent)


def test_groups_within_groups_are_laid_out_one_after_the_other_and_no_deeper_than_twenty():
    deep = item("string", "leaf")
    for n in range(15):
        deep = {"linkId": f"g{n}", "type": "group", "text": f"Group {n}", "item": [deep]}
    assert [step["kind"] for step in take(deep).body["steps"]] == ["read"] * 15 + ["short"]
    for n in range(15, 25):
        deep = {"linkId": f"g{n}", "type": "group", "item": [deep]}
    with pytest.raises(Unusable, match="more than 20 levels"):
        take(deep)


def test_of_more_than_twenty_steps_the_others_are_left_out_by_name():
    taken = take(*(item("string", str(n)) for n in range(25)))
    assert taken.steps == 20
    assert [one.link for one in taken.told] == ["20", "21", "22", "23", "24"]


def test_links_that_stand_twice_or_not_at_all_get_keys_of_their_own():
    taken = take(item("string", "a"), item("string", "a"), {"type": "string", "text": "x"}, item("string", "../../x"))
    assert len({step["key"] for step in taken.body["steps"]}) == 4


TYPES = ["group", "choice", "display", "string", "open-choice", "date", "boolean", "nothing-known"]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(TYPES),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["linkId", "type", "text", "item", "answerOption", "valueCoding", "extension", "prefix",
                         "display", "url", "repeats", "code", "title", "initial"]),
        inner, max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip


shaped = st.recursive(
    anything,
    lambda inner: st.fixed_dictionaries(
        {"linkId": st.sampled_from(["a", "b", "a.b", ""]) | anything, "type": st.sampled_from(TYPES),
         "text": st.text(max_size=5) | st.sampled_from(["A line", "Two\n\nparts", "<b>"])},
        optional={"item": st.lists(inner, max_size=3), "repeats": st.booleans() | anything, "prefix": anything,
                  "answerOption": st.lists(st.fixed_dictionaries({"valueCoding": st.fixed_dictionaries(
                      {"display": st.text(max_size=3), "code": anything})}) | anything, max_size=5)},
    ),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=300, deadline=None, derandomize=True)
@given(items=st.lists(shaped, max_size=4), title=anything)
def test_any_json_is_taken_or_refused_and_never_crashes(items, title):
    try:
        taken = read_questionnaire(json.dumps(questionnaire(*items, title=title)).encode())
    except Unusable as refused:
        assert str(refused)
    else:
        from_json(content().as_json() | {"steps": taken.body["steps"]})
