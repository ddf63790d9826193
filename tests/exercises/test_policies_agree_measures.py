"""The rules about instruments, asking and answers, and their SQL twins, give the same answer for everyone."""

import pytest

from clients.models import Couple
from clients.states import CoupleState
from exercises.models import Asking, Instrument, Measurement
from exercises.policies import measures as policies
from exercises.states import MeasureState, Rhythm
from tests.cast import NOON
from tests.exercises.scene import HOUR
from tests.exercises.test_policies_agree import readers

THERE = {"moreno", "yilmaz", "former", "both"}  # the therapists of the clinic


@pytest.fixture(params=CoupleState)
def couple(cast, request):
    """Alex and Blake, with their work in each state."""
    Couple.objects.filter(pk=cast.couple.pk).update(state=request.param)
    return {"clinic": cast.riverside, "couple": cast.couple, "partner": cast.places["alex"]}


@pytest.fixture(params=["new", "licensed", "retired"])
def instrument(cast, request):
    states = {"new": {}, "licensed": {"licensed_by": cast.staff["moreno"], "licensed_at": NOON}}
    states["retired"] = {**states["licensed"], "retired_at": NOON}
    return Instrument.objects.create(
        clinic=cast.riverside, title="T", body={}, direction="better", imported_by=cast.staff["yilmaz"], made_at=NOON,
        **states[request.param],
    )  # fmt: skip


def test_it_shows_an_instrument_to_the_therapists_of_its_clinic(cast, instrument):
    assert readers(cast, policies.may_see_instrument, instrument) == THERE


@pytest.mark.parametrize("stopped", [None, NOON - HOUR])
def test_it_shows_that_somebody_is_asked_to_them_and_their_therapist(cast, couple, instrument, stopped):
    asking = Asking.objects.create(
        **couple, instrument=instrument, rhythm=Rhythm.ONCE, made_at=NOON - HOUR, stopped_at=stopped
    )
    assert readers(cast, policies.may_see_asking, asking) == {"alex", "moreno"}


@pytest.mark.parametrize("state", MeasureState)
@pytest.mark.parametrize("held", [None, NOON - HOUR, NOON, NOON + HOUR])
def test_it_opens_answers_to_the_therapist_once_they_are_sent_and_held(cast, couple, instrument, state, held):
    asking = Asking.objects.create(**couple, instrument=instrument, rhythm=Rhythm.ONCE, made_at=NOON - HOUR)
    is_sent = state != MeasureState.ASKED
    row = Measurement.objects.create(
        **couple, asking=asking, instrument=instrument, state=state, answers={"near": "a"}, begun_at=NOON - HOUR,
        finished_at=NOON - HOUR if is_sent else None, therapist_from=held if is_sent else None,
    )  # fmt: skip
    opens = is_sent and held is not None and held <= NOON
    assert readers(cast, policies.may_read_measurement, row) == ({"alex", "moreno"} if opens else {"alex"})
