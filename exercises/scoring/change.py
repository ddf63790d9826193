"""
Whether a change is more than the error of measurement, and on which side of a cut-off a score lies.

Jacobson, N. S. & Truax, P. (1991). Clinical significance: a statistical approach to defining meaningful change in
psychotherapy research. Journal of Consulting and Clinical Psychology, 59(1), 12-19:
SE = SD·√(1-r), Sdiff = √(2·SE²), reliable if |x₂-x₁| > 1.96·Sdiff; cut-off c = (SD₀·M₁ + SD₁·M₀)/(SD₀ + SD₁).

What a norm lacks, or has wrong, makes no error here: there is then no band, no verdict and no cut-off.
"""

from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

CRITICAL = Fraction("1.96")  # two standard errors of a difference, nearly: by chance in 5 of 100


class Direction(StrEnum):
    """What more points mean. The instrument's manual says so; nothing in a questionnaire does."""

    BETTER = "better"
    WORSE = "worse"
    NEITHER = "neither"


class Verdict(StrEnum):
    """What a therapist reads of a change since the first score."""

    IMPROVEMENT = "improvement"
    NONE = "none"
    WORSENING = "worsening"


class Moved(StrEnum):
    """What a partner reads of it: a direction without a judgement."""

    HIGHER = "higher"
    SAME = "same"
    LOWER = "lower"


@dataclass(frozen=True)
class Norms:
    """Published numbers of an instrument, as they stand in a source. Each may be missing."""

    sd: Fraction | None = None
    reliability: Fraction | None = None
    clinical_mean: Fraction | None = None
    clinical_sd: Fraction | None = None
    norm_mean: Fraction | None = None
    norm_sd: Fraction | None = None
    cut_off: Fraction | None = None  # published, and then taken before one that is worked out

    def as_json(self) -> dict[str, str]:
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: str(value) for name, value in found.items() if value is not None}

    @classmethod
    def from_json(cls, kept: dict[str, str]) -> "Norms":
        return cls(**{one.name: Fraction(kept[one.name]) for one in fields(cls) if one.name in kept})


def _error_squared(norms: Norms) -> Fraction | None:
    """SE², which is exact where SE is not; none where there is nothing to work it out from."""
    sd, r = norms.sd, norms.reliability
    if sd is None or r is None or sd <= 0 or not 0 <= r <= 1:
        return None
    return sd * sd * (1 - r)


def _root(square: Fraction | None) -> Decimal | None:
    return None if square is None else (Decimal(square.numerator) / Decimal(square.denominator)).sqrt()


def standard_error(norms: Norms) -> Decimal | None:
    """SE = SD·√(1-r)."""
    return _root(_error_squared(norms))


def difference_error(norms: Norms) -> Decimal | None:
    """Sdiff = √(2·SE²)."""
    square = _error_squared(norms)
    return None if square is None else _root(2 * square)


def least_change(norms: Norms) -> Decimal | None:
    """1.96·Sdiff: a change is reliable if it is more than this."""
    square = _error_squared(norms)
    return None if square is None else _root(CRITICAL * CRITICAL * 2 * square)


def reliable_change(first: Fraction, later: Fraction, norms: Norms) -> Decimal | None:
    """The index RC = (x₂-x₁)/Sdiff; none where Sdiff is nought."""
    error = difference_error(norms)
    if not error:
        return None
    change = later - first
    return Decimal(change.numerator) / Decimal(change.denominator) / error


def is_reliable(first: Fraction, later: Fraction, norms: Norms) -> bool | None:
    """Whether a change is reliable, by squares and so exactly; none where the norms do not say."""
    square = _error_squared(norms)
    return None if square is None else (later - first) ** 2 > CRITICAL * CRITICAL * 2 * square


def verdict(first: Fraction, later: Fraction, norms: Norms, direction: Direction) -> Verdict | None:
    """What to say of a change; none where the norms do not say, or where more points are neither better nor worse."""
    reliable = is_reliable(first, later, norms)
    if reliable is None or direction is Direction.NEITHER:
        return None
    if not reliable:
        return Verdict.NONE
    return Verdict.IMPROVEMENT if (later > first) == (direction is Direction.BETTER) else Verdict.WORSENING


def moved(first: Fraction, later: Fraction, norms: Norms) -> Moved:
    """Higher or lower, and about the same within the error of measurement, where that is known."""
    if later == first or is_reliable(first, later, norms) is False:
        return Moved.SAME
    return Moved.HIGHER if later > first else Moved.LOWER


def cut_off(norms: Norms) -> Fraction | None:
    """The published cut-off, or c = (SD_clin·M_norm + SD_norm·M_clin)/(SD_clin + SD_norm)."""
    if norms.cut_off is not None:
        return norms.cut_off
    clin, sd_clin, norm, sd_norm = norms.clinical_mean, norms.clinical_sd, norms.norm_mean, norms.norm_sd
    if clin is None or norm is None or sd_clin is None or sd_norm is None or sd_clin <= 0 or sd_norm <= 0:
        return None
    return (sd_clin * norm + sd_norm * clin) / (sd_clin + sd_norm)
