"""The hints of the builder: where a text could be gentler or plainer, whatever state it is in. It refuses nothing."""

import pytest

from exercises.content.drafts import skeleton
from exercises.content.wording import hints
from tests.exercises.scene import content


def said(**changes: object) -> list[str]:
    body = skeleton("own-1", 1001) | {"steps": []} | changes
    return [one.sentence() for one in hints(body)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You should rest.", "introduction: “should” can sound like an order"),
        ("Ask what she wants.", "introduction: “she” names a gender"),
        ("Great job.", "introduction: “great job” praises"),
        ("Now it is your turn.", "introduction: “your turn” speaks of what the other one does"),
        ("You simply stop.", "introduction: “simply” can sound like a reproach"),
        ("Think of your libido.", "introduction: “libido” is a word of the trade"),
        ("Stop here!", "introduction: There is an exclamation mark"),
        ("one " * 21 + ".", "introduction: A sentence has 21 words (“one one one one …”)"),
        ("Differentiated interpersonal considerations presuppose remarkable psychological tolerance everywhere.",
         "introduction: This reads like school year"),
    ],
)  # fmt: skip
def test_it_says_what_could_be_said_otherwise(text, expected):
    assert any(sentence.startswith(expected) for sentence in said(introduction=text))


def test_it_finds_nothing_in_plain_words_and_nothing_in_what_is_empty():
    assert said(introduction="Take a breath. Then write what comes.") == []
    assert said() == []


def test_it_reads_every_word_of_a_step_whatever_its_kind_and_says_where():
    steps = [{"key": "a", "kind": "no-such-kind", "title": "Calm", "phases": [{"key": "should", "label": "You must"}]}]
    assert said(steps=steps) == ["steps → 1 → phases → 1 → label: “must” can sound like an order. Say what one can do."]


def test_it_does_not_mind_what_therapists_alone_read():
    assert said(purpose="She should do it!", cautions=["He must not!"], debrief=["Should they?"]) == []


def test_it_has_nothing_against_the_exercise_of_the_tests():
    assert hints(content().as_json()) == ()
