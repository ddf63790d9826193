"""What PostgreSQL itself gives out of sessions and all around them, when no rule in Python is asked."""

from datetime import time

import pytest
from django.db import ProgrammingError, transaction

from clients.commands import appointments
from clients.models import Appointment
from exercises.commands import agenda, sessions
from exercises.models import AgendaItem, SessionNote, SessionSummary
from exercises.queries.agenda import agenda as planned
from exercises.states import Audience
from safekeeping import context, walls
from tests.cast import NOON
from tests.conftest import role
from tests.exercises.scene import DAY, HOUR
from tests.safekeeping.test_walls import seen_by
from tests.safekeeping.test_walls_together import who_sees

pytestmark = pytest.mark.django_db
RELEASE = NOON.replace(hour=17)


@pytest.fixture
def full(scene):
    """A session with Alex alone; a note of Alex's for the therapist; a line of the agenda; a summary."""
    about = {"by": scene.viewer("moreno"), "couple": scene.cast.couple, "at": NOON}
    appointments.make(**about, alone=scene.cast.places["alex"], day=(NOON + DAY).date(), moment=time(9), minutes=50)
    sessions.keep_note(by=scene.viewer("alex"), place=scene.cast.places["alex"], text="a word",
                       audience=Audience.THERAPIST, version=0, at=NOON)  # fmt: skip
    agenda.add(**about, text="own words", minutes=None)
    sessions.sum_up(**about, text="we talked", then="", exercise=None, version=0)
    return scene


def test_it_gives_a_session_alone_to_those_two(full):
    assert who_sees(full, Appointment, NOON) == {"alex", "moreno"}


def test_it_gives_a_note_to_its_author_and_after_the_hold_to_the_therapist(full):
    assert who_sees(full, SessionNote, NOON) == {"alex"}
    assert who_sees(full, SessionNote, NOON + DAY) == {"alex", "moreno"}
    SessionNote.objects.update(therapist_from=None)
    assert who_sees(full, SessionNote, NOON + DAY) == {"alex"}


def test_it_gives_a_line_of_the_agenda_to_both_while_it_is_published(full):
    assert who_sees(full, AgendaItem, NOON) == {"moreno"}
    about = {"by": full.viewer("moreno"), "couple": full.cast.couple, "at": NOON}
    agenda.publish(**about, key=planned(full.cast.couple, viewer=full.viewer("moreno"))[0].key, opens=False)
    assert who_sees(full, AgendaItem, NOON) == {"alex", "blake", "moreno"}
    AgendaItem.objects.update(closed_at=NOON)
    assert who_sees(full, AgendaItem, NOON) == {"moreno"}


def test_it_gives_a_summary_to_both_at_its_release(full):
    assert who_sees(full, SessionSummary, RELEASE - HOUR) == {"moreno"}
    assert who_sees(full, SessionSummary, RELEASE) == {"alex", "blake", "moreno"}


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("alex", lambda: Appointment.objects.update(cancelled_at=NOON)),
        ("blake", lambda: SessionNote.objects.update(therapist_from=NOON)),
        ("moreno", lambda: SessionNote.objects.update(therapist_from=NOON)),
        ("alex", lambda: AgendaItem.objects.update(published_at=NOON)),
        ("blake", lambda: SessionSummary.objects.update(released_from=NOON)),
        ("yilmaz", lambda: SessionSummary.objects.all().delete()[0]),
    ],
)
def test_it_changes_no_row_for_somebody_whose_it_is_not(full, name, change):
    with context.entered(full.cast.people[name].pk, at=RELEASE + DAY):
        assert change() == 0


def test_it_gives_the_worker_no_word_of_it(full):
    for model in (SessionNote, AgendaItem, SessionSummary):
        with role(walls.WORKER), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            list(model.objects.all())
    assert not seen_by(full, None, Appointment)
