"""Several workers, one post office, mail servers that die: a real SMTP server on loopback counts what arrives."""

from collections import Counter
from threading import Event, Thread

import pytest
from django.db import connections, transaction

from accounts.commands import stop_reminders
from clients.commands import pause_couple
from exercises import emails
from exercises.commands import leaving, reminding
from exercises.commands.reminding import send_due
from exercises.models import OutboxMessage
from exercises.states import Audience, OutboxState
from tests.cast import NOON, assemble
from tests.exercises.scene import DAY, stage
from tests.exercises.test_at_once import at_once, wait_for_locks

pytestmark = pytest.mark.django_db(transaction=True)
EVENING = NOON.replace(hour=17)
TOMORROW = (NOON + DAY).date()


@pytest.fixture
def scene(transactional_db):
    wait_for_locks("10s")
    yield stage(assemble())
    wait_for_locks("0")


def test_it_sends_each_of_many_once_though_two_workers_send(scene, post):
    for _n in range(19):
        scene.assign(due_on=TOMORROW)
    runs = at_once(lambda: send_due(at=EVENING), lambda: send_due(at=EVENING))
    assert sum(run.sent for run in runs) == 38
    assert len(post.ids) == len(set(post.ids)) == 38
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {OutboxState.SENT}


def test_it_sends_the_same_mail_again_when_the_worker_dies_before_it_could_note_it(scene, post, monkeypatch):
    scene.assign(due_on=TOMORROW)
    settle = reminding._settle

    def die(*args):
        raise SystemExit("killed")

    monkeypatch.setattr(reminding, "_settle", die)
    with pytest.raises(SystemExit):
        send_due(at=EVENING)
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {OutboxState.WAITING}
    monkeypatch.setattr(reminding, "_settle", settle)
    assert send_due(at=EVENING).sent == 2
    assert sorted(Counter(post.ids).values()) == [1, 2]


def slow_post(monkeypatch):
    """The first mail is under way until it is told to go on."""
    under_way, go_on = Event(), Event()
    written = emails.reminder

    def reminder(message, *, connection):
        if not under_way.is_set():
            under_way.set()
            assert go_on.wait(10)
        return written(message, connection=connection)

    monkeypatch.setattr(emails, "reminder", reminder)
    return under_way, go_on


def in_thread(deed):
    def run():
        try:
            wait_for_locks("10s")
            deed()
        finally:
            connections.close_all()

    thread = Thread(target=run)
    thread.start()
    return thread


def test_it_sends_nothing_after_somebody_has_finished_though_a_mail_was_under_way(scene, post, monkeypatch):
    given = scene.assign("alex", due_on=TOMORROW)
    under_way, go_on = slow_post(monkeypatch)
    sender = in_thread(lambda: send_due(at=EVENING))
    assert under_way.wait(10)
    when_finished = []

    def finish():
        scene.finish(Audience.ONLY_ME, assignment=given)
        when_finished.append(len(post.ids))

    finisher = in_thread(finish)
    finisher.join(0.5)
    assert finisher.is_alive(), "finishing waits for the mail that is under way"
    go_on.set()
    sender.join(10)
    finisher.join(10)
    assert when_finished == [1], "what was sent had been sent before finishing was done"
    assert send_due(at=EVENING).sent == 0
    assert len(post.ids) == 1


def test_it_passes_over_what_is_being_finished_at_this_moment(scene, post):
    given = scene.assign(due_on=TOMORROW)
    with transaction.atomic():
        scene.finish(Audience.ONLY_ME, assignment=given)
        (run,) = at_once(lambda: send_due(at=EVENING))
    assert run.sent == 1
    assert send_due(at=EVENING).sent == 0
    assert len(post.ids) == 1


def test_it_holds_up_no_other_reminder_while_one_is_under_way(scene, post, monkeypatch):
    scene.assign(due_on=TOMORROW)
    under_way, go_on = slow_post(monkeypatch)
    slow = in_thread(lambda: send_due(at=EVENING, most=1))
    assert under_way.wait(10)
    assert send_due(at=EVENING).sent == 1
    go_on.set()
    slow.join(10)
    assert len(set(post.ids)) == 2


def stop_by_asking(scene):
    stop_reminders(user=scene.cast.alex, by=None, at=EVENING)


def stop_by_a_pause(scene):
    pause_couple(couple=scene.cast.couple, by=scene.viewer("moreno"), at=EVENING)


def stop_by_taking_back_the_agreement(scene):
    leaving.withdraw_agreement(by=scene.viewer("alex"), at=EVENING)


def stop_by_the_end_of_the_work(scene):
    leaving.separate(couple=scene.cast.couple, by=scene.viewer("moreno"), at=EVENING)


STOPS = [stop_by_asking, stop_by_a_pause, stop_by_taking_back_the_agreement, stop_by_the_end_of_the_work]


@pytest.mark.parametrize("stop", STOPS)
def test_it_sends_nothing_after_somebody_said_stop_though_a_mail_was_under_way(scene, post, monkeypatch, stop):
    for _n in range(2):
        scene.assign("alex", due_on=TOMORROW)
    under_way, go_on = slow_post(monkeypatch)
    sender = in_thread(lambda: send_due(at=EVENING))
    assert under_way.wait(10)
    when_asked = []

    def ask():
        stop(scene)
        when_asked.append(len(post.ids))

    asker = in_thread(ask)
    asker.join(0.5)
    assert asker.is_alive(), "asking waits for the mail that is under way"
    go_on.set()
    sender.join(10)
    asker.join(10)
    assert when_asked == [len(post.ids)]
