"""
One request through a real WSGI handler, and what it cost.

In this process: the handler and its middleware exactly as a server calls them, with the pooled connection, but
without the server's own reading of HTTP, which is the same for every page and would only hide differences.
"""

import io
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.middleware.csrf import _get_new_csrf_string

from accounts.models import User


@dataclass(frozen=True)
class Person:
    """Someone signed in: their cookies, and the token their forms send."""

    cookies: str
    token: str


def sign_in(user: User) -> Person:
    """A session as signing in leaves it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    token = _get_new_csrf_string()
    jar = SimpleCookie({settings.SESSION_COOKIE_NAME: str(session.session_key), settings.CSRF_COOKIE_NAME: token})
    return Person("; ".join(f"{name}={morsel.value}" for name, morsel in jar.items()), token)


@dataclass(frozen=True)
class Ask:
    """One request; `form` makes a POST with what it gives, anew each time."""

    handler: WSGIHandler
    person: Person
    path: str
    query: str = ""
    htmx: bool = False
    form: Callable[[], dict[str, str]] | None = None


@dataclass
class Answer:
    """What came back, and the CPU seconds (user and system, this process) that it took."""

    seconds: float
    status: str
    body: bytes = field(repr=False)


def environ_of(ask: Ask) -> dict[str, Any]:
    """What a server would pass on."""
    body = urlencode(ask.form()).encode() if ask.form else b""
    environ = {
        "REQUEST_METHOD": "POST" if ask.form else "GET", "SCRIPT_NAME": "", "PATH_INFO": ask.path,
        "QUERY_STRING": ask.query, "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:8000", "HTTP_COOKIE": ask.person.cookies, "HTTP_ACCEPT_LANGUAGE": "en",
        "HTTP_USER_AGENT": "benchmarks", "REMOTE_ADDR": "127.0.0.1", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.multithread": True,
        "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip
    if ask.htmx:
        environ["HTTP_HX_REQUEST"] = "true"
    if ask.form:
        environ |= {
            "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body)),
            "HTTP_X_CSRFTOKEN": ask.person.token,
        }  # fmt: skip
    return environ


def serve(ask: Ask) -> Answer:
    """Answer it to the last byte; anything but a success is an error of the benchmark."""
    environ = environ_of(ask)
    status = ""

    def start_response(line: str, headers: list[tuple[str, str]], error: object = None) -> None:
        nonlocal status
        status = line

    begin = time.process_time()
    response = ask.handler(environ, start_response)  # type: ignore[arg-type]
    body = b"".join(response)
    response.close()
    seconds = time.process_time() - begin
    if not status.startswith("200"):
        raise RuntimeError(f"{ask.path} answered {status}")
    return Answer(seconds, status, body)


def queries_of(ask: Ask) -> list[str]:
    """
    The SQL statements of one request, in order. Session and person are among them; the change of role is not: in
    production the web signs in to the database as what it is.
    """
    statements: list[str] = []

    def note(execute: Any, statement: str, *others: Any) -> Any:
        if not statement.startswith("SET LOCAL ROLE"):
            statements.append(statement)
        return execute(statement, *others)

    with connection.execute_wrapper(note):
        serve(ask)
    return statements


@contextmanager
def _counting() -> Iterator[list[int]]:
    """Python function calls in the first place, calls of C functions in the second."""
    counts = [0, 0]

    def profile(frame: object, event: str, argument: object) -> None:
        if event == "call":
            counts[0] += 1
        elif event == "c_call":
            counts[1] += 1

    sys.setprofile(profile)
    try:
        yield counts
    finally:
        sys.setprofile(None)


def calls_of(ask: Ask) -> tuple[int, int]:
    """Function calls of one request: exact, and the same on any machine with this Python."""
    with _counting() as counts:
        serve(ask)
    return counts[0], counts[1]
