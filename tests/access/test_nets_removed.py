"""
Three nets lie under every page: the query's filter, the rule, and row-level security. Each is taken away in turn, and
the others still give nobody a row that is not theirs; at the end row-level security holds alone.

Every row of the matrix with a record in its address is asked by everybody to whom it is hidden.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import time_machine
from django.db import connection, transaction

from safekeeping import context
from safekeeping.verdict import Verdict
from safekeeping.walls import walled
from tests.access.scene import NOW, OFFERED, SECRET, build
from tests.access.test_matrix import DATA, EVERYBODY, MATRIX, NF, NO, path_of
from tests.access.walk import Walk

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


def everything() -> set[tuple[str, str]]:
    """Each row of everybody's work, as it lies in the database; what is new of somebody's own may be added."""
    theirs = [model._meta.db_table for model, _wall in walled() if model._meta.app_label != "safekeeping"]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', kept::text FROM {table} AS kept" for table in theirs))
        return set(cursor.fetchall())


def strangers() -> Iterator[tuple[str, str, str, str]]:
    for method, name, kind, row in MATRIX:
        if kind and kind not in {"reset", "stop", "token"}:
            for who, code in zip(EVERYBODY, row, strict=True):
                if code in {NF, NO} and who != "alex":
                    yield method, name, kind, who


# Withdrawing an exercise is Moreno's to do, so row-level security lets Moreno's transaction change a homework's state.
MAY_AFTER_ALL = {
    (no_filters_and_no_rules, "moreno", "homework"), (no_filters_and_no_rules, "moreno", "step"),
    # a goal is the therapist's to read as well, on a page of the couple's
    (no_filters, "moreno", "goal"), (no_filters_and_no_rules, "moreno", "goal"),
    (no_filters_and_no_rules, "moreno", "offer"),
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("net", [no_filters, no_rules, no_walls, no_filters_and_no_rules], ids=lambda n: n.__name__)
def test_it_shows_and_changes_nothing_of_others_with_a_net_gone(cast, net):
    walk, wrong = Walk(build(cast)), []
    before = everything()
    assert len(before) > 20
    with time_machine.travel(NOW, tick=False):
        walk.sign_in(*EVERYBODY)
        with net():
            for method, name, kind, who in strangers():
                if (net, who, kind) in MAY_AFTER_ALL:
                    continue
                with transaction.atomic():
                    # a wall that is run into is an error
                    answer = walk.ask(who, method, path_of(walk.scene, name, kind), data=DATA.get(name), keep=True)
                    if any(word in answer.content for word in PRIVATE):
                        wrong.append(f"{who} reads at {method} {name}")
                    if method == "post" and not before <= everything():
                        wrong.append(f"{who} changes something by {method} {name}")
                    transaction.set_rollback(True)
    assert not wrong
