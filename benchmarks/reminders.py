"""Reminders planned and sent, a second of wall clock and a second of this process's CPU; for information."""

import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.core import mail
from django.db import transaction
from django.test.utils import override_settings

from benchmarks.report import table
from benchmarks.scene import Scene
from exercises import emails
from exercises.commands import reminding
from exercises.models import Homework, OutboxMessage

MOST = 500


@contextmanager
def sink() -> Iterator[int]:
    """The port of a server that takes everything."""
    with subprocess.Popen([sys.executable, "-m", "benchmarks.sink"], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            yield int(server.stdout.readline())
        finally:
            server.terminate()


def timed(deed: Callable[[], int]) -> tuple[int, float, float]:
    """How many, wall seconds, CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    done = deed()
    return done, time.perf_counter() - wall, time.process_time() - cpu


def measure(scene: Scene) -> str:
    """Plan a reminder for open homework of many couples, and send what has fallen due."""
    now = scene.builder.now
    copies = list(Homework.objects.filter(state="open").select_related("partner__person", "partner__couple")[:MOST])
    due = (now + timedelta(days=3)).date()

    def plan() -> int:
        with transaction.atomic():
            planned = [reminding.plan(homework=c, partner=c.partner, due_on=due, at=now) for c in copies]
        return sum(message is not None for message in planned)

    def send() -> int:
        evening = datetime.combine(due - timedelta(days=1), datetime.max.time(), UTC)
        return reminding.send_due(at=evening, most=MOST).sent

    backend = "django.core.mail.backends.smtp.EmailBackend"
    with sink() as port, override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port):
        rows = [("planned, each alone", *timed(plan)), ("sent", *timed(send)), ("ready bytes", *timed(_ready(port)))]
    return table(
        ("reminders", "how many", "a second", "a CPU second"),
        [(name, str(done), f"{done / wall:,.0f}", f"{done / cpu:,.0f}") for name, done, wall, cpu in rows],
    )


def _ready(port: int) -> Callable[[], int]:
    """The sink's own limit: one connection, one letter whose bytes are there."""
    message = OutboxMessage.objects.select_related("partner__person").first()
    if message is None:
        raise RuntimeError("no reminder was planned")
    letter = emails.reminder(message, connection=mail.get_connection()).message().as_bytes().replace(b"\n", b"\r\n")

    def send() -> int:
        with smtplib.SMTP("127.0.0.1", port) as server:
            server.ehlo()
            for _ in range(MOST):
                server.sendmail("a@bench.example", ["b@bench.example"], letter)
        return MOST

    return send
