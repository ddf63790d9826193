from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from exercises.commands.demo import PASSWORD, load_demo, sign_ins
from safekeeping.operating import OperatorCommand


class Command(OperatorCommand):
    help = "Makes the demonstration clinic, unless it is there, and says how to sign in."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demonstration clinic has a known password: it is never made in production.")
        load_demo(at=timezone.now())
        for one in sign_ins():
            self.stdout.write(f"{one.who}: {one.email}")
        self.stdout.write(f"password of each: {PASSWORD}")
