"""Who has asked to end the shared work: each their own, and their therapist."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clients.models import EndingAsk, Partner
from clients.states import CoupleState
from clients.viewer import Viewer


@dataclass(frozen=True)
class OwnPlace:
    """A partner's place on their own page: with whom they work, and whether they have asked."""

    place: Partner
    therapist: str
    has_ended: bool
    asked_at: datetime | None


def own_places(*, viewer: Viewer) -> list[OwnPlace]:
    """The viewer's places, those under way first."""
    asked = dict(
        EndingAsk.objects.visible_to(viewer)
        .open()
        .filter(partner__in=viewer.is_partner)
        .values_list("partner", "asked_at")
    )
    places = Partner.objects.filter(pk__in=viewer.is_partner).select_related("couple__therapist__person")
    rows = [
        OwnPlace(
            place,
            place.couple.therapist.display_name,
            place.couple.state == CoupleState.ENDED,
            asked.get(place.pk),
        )
        for place in places
    ]
    return sorted(rows, key=lambda row: (row.has_ended, row.therapist, str(row.place.pk)))


@dataclass(frozen=True)
class AskRow:
    """Somebody who asks to end the shared work, as their therapist reads it."""

    couple: UUID
    alias: str
    name: str
    asked_at: datetime


def asks_for(*, viewer: Viewer) -> list[AskRow]:
    """Who has asked, of the couples the viewer treats whose work goes on, the longest waiting first. One query."""
    asks = EndingAsk.objects.visible_to(viewer).open().filter(couple__in=viewer.treats)
    asks = asks.exclude(couple__state=CoupleState.ENDED)
    rows = asks.select_related("couple", "partner__person").order_by("asked_at", "partner__seat")
    return [AskRow(ask.couple_id, ask.couple.alias, ask.partner.display_name, ask.asked_at) for ask in rows]
