from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone


def begin_session(request: HttpRequest, **_more: Any) -> None:
    from accounts import commands

    commands.begin_session(session=request.session, at=timezone.now(), anew=True)


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # Django's own signal: there are several ways in, and a session begins with each of them.
        user_logged_in.connect(begin_session, dispatch_uid="accounts.begin_session")
