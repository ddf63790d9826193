"""A key outlives the words it stands for, and no two are alike."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from exercises.content.keys import keep_keys, key_from

TEA = [{"key": "tea", "label": "Tea"}, {"key": "milk", "label": "Warm milk"}, {"key": "rain", "label": "Rain"}]


def test_it_keeps_the_key_of_a_label_in_other_words():
    assert keep_keys(TEA, ["Tea", "Cold milk", "Rain"]) == ["tea", "milk", "rain"]
    assert keep_keys(TEA, ["Coffee", "Warm milk", "Rain"]) == ["tea", "milk", "rain"]


def test_it_takes_the_key_along_to_another_place():
    assert keep_keys(TEA, ["Rain", "Tea", "Warm milk"]) == ["rain", "tea", "milk"]


def test_it_gives_what_is_new_a_key_of_its_own_and_never_one_that_stood_for_something_else():
    assert keep_keys(TEA, ["Tea", "Warm milk", "Rain", "Snow"]) == ["tea", "milk", "rain", "snow"]
    assert keep_keys(TEA, ["Tea", "Rain"]) == ["tea", "rain"]
    assert keep_keys([{"key": "snow", "label": "Tea"}], ["Tea", "Snow"]) == ["snow", "snow-2"]
    assert keep_keys(TEA, ["Tea", "A walk in the hills", "Very warm milk", "Rain"]) == [
        "tea", "a-walk-in-the-hills", "milk", "rain",
    ]  # fmt: skip


def test_it_makes_a_key_of_any_words():
    assert key_from("Über den Wolken!", ()) == "uber-den-wolken"
    assert key_from("静か", (), "option") == "option"
    assert key_from("3 cups", (), "option") == "option-3-cups"
    assert key_from("Tea", {"tea", "tea-2"}) == "tea-3"


labels = st.lists(st.sampled_from(["Tea", "tea", "Milk", "Warm milk", "", "静か", "7", "a" * 90, "Rain!"]), max_size=8)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(first=labels, second=labels)
def test_no_two_keys_are_alike_and_each_is_one_that_the_rules_take(first, second):
    before = [{"key": key, "label": label} for key, label in zip(keep_keys([], first), first, strict=True)]
    after = keep_keys(before, second)
    assert len(set(after)) == len(second)
    assert all(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", key) and len(key) <= 60 for key in after)
    if len(set(first)) == len(first):
        kept = {label: key for key, label in zip(after, second, strict=True) if second.count(label) == 1}
        assert all(kept[entry["label"]] == entry["key"] for entry in before if entry["label"] in kept)
