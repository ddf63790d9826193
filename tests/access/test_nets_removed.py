"""
Three nets lie under every page: the query's filter, the rule, and row-level security. Each is taken away in turn, and
the others still give nobody a row that is not theirs; at the end row-level security holds alone.

Every row of the matrix with a record in its address is asked by everybody to whom it is hidden.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import time_machine
from django.db import transaction

from safekeeping import context
from safekeeping.verdict import Verdict
from safekeeping.walls import walled
from tests.access.scene import NOW, OFFERED, SECRET, build
from tests.access.test_matrix import EVERYBODY, MATRIX, NF, NO, ask, signed_in

PRIVATE = [word.encode() for word in (SECRET, OFFERED, "Moreno&#x27;s own", "Ten minutes, alone.")]


@contextmanager
def no_filters() -> Iterator[None]:
    """Every query gives every row, as if somebody had forgotten to ask who is looking."""
    with pytest.MonkeyPatch.context() as patch:
        for model, _wall in walled():
            rows = type(model._default_manager.all())
            for name in ("visible_to", "own"):
                if hasattr(rows, name):
                    patch.setattr(rows, name, lambda self, viewer: self)
                    patch.setattr(type(model._default_manager), name, lambda self, viewer: self.all())
        yield


@contextmanager
def no_rules() -> Iterator[None]:
    """Every rule says yes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Verdict, "__bool__", lambda self: True)
        patch.setattr(Verdict, "require", lambda self: None)
        yield


ENTERED = context.entered


@contextmanager
def no_walls() -> Iterator[None]:
    """Requests act as the owner of the tables, whom row-level security lets do everything."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(context, "entered", ENTERED)
        yield


@contextmanager
def no_filters_and_no_rules() -> Iterator[None]:
    with no_filters(), no_rules():
        yield


def everything() -> set[tuple[object, ...]]:
    """Each row of everybody's work, as it lies in the database; what is new of somebody's own may be added."""
    theirs = [model for model, _wall in walled() if model._meta.app_label != "safekeeping"]
    return {(model, *row) for model in theirs for row in model._default_manager.values_list()}


def strangers() -> Iterator[tuple[str, str, str, str]]:
    for method, name, kind, row in MATRIX:
        if kind and kind not in {"reset", "stop", "token"}:
            for who, code in zip(EVERYBODY, row, strict=True):
                if code in {NF, NO} and who != "alex":
                    yield method, name, kind, who


# Withdrawing an exercise is Moreno's to do, so row-level security lets Moreno's transaction change a homework's state.
MAY_AFTER_ALL = {(no_filters_and_no_rules, "moreno", "homework"), (no_filters_and_no_rules, "moreno", "step")}


@pytest.mark.parametrize("net", [no_filters, no_rules, no_walls, no_filters_and_no_rules], ids=lambda n: n.__name__)
def test_it_shows_and_changes_nothing_of_others_with_a_net_gone(cast, net):
    scene = build(cast)
    before = everything()
    wrong = []
    with time_machine.travel(NOW, tick=False), net():
        for method, name, kind, who in strangers():
            if (net, who, kind) in MAY_AFTER_ALL:
                continue
            client = signed_in(cast, who)
            client.raise_request_exception = False  # a wall that is run into is an error
            with transaction.atomic():
                answer = ask(client, method, name, scene.paths[kind], htmx=False)
                if any(word in answer.content for word in PRIVATE):
                    wrong.append(f"{who} reads at {method} {name}")
                if method == "post" and not before <= everything():
                    wrong.append(f"{who} changes something by {method} {name}")
                transaction.set_rollback(True)
    assert not wrong
