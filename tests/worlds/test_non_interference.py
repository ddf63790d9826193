"""
For every schedule of what others do, and any two versions of what is private, an observer receives the same bytes.

The short run is the same each time. The long one, `python3 run.py worlds`, draws anew and prints its seed.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.worlds import observers, routes
from tests.worlds.observers import Told
from tests.worlds.schedule import Step, compare
from tests.worlds.world import Depth

EXAMPLES = {"blake": 4, "casey": 2, "adair": 2, "okafor": 2, "ellis": 2}
LONG = int(os.environ.get("WORLDS_EXAMPLES", "0"))
# A failure of the short run is not made shorter: it is of a few steps, and would take minutes where something leaks.
PHASES = [phase for phase in Phase if LONG or phase is not Phase.shrink]
DEPTH = Depth(crawl_each_step=True, methods=2, ids=2) if LONG else Depth()


def worlds_seen_by(observer, stage):
    """Draws a schedule rule by rule; at its end both worlds are lived through."""

    class Worlds(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.schedule: list[Step] = []
            self.told = Told()

        def add(self, step: Step) -> None:
            self.schedule.append(step)
            self.told.note(step)

        @rule(data=st.data())
        def something_private_differs(self, data) -> None:
            self.add(data.draw(observers.private(observer, self.told)))

        @rule(data=st.data())
        def something_private_differs_again(self, data) -> None:
            self.add(data.draw(observers.private(observer, self.told)))

        @rule(data=st.data())
        def something_is_done_in_both(self, data) -> None:
            self.add(data.draw(observers.declared(observer, self.told)))

        @rule(data=st.data())
        def time_goes_by(self, data) -> None:
            self.add(data.draw(observers.passing()))

        def teardown(self) -> None:
            if any(step.is_private for step in self.schedule):
                compare(stage, self.schedule, observer=observer, depth=DEPTH)

    return Worlds


@pytest.mark.long
@pytest.mark.parametrize("observer", observers.OBSERVERS)
def test_it_shows_the_same_in_both_worlds_to(observer, stage):
    run_state_machine_as_test(
        worlds_seen_by(observer, stage),
        settings=settings(
            max_examples=LONG or EXAMPLES[observer],
            stateful_step_count=12 if LONG else 8,
            derandomize=not LONG,
            phases=PHASES,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_it_knows_what_every_url_takes():
    assert not routes.unknown()
