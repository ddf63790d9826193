from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
import redis
import time_machine
from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client

from safekeeping import context, walls
from tests.cast import NOON, Cast, assemble
from tests.exercises.post import Post, post_office
from tests.exercises.scene import Scene, stage

KEPT = ("safekeeping_auditevent", "safekeeping_auditlink", "safekeeping_audithead")


@cache
def _valkey() -> redis.Redis:
    return redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])


@pytest.fixture(autouse=True)
def nobody_has_tried_to_sign_in() -> None:
    """The throttles begin anew with each test. Only keys of ours are deleted: the server may be somebody's own."""
    ours = list(_valkey().scan_iter(f"{settings.CACHES['default']['KEY_PREFIX']}:*"))
    if ours:
        _valkey().delete(*ours)


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


@pytest.fixture(autouse=True, scope="session")
def emptying_may_empty_the_audit_trail() -> Iterator[None]:
    """Tests that commit are cleared up after by emptying every table; the trail's triggers would refuse."""
    flush = DatabaseOperations.execute_sql_flush

    def without_triggers(self, statements):
        for table in KEPT:
            statements = [f"ALTER TABLE {table} DISABLE TRIGGER USER", *statements]
            statements.append(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        return flush(self, statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", without_triggers)
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
