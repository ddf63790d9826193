"""What every text of the library promises the person who reads it.

A partner may read in a second language, in ten quiet minutes, with the other in the room, and may be afraid.
So the words are short and common, nobody is counted, praised or chased, and nothing hints at the other.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from exercises.content import Column, Content, Option, Step, from_json, read_exercise
from exercises.content.wording import (
    BLAME,
    DUTY,
    GENDER,
    HARDEST_GRADE,
    JARGON,
    LONGEST_SENTENCE,
    OTHER,
    PRAISE,
    found,
    grade,
    partner_texts,
    sentences,
    step_texts,
    syllables,
    therapist_texts,
)
from tests.exercises.texts import (
    EXERCISES,
    LIBRARY,
    choices,
    labels,
)

by_slug = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.slug)

R, M, G, S, E = "reciprocity", "mutuality", "guide", "sex", "emotional"
# number, slug, schools, format, content level, and whether the table of the domain warns of it
TABLE = [
    (1, "say-it-and-let-it-be", (R,), "each", 0, True),
    (2, "only-listen", (R,), "each", 0, False),
    (3, "before-you-share", (R, E), "alone", 0, False),
    (4, "echo-or-own", (R,), "alone", 0, False),
    (5, "steadying-myself", (R, E), "alone", 0, False),
    (6, "at-eye-level", (M,), "each", 0, True),
    (7, "what-are-you-afraid-of", (M,), "each", 0, True),
    (8, "the-image-i-keep-up", (M,), "alone", 0, False),
    (9, "one-guard-down", (M,), "alone", 0, True),
    (10, "i-want-this", (M,), "each", 0, False),
    (11, "without-blame", (M, G), "alone", 0, False),
    (12, "four-kinds-of-closeness", (G,), "each", 1, False),
    (13, "what-gets-in-the-way", (G,), "each", 0, False),
    (14, "i-feel-when", (G,), "alone", 0, False),
    (15, "mirror", (G,), "together", 0, True),
    (16, "what-makes-it-unsafe", (G,), "alone", 0, False),
    (17, "repair", (G,), "each", 0, False),
    (18, "a-pause-that-returns", (G,), "together", 0, True),
    (19, "fear-of-being-turned-away", (G,), "each", 0, False),
    (20, "guided-reflection", (G,), "each", 0, False),
    (21, "curious-first", (G, E), "each", 0, False),
    (22, "my-body-and-me", (G,), "alone", 2, False),
    (23, "touch-menu", (G, S), "each", 2, True),
    (24, "touch-in-steps-1", (G, S), "together", 2, True),
    (25, "touch-in-steps-2", (G, S), "together", 2, True),
    (26, "touch-in-steps-3", (G, S), "together", 3, True),
    (27, "touch-in-steps-4", (G, S), "together", 3, True),
    (28, "time-that-is-ours", (G,), "together", 0, False),
    (29, "one-thing-i-appreciate", (G,), "alone", 0, False),
    (30, "breathe-together", (G,), "together", 0, False),
    (31, "small-rituals", (G,), "together", 1, False),
    (32, "my-inner-world", (G,), "each", 0, False),
    (33, "signs-we-need-help", (G,), "alone", 0, False),
    (34, "if-it-worked", (S,), "each", 1, False),
    (35, "what-sex-means-to-me", (S,), "each", 3, False),
    (36, "behind-the-wanting", (S,), "each", 3, False),
    (37, "when-i-am-asked", (S,), "each", 3, True),
    (38, "same-feeling-elsewhere", (S,), "alone", 1, False),
    (39, "more-than-a-number", (S,), "each", 3, True),
    (40, "ask-and-be-surprised", (S,), "each", 3, False),
    (41, "id-better-not", (E,), "alone", 0, True),
    (42, "fishing", (E,), "alone", 0, False),
    (43, "my-own-yes", (E,), "alone", 0, False),
    (44, "disagree-and-stay", (E,), "each", 0, True),
    (45, "whose-limits", (E,), "each", 1, True),
    (46, "react-or-respond", (E,), "alone", 0, False),
    (47, "apart-and-together", (E,), "each", 0, False),
    (48, "own-it", (E,), "alone", 0, False),
    (49, "weekly-check-in", (G,), "each", 0, False),
]


def test_the_grade_tells_plain_words_from_hard_ones() -> None:
    assert grade("The cat sat on the mat. It was warm.") < 1
    assert grade("Differentiation presupposes considerable tolerance of interpersonal discomfort.") > 12


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("cat", 1),
        ("sentence", 2),
        ("closeness", 2),
        ("therapist", 3),
        ("named", 1),
        ("wanted", 2),
        ("little", 2),
    ],
)
def test_syllables_are_counted_as_on_fingers(word: str, expected: int) -> None:
    assert abs(syllables(word) - expected) <= (1 if word == "closeness" else 0)


def test_a_sentence_ends_at_a_stop_a_blank_line_and_a_list_entry() -> None:
    text = "One two. Three?\n\nFour five\n\n1. **Six** seven\n2. eight"
    assert [len(words) for words in sentences(text)] == [2, 1, 2, 2, 1]


def test_what_only_a_kind_has_is_read_as_well() -> None:
    """The lines of a timer, a guess and a map of needs are read by partners like any other."""
    guess = {"items": [{"key": "a", "label": "One"}], "mine": "Two", "theirs": "Three"}
    needs = {"wanting": [{"key": "b", "label": "Four"}], "not_wanting": [{"key": "c", "label": "Five"}]}
    timer = {"phases": [{"key": "d", "label": "Six", "seconds": 30}], "rounds": 3}
    step = Step.from_json({"key": "page", "kind": "any", "title": "Title", **guess, **needs, **timer})
    assert {text for _, text in step_texts(step)} == {"Title", "One", "Two", "Three", "Four", "Five", "Six"}


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (DUTY, "You should do this task."),
        (GENDER, "Ask what he wants."),
        (GENDER, "Your husband"),
        (OTHER, "Now it is your turn"),
        (OTHER, "Your partner has\nanswered"),
        (PRAISE, "Great job"),
    ],
)
def test_forbidden_words_are_found(pattern: str, text: str) -> None:
    assert found(pattern, text)


def test_a_forbidden_word_inside_another_word_is_left_alone() -> None:
    assert found(GENDER, "this other whisper, where there is a theme") == []


@by_slug
def test_it_can_be_read_at_about_eleven(exercise: Content) -> None:
    prose = "\n\n".join([exercise.introduction, *(step.text for step in exercise.steps), exercise.notice])
    assert grade(prose) <= HARDEST_GRADE


@by_slug
@pytest.mark.parametrize("part", ["introduction", "notice"])
def test_its_first_and_last_page_are_no_harder_than_the_rest(exercise: Content, part: str) -> None:
    assert grade(getattr(exercise, part)) <= HARDEST_GRADE


@by_slug
def test_no_sentence_is_long(exercise: Content) -> None:
    every = [words for _, text in partner_texts(exercise) for words in sentences(text)]
    assert [" ".join(words) for words in every if len(words) > LONGEST_SENTENCE] == []


@by_slug
@pytest.mark.parametrize("pattern", [DUTY, GENDER, PRAISE, OTHER, BLAME, JARGON])
def test_it_neither_orders_nor_praises_nor_speaks_of_the_other(exercise: Content, pattern: str) -> None:
    assert [(place, hit) for place, text in partner_texts(exercise) for hit in found(pattern, text)] == []


@by_slug
def test_it_is_calm(exercise: Content) -> None:
    for place, text in partner_texts(exercise):
        assert "!" not in text, place
        assert not re.search(r"\b(?!I\b|OK\b)[A-Z]{2,}\b", text), place
        assert not re.search("[\U0001f000-\U0001faff\u2600-\u27bf]", text), place
        assert not re.search(r"\b\d+ of \d+\b", text), place


@by_slug
def test_a_person_is_not_gendered_for_the_therapist_either(exercise: Content) -> None:
    assert [hit for text in therapist_texts(exercise) for hit in found(GENDER, text)] == []


@by_slug
def test_it_speaks_to_the_reader_and_says_who_can_read_the_answers(exercise: Content) -> None:
    introduction = " ".join(exercise.introduction.split())
    assert found("you", introduction)
    assert re.search(r"(?i:you) (?:choose|decide)\b[^.]* who (?:can read|reads)", introduction)
    assert re.search(r"keep (?:it|them|all of it) only for yourself", introduction)


@by_slug
def test_no_line_that_stands_in_lists_speaks_of_sex_fear_or_safety(exercise: Content) -> None:
    assert found(r"sex|sexual|abuse|violence|danger|unsafe|safety", exercise.summary) == []


@by_slug
def test_an_exercise_that_could_endanger_says_so_to_both(exercise: Content) -> None:
    warned = {slug: marked for _, slug, _, _, _, marked in TABLE}[exercise.slug]
    assert bool(exercise.risks) == warned
    if not warned:
        return
    introduction = " ".join(exercise.introduction.split())
    assert "talk to your therapist alone" in introduction
    assert re.search(r"\bleave (?:it|this exercise)\b", introduction)
    assert exercise.frame in ("private-first", "offer")
    assert any(found(r"fear|violence|pressure|harm", caution) for caution in exercise.cautions)


@by_slug
def test_an_exercise_about_sex_warns_and_lets_one_leave(exercise: Content) -> None:
    if exercise.content_level < 3:
        assert not found("sex", exercise.title)
        return
    assert exercise.frame == "private-first"
    assert exercise.cautions
    assert "nobody owes anyone sex" in " ".join(exercise.introduction.split())


@by_slug
def test_no_answer_records_that_a_person_feels_unsafe_with_the_other(exercise: Content) -> None:
    """Such an answer could be found; safety is asked elsewhere, where nothing is ever shown again."""
    marks = " / ".join(label for step in exercise.steps for label in labels(step))
    assert found(r"afraid of my partner|not (?:feel )?safe|feel safe|unsafe|hits? me|hurts me", marks) == []


@by_slug
def test_no_mark_on_a_scale_says_something_about_the_other(exercise: Content) -> None:
    """A mark at the end that names another person stays behind and can be held against whoever made it."""
    scales = [part for step in exercise.steps for part in (step, *step.columns) if part.kind == "scale"]
    ends = " / ".join(end for part in scales for end in (part.low, part.middle, part.high))
    assert found(r"partners?|some(?:one|body)(?: else)?|the others?|other person", ends) == []


def test_all_forty_eight_and_the_check_in_are_there_as_the_domain_has_them() -> None:
    have = [(e.number, e.slug, e.schools, e.format, e.content_level, bool(e.risks)) for e in EXERCISES]
    assert have == TABLE


@by_slug
def test_it_has_four_to_eight_steps_of_several_kinds(exercise: Content) -> None:
    kinds = {step.kind for step in exercise.steps}
    assert 4 <= len(exercise.steps) <= 8
    assert len(kinds) >= 3
    assert kinds - {"read"}


@by_slug
def test_every_choice_lets_one_say_that_one_does_not_know_or_would_rather_not(exercise: Content) -> None:
    """A list without a way out forces an answer that is not one; a page can always be skipped as well."""
    out = r"don't know|not sure|something else|none|nothing|nobody|nowhere|not now|no word|several things|whenever"
    lists = [one for step in exercise.steps for one in choices(step)]
    assert [place for place, options in lists if not any(found(out, option) for option in options)] == []


@by_slug
def test_keys_and_titles_stand_once(exercise: Content) -> None:
    for names in ([step.key for step in exercise.steps], [step.title for step in exercise.steps]):
        assert len(names) == len(set(names))
    for step in exercise.steps:
        lists = (step.options, step.items, *(column.options for column in step.columns))
        named: list[Sequence[Option | Column]] = [step.columns, *lists]
        for group in named:
            assert len({part.key for part in group}) == len(group)
            assert len({part.label for part in group}) == len(group)


def test_titles_summaries_and_introductions_are_each_their_own() -> None:
    for name in ("slug", "number", "title", "summary", "introduction", "purpose", "notice", "digest"):
        assert len({getattr(exercise, name) for exercise in EXERCISES}) == len(EXERCISES), name


@by_slug
def test_the_therapist_is_told_why_for_whom_where_from_and_when(exercise: Content) -> None:
    for heading in ("**Why.**", "**For whom.**", "**Where it comes from.**", "**When.**"):
        assert heading in exercise.purpose
    assert all(question.endswith((".", "?")) for question in exercise.debrief)
    assert sum(question.count("?") for question in exercise.debrief) >= 3


@by_slug
def test_it_survives_being_kept_as_json(exercise: Content) -> None:
    assert from_json(exercise.as_json()) == exercise


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.yaml")), ids=lambda path: path.stem)
def test_any_other_reader_of_yaml_reads_the_same(path: Path) -> None:
    """Ours leaves `Yes` and dates as words; no file of the library leans on that."""

    def stripped(value: object) -> object:
        if isinstance(value, dict):
            return {key: stripped(part) for key, part in value.items()}
        if isinstance(value, list):
            return [stripped(part) for part in value]
        return value.strip() if isinstance(value, str) else value

    assert stripped(yaml.safe_load(path.read_text(encoding="utf-8"))) == read_exercise(path).as_json()
