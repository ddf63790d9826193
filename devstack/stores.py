"""The two stores together: started by whom comes first, stopped by whom goes last."""

import os
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from devstack.errors import StackError
from devstack.folders import DATA, private_folder
from devstack.locks import FileLock, one_at_a_time
from devstack.postgres import Postgres
from devstack.valkey import Valkey

DATABASE = "eyelevel"
SLOTS = 32


def is_set(name: str) -> bool:
    """True when the environment gives the value itself or names a file that holds it."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


class Stores:
    """PostgreSQL and Valkey, each unless its address is in the environment; used with `with`.

    Several processes may use the same stores (a running site and `run.py manage`, two test runs): each holds
    a shared lock, and only the one that can turn it into its own at the end stops them.
    """

    def __init__(self, data: Path = DATA, *, prefix: str = "", fast: bool = False) -> None:
        self._data = data
        self._prefix = prefix
        self._database = DATABASE
        self._users = FileLock(data / f"{prefix}stores.lock")
        self._logs, self._sockets = data / "logs", data / f"{prefix}sockets"
        self._fast = fast
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        if not is_set("DATABASE_URL"):
            log = self._logs / f"{prefix}postgres.log"
            self.postgres = Postgres(data / f"{prefix}pg", self._sockets, log, fast=fast)
        if not is_set("REDIS_URL"):
            self.valkey = self._valkey("valkey")

    def environment(self) -> dict[str, str]:
        """The addresses of what was started here."""
        found = {}
        if self.postgres:
            found["DATABASE_URL"] = self.postgres.url(self._database)
            for name in ("web", "worker", "backup"):
                found[f"{name.upper()}_DATABASE_URL"] = self.postgres.url(self._database, f"eyelevel_{name}")
        if self.valkey:
            found["REDIS_URL"] = self.valkey.url()
        return found

    def __enter__(self) -> Self:
        private_folder(self._data)
        private_folder(self._logs)
        with self._changing():
            self._users.share()
            try:
                self._start()
            except BaseException:
                self._leave()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changing():
            self._leave()

    def _changing(self) -> AbstractContextManager[None]:
        return one_at_a_time(self._data / f"{self._prefix}change.lock")

    def _valkey(self, name: str) -> Valkey:
        name = f"{self._prefix}{name}"
        return Valkey(self._data / name, self._sockets, self._logs / f"{name}.log", fast=self._fast)

    def _start(self) -> None:
        if self.postgres:
            self.postgres.start()
            self.postgres.ensure_database(self._database)
        if self.valkey:
            self.valkey.start()

    def _leave(self) -> None:
        try:
            if self._users.try_exclusive():
                self._stop_valkey()
                if self.postgres:
                    self.postgres.stop()
        finally:
            self._users.release()

    def _stop_valkey(self) -> None:
        if self.valkey:
            self.valkey.stop()


class TestStores(Stores):
    """Quick stores for one test run: a database and a Valkey of its own, one PostgreSQL for all runs here."""

    __test__ = False  # not a class of tests

    def __init__(self, data: Path = DATA) -> None:
        super().__init__(data, prefix="test-", fast=True)
        self._slot: FileLock | None = None

    def environment(self) -> dict[str, str]:
        """The addresses, and where an xdist worker finds its own Valkey."""
        found = super().environment()
        if self.valkey:
            found["DEVSTACK_TEST_VALKEY"] = str(self.valkey.folder)
        return found

    def _start(self) -> None:
        for number in range(SLOTS):
            slot = FileLock(self._data / f"{self._prefix}run-{number}.lock")
            if slot.try_exclusive():
                self._slot = slot
                break
        else:
            raise StackError(f"{SLOTS} test runs are under way in this folder; wait for one to end.")
        self._database = f"{DATABASE}_{number}"
        if self.valkey:
            self.valkey = self._valkey(f"valkey-{number}")
        super()._start()
        if self.valkey:
            self.valkey.empty()

    def _stop_valkey(self) -> None:
        super()._stop_valkey()
        if self.valkey:
            for folder in self._data.glob(f"{self.valkey.folder.name}-*/"):
                self._valkey(folder.name.removeprefix(self._prefix)).stop()

    def _leave(self) -> None:
        try:
            if self._slot:
                self._stop_valkey()
            super()._leave()
        finally:
            if self._slot:
                self._slot.release()
