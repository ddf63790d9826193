"""Who stands in for whom: the doors to it."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.shortcuts import get_object_or_404

from clients.models import Couple, Cover, Membership
from clients.viewer import Viewer

COLLEAGUES = ("absent__person", "stands_in__person", "clinic")


@dataclass(frozen=True)
class StandIn:
    """Somebody who stands in for a couple's own therapist; the last day is one of the clinic's."""

    absent: str
    name: str
    last_day: date


def _row(cover: Cover) -> StandIn:
    zone = ZoneInfo(cover.clinic.time_zone)
    last = (cover.ends_at - timedelta(seconds=1)).astimezone(zone).date()
    return StandIn(cover.absent.display_name, cover.stands_in.display_name, last)


def covers_of(absent: Membership, *, viewer: Viewer) -> list[tuple[Cover, StandIn]]:
    """Of a therapist who is or will be away, whoever stands in, for the clinic's admins."""
    rows = Cover.objects.visible_to(viewer).filter(absent=absent, ended_at__isnull=True, ends_at__gt=viewer.at)
    return [(cover, _row(cover)) for cover in rows.select_related(*COLLEAGUES).order_by("starts_at", "pk")]


def cover_or_404(*, viewer: Viewer, pk: UUID) -> Cover:
    """A cover at a clinic the viewer runs."""
    return get_object_or_404(Cover.objects.filter(clinic__in=viewer.runs).select_related(*COLLEAGUES), pk=pk)


def covered_by(couple: Couple, *, viewer: Viewer) -> StandIn | None:
    """That the viewer stands in for a couple's own therapist now."""
    if couple.pk not in viewer.covers:
        return None
    rows = Cover.objects.standing(viewer.at).filter(absent=couple.therapist_id, stands_in__in=viewer.works_as)
    cover = rows.select_related(*COLLEAGUES).order_by("-ends_at").first()
    return _row(cover) if cover else None


def who_stands_in(*, viewer: Viewer) -> list[StandIn]:
    """For a partner: who reads in their therapist's place now what they share with their therapist. One query."""
    if not viewer.belongs_to:
        return []
    therapists = Couple.objects.filter(pk__in=viewer.belongs_to).values("therapist")
    rows = Cover.objects.standing(viewer.at).filter(absent__in=therapists)
    return [_row(cover) for cover in rows.select_related(*COLLEAGUES).order_by("starts_at", "pk")]


def colleagues_of(absent: Membership, *, viewer: Viewer) -> list[Membership]:
    """Who could stand in: the clinic's other therapists who have joined, without the admin who asks."""
    others = (
        Membership.objects.visible_to(viewer).current()
        .filter(clinic=absent.clinic_id, is_therapist=True, person__isnull=False)
        .exclude(pk=absent.pk).exclude(person=viewer.user_id).select_related("person")
    )  # fmt: skip
    return sorted(others, key=lambda one: (one.display_name.casefold(), str(one.pk)))
