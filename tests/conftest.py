from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client, TransactionTestCase

from safekeeping import context, walls
from tests.cast import NOON, Cast, assemble
from tests.exercises.post import Post, post_office
from tests.exercises.scene import Scene, stage
from tests.stores import empty_cache

KEPT = ("safekeeping_auditevent", "safekeeping_auditlink", "safekeeping_audithead")
LEFT_BY_MIGRATING = {"django_migrations", "django_content_type", "auth_permission"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long is begun first: at the end of a run, no process waits for another's last test."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(autouse=True)
def nobody_has_tried_to_sign_in() -> None:
    """The throttles begin anew with each test."""
    empty_cache()


@contextmanager
def role(name: str) -> Iterator[None]:
    """The rest of the block acts as one of the product's database roles. Tests themselves act as the owner."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {name}")
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")


@pytest.fixture(autouse=True)
def requests_act_as_the_web(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request of every test meets row-level security, as in production."""
    entered = context.entered

    @contextmanager
    def as_web(*args, **kwargs):
        with entered(*args, **kwargs), role(walls.WEB):
            yield

    monkeypatch.setattr(context, "entered", as_web)


def _with_rows(tables: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables))
        return [table for (table,) in cursor.fetchall()]


def emptied(*_case: object) -> None:
    """
    Every table is as a new one, but for what migrating itself puts there: permissions, kinds of content, and the walls.

    Django's own flush empties a hundred tables of which most are empty, makes all permissions and raises all walls
    anew, and takes as long as twenty tests. One statement deletes, so that no table's rows hold another's.
    """
    tables = [table for table in connection.introspection.table_names() if table not in LEFT_BY_MIGRATING]
    filled = _with_rows(tables)
    if not filled:
        return
    deleting = ", ".join(f"d{n} AS (DELETE FROM {table})" for n, table in enumerate(filled))
    trails = [table for table in KEPT if table in filled]  # their triggers would refuse
    with transaction.atomic(), connection.cursor() as cursor:
        for table in trails:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"WITH {deleting} SELECT")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in trails:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    assert not _with_rows(tables)


@pytest.fixture(autouse=True, scope="session")
def tests_that_commit_are_cleared_up_after() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptied)
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


@pytest.fixture
def scene(cast: Cast) -> Scene:
    return stage(cast)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock stands at noon until it is moved."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    """A mail server of our own, to which the site really speaks."""
    with post_office(settings) as office:
        yield office


@pytest.fixture
def alex(scene: Scene, clock: time_machine.Traveller) -> Client:
    return scene.browser("alex")


@pytest.fixture
def blake(scene: Scene, clock: time_machine.Traveller) -> Client:
    return scene.browser("blake")


@pytest.fixture
def moreno(scene: Scene, clock: time_machine.Traveller) -> Client:
    return scene.browser("moreno")
