from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from exercises.commands.library import load_library
from exercises.content import ContentError


class Command(BaseCommand):
    help = "Brings the exercise library in step with its files. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = load_library(at=timezone.now())
        except ContentError as error:
            raise CommandError(f"The library was left as it is:\n{error}") from error
        self.stdout.write(", ".join(f"{name}: {count}" for name, count in counts.items()))
