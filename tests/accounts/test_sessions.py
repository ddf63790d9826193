"""Sessions end, and what is left of them is deleted."""

from datetime import timedelta

import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session

from accounts.schedule import forget_ended_sessions
from intimacy_site.celery import app
from tests.cast import NOON, Cast


def test_it_deletes_sessions_that_have_run_out_and_no_others(cast: Cast, client):
    with time_machine.travel(NOON, tick=False):
        client.force_login(cast.blake)
    with time_machine.travel(NOON + timedelta(hours=8, minutes=50), tick=False):
        client.force_login(cast.alex)
        kept = client.session.session_key
    with time_machine.travel(NOON + timedelta(hours=9), tick=False):
        forget_ended_sessions()
        assert client.get("/today/").status_code == 200
    assert [session.pk for session in Session.objects.all()] == [kept]


def test_it_knows_every_task_that_the_clock_is_to_wake():
    app.loader.import_default_modules()
    planned = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert planned <= set(app.tasks)
