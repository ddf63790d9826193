from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from safekeeping.commands import resealing
from safekeeping.operating import OperatorCommand


class Command(OperatorCommand):
    help = "Seal everything anew, with new data keys. It can be killed at any point; the next run goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=resealing.AT_ONCE, help="rows of one transaction")
        parser.add_argument("--patience", type=float, default=resealing.PATIENCE, help="seconds to wait for others")

    def handle(self, *args: Any, **options: Any) -> None:
        cells, keys = resealing.reseal(
            at=timezone.now(), tell=self.say, at_once=options["batch"], patience=options["patience"]
        )
        self.say(f"Done: {cells} cells were sealed anew, {keys} old data keys are destroyed.")
