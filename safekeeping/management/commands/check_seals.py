from typing import Any

from safekeeping.commands import keys
from safekeeping.operating import OperatorCommand, Trouble


class Command(OperatorCommand):
    help = "Open every sealed cell, and name each row that does not open; never what it says."

    def handle(self, *args: Any, **options: Any) -> None:
        found = keys.check()
        for name, count in found.opened.items():
            self.say(f"{name}: {count} open")
        self.say(f"Data keys: {found.keys} open")
        for row in found.broken:
            self.stderr.write(row)
        if found.broken:
            raise Trouble(f"{len(found.broken)} seals do not open.")
