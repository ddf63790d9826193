from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import Cast
from tests.second import fresh

ClientOf = Callable[[str], Client]


@pytest.fixture
def client_of(cast: Cast) -> ClientOf:
    """A browser in which one of the cast has just signed in."""

    def signed_in(name: str) -> Client:
        client = Client()
        return fresh(client, cast.people[name])

    return signed_in


@pytest.fixture
def on_commit(django_capture_on_commit_callbacks):  # type: ignore[no-untyped-def]
    """What happens after a commit, happens at the end of the `with`."""
    return lambda: django_capture_on_commit_callbacks(execute=True)
