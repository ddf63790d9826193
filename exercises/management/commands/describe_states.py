from collections.abc import Iterator, Mapping
from typing import Any

from django.core.management.base import BaseCommand

from clients.states import NEXT as COUPLE
from exercises.states import EXERCISE_NEXT as EXERCISE
from exercises.states import MEASURE_NEXT as MEASURE
from exercises.states import NEXT as HOMEWORK
from exercises.states import OUTBOX_NEXT as OUTBOX

HEAD = """# States

Written by `python3 run.py manage describe_states`; a test keeps it in step with the code."""


def page() -> str:
    """The states there are and the ways between them, as a page with diagrams."""
    diagrams: dict[str, Mapping[Any, set[Any]]] = {
        "A couple's work": COUPLE,
        "Homework, for one partner": HOMEWORK,
        "A message in the outbox": OUTBOX,
        "An exercise of a clinic": EXERCISE,
        "One time that one partner is asked an instrument": MEASURE,
    }
    return "\n\n".join([HEAD, *("\n".join(_diagram(title, ways)) for title, ways in diagrams.items())]) + "\n"


def _diagram(title: str, ways: Mapping[Any, set[Any]]) -> Iterator[str]:
    yield f"## {title}\n\n```mermaid\nstateDiagram-v2"
    yield f"    [*] --> {next(iter(ways))}"
    for state, following in ways.items():
        for to in sorted(following) or ["[*]"]:
            yield f"    {state} --> {to}"
    yield "```"


class Command(BaseCommand):
    help = "Prints docs/reference/states.md."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(page(), ending="")
