"""What the library promises as a whole: that no two exercises sound alike, that each can be found, that names fit."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from exercises.content import Content
from exercises.content.wording import found, partner_texts, sentences, therapist_texts
from tests.exercises.texts import EXERCISES, LIBRARY, PROGRAMMES, programme_texts, prose

BY_SLUG = {exercise.slug: exercise for exercise in EXERCISES}
by_slug = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.slug)
by_programme = pytest.mark.parametrize("programme", PROGRAMMES, ids=lambda programme: programme["slug"])

MOST_ALIKE = 3  # exercises in which the same sentence may stand
FEWEST, MOST = 4, 2 / 3  # exercises that a tag finds, and the part of them all beyond which it tells nothing apart
# Who reads, and whom one can turn to: said in the same words everywhere, so that it is known again when it counts.
PROMISES = r"only for yourself|talk to your therapist alone|who (?:can )?reads?|let them read it"
HEADINGS = r"^(?:where it comes from|the school of intimacy and sex)"
ON_THE_SPOT = r"which of (?:you|the two)|who of you|who (?:started|began it|refused|stopped it|waited)|your partner"


def alike(texts: Callable[[Content], Iterable[str]]) -> dict[str, list[str]]:
    """The sentences of four words or more that stand in too many exercises, with these."""
    where = defaultdict(set)
    for exercise in EXERCISES:
        for text in texts(exercise):
            for words in sentences(text):
                where[" ".join(words).lower()].add(exercise.slug)
    return {said: sorted(slugs) for said, slugs in where.items() if len(said.split()) > 3 and len(slugs) > MOST_ALIKE}


@pytest.mark.parametrize("texts", [prose, therapist_texts])
def test_no_sentence_is_said_all_over_the_library(texts: Callable[[Content], Iterable[str]]) -> None:
    """What stands everywhere is read nowhere; only the promises are known by their being the same."""
    assert [one for one in alike(texts).items() if not found(f"{PROMISES}|{HEADINGS}", one[0])] == []


def first_words(text: str, count: int) -> str:
    return " ".join(re.findall(r"[a-z'’]+", text.lower())[:count])


def test_introductions_do_not_open_alike() -> None:
    opened = Counter(first_words(exercise.introduction, 3) for exercise in EXERCISES)
    assert [opening for opening, times in opened.items() if times > 2] == []
    assert sum("in this exercise you" in first_words(e.introduction, 200) for e in EXERCISES) <= MOST_ALIKE


def test_last_pages_do_not_open_alike() -> None:
    opened = Counter(first_words(exercise.notice, 1) for exercise in EXERCISES)
    assert [word for word, times in opened.items() if times > len(EXERCISES) / 3] == []


@by_slug
def test_no_question_for_the_session_puts_one_of_two_on_the_spot(exercise: Content) -> None:
    assert [question for question in exercise.debrief if found(ON_THE_SPOT, question)] == []


@by_slug
def test_what_has_a_line_to_open_comes_in_a_frame_that_lets_it_be_opened(exercise: Content) -> None:
    """In any other frame the page would speak of an offer that cannot be made."""
    if {step.kind for step in exercise.steps} & {"share", "guess"}:
        assert exercise.frame == "offer"


def test_every_tag_finds_several_exercises_and_none_finds_nearly_all() -> None:
    schema = json.loads((LIBRARY / "schema.json").read_text(encoding="utf-8"))["properties"]
    for name in ("schools", "closeness", "barriers", "jobs", "practices", "risks"):
        times = Counter(tag for exercise in EXERCISES for tag in getattr(exercise, name))
        for tag in schema[name]["items"]["enum"]:
            assert FEWEST <= times[tag] <= len(EXERCISES) * MOST, (name, tag, times[tag])


def named(text: str) -> list[str]:
    """What stands between single asterisks and begins like a title."""
    return re.findall(r"(?<!\*)\*(?!\*)([A-Z][^*]*)\*(?!\*)", " ".join(text.split()))


def test_a_title_is_told_from_what_is_only_bold_or_leaned_on() -> None:
    assert named("**Why.** After *A touch\nmenu*, and *now* again.") == ["A touch menu"]


def test_every_exercise_that_is_named_has_that_name() -> None:
    titles = {exercise.title for exercise in EXERCISES} | {programme["title"] for programme in PROGRAMMES}
    texts = [(e.slug, text) for e in EXERCISES for text in (*therapist_texts(e), *(t for _, t in partner_texts(e)))]
    texts += [(programme["slug"], text) for programme in PROGRAMMES for text in programme_texts(programme)]
    assert [(slug, name) for slug, text in texts for name in named(text) if name not in titles] == []


def test_six_programmes_are_there_in_files_of_their_names() -> None:
    files = {path.stem for path in (LIBRARY / "programmes").glob("*.yaml")}
    assert files == {programme["slug"] for programme in PROGRAMMES}
    assert sorted(programme["number"] for programme in PROGRAMMES) == [1, 2, 3, 4, 5, 6]


@by_programme
def test_a_programme_gives_what_the_library_has(programme: dict[str, Any]) -> None:
    assert [item["exercise"] for item in programme["items"] if item["exercise"] not in BY_SLUG] == []


@by_programme
def test_what_could_endanger_or_touches_opens_by_the_therapist_alone(programme: dict[str, Any]) -> None:
    """A calendar does not know that last week was frightening."""
    heavy = {e.slug for e in EXERCISES if e.risks or e.content_level > 1}
    opened = {item["exercise"]: item["gap"] for item in programme["items"] if item["exercise"] in heavy}
    assert [slug for slug, gap in opened.items() if gap != "session"] == []


@by_programme
def test_a_programme_says_for_whom_it_is_and_when_to_leave_it(programme: dict[str, Any]) -> None:
    for heading in ("**Why.**", "**For whom.**", "**When not.**"):
        assert heading in programme["purpose"]
    assert found(r"fear|violence|pressure|harm", programme["purpose"])
    assert programme["cautions"]


def test_graded_touch_goes_in_its_order() -> None:
    steps = [item["exercise"] for programme in PROGRAMMES for item in programme["items"]]
    assert [slug for slug in steps if slug.startswith("touch-in-steps-")] == [f"touch-in-steps-{n}" for n in "1234"]
