"""Having a colleague stand in for a therapist who is away, and ending it."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from clients.models import Cover, Membership
from clients.policies import cover as policies
from clients.viewer import Viewer
from safekeeping import audit


@transaction.atomic
def have_stand_in(
    *, absent: Membership, stands_in: Membership, first: date, last: date, by: Viewer, at: datetime
) -> Cover:
    """From the beginning of the first day to the end of the last, in the clinic's zone; not before now."""
    policies.may_cover(by, absent, stands_in).require()
    zone = ZoneInfo(absent.clinic.time_zone)
    cover = Cover.objects.create(
        clinic_id=absent.clinic_id, absent=absent, stands_in=stands_in, made_at=at,
        starts_at=max(at, datetime.combine(first, time(), zone)),
        ends_at=datetime.combine(last + timedelta(days=1), time(), zone),
    )  # fmt: skip
    audit.record(verb="cover.begun", by=by, subject=cover, at=at)
    return cover


@transaction.atomic
def end_cover(*, cover: Cover, by: Viewer, at: datetime) -> None:
    """From now on they open nothing of their colleague's couples any more."""
    cover = Cover.objects.select_for_update(of=("self",), no_key=True).get(pk=cover.pk)
    policies.may_end_cover(by, cover).require()
    cover.ended_at = at
    cover.save(update_fields=["ended_at"])
    audit.record(verb="cover.ended", by=by, subject=cover, at=at)
