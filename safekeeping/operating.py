"""What the operator's commands have in common: who may run them, and how they say that something went wrong."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from safekeeping.sealing import SealBroken

OWNS = """
    SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class
     WHERE oid = to_regclass('public.safekeeping_datakey')
"""


class Trouble(Exception):
    """Something the operator has to know, in a plain sentence."""


def insist_on_owner() -> None:
    """Raise Trouble for a role that row-level security binds: it sees no rows, and would find that all is well."""
    with connection.cursor() as cursor:
        cursor.execute(OWNS)
        found = cursor.fetchone()
    if found != (True,):
        raise Trouble(
            "This command runs as the owner of the tables: give it the owner's DATABASE_URL, and run the migrations "
            "first."
        )


class OperatorCommand(BaseCommand):
    """A command whose troubles end in one sentence and exit code 1."""

    as_owner = True

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            if self.as_owner:
                insist_on_owner()
            return super().execute(*args, **options)
        except (Trouble, SealBroken, ImproperlyConfigured) as trouble:
            raise CommandError(str(trouble)) from trouble

    def say(self, text: str) -> None:
        """A line for whoever looks on, written at once: it may be the last one before a power cut."""
        self.stdout.write(text)
        self.stdout.flush()
