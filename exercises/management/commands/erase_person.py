from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from clients.commands.erasing import person_by
from exercises.commands.erasing import erase_person
from safekeeping.commands import erasing
from safekeeping.operating import OperatorCommand, Trouble
from safekeeping.verdict import Refused


class Command(OperatorCommand):
    help = "Erase a person: what they wrote, its keys, their name and address, and every way to sign in. For good."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("person", help="the address they sign in with, or the id of their account")
        parser.add_argument("--yes", action="store_true", help="do it at once; nothing brings it back")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_by(id_or_address=options["person"])
        if person is None:
            raise Trouble("There is no such account.")
        if not options["yes"]:
            raise Trouble("Nothing was erased. Say --yes if this person is to be erased for good.")
        at = timezone.now()
        # written down first: were the machine to die here, a restored backup would still know
        erasing.write_down(person=person.pk, at=at)
        try:
            done = erase_person(person=person.pk, at=at)
        except Refused as refused:
            raise Trouble(str(refused)) from refused
        self.say(
            f"{person.pk} is erased: {done.places} places, {done.homework} pieces of homework, {done.keys} keys. Key "
            "backups made before now still hold those keys: prune them soon."
        )
