from typing import Any

from django.utils import timezone

from safekeeping.commands import keys
from safekeeping.operating import OperatorCommand


class Command(OperatorCommand):
    help = "Wrap every data key with the current key-encryption key. It can be stopped at any point and begun again."

    def handle(self, *args: Any, **options: Any) -> None:
        done = keys.rotate(at=timezone.now(), tell=self.say)
        self.say(f"Done: {done} data keys were wrapped anew.")
        unused = keys.unused_names()
        if unused:
            self.say(
                f"These keys wrap nothing any more: {', '.join(unused)}. Their lines can go from KEYS_FILE; keep a "
                "copy for as long as there are backups made before now."
            )
