"""Rule and query are twins: what one person may open, their lists show, and the other way round."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from clients import policies
from clients.commands import leave_check_in, set_boundaries
from clients.models import Appointment, Clinic, ContentBoundary, Couple, Membership, Partner, SafetyAnswer
from clients.policies.appointments import may_see_appointment
from clients.states import CoupleState
from clients.viewer import Viewer
from tests.cast import NOON, PERSONAS, Cast

RULES: list[tuple[Callable[[Viewer, Any], Any], Any]] = [
    (policies.may_run, Clinic),
    (policies.may_see_couple, Couple),
    (policies.may_see_partner, Partner),
    (policies.may_see_membership, Membership),
    (may_see_appointment, Appointment),
    (policies.may_read_check_in, SafetyAnswer),
    (policies.may_read_boundaries, ContentBoundary),
]
STATES = ["as it is", *CoupleState.values, "not joined", "membership ended"]


@pytest.fixture
def world(cast: Cast, request: pytest.FixtureRequest) -> Cast:
    """The cast in one of the states that a couple, a place and a membership can be in."""
    for name in ("alex", "blake", "casey", "ellis"):
        told = {"place": cast.places[name], "by": cast.viewer(name), "at": NOON}
        leave_check_in(said={}, **told)
        set_boundaries(wishes={}, **told)
    for couple, alone in ((cast.couple, None), (cast.couple, cast.places["alex"]), (cast.strangers, None)):
        start = NOON + timedelta(hours=1 if alone else 2)
        Appointment.objects.create(clinic=couple.clinic, couple=couple, alone=alone, starts_at=start, made_at=NOON)
    state = request.param
    if state in CoupleState.values:
        Couple.objects.update(state=state)
    elif state == "not joined":
        Partner.objects.update(person=None, joined_at=None)
    elif state == "membership ended":
        Membership.objects.update(ended_at=NOON)
    return cast


@pytest.mark.parametrize("world", STATES, indirect=True)
@pytest.mark.parametrize(("rule", "model"), RULES, ids=[model.__name__ for _rule, model in RULES])
def test_it_lists_exactly_what_may_be_opened(world: Cast, rule: Any, model: Any) -> None:
    for name in (*PERSONAS, "admin_elsewhere"):
        viewer = world.viewer(name)
        listed = set(model.objects.visible_to(viewer).values_list("pk", flat=True))
        allowed = {thing.pk for thing in model.objects.all() if rule(viewer, thing)}
        assert listed == allowed, name


def test_it_is_not_vacuous(cast: Cast) -> None:
    seen = {name: set(Couple.objects.visible_to(cast.viewer(name))) for name in PERSONAS}
    assert seen["moreno"] == {cast.couple, cast.neighbours} == seen["adair"] == seen["both"]
    assert seen["okafor"] == {cast.strangers}
    assert not any(seen[name] for name in ("alex", "blake", "casey", "ellis", "yilmaz", "former"))
    places = {name: set(Partner.objects.visible_to(cast.viewer(name))) for name in PERSONAS}
    assert places["alex"] == {cast.places["alex"]}
    assert places["blake"] == {cast.places["blake"]}


def test_it_is_not_vacuous_about_what_is_told_in_private(cast: Cast) -> None:
    told = {"place": cast.places["alex"], "by": cast.viewer("alex"), "at": NOON}
    leave_check_in(said={}, **told)
    set_boundaries(wishes={}, **told)
    for model, readers in ((SafetyAnswer, {"moreno"}), (ContentBoundary, {"alex", "moreno"})):
        assert {name for name in PERSONAS if model.objects.visible_to(cast.viewer(name)).exists()} == readers


def test_it_shows_nobody_anything_signed_out(cast: Cast) -> None:
    stranger = Viewer(user_id=None, at=NOON)
    for _rule, model in RULES:
        assert not model.objects.visible_to(stranger).exists()


@pytest.mark.parametrize("world", ["as it is"], indirect=True)
def test_it_tells_nobody_else_of_a_session_with_one_of_them_alone(world: Cast) -> None:
    alone = Appointment.objects.get(alone__isnull=False)
    seen = {name for name in PERSONAS if alone in Appointment.objects.visible_to(world.viewer(name))}
    assert seen == {"alex", "moreno"}
