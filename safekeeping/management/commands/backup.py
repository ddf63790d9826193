from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone

from safekeeping.commands import backing_up
from safekeeping.operating import OperatorCommand, Trouble


class Command(OperatorCommand):
    help = "Back up the data into one folder and the keys into another, and check what was written."
    as_owner = False  # it connects as the role that may dump, and needs neither the owner's address nor the key file

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, required=True, help="the folder for the data")
        parser.add_argument("--keys-to", type=Path, required=True, help="the folder for the keys: on another machine")
        parser.add_argument("--prune", type=int, metavar="DAYS", help="then delete data backups older than this")
        parser.add_argument("--prune-keys", type=int, metavar="DAYS", help="the same for keys: fewer days")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.BACKUP_DATABASE:
            raise Trouble("BACKUP_DATABASE_URL is missing: the database as the role eyelevel_backup.")
        at = timezone.now()
        made = backing_up.back_up(
            database=settings.BACKUP_DATABASE, to=options["to"], keys_to=options["keys_to"], at=at
        )
        self.say(f"{made.data}: {made.rows} rows, counted in the database and in the dump.")
        self.say(f"{made.keys}: {made.keys_kept} data keys, still wrapped. KEYS_FILE is in neither: keep it elsewhere.")
        for folder, days in ((options["to"], options["prune"]), (options["keys_to"], options["prune_keys"])):
            if days is not None:
                self.say(f"{backing_up.prune(folder, days=days, at=at)} older backups in {folder} were deleted.")
