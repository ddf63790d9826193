"""What somebody's answers add up to: exactly, or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from exercises.scoring.shapes import Rule, Scale, Sheet

Answers = Mapping[str, str | None]  # a code for each linkId; none where somebody would rather not say
CENTS = Decimal("0.01")


@dataclass(frozen=True)
class Score:
    """A number, and from how many answers of how many items it is."""

    value: Fraction
    answered: int
    of: int

    @property
    def is_prorated(self) -> bool:
        """Whether answers were missing, and the number is worked out from those that are there."""
        return self.answered < self.of


@dataclass(frozen=True)
class NoScore:
    """Too few answers for a number. It says how few."""

    answered: int
    of: int


def score(sheet: Sheet, scale: Scale, answers: Answers, *, most_missing: int = 0) -> Score | NoScore:
    """
    The scale's sum or mean. Where no more than `most_missing` answers are missing, a sum is what it would be if the
    missing ones were like the mean of the others (prorating); where more are, there is no score. A code that an item
    does not have is no answer.
    """
    weights = [weight for link in scale.links if (weight := _weight(sheet, link, answers.get(link))) is not None]
    answered, of = len(weights), len(scale.links)
    if not weights or of - answered > most_missing:
        return NoScore(answered, of)
    mean = sum(weights, Fraction(0)) / answered
    return Score(mean if scale.rule is Rule.MEAN else mean * of, answered, of)


def _weight(sheet: Sheet, link: str, code: str | None) -> Fraction | None:
    item = sheet.by_link.get(link)
    option = item.option(code) if item else None
    return option.weight if option else None


def span(sheet: Sheet, scale: Scale) -> tuple[Fraction, Fraction]:
    """The least and the most that a scale can come to."""
    ends = [[option.weight or Fraction(0) for option in sheet.by_link[link].options] for link in scale.links]
    low, high = sum(map(min, ends), Fraction(0)), sum(map(max, ends), Fraction(0))
    return (low, high) if scale.rule is Rule.SUM else (low / len(ends), high / len(ends))


def plain(value: Fraction | Decimal) -> Decimal:
    """A number as it is shown: to two places at most, without zeros at its end."""
    exact = value if isinstance(value, Decimal) else Decimal(value.numerator) / Decimal(value.denominator)
    short = exact.quantize(CENTS, rounding=ROUND_HALF_EVEN).normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short
