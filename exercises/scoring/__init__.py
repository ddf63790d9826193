"""Questionnaires that are counted: what they ask, what it adds up to, what changed (docs/decisions/0019)."""

from exercises.content.fhir import Unusable
from exercises.scoring.change import (
    Direction,
    Moved,
    Norms,
    Verdict,
    cut_off,
    difference_error,
    is_reliable,
    least_change,
    moved,
    reliable_change,
    standard_error,
    verdict,
)
from exercises.scoring.reading import MOST_ITEMS, read_instrument
from exercises.scoring.shapes import Item, Option, Rule, Scale, Sheet
from exercises.scoring.totals import NoScore, Score, plain, score, span

__all__ = [
    "MOST_ITEMS",
    "Direction",
    "Item",
    "Moved",
    "NoScore",
    "Norms",
    "Option",
    "Rule",
    "Scale",
    "Score",
    "Sheet",
    "Unusable",
    "Verdict",
    "cut_off",
    "difference_error",
    "is_reliable",
    "least_change",
    "moved",
    "plain",
    "read_instrument",
    "reliable_change",
    "score",
    "span",
    "standard_error",
    "verdict",
]
