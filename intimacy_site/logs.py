"""Lines for the log, without anybody's words: of an error its kind and where it arose, never what it says."""

import copy
import logging
from collections.abc import Mapping
from traceback import StackSummary, walk_tb
from types import TracebackType
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

# These speak of the machine: a name in the code, a store that does not answer. Others may quote what was written.
MAY_SPEAK = (ImportError, NameError, ConnectionError, ImproperlyConfigured, OperationalError, psycopg.OperationalError)
DEEPEST = 10  # errors behind an error


class Reticent(logging.Formatter):
    """Writes where an error arose, line by line, and what kind it is. Only kinds that cannot quote say more."""

    def format(self, record: logging.LogRecord) -> str:
        record = copy.copy(record)
        record.exc_text = None  # as another formatter may have left it there, in full
        record.msg = _hushed(record.msg)
        record.args = _without_words(record.args)
        return super().format(record)

    def formatException(self, ei: Any) -> str:
        told: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None and len(told) < DEEPEST:
            told.append(_told(error, error.__traceback__))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n\nIt arose while this was dealt with, or because of it:\n\n".join(reversed(told))


def _told(error: BaseException, trace: TracebackType | None) -> str:
    places = StackSummary.extract(walk_tb(trace)).format()
    return f"Traceback (most recent call last):\n{''.join(places)}{named(error)}"


def named(error: BaseException) -> str:
    """The kind of an error; and its first line, where that cannot hold what somebody wrote."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    said = str(error).splitlines() if isinstance(error, MAY_SPEAK) else []
    return f"{name}: {said[0]}" if said else name


def _without_words(args: Any) -> Any:
    """The parts of a message, with the kind of an error in place of the error; Celery names its own in a table."""
    if isinstance(args, Mapping):
        hushed = {key: "…" for key in ("exc", "traceback", "args", "kwargs") if key in args}
        return {key: _hushed(value) for key, value in args.items()} | hushed
    return tuple(map(_hushed, args)) if isinstance(args, tuple) else args


def _hushed(value: Any) -> Any:
    return named(value) if isinstance(value, BaseException) else value
