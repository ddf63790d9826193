from pathlib import Path
from typing import Any
from uuid import UUID

from celery import current_app
from django.core.management.base import CommandParser
from django.db import connection
from django.utils import timezone
from kombu.exceptions import OperationalError

from exercises.commands import restoring as own
from safekeeping.commands import erasing, restoring
from safekeeping.operating import OperatorCommand, Trouble


class Command(OperatorCommand):
    help = "Restore a backup into an empty database. No mail leaves, nobody stays signed in, the erased stay erased."
    as_owner = False  # there are no tables yet that anybody could own

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="data", type=Path, required=True, help="the folder of one data backup")
        parser.add_argument("--keys-from", type=Path, required=True, help="the folder of its keys")
        parser.add_argument("--yes", action="store_true", help="do it")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["yes"]:
            name = connection.settings_dict["NAME"]
            raise Trouble(f"Nothing was restored. Say --yes if the database {name} is to be filled.")
        at = timezone.now()

        def settle(erased: set[UUID]) -> own.Settled:
            return own.settle(erased=erased, at=at)

        done = restoring.restore(
            database=connection.settings_dict, data=options["data"], keys_in=options["keys_from"],
            erasures=erasing.list_of_erasures(), settle=settle,
        )  # fmt: skip
        self.say(f"The backup of {done.made_at} is restored: {done.rows} rows, and all {done.cells} seals open.")
        self.say("The audit trail is whole. Everybody is signed out.")
        self.say(f"{done.settled.mails} mails that waited are stopped; {done.settled.erased} people are erased again.")
        self._forget_tasks()

    def _forget_tasks(self) -> None:
        """Letters that were handed to a worker before, if the queue has any left."""
        try:
            count = current_app.control.purge() or 0
        except (OperationalError, OSError):
            self.say("The queue is away. Empty it before a worker starts: it may hold letters from before.")
        else:
            self.say(f"{count} tasks were taken from the queue.")
