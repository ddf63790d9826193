"""A programme's file is judged as an exercise's is: every mistake by its line, in a sentence that says what to do."""

import pytest

from exercises.content import ContentError, read_programmes

SMALL = """\
slug: small-steps
number: 1
title: Small steps
summary: One after the other.
weeks: 4
purpose: To test with.
cautions: []
items:
  - key: one
    exercise: i-feel-when
    gap: start
  - key: two
    exercise: guided-reflection
    gap: days
    days: 7
  - key: three
    exercise: i-feel-when
    gap: done
    note: Only if it feels right.
  - key: four
    exercise: i-feel-when
    gap: session
    after: two
"""
KNOWN = {"i-feel-when", "guided-reflection"}


@pytest.fixture
def refused(tmp_path):
    def judge(text, name="small-steps"):
        (tmp_path / f"{name}.yaml").write_text(text)
        with pytest.raises(ContentError) as told:
            read_programmes(tmp_path, KNOWN)
        return [f"{problem.line}: {problem.reason}" for problem in told.value.problems]

    return judge


def test_it_reads_a_programme_and_writes_out_what_a_gap_counts_from(tmp_path):
    (tmp_path / "small-steps.yaml").write_text(SMALL)
    (found,) = read_programmes(tmp_path, KNOWN)
    assert [(item.key, item.gap, item.days, item.after) for item in found.items] == [
        ("one", "start", 0, ""), ("two", "days", 7, "one"), ("three", "done", 0, "two"), ("four", "session", 0, ""),
    ]  # fmt: skip
    assert type(found).from_checked(found.as_json()) == found


def test_a_library_without_programmes_has_none(tmp_path):
    assert read_programmes(tmp_path / "nowhere", KNOWN) == ()


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("exercise: guided-reflection", "exercise: never-was", "13: items → 2 → exercise: there is no exercise 'never-was' in the library"),
        ("key: two", "key: one", "12: items → 2 → key: 'one' is also the key of number 1; each key may stand once"),
        ("    days: 7\n", "", "12: items → 2: 'days' is missing; 'gap: days' needs to say how many"),
        ("    gap: done\n", "    gap: done\n    days: 2\n", "19: items → 3 → days: does not belong to the gap 'done'; leave it out"),
        ("days: 7", "days: 0", "15: items → 2 → days: is 0; the least is 1"),
        ("days: 7", "days: 121", "15: items → 2 → days: is 121; the most is 120"),
        ("days: 7", "days: 60", "15: items → 2 → days: opens on day 61, after the 4 weeks of this programme; days count from the item before it"),
        ("    days: 7", "    days: 7\n    after: two", "16: items → 2 → after: names its own item; it has to be one before it"),
        ("    days: 7", "    days: 7\n    after: three", "16: items → 2 → after: 'three' comes later; it has to be one before it"),
        ("    days: 7", "    days: 7\n    after: five", "16: items → 2 → after: there is no item 'five' in this programme"),
        ("gap: start", "gap: done", "11: items → 1 → gap: the first item has nothing before it; use start, or session"),
        ("gap: start", "gap: soon", "11: items → 1 → gap: 'soon' is not a gap; use one of start, days, done, session"),
        ("weeks: 4", "weeks: 0", "5: weeks: is 0; the least is 1"),
        ("weeks: 4", "week: 4", "1: 'weeks' is missing"),
        ("slug: small-steps", "slug: large-steps", "1: slug: is 'large-steps', but the file is called 'small-steps.yaml'; the two have to be the same"),
        ("To test with.", "To <b>test</b> with.", "6: purpose: '<b>' looks like an HTML tag; texts are plain words and Markdown without HTML"),
        ("key: one", "key: *one", "9: '*one' repeats another place; write the text out instead"),
        ("key: two", "key: [two]", "12: items → 2 → key: has to be text (a number or an empty place needs words, or quotes around it), and is a list"),
    ],
)  # fmt: skip
def test_it_says_what_is_wrong_and_where(refused, was, now, said):
    assert said in refused(SMALL.replace(was, now, 1))


def test_it_refuses_an_empty_one_and_one_that_is_too_large(refused):
    assert refused("") == ["1: the file is empty"]
    assert "larger than 200 kB" in refused(SMALL + "#" * 200_001)[0]
    assert refused("- just\n- a list\n")
    assert any("the fewest is 1" in said for said in refused(SMALL.split("items:")[0] + "items: []\n"))


def test_two_programmes_share_no_number(refused, tmp_path):
    (tmp_path / "other.yaml").write_text(SMALL.replace("small-steps", "other"))
    assert any("1 is already the number of other.yaml" in said for said in refused(SMALL))
