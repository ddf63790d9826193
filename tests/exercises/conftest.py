from collections.abc import Iterator

import pytest
import time_machine

from tests.cast import NOON, Cast
from tests.exercises.scene import Scene, stage


@pytest.fixture
def scene(cast: Cast) -> Scene:
    return stage(cast)


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    """The clock stands at noon; `noon.move_to` another instant."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock
