import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from safekeeping import audit
from safekeeping.operating import OperatorCommand, Trouble


class Command(OperatorCommand):
    help = "Check every clinic's audit chain, and name the first broken row or the numbers that are missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--heads", type=Path, help="a file of lines that export_audit_heads wrote, from elsewhere")

    def handle(self, *args: Any, **options: Any) -> None:
        anchors = kept(options["heads"]) if options["heads"] else []
        problems = audit.verify(anchors)
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise Trouble(f"{len(problems)} audit chains are not as they were written.")
        heads = audit.heads()
        self.say(f"{len(heads)} audit chains are whole, with {sum(head.number for head in heads)} events.")


def kept(path: Path) -> list[audit.Head]:
    """The heads in a file. An empty one is refused: it would prove nothing."""
    try:
        lines = [line for line in path.read_text().splitlines() if line.strip()]
        found = [audit.Head.from_json(json.loads(line)) for line in lines]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Trouble(f"{path} is not a file of audit heads, one line of JSON each.") from error
    if not found:
        raise Trouble(f"{path} holds no audit heads.")
    return found
