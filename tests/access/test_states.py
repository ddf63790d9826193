"""In every state of a record or a person, what is hidden stays hidden alike, and the rest is as the table says."""

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from tests.access.scene import NOW, build
from tests.access.states import STATES
from tests.access.test_matrix import EVERYBODY, GO, MATRIX, NF, NO, data_of, expected
from tests.access.walk import Walk, never, seen

pytestmark = [pytest.mark.django_db, pytest.mark.long]
LETTERS = {"reset", "stop", "token"}
NEW_TO_IT = {("couple moved", "yilmaz")}  # a record of theirs now


def is_hidden(base: int, code: int, kind: str) -> bool:
    """Hidden by the table, and so in this state: or led elsewhere before anything was looked up."""
    return base in {NF, NO} and code in {base, GO} and kind not in LETTERS


def test_it_answers_as_the_table_says_but_where_a_state_changes_that(cast):
    walk, wrong = Walk(build(cast)), []
    unknown: dict[tuple[str, str, str, int], tuple[object, ...]] = {}
    with time_machine.travel(NOW, tick=False):
        for who in EVERYBODY:
            walk.ask(who, "get", reverse("healthz"))  # they sign in before anything happens
        for state in STATES:
            with transaction.atomic():
                state.bring(walk.scene)
                for method, name, kind, row in MATRIX:
                    if kind not in state.touches:
                        continue
                    others = state.otherwise.get((method, name), {})
                    for who, base in zip(EVERYBODY, row, strict=True):
                        code = others.get(who, base)
                        path, data = reverse(name, kwargs=walk.scene.paths[kind]), data_of(walk.scene, name)
                        answer = walk.ask(who, method, path, data=data)
                        if answer.status_code != expected(method, name, who, code, "page"):
                            wrong.append(f"{state.name}: {method} {name} {who}: {answer.status_code}, not {code}")
                        elif is_hidden(base, code, kind) and (state.name, who) not in NEW_TO_IT and who != "alex":
                            key = (method, name, who, code)
                            if key not in unknown:
                                no_such = reverse(name, kwargs=never(walk.scene.paths[kind]))
                                unknown[key] = seen(walk.ask(who, method, no_such, data=data))
                            if seen(answer) != unknown[key]:
                                wrong.append(f"{state.name}: {method} {name} tells {who} something")
                transaction.set_rollback(True)
    assert not wrong, "\n".join(wrong)
