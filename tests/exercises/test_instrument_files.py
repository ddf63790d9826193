"""A FHIR Questionnaire as an instrument: counted exactly as it says, or refused with a sentence for each thing."""

import json
from fractions import Fraction

import pytest

from exercises import scoring
from exercises.scoring import NoScore, Rule, Unusable
from tests.exercises.measures import ORDINAL, SMALL, calculated, group, options, question, questionnaire

SUM_OF = "%resource.item.where(linkId='{}').answer.value.ordinal()"


def read(*items, **more):
    return scoring.read_instrument(questionnaire(*items, **more))


def refused(*items, **more):
    with pytest.raises(Unusable) as told:
        read(*items, **more)
    return str(told.value)


def test_it_takes_items_options_and_rights_word_for_word():
    sheet = scoring.read_instrument(SMALL)
    assert sheet.title == "Four small questions"
    assert sheet.rights == "Made up for tests. Free for any use."
    assert [item.text for item in sheet.items] == ["How near?", "How warm?", "How far?", "How calm?"]
    assert [option.label for option in sheet.items[0].options] == ["Not at all", "A little", "Quite", "Very"]


def test_it_counts_a_reversed_item_by_its_numbers():
    sheet = scoring.read_instrument(SMALL)
    assert [option.weight for option in sheet.by_link["far"].options] == [3, 2, 1, 0]
    got = scoring.score(sheet, sheet.total, {"near": "d", "warm": "d", "far": "a", "calm": "d"})
    assert got.value == 12
    assert scoring.span(sheet, sheet.total) == (0, 12)


def test_it_makes_a_subscale_of_a_group():
    (nearness,) = scoring.read_instrument(SMALL).subscales
    assert (nearness.title, nearness.links, nearness.rule) == ("Nearness", ("near", "warm"), Rule.SUM)
    assert read(group("all", question("a"), question("b"))).subscales == ()


def test_it_says_instructions_above_the_question_that_follows():
    sheet = read(
        {"linkId": "hello", "type": "display", "text": "Think of the last week."},
        group("g", question("a"), question("b"), text="At home"),
        question("c"),
    )
    assert [item.above for item in sheet.items] == ["Think of the last week.\n\nAt home", "", ""]


@pytest.mark.parametrize("place", ["option", "coding"])
@pytest.mark.parametrize("url", [ORDINAL, "http://hl7.org/fhir/StructureDefinition/itemWeight"])
def test_it_reads_numbers_in_either_place_and_under_either_name(place, url):
    offered = options(0, 1.5, url=url)
    if place == "coding":
        for option in offered:
            option["valueCoding"]["extension"] = option.pop("extension")
    (item,) = read(question("a", answerOption=offered)).items
    assert [option.weight for option in item.options] == [0, Fraction(3, 2)]


def test_it_takes_a_tenth_as_a_tenth():
    (item,) = read(question("a", 0.1, 0.2, 0.3)).items
    assert sum(option.weight for option in item.options) == Fraction(6, 10)


def test_it_asks_what_is_not_counted_and_does_not_count_it():
    sheet = read(question("a"), question("by-the-way", None, None))
    assert [item.is_counted for item in sheet.items] == [True, False]
    assert sheet.total.links == ("a",)


# --- expressions


@pytest.mark.parametrize(
    ("expression", "rule"),
    [
        ("%resource.item.where(linkId = 'a' or linkId = 'b').answer.value.ordinal().sum()", Rule.SUM),
        ("%resource.item.where(linkId='a' or linkId='b').answer.value.weight().avg()", Rule.MEAN),
        ("%resource.repeat(item).where(linkId in ('a' | 'b')).answer.value.ordinal().sum()", Rule.SUM),
        ("%resource.item.descendants().where(linkId in ('a'|'b')).answer.value.ordinal().sum()", Rule.SUM),
        (f"{SUM_OF.format('a')} + {SUM_OF.format('b')}", Rule.SUM),
        (f"({SUM_OF.format('a')} + {SUM_OF.format('b')}) / 2", Rule.MEAN),
    ],
)
def test_it_reads_a_sum_or_a_mean_of_named_items(expression, rule):
    sheet = read(question("a"), question("b"), question("c"), calculated("total", expression))
    assert (sheet.total.links, sheet.total.rule) == (("a", "b"), rule)
    assert [item.link for item in sheet.items] == ["a", "b", "c"]
    got = scoring.score(sheet, sheet.total, {"a": "d", "b": "b", "c": "d"})
    assert got.value == (4 if rule is Rule.SUM else 2)


def test_it_reads_the_sum_of_everything_it_reaches():
    expression = "%resource.item.answer.value.ordinal().sum()"
    sheet = read(question("a"), group("g", question("b"), question("c")), calculated("total", expression))
    assert sheet.total.links == ("a",)  # what lies in a group is not `item` but `item.item`
    deeper = read(
        question("a"), group("g", question("b")), calculated("total", expression.replace("item", "repeat(item)"))
    )
    assert deeper.total.links == ("a", "b")


def test_it_keeps_sums_beside_the_total_as_subscales():
    part = "%resource.item.where(linkId='a' or linkId='b').answer.value.ordinal().sum()"
    whole = "%resource.item.answer.value.ordinal().sum()"
    sheet = read(question("a"), question("b"), question("c"), calculated("part", part), calculated("whole", whole))
    assert sheet.total.links == ("a", "b", "c")
    assert [(scale.title, scale.links) for scale in sheet.subscales] == [("Part", ("a", "b"))]


@pytest.mark.parametrize(
    ("expression", "because"),
    [
        ("%resource.item.where(linkId='z').answer.value.ordinal().sum()", "names z"),
        ("%resource.item.where(linkId='deep').answer.value.ordinal().sum()", "names deep"),
        (f"{SUM_OF.format('a')} + {SUM_OF.format('a')}", "counts a twice"),
        (f"{SUM_OF.format('a')} * 2", "only a sum or a mean"),
        (f"{SUM_OF.format('a')} - {SUM_OF.format('b')}", "only a sum or a mean"),
        (f"10 - {SUM_OF.format('a')}", "only a sum or a mean"),
        (f"({SUM_OF.format('a')} + {SUM_OF.format('b')}) / 3", "adds 2 answers and divides by 3"),
        (f"{SUM_OF.format('a')} + {SUM_OF.format('b')} / 2", "only a sum or a mean"),
        ("%resource.item.answer.value.ordinal() + %resource.item.answer.value.ordinal()", "several answers at once"),
        ("%a + %b", "only a sum or a mean"),
        ("iif(%resource.item.exists(), 1, 0)", "only a sum or a mean"),
        ("%resource.item.where(linkId='a').answer.value.ordinal().max()", "only a sum or a mean"),
        ("", "only a sum or a mean"),
    ],
)
def test_it_refuses_what_it_cannot_read_exactly(expression, because):
    items = [question("a"), question("b"), group("g", question("deep")), calculated("total", expression)]
    assert because in refused(*items)


def test_it_refuses_an_expression_in_another_language():
    other = calculated("total", "Sum(answers)")
    other["extension"][0]["valueExpression"]["language"] = "text/cql"
    assert "total: what it is worked out by is no expression in text/fhirpath" in refused(question("a"), other)


def test_it_refuses_several_sums_without_a_total():
    sums = [calculated(f"of-{link}", f"{SUM_OF.format(link)}") for link in "ab"]
    assert "does not say which of them is the total" in refused(question("a"), question("b"), question("c"), *sums)


# --- bad input


@pytest.mark.parametrize(
    ("items", "because"),
    [
        ([question("a"), question("a")], "a: this linkId stands twice"),
        ([question("a"), group("a", question("b"))], "a: this linkId stands twice"),
        ([question("a"), question("")], "has no linkId"),
        ([question("a"), "a question"], "has no linkId"),
        ([question("a"), {"linkId": "b", "type": "text", "text": "Say more"}], "b: it is of the type 'text'"),
        ([question("a"), {"linkId": "b", "type": "boolean", "text": "Yes?"}], "b: it is of the type 'boolean'"),
        ([question("a", 0, None, 1)], "a: some of its options have a number and some have none"),
        ([question("a", None, None)], "there is nothing to count"),
        ([question("a", text=" ")], "a: it has no text"),
        ([question("a", answerOption=options(1))], "a: an item has 2 to 20 options"),
        ([question("a", answerOption=[], answerValueSet="#list")], "kept elsewhere (answerValueSet)"),
        ([question("a", repeats=True)], "several options can be chosen"),
        ([question("a", item=[question("b")])], "a: it asks something more inside itself"),
        ([question("a", enableWhen=[{}])], "under a condition only"),
        ([question("a", modifierExtension=[{}])], "modifierExtension"),
        ([question("a"), group("g", question("b"), repeats=True)], "g: it is a group that repeats"),
        ([question("a", answerOption=[*options(0, 1), *options(2)])], "a: two of its options have the same code"),
        ([question("a", "three", 1)], "'three' is no number"),
        ([question("a", True, 1)], "True is no number"),
        ([question("a", 0.1234567, 1)], "more than six places"),
        ([question("a", 1e12, 1)], "is no number that an option can count"),
    ],
)
def test_it_says_what_is_in_the_way(items, because):
    assert because in refused(*items)


def test_it_says_everything_at_once():
    told = refused(
        question("a"), question("a"), question("b", text=""), {"linkId": "c", "type": "date", "text": "When"}
    )
    assert [line.partition(":")[0] for line in told.split("\n")] == ["a", "b", "c"]


def test_it_refuses_ten_thousand_items_before_it_looks_at_one():
    assert refused(*(question(f"q{n}") for n in range(10_000))) == (
        "The file is larger than 1 MB, the most a questionnaire may have."
    )
    bare = [{"linkId": str(n)} for n in range(10_000)]
    assert refused(*bare) == "The questionnaire has 10,000 items. No more than 200 are looked at."


def test_it_tells_no_more_than_a_screen_of_problems():
    lines = refused(*({"linkId": f"q{n}", "type": "text"} for n in range(50))).split("\n")
    assert len(lines) == 21
    assert lines[-1] == "And 30 more."


@pytest.mark.parametrize(
    ("raw", "because"),
    [
        (b"not json", "This is not JSON: line 1"),
        (b"[]", "no FHIR Questionnaire"),
        (b'{"resourceType": "Patient"}', "its resourceType is 'Patient'"),
        (b'{"resourceType": "Questionnaire", "title": "T", "item": []}', "has no items"),
        (b"\xff\xfe", "not UTF-8"),
        (b'{"resourceType": "Questionnaire", "item": [NaN]}', "which is not JSON"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_it_says_what_is_no_questionnaire(raw, because):
    with pytest.raises(Unusable) as told:
        scoring.read_instrument(raw)
    assert because in str(told.value)


def test_it_refuses_two_numbers_for_one_option():
    offered = options(0, 1)
    offered[0]["extension"].append({"url": ORDINAL, "valueDecimal": 5})
    assert "has two different numbers" in refused(question("a", answerOption=offered))


def test_it_wants_a_title_and_keeps_what_cannot_be_seen_out_of_it():
    assert "has no title" in refused(question("a"), title="")
    assert read(question("a"), title="A\u0000 title").title == "A title"
    assert "no text of up to" in refused(question("a"), copyright=["mine"])


def test_answers_to_another_form_of_it_are_no_score():
    sheet = scoring.read_instrument(SMALL)
    assert scoring.score(sheet, sheet.total, json.loads('{"near": "9", "warm": "x"}')) == NoScore(0, 4)
