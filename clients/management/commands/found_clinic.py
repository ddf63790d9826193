from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from accounts.validators import known_zone, plain_line
from clients import commands, queries
from safekeeping.operating import OperatorCommand


class Command(OperatorCommand):
    help = "Found a clinic, and send its first admin an invitation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="the name of the clinic")
        parser.add_argument("--time-zone", required=True, help="such as Europe/Berlin")
        parser.add_argument("--admin-email", required=True)
        parser.add_argument("--admin-name", required=True)
        parser.add_argument(
            "--therapist", action="store_true", help="the admin is a therapist, too: one's own practice"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name, zone = options["name"].strip(), options["time_zone"]
        admin, email = options["admin_name"].strip(), options["admin_email"].strip()
        try:
            plain_line(name)
            plain_line(admin)
            known_zone(zone)
            validate_email(email)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if not 0 < len(name) <= 120 or not 0 < len(admin) <= 80:
            raise CommandError("A clinic's name has up to 120 characters, a person's up to 80.")
        self.found(name, zone, admin, email, is_therapist=options["therapist"])
        first = queries.awaited_admin(name, email)
        if first and first.invitation and not first.invitation.sent_at:
            raise CommandError(
                "The clinic is founded, but the mail server did not take the letter. Check EMAIL_URL, then run this "
                "command again: it sends the letter anew."
            )
        self.stdout.write(f"{name} is founded. The invitation to its first admin is on its way.")

    @transaction.atomic
    def found(self, name: str, zone: str, admin: str, email: str, *, is_therapist: bool) -> None:
        at = timezone.now()
        first = queries.awaited_admin(name, email)
        if first is None:
            clinic = commands.add_clinic(name=name, time_zone=zone, by=None, at=at)
            first = commands.add_staff(
                clinic=clinic, name=admin, email=email, is_therapist=is_therapist, is_admin=True, by=None, at=at
            )
        commands.invite_staff(membership=first, by=None, at=at)
