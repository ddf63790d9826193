"""What answers add up to and when a change is more than chance: by published examples, and whatever the numbers."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises import scoring
from exercises.scoring import Direction, Item, Moved, Norms, NoScore, Option, Rule, Scale, Score, Sheet, Verdict
from tests.exercises.measures import ITEMS, SMALL

JACOBSON_TRUAX = Norms(sd=Fraction(10), reliability=Fraction("0.80"))
FIRST, LATER = Fraction("32.5"), Fraction("47.5")


def near(value: Decimal | None, expected: str) -> bool:
    return value is not None and round(value, len(expected.partition(".")[2])) == Decimal(expected)


# --- published examples


def test_it_works_out_the_example_of_jacobson_and_truax():
    """
    Jacobson & Truax (1991), Journal of Consulting and Clinical Psychology 59(1), pp. 13-14: s1 = 10, r = .80,
    x1 = 32.5, x2 = 47.5. SE = 4.47, Sdiff = 6.32, RC = 2.37, which is more than 1.96.
    """
    assert near(scoring.standard_error(JACOBSON_TRUAX), "4.47")
    assert near(scoring.difference_error(JACOBSON_TRUAX), "6.32")
    assert near(scoring.reliable_change(FIRST, LATER, JACOBSON_TRUAX), "2.37")
    assert scoring.is_reliable(FIRST, LATER, JACOBSON_TRUAX) is True


def test_it_finds_their_cut_off_half_way_between_groups_alike_in_spread():
    """The same, p. 13: means of 40 and 60, standard deviations of 7.5 in both: c = 50."""
    norms = Norms(
        clinical_mean=Fraction(40), clinical_sd=Fraction("7.5"), norm_mean=Fraction(60), norm_sd=Fraction("7.5")
    )
    assert scoring.cut_off(norms) == 50


@pytest.mark.parametrize(
    ("sd", "r", "error", "difference", "least"),
    [("6.396073", "0.931", "1.680", "2.376", "4.657"), ("10.5", "0.931", "2.758", "3.901", "7.645")],
)
def test_it_agrees_with_suddengains(sd, r, error, difference, least):
    """
    The R package suddengains (Wiedemann, Thew, Stott & Ehlers; CRAN), tests/testthat of `define_crit1_cutoff`: for
    sd 6.396073 and reliability .931 a standard error of 1.680111, of a difference 2.376036, reliable from 4.65703 on.
    The second row is the example of its manual (sd = 10.5, reliability = .931), worked out by its formula.
    """
    norms = Norms(sd=Fraction(sd), reliability=Fraction(r))
    assert near(scoring.standard_error(norms), error)
    assert near(scoring.difference_error(norms), difference)
    assert near(scoring.least_change(norms), least)


def test_it_weighs_the_cut_off_towards_the_narrower_group():
    """By hand: (8·20 + 4·10)/(8 + 4) = 50/3, nearer to the norm group, whose spread is 4."""
    norms = Norms(clinical_mean=Fraction(10), clinical_sd=Fraction(8), norm_mean=Fraction(20), norm_sd=Fraction(4))
    assert scoring.cut_off(norms) == Fraction(200, 12)


def test_it_takes_a_published_cut_off_before_one_of_its_own():
    norms = Norms(
        clinical_mean=Fraction(40), clinical_sd=Fraction(5), norm_mean=Fraction(60), norm_sd=Fraction(5),
        cut_off=Fraction("52.5"),
    )  # fmt: skip
    assert scoring.cut_off(norms) == Fraction("52.5")


def test_it_calls_a_change_of_exactly_the_least_amount_not_reliable():
    """sd 5, r .875: Sdiff is 2.5, so 1.96·Sdiff is 4.9 and no root is needed. More than that, and not as much."""
    norms = Norms(sd=Fraction(5), reliability=Fraction("0.875"))
    assert scoring.least_change(norms) == Decimal("4.9")
    assert scoring.is_reliable(Fraction(10), Fraction("14.9"), norms) is False
    assert scoring.is_reliable(Fraction(10), Fraction("14.900001"), norms) is True


# --- what norms lack


BAD = [
    Norms(),
    Norms(sd=Fraction(10)),
    Norms(reliability=Fraction("0.8")),
    Norms(sd=Fraction(0), reliability=Fraction("0.8")),
    Norms(sd=Fraction(-1), reliability=Fraction("0.8")),
    Norms(sd=Fraction(10), reliability=Fraction("1.01")),
    Norms(sd=Fraction(10), reliability=Fraction("-0.01")),
]


@pytest.mark.parametrize("norms", BAD)
def test_without_an_error_of_measurement_it_gives_no_verdict_and_no_band(norms):
    assert scoring.standard_error(norms) is None
    assert scoring.difference_error(norms) is None
    assert scoring.least_change(norms) is None
    assert scoring.reliable_change(FIRST, LATER, norms) is None
    assert scoring.is_reliable(FIRST, LATER, norms) is None
    assert all(scoring.verdict(FIRST, LATER, norms, direction) is None for direction in Direction)
    assert scoring.moved(FIRST, LATER, norms) is Moved.HIGHER


@pytest.mark.parametrize("missing", ["clinical_mean", "clinical_sd", "norm_mean", "norm_sd"])
@pytest.mark.parametrize("instead", [None, Fraction(0), Fraction(-2)])
def test_without_one_of_four_numbers_it_gives_no_cut_off(missing, instead):
    whole = {name: Fraction(5) for name in ("clinical_mean", "clinical_sd", "norm_mean", "norm_sd")}
    found = scoring.cut_off(Norms(**{**whole, missing: instead}))
    assert (found is None) == (instead is None or missing.endswith("sd"))


def test_a_reliability_of_one_has_no_index_and_calls_every_change_reliable():
    norms = Norms(sd=Fraction(10), reliability=Fraction(1))
    assert scoring.reliable_change(FIRST, LATER, norms) is None
    assert scoring.is_reliable(FIRST, LATER, norms) is True
    assert scoring.is_reliable(FIRST, FIRST, norms) is False


def test_where_more_points_are_neither_better_nor_worse_there_is_no_verdict():
    assert scoring.verdict(FIRST, LATER, JACOBSON_TRUAX, Direction.NEITHER) is None


# --- whatever the numbers

numbers = st.fractions(-1000, 1000, max_denominator=100)
some_norms = st.builds(
    Norms, sd=st.fractions(0, 100, max_denominator=100).filter(bool), reliability=st.fractions(0, 1, max_denominator=50)
)
OPPOSITE = {Verdict.IMPROVEMENT: Verdict.WORSENING, Verdict.WORSENING: Verdict.IMPROVEMENT, Verdict.NONE: Verdict.NONE}


@given(numbers, numbers, some_norms)
def test_the_other_direction_turns_a_verdict_round(first, later, norms):
    better = scoring.verdict(first, later, norms, Direction.BETTER)
    assert scoring.verdict(first, later, norms, Direction.WORSE) == OPPOSITE[better]


@given(numbers, numbers, some_norms)
def test_the_way_back_is_the_other_way(first, later, norms):
    there = scoring.verdict(first, later, norms, Direction.BETTER)
    assert scoring.verdict(later, first, norms, Direction.BETTER) == OPPOSITE[there]


@given(numbers, numbers, numbers, some_norms)
def test_moving_both_scores_alike_changes_nothing(first, later, by, norms):
    for direction in Direction:
        moved = scoring.verdict(first + by, later + by, norms, direction)
        assert moved == scoring.verdict(first, later, norms, direction)
    assert scoring.moved(first + by, later + by, norms) == scoring.moved(first, later, norms)


@given(numbers, numbers, some_norms)
def test_what_is_told_a_partner_and_their_therapist_agrees(first, later, norms):
    said = scoring.verdict(first, later, norms, Direction.BETTER)
    told = {Verdict.NONE: Moved.SAME, Verdict.IMPROVEMENT: Moved.HIGHER, Verdict.WORSENING: Moved.LOWER}
    assert scoring.moved(first, later, norms) == told[said]


@given(numbers, numbers, some_norms)
def test_the_exact_answer_is_that_of_the_roots_where_these_are_clear(first, later, norms):
    least = scoring.least_change(norms)
    change = abs(later - first)
    distance = abs(Decimal(change.numerator) / Decimal(change.denominator) - least)
    if distance > Decimal("1e-9"):
        assert scoring.is_reliable(first, later, norms) == (change > Fraction(least))


@given(some_norms, st.fractions(1, 100, max_denominator=10), numbers)
def test_scaling_everything_changes_no_verdict(norms, by, later):
    larger = Norms(sd=norms.sd * by, reliability=norms.reliability)
    plain = scoring.verdict(Fraction(0), later, norms, Direction.BETTER)
    assert scoring.verdict(Fraction(0), later * by, larger, Direction.BETTER) == plain


# --- totals

OPTIONS = tuple(Option(code, code, Fraction(n)) for n, code in enumerate("abcd"))


def a_sheet(n, rule=Rule.SUM):
    items = tuple(Item(f"q{k}", f"Question {k}", OPTIONS) for k in range(n))
    return Sheet("Title", items, Scale("", tuple(item.link for item in items), rule))


said = st.lists(st.sampled_from(["a", "b", "c", "d", None]), min_size=1, max_size=12)


def as_answers(codes):
    return {f"q{k}": code for k, code in enumerate(codes) if code}


@given(said, st.randoms(), st.sampled_from(Rule))
def test_the_order_of_items_changes_no_score(codes, random, rule):
    sheet = a_sheet(len(codes), rule)
    items = list(sheet.items)
    random.shuffle(items)
    turned = Sheet("Title", tuple(items), Scale("", tuple(item.link for item in items), rule))
    for missing in range(len(codes) + 1):
        one = scoring.score(sheet, sheet.total, as_answers(codes), most_missing=missing)
        assert one == scoring.score(turned, turned.total, as_answers(codes), most_missing=missing)


@given(said)
def test_a_sum_is_the_plain_sum_where_nothing_is_missing(codes):
    sheet = a_sheet(len(codes))
    got = scoring.score(sheet, sheet.total, as_answers(codes))
    if None in codes:
        assert got == NoScore(len(codes) - codes.count(None), len(codes))
    else:
        assert got == Score(Fraction(sum("abcd".index(code) for code in codes)), len(codes), len(codes))


@given(said, st.integers(0, 12))
def test_a_score_never_leaves_the_range(codes, missing):
    for rule in Rule:
        sheet = a_sheet(len(codes), rule)
        low, high = scoring.span(sheet, sheet.total)
        got = scoring.score(sheet, sheet.total, as_answers(codes), most_missing=missing)
        assert isinstance(got, NoScore) or low <= got.value <= high


@given(said)
def test_turning_every_item_round_turns_the_score_round(codes):
    sheet = a_sheet(len(codes))
    options = tuple(Option(one.code, one.label, 3 - one.weight) for one in OPTIONS)
    turned = Sheet("Title", tuple(Item(i.link, i.text, options) for i in sheet.items), sheet.total)
    one = scoring.score(sheet, sheet.total, as_answers(codes), most_missing=len(codes))
    other = scoring.score(turned, turned.total, as_answers(codes), most_missing=len(codes))
    if isinstance(one, Score):
        assert one.value + other.value == 3 * len(codes)
    else:
        assert one == other


def test_it_works_out_a_sum_from_what_is_there():
    sheet = a_sheet(4)
    got = scoring.score(sheet, sheet.total, {"q0": "d", "q1": "c", "q2": "b"}, most_missing=1)
    assert got == Score(Fraction(8), 3, 4)  # 6 of three is 8 of four
    assert got.is_prorated
    assert scoring.score(sheet, sheet.total, {"q0": "d", "q1": "c", "q2": "b"}) == NoScore(3, 4)
    thirds = scoring.score(sheet, sheet.total, {"q0": "b", "q1": "b", "q2": "c"}, most_missing=1)
    assert thirds.value == Fraction(16, 3)
    assert scoring.plain(thirds.value) == Decimal("5.33")


def test_nothing_answered_is_no_score_whatever_may_be_missing():
    sheet = a_sheet(2)
    assert scoring.score(sheet, sheet.total, {}, most_missing=2) == NoScore(0, 2)


@pytest.mark.parametrize("code", ["z", "", None, "A"])
def test_a_code_that_an_item_does_not_have_is_no_answer(code):
    sheet = a_sheet(1)
    assert scoring.score(sheet, sheet.total, {"q0": code, "q9": "a"}) == NoScore(0, 1)


def test_a_sheet_is_the_same_after_it_was_kept():
    sheet = scoring.read_instrument(SMALL)
    assert Sheet.from_json(sheet.as_json()) == sheet
    assert tuple(sheet.by_link) == ITEMS
    norms = Norms(sd=Fraction("2.5"), cut_off=Fraction(1, 3))
    assert Norms.from_json(norms.as_json()) == norms


@pytest.mark.parametrize(
    ("value", "shown"), [("4", "4"), ("4.50", "4.5"), ("100", "100"), ("0", "0"), ("16/3", "5.33"), ("-7/2", "-3.5")]
)
def test_it_shows_a_number_to_two_places_at_most(value, shown):
    assert str(scoring.plain(Fraction(value))) == shown
