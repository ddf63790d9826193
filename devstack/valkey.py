"""A real Valkey in a private folder, reached through a Unix socket only."""

import subprocess
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from devstack.binaries import find_valkey
from devstack.errors import StackError
from devstack.folders import last_lines, private_folder, socket_folder

PATIENCE = 30.0


@dataclass
class Valkey:
    """One server. `start()` adopts one that runs already."""

    folder: Path
    sockets: Path
    log: Path
    fast: bool = False
    adopted: bool = False
    _process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """Its socket, named like its folder."""
        return socket_folder(self.sockets.resolve()) / f"{self.folder.name}.sock"

    def start(self) -> None:
        """Bring it up, or join it; raises StackError with the end of its log."""
        if self._answers():
            self.adopted = True
            return
        private_folder(self.folder)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise StackError(f"Valkey did not come up:\n{last_lines(self.log)}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Write everything down and stop, also one that was adopted."""
        with closing(self.connect()) as client, suppress(redis.ConnectionError):  # it was down already
            client.shutdown()
        if self._process is not None:
            self._process.wait(timeout=30)
            self._process = None

    def empty(self) -> None:
        """Forget everything (for tests)."""
        with closing(self.connect()) as client:
            client.flushall()

    def connect(self) -> redis.Redis:
        """A client that tries once."""
        return redis.Redis(unix_socket_path=str(self.socket), retry=Retry(NoBackoff(), 0))

    def url(self) -> str:
        """The address for REDIS_URL, as Celery writes it."""
        return f"redis+socket://{self.socket}"

    def _answers(self) -> bool:
        with closing(self.connect()) as client:
            try:
                return bool(client.ping())
            except (redis.ConnectionError, redis.TimeoutError):
                return False

    def _command(self) -> list[str]:
        lasting = [] if self.fast else ["--appendonly", "yes", "--appendfsync", "everysec"]
        return [
            str(find_valkey()), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "600",
            "--dir", str(self.folder.resolve()), "--save", "", "--maxmemory-policy", "noeviction", *lasting,
        ]  # fmt: skip
