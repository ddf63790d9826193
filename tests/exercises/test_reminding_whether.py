"""Whether a reminder still goes out when it falls due, and what becomes of one that could not be sent."""

import smtplib
from datetime import timedelta

import pytest
from django.core.mail.backends.locmem import EmailBackend

from accounts.commands import stop_reminders
from accounts.models import User
from clients.commands.couples import pause_couple
from clients.models import Couple
from exercises.commands import assigning, reminding, writing
from exercises.commands.reminding import BACK_OFF, send_due
from exercises.models import OutboxMessage
from exercises.states import Audience, HomeworkState, OutboxState
from tests.cast import NOON
from tests.exercises.scene import DAY

TOMORROW = (NOON + DAY).date()
EVENING = NOON.replace(hour=17)  # 18:00 in Berlin


def finish(scene, given):
    scene.finish(Audience.ONLY_ME, assignment=given)


def set_aside(scene, given):
    homework = scene.homework(assignment=given)
    writing.move(by=scene.viewer("alex"), homework=homework, to=HomeworkState.SET_ASIDE, at=NOON)


def withdraw(scene, given):
    assigning.withdraw(by=scene.viewer("moreno"), assignment=given, at=NOON)


def pause(scene, given):
    pause_couple(couple=scene.cast.couple, by=scene.viewer("moreno"), at=NOON)


def end(scene, given):
    Couple.objects.filter(pk=scene.cast.couple.pk).update(state="ended")


def opt_out(scene, given):
    stop_reminders(user=scene.cast.alex, by=None, at=NOON)


def close_account(scene, given):
    User.objects.filter(pk=scene.cast.alex.pk).update(is_active=False)


@pytest.mark.parametrize("deed", [finish, set_aside, withdraw, pause, end, opt_out, close_account])
def test_it_does_not_go_out_after(scene, mailoutbox, deed):
    given = scene.assign("alex", due_on=TOMORROW)
    deed(scene, given)
    send_due(at=EVENING)
    assert mailoutbox == []
    assert OutboxMessage.objects.get().state == OutboxState.STOPPED


def test_it_is_not_made_up_for_when_the_couple_goes_on(scene, mailoutbox):
    scene.assign("alex", due_on=TOMORROW)
    end(scene, None)
    send_due(at=EVENING)
    Couple.objects.update(state="active")
    assert send_due(at=EVENING + timedelta(hours=1)).sent == 0


def test_it_goes_out_to_each_who_still_has_it_to_do(scene, mailoutbox):
    given = scene.assign(due_on=TOMORROW)
    finish(scene, given)
    assert send_due(at=EVENING).sent == 1
    assert [mail.to for mail in mailoutbox] == [["blake@example.org"]]


def test_it_goes_out_once_however_often_the_clock_strikes(scene, mailoutbox):
    scene.assign(due_on=TOMORROW)
    assert [send_due(at=EVENING + timedelta(minutes=n)).sent for n in range(3)] == [2, 0, 0]


def test_it_sends_no_more_at_once_than_it_was_told(scene, mailoutbox):
    for _n in range(3):
        scene.assign("alex", due_on=TOMORROW)
    assert [send_due(at=EVENING, most=2).sent for _n in range(2)] == [2, 1]


class Server:
    """A mail server that answers some addresses with an error."""

    def __init__(self, monkeypatch, **answers):
        self.answers = {f"{name}@example.org": error for name, error in answers.items()}

        class Backend(EmailBackend):
            def send_messages(backend, messages):
                for message in messages:
                    if error := self.answers.get(message.to[0]):
                        raise error
                return super().send_messages(messages)

        monkeypatch.setattr(reminding, "get_connection", lambda: Backend())


def refusal(code):
    return smtplib.SMTPRecipientsRefused({"alex@example.org": (code, b"no")})


def state_of(name):
    return OutboxMessage.objects.get(partner__name=name)


FOR_NOW = [
    refusal(451),
    refusal(421),
    smtplib.SMTPServerDisconnected("gone"),
    smtplib.SMTPResponseException(450, b"later"),
    TimeoutError("stalled"),
    ConnectionRefusedError(),
    smtplib.SMTPAuthenticationError(535, b"our password is old"),
    smtplib.SMTPConnectError(554, b"no service"),
    smtplib.SMTPSenderRefused(553, b"no", "us"),
    ValueError("an address that no server takes"),
]
FOR_GOOD = [refusal(550), smtplib.SMTPDataError(554, b"no")]


@pytest.mark.parametrize("error", [*FOR_NOW, *FOR_GOOD], ids=str)
def test_it_lets_one_that_fails_hold_up_no_other(scene, mailoutbox, monkeypatch, error):
    scene.assign(due_on=TOMORROW)
    Server(monkeypatch, alex=error)
    run = send_due(at=EVENING)
    assert (run.sent, run.failed) == (1, 1)
    assert [mail.to for mail in mailoutbox] == [["blake@example.org"]]


@pytest.mark.parametrize("error", FOR_NOW, ids=str)
def test_it_tries_again_later_and_later_and_in_the_end_gives_up(scene, monkeypatch, error):
    scene.assign("alex", due_on=TOMORROW)
    Server(monkeypatch, alex=error)
    at = EVENING
    for wait in BACK_OFF:
        assert send_due(at=at).failed == 1
        assert state_of("alex").state == OutboxState.WAITING
        assert send_due(at=at + wait - timedelta(seconds=1)).failed == 0
        at += wait
    assert send_due(at=at).failed == 1
    assert (state_of("alex").state, state_of("alex").attempts) == (OutboxState.FAILED, len(BACK_OFF) + 1)
    assert send_due(at=at + timedelta(hours=5)).failed == 0


def test_it_gets_through_once_the_server_is_well_again(scene, monkeypatch, mailoutbox):
    scene.assign("alex", due_on=TOMORROW)
    server = Server(monkeypatch, alex=refusal(451))
    send_due(at=EVENING)
    server.answers.clear()
    assert send_due(at=EVENING + BACK_OFF[0]).sent == 1
    assert state_of("alex").state == OutboxState.SENT


@pytest.mark.parametrize("error", FOR_GOOD, ids=str)
def test_it_does_not_try_again_what_is_refused_for_good(scene, monkeypatch, error):
    scene.assign("alex", due_on=TOMORROW)
    Server(monkeypatch, alex=error)
    assert send_due(at=EVENING).failed == 1
    assert state_of("alex").state == OutboxState.FAILED


def test_it_lets_an_address_that_is_none_hold_up_no_other(scene, mailoutbox):
    User.objects.filter(pk=scene.cast.alex.pk).update(email="alex@example.org\nbcc: all@example.org")
    scene.assign(due_on=TOMORROW)
    send_due(at=EVENING)
    assert [mail.to for mail in mailoutbox] == [["blake@example.org"]]
