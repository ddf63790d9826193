"""States and transitions are data: total, and drawn as they are."""

from pathlib import Path

import pytest

from clients.states import NEXT as COUPLE
from clients.states import CoupleState
from exercises.management.commands.describe_states import page
from exercises.states import (
    CHOICES_IN,
    EXERCISE_NEXT,
    MEASURE_NEXT,
    OUTBOX_NEXT,
    Audience,
    ExerciseState,
    Frame,
    HomeworkState,
    MeasureState,
    OutboxState,
)
from exercises.states import NEXT as HOMEWORK


@pytest.mark.parametrize(
    ("states", "ways"),
    [
        (CoupleState, COUPLE),
        (HomeworkState, HOMEWORK),
        (OutboxState, OUTBOX_NEXT),
        (ExerciseState, EXERCISE_NEXT),
        (MeasureState, MEASURE_NEXT),
    ],
)
def test_it_says_for_every_state_where_it_can_lead(states, ways):
    assert set(ways) == set(states)
    assert all(following <= set(states) and state not in following for state, following in ways.items())


def test_it_offers_the_most_private_first_in_every_frame():
    order = list(Audience)
    for frame in Frame:
        assert CHOICES_IN[frame][0] == Audience.ONLY_ME
        assert list(CHOICES_IN[frame]) == sorted(CHOICES_IN[frame], key=order.index)


def test_it_draws_the_states_as_they_are():
    assert (Path(__file__).parents[2] / "docs/reference/states.md").read_text() == page()
