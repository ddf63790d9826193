"""Several senders, and people who finish while they send: real connections, real SMTP."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from time import monotonic
from typing import Any

import pytest
from django.db import connection, connections

from exercises import emails
from exercises.commands import reminding
from exercises.models import OutboxMessage
from exercises.states import Audience, OutboxState
from tests.cast import assemble
from tests.exercises.post import Post, post_office
from tests.exercises.scene import Scene, stage
from tests.exercises.test_reminding import EVE, WEDNESDAY

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return stage(assemble())


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    with post_office(settings) as office:
        yield office


def in_thread(deed: Any, *args: Any, **kwargs: Any) -> Any:
    try:
        return deed(*args, **kwargs)
    finally:
        connections.close_all()


def wait_until_blocked() -> None:
    """Until another connection waits for a lock, so that the race is a race."""
    deadline = monotonic() + 10
    with connection.cursor() as cursor:
        while monotonic() < deadline:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    raise TimeoutError("nobody waited")


def test_it_sends_each_reminder_once_however_many_workers_look(scene: Scene, post: Post):
    for days in range(20):
        scene.assign(due_on=WEDNESDAY, at=EVE - timedelta(days=1, minutes=days))

    with ThreadPoolExecutor(3) as pool:
        runs = list(pool.map(lambda _n: in_thread(reminding.send_due, at=EVE), range(3)))

    assert sum(run.sent for run in runs) == 40
    ids = [mail["Message-ID"] for mail in post.mails]
    assert len(ids) == len(set(ids)) == 40
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {OutboxState.SENT}


def test_it_sends_the_same_mail_again_when_killed_between_handing_over_and_marking(
    scene: Scene, post: Post, monkeypatch: pytest.MonkeyPatch
):
    scene.assign("alex", due_on=WEDNESDAY)

    def killed(*_args: Any, **_kwargs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(reminding, "_settle", killed)
        with pytest.raises(KeyboardInterrupt):
            reminding.send_due(at=EVE)
    reminding.send_due(at=EVE)

    assert [mail["Message-ID"] for mail in post.mails] == [post.mails[0]["Message-ID"]] * 2
    assert OutboxMessage.objects.get().state == OutboxState.SENT


def test_it_sends_nothing_after_a_finish_has_committed(scene: Scene, post: Post, monkeypatch: pytest.MonkeyPatch):
    assignment = scene.assign("alex", due_on=WEDNESDAY)
    sending, finished_when_sent = Event(), []
    write_mail = emails.reminder

    def slowly(message: OutboxMessage, **kwargs: Any) -> Any:
        sending.set()
        wait_until_blocked()
        finished_when_sent.append(finish.done())
        return write_mail(message, **kwargs)

    with ThreadPoolExecutor(1) as pool:

        def finish_now() -> None:
            sending.wait(10)
            scene.finish(Audience.ONLY_ME, assignment=assignment)

        finish = pool.submit(in_thread, finish_now)
        monkeypatch.setattr(emails, "reminder", slowly)
        reminding.send_due(at=EVE)
        finish.result(timeout=10)

    assert finished_when_sent == [False], "the finish waited for the mail that was on its way"
    assert OutboxMessage.objects.get().state == OutboxState.SENT
    assert reminding.send_due(at=EVE).sent == 0
    assert len(post.mails) == 1


def test_it_passes_over_a_row_that_another_worker_holds(scene: Scene, post: Post):
    scene.assign(due_on=WEDNESDAY)
    held = OutboxMessage.objects.order_by("pk").first()
    with connection.cursor() as cursor, reminding.transaction.atomic():
        cursor.execute("SELECT 1 FROM exercises_outboxmessage WHERE id = %s FOR UPDATE", [held.pk])
        with ThreadPoolExecutor(1) as pool:
            run = pool.submit(in_thread, reminding.send_due, at=EVE).result(timeout=10)
    assert run.sent == 1
    assert reminding.send_due(at=EVE).sent == 1
