"""Asking the same of everybody, quickly: one browser each, and whatever an answer does is undone at once."""

from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID, uuid4

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import transaction
from django.test import Client

from accounts.models import Device, Invitation, User
from tests.access.scene import Scene
from tests.plain import Plain
from tests.second import fresh
from tests.stores import empty_cache

WAYS = {"page": {}, "htmx": {"HX-Request": "true"}}
OURS = {"clients", "exercises"}


class Walk:
    """Browsers of people of a scene, signed in afresh, or so many seconds ago."""

    def __init__(self, scene: Scene, *, ago: float = 0) -> None:
        self.scene, self.ago = scene, ago
        self.browsers: dict[str, tuple[Client, SimpleCookie]] = {}

    def _browser(self, who: str) -> Client:
        if who not in self.browsers:
            client = Plain()
            if who != "nobody":
                fresh(client, self.scene.cast.people[who], ago=self.ago)
                client.get("/nowhere/")  # with the first page a session's time begins, which nothing here is about
            self.browsers[who] = client, SimpleCookie(client.cookies.output(header="", sep=";"))
        client, cookies = self.browsers[who]
        client.cookies = SimpleCookie(cookies)
        return client

    def sign_in(self, *people: str) -> "Walk":
        """Before anything is looked at: signing in leaves rows of its own."""
        for who in people:
            self._browser(who)
        return self

    def ask(
        self,
        who: str,
        method: str,
        path: str,
        *,
        data: Any = None,
        way: str = "page",
        keep: bool = False,
        **headers: str,
    ) -> Any:
        """One answer. With `keep` what it did stays done."""
        client = self._browser(who)
        if method == "post" or "/account/again/" in path:
            empty_cache()  # no throttle of one answer meets the next
        headers = {**WAYS[way], **{name.replace("_", "-"): value for name, value in headers.items()}}
        send = getattr(client, method)
        sent = () if method == "trace" else (data,) if data is not None else ()
        if keep:
            return send(path, *sent, headers=headers)
        with transaction.atomic():
            answer = send(path, *sent, headers=headers)
            transaction.set_rollback(True)
        return answer


def seen(answer: Any) -> tuple[object, ...]:
    """All that a browser receives of an answer."""
    return answer.status_code, b"".join(answer), sorted(answer.headers.items()), answer.cookies.output()


def never(kwargs: dict[str, object]) -> dict[str, object]:
    """The same address with ids that nothing ever had."""
    return {
        name: uuid4() if isinstance(value, UUID) else "never-was" if name == "slug" else value
        for name, value in kwargs.items()
    }


def rows() -> set[tuple[object, ...]]:
    """Everything that is kept of anybody, but not that they are signed in."""
    kept = [model for model in apps.get_models() if model._meta.app_label in OURS]
    found = {(m.__name__, repr(row)) for m in (*kept, Invitation, Device) for row in m._default_manager.values_list()}
    factors = Authenticator.objects.values_list("pk", "type", "data")
    return found | {("User", *row) for row in User.objects.values_list()} | {("factor", repr(row)) for row in factors}
