from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from safekeeping.operating import OperatorCommand, Trouble
from safekeeping.sealing.masters import add_master


class Command(OperatorCommand):
    help = "Add a key-encryption key to KEYS_FILE. It wraps what is new from now on; `rotate_keys` wraps the rest."
    requires_system_checks: list[str] = []
    as_owner = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="what to call it, such as 2026-11")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.KEYS_FILE:
            raise Trouble("KEYS_FILE names no file: say where the keys are to lie.")
        path = Path(settings.KEYS_FILE)
        add_master(path, name=options["name"])
        self.say(f"{path} has a new key, {options['name']}. Keep a copy of the file apart from every backup.")
