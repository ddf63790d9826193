"""Stores of one's own: these tests must not see the addresses of the test run's stores."""

import shutil
import tempfile
import time
from collections.abc import Callable

import pytest

from devstack.postgres import Postgres


@pytest.fixture(scope="module", autouse=True)
def nothing_left_behind(tmp_path_factory):
    """Sockets with long paths, and clusters of a root who must be nobody, lie outside of the folders of these tests."""
    made = tmp_path_factory.getbasetemp()
    with tempfile.TemporaryDirectory(prefix="el-") as short, pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", short)
        yield
    for note in made.rglob("*.elsewhere"):
        shutil.rmtree(note.read_text(), ignore_errors=True)


@pytest.fixture
def no_addresses(monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL", "DATABASE_URL_FILE", "REDIS_URL_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory, nothing_left_behind):
    """The folders of a PostgreSQL that these tests may start, stop and kill."""
    home = tmp_path_factory.mktemp("stores")

    def build() -> Postgres:
        return Postgres(home / "pg", home / "sockets", home / "postgres.log", fast=True)

    yield build
    last = build()
    last.start()
    last.stop()


@pytest.fixture
def until():
    """Wait for something to become true; fails after the deadline."""

    def wait(happened: Callable[[], object], patience: float = 10.0) -> None:
        deadline = time.monotonic() + patience
        while not happened():
            assert time.monotonic() < deadline, "it did not happen in time"
            time.sleep(0.02)

    return wait
