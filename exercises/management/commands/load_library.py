from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from exercises.commands.library import FOLDER, load_library
from exercises.content import ContentError
from safekeeping.operating import OperatorCommand


class Command(OperatorCommand):
    help = "Brings the exercise library in step with its files. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=FOLDER, help="where the files are")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = load_library(at=timezone.now(), folder=options["folder"])
        except ContentError as error:
            raise CommandError(f"The library was left as it is:\n{error}") from error
        self.stdout.write(", ".join(f"{name}: {count}" for name, count in counts.items()))
