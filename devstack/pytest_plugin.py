"""Lets a plain `pytest` run against real stores: `-p devstack.pytest_plugin`.

Under `run.py test` the stores are up already and their addresses in the environment. Under xdist the first
process starts them, and each worker has a Valkey of its own, so that emptying a cache empties nobody else's.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from devstack import environment
from devstack.errors import StackError
from devstack.stores import TestStores
from devstack.valkey import Valkey

_stores: TestStores | None = None


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """A wrapper, because pytest-django reads the settings in this very hook."""
    try:
        _start()
    except StackError as error:
        raise pytest.UsageError(str(error)) from error
    return (yield)


def pytest_unconfigure() -> None:
    """Stop what this process started; the Valkeys of the workers go with the stores."""
    global _stores
    if _stores:
        _stores.__exit__(None, None, None)
        _stores = None


def _start() -> None:
    global _stores
    os.environ["ENVIRONMENT"] = "test"
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        _start_own_valkey(worker)
    elif _stores is None and "DEVSTACK_TEST_VALKEY" not in os.environ:
        stores = TestStores()
        if stores.postgres or stores.valkey:
            _stores = stores.__enter__()
            os.environ.update(environment.test(stores.environment()))


def _start_own_valkey(worker: str) -> None:
    """Beside the Valkey of the whole run, when that is one of ours."""
    shared = os.environ.get("DEVSTACK_TEST_VALKEY")
    if not shared:
        return
    folder = Path(f"{shared}-{worker}")
    logs = folder.parent / "logs"
    own = Valkey(folder, folder.parent / "test-sockets", logs / f"{folder.name}.log", fast=True)
    own.start()
    own.empty()
    os.environ["REDIS_URL"] = own.url()
