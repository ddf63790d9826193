"""A browser for tests that ask thousands of times."""

from typing import Any

from django.test import Client


class Plain(Client):
    """Sends what it is told to, and keeps its cookies; without the test client's copies of every template's context."""

    def request(self, **request: Any) -> Any:
        response = self.handler(self._base_environ(**request))
        self.cookies.update(response.cookies)
        return response
