from datetime import datetime

from django.db import transaction

from clients import policies
from clients.commands.consent import publish_first_documents
from clients.models import Clinic
from clients.viewer import Viewer
from safekeeping import audit


@transaction.atomic
def add_clinic(
    *,
    name: str,
    time_zone: str,
    by: Viewer | None,
    at: datetime,
    crisis_text: str = "",
    is_demo: bool = False,
) -> Clinic:
    """Found a clinic, empty of people, with the documents that every clinic begins with. Only the system does so."""
    if by:
        policies.NOT_THEIRS.require()
    clinic = Clinic.objects.create(name=name, time_zone=time_zone, crisis_text=crisis_text, is_demo=is_demo)
    audit.record(verb="clinic.added", by=by, subject=clinic, at=at, clinic_id=clinic.pk)
    publish_first_documents(clinic=clinic, at=at)
    return clinic


@transaction.atomic
def edit_clinic(
    *, clinic: Clinic, name: str, time_zone: str, crisis_text: str, exit_url: str, hold_minutes: int,
    most_open: int, by: Viewer, at: datetime,
) -> None:  # fmt: skip
    policies.may_run(by, clinic).require()
    clinic.name, clinic.time_zone, clinic.crisis_text = name, time_zone, crisis_text
    clinic.exit_url, clinic.hold_minutes, clinic.most_open = exit_url, hold_minutes, most_open
    clinic.save(update_fields=["name", "time_zone", "crisis_text", "exit_url", "hold_minutes", "most_open"])
    audit.record(verb="clinic.edited", by=by, subject=clinic, at=at, clinic_id=clinic.pk)
