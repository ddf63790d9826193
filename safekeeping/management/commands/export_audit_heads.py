import json
from typing import Any

from safekeeping import audit
from safekeeping.operating import OperatorCommand


class Command(OperatorCommand):
    help = "Where each clinic's audit chain ends, a line of JSON each. Keep them on another machine."

    def handle(self, *args: Any, **options: Any) -> None:
        for head in audit.heads():
            self.say(json.dumps(head.as_json()))
