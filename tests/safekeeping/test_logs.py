"""A line of the log says what kind of error arose and where, and nothing that an error quotes."""

import logging
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DataError, OperationalError, connection

from intimacy_site.celery import app
from intimacy_site.logs import Reticent

TEXT = "the lamp by the window"


def line(message="It failed", *args, error=None, **more):
    """What is written of an error that arose just now."""
    record = logging.LogRecord("name", logging.ERROR, __file__, 1, message, args, None)
    record.__dict__.update(more)
    if error is None:
        return Reticent().format(record)
    try:
        error()
    except Exception:
        record.exc_info = sys.exc_info()
    return Reticent().format(record)


def behind(first, *, of=None, hidden=False):
    """An error that arose while another was dealt with."""

    def fail():
        try:
            raise first
        except type(first) as error:
            if hidden:
                raise (of or KeyError)(TEXT) from None
            raise (of or KeyError)(TEXT) from error

    return fail


@pytest.mark.parametrize("kind", [ValueError, KeyError, RuntimeError, TypeError, AssertionError, UnicodeError, OSError])
def test_it_tells_the_kind_and_the_place_and_no_words(kind):
    def fail():
        raise kind(TEXT)

    told = line(error=fail)
    assert told.endswith(f"\n{kind.__name__}")
    assert "in fail" in told
    assert TEXT not in told


def test_it_tells_of_each_error_behind_an_error():
    told = line(error=behind(ValueError(TEXT)))
    assert TEXT not in told
    assert told.index("ValueError") < told.index("KeyError")
    assert "ValueError" not in line(error=behind(ValueError(TEXT), hidden=True))


@pytest.mark.parametrize("kind", [ImproperlyConfigured, OperationalError, ConnectionRefusedError, ImportError])
def test_it_lets_an_error_of_the_machine_speak_in_one_line(kind):
    def fail():
        raise kind(f"no answer\n{TEXT}")

    told = line(error=fail)
    assert "no answer" in told
    assert TEXT not in told


@pytest.mark.django_db
def test_it_keeps_what_postgres_quotes_to_itself():
    def fail():
        connection.cursor().execute("SELECT %s::integer", [TEXT])

    told = line(error=fail)
    assert "psycopg.errors.InvalidTextRepresentation" in told
    assert DataError.__qualname__ in told
    assert TEXT not in told


def test_it_forgets_what_another_formatter_wrote_on_the_record():
    assert TEXT not in line(error=behind(ValueError(TEXT)), exc_text=TEXT)


def test_it_names_an_error_that_is_part_of_a_message_by_its_kind():
    assert line("No: %s, %d", ValueError(TEXT), 3) == "No: ValueError, 3"
    assert line(ValueError(TEXT)) == "ValueError"
    assert line("No: %(why)s", {"why": ValueError(TEXT)}) == "No: ValueError"


def test_it_says_of_a_task_that_failed_which_and_where(caplog):
    @app.task(name="failing")
    def fail(text):
        raise ValueError(text)

    try:
        with caplog.at_level(logging.DEBUG, logger="celery"):
            fail.apply(args=[TEXT], kwargs={})
    finally:
        app.tasks.unregister("failing")
    told = "\n".join(Reticent().format(record) for record in caplog.records)
    assert "Task failing[" in told
    assert "ValueError" in told
    assert TEXT not in told
