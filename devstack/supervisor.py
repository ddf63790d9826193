"""Keeps processes running: restarts with growing pauses, gives up after five crashes, ends in order."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from devstack.console import say
from devstack.errors import StackError
from devstack.folders import ROOT, last_lines
from devstack.logs import LogReader, begin

PR_SET_PDEATHSIG = 1
TICK = 0.2


@dataclass(frozen=True)
class Pace:
    """How patient the supervisor is, in seconds."""

    first_pause: float = 0.5
    longest_pause: float = 10.0
    settled_after: float = 30.0
    crashes: int = 5


@dataclass(frozen=True)
class Spec:
    """One process to keep alive; `grace` is how long it may take to end."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    grace: float = 10.0


def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with(parent: int, libc: ctypes.CDLL | None) -> Callable[[], None]:
    """For the child: ask the kernel for a SIGTERM when the supervisor dies, even by `kill -9`."""

    def ask() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:
                os._exit(1)

    return ask


@dataclass
class Child:
    """A process that is kept alive, and its history."""

    spec: Spec
    log: Path
    pace: Pace
    crashes: int = 0
    started: float = 0.0
    next_start: float = 0.0
    process: subprocess.Popen[bytes] | None = None
    reader: LogReader = field(init=False)

    def __post_init__(self) -> None:
        begin(self.log)
        self.reader = LogReader(self.log)

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only the supervisor."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.spec.command, env=dict(self.spec.environment), cwd=ROOT, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True, preexec_fn=_die_with(os.getpid(), _libc()),
            )  # fmt: skip
        self.started = time.monotonic()

    def tend(self) -> None:
        """Look after it once; raises StackError when it crashed too often."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.next_start:
                self.start()
            return
        status = self.process.poll()
        if status is None:
            if self.crashes and now - self.started > self.pace.settled_after:
                self.crashes = 0
            return
        self.kill_remains()
        self.process = None
        self.crashes = 1 if now - self.started > self.pace.settled_after else self.crashes + 1
        if self.crashes >= self.pace.crashes:
            raise StackError(
                f"{self.spec.name} crashed {self.crashes} times in a row (the last time with {status}). "
                f"The end of {self.log}:\n{last_lines(self.log)}"
            )
        pause = min(self.pace.first_pause * 2 ** (self.crashes - 1), self.pace.longest_pause)
        self.next_start = now + pause
        say(
            f"{self.spec.name} ended with {status}; starting it again in {pause:.1f} s "
            f"({self.crashes} of {self.pace.crashes})"
        )

    def ask_to_end(self) -> None:
        """SIGTERM, to the process itself: it knows best how to end its own children."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def has_ended(self) -> bool:
        """True when the process is no more."""
        return self.process is None or self.process.poll() is not None

    def kill_remains(self) -> None:
        """Whatever is left of its session."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):  # nothing is left
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Supervisor:
    """Starts children in the order given and ends them in the order of `ending`, a group at a time."""

    def __init__(
        self, specs: Sequence[Spec], logs: Path, *, ending: Sequence[Sequence[str]], pace: Pace | None = None
    ) -> None:
        pace = pace or Pace()
        self.children = {spec.name: Child(spec, logs / f"{spec.name}.log", pace) for spec in specs}
        self._ending = ending
        self._asked_to_end = 0

    def on_signal(self, number: int, frame: object) -> None:
        """A first signal asks for an orderly end, a second one for a quick one."""
        self._asked_to_end += 1

    @property
    def ending(self) -> bool:
        """True once somebody asked for the end."""
        return self._asked_to_end > 0

    def tend(self) -> None:
        """Look after each child once, and show its troubles."""
        for child in self.children.values():
            child.tend()
        self.show_troubles()

    def tend_until(self, happened: Callable[[], bool], patience: float | None = None) -> bool:
        """Look after the children until it happened; False when the end was asked for or patience ran out."""
        deadline = None if patience is None else time.monotonic() + patience
        while not self.ending:
            self.tend()
            if happened():
                return True
            if deadline is not None and time.monotonic() > deadline:
                return False
            time.sleep(TICK)
        return False

    def stop(self) -> None:
        """End the groups one after the other, each child with its own grace."""
        for names in self._ending:
            group = [self.children[name] for name in names if name in self.children]
            for child in group:
                child.ask_to_end()
            deadline = time.monotonic() + max((child.spec.grace for child in group), default=0.0)
            while (
                not all(child.has_ended() for child in group) and time.monotonic() < deadline and self._asked_to_end < 2
            ):
                time.sleep(0.05)
            for child in group:
                child.kill_remains()
        self.show_troubles()

    def show_troubles(self) -> None:
        """Pass on warnings and errors; all the rest is in the logs."""
        for name, child in self.children.items():
            for line in child.reader.troubles():
                print(f"{name:>7} | {line}", flush=True)
