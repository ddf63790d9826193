"""The next session, as a partner sees it: when, what is published, what was summed up, and their own note."""

from dataclasses import dataclass
from datetime import date

from clients.models import Couple, Partner
from clients.viewer import Viewer
from exercises.models import AgendaItem, SessionNote, SessionSummary
from safekeeping.sealing import Destroyed, open_together

SHOWN = 10  # of the latest summaries


@dataclass(frozen=True)
class Published:
    """One thing to talk about, as both may read it."""

    item: AgendaItem
    words: str


def published(couple: Couple, *, viewer: Viewer) -> list[Published]:
    """What both may read of the agenda, in its order; what is ticked off, too, until the session is over."""
    rows = AgendaItem.objects.visible_to(viewer).filter(couple=couple, published_at__isnull=False)
    items = list(rows.filter(closed_at__isnull=True).select_related("assignment__version").order_by("position", "pk"))
    open_together(*items)
    return [Published(item, words) for item in items if (words := words_of(item))]


def words_of(item: AgendaItem) -> str:
    """An item's words. Those of a therapist who was erased are gone."""
    try:
        return str(item.text or "")
    except Destroyed:
        return ""


def own_note(place: Partner, *, viewer: Viewer) -> SessionNote | None:
    """What the viewer has written down for the session."""
    return SessionNote.objects.visible_to(viewer).filter(partner=place, partner__in=viewer.is_partner).first()


@dataclass(frozen=True)
class Summary:
    """Joint words about one session."""

    row: SessionSummary
    held_on: date
    text: str
    next: str
    is_released: bool


def summaries(couple: Couple, *, viewer: Viewer) -> list[Summary]:
    """The latest, the newest first. To partners those that are released."""
    rows = SessionSummary.objects.visible_to(viewer).filter(couple=couple).select_related("exercise")
    found = list(rows.order_by("-released_from", "-held_on", "pk")[:SHOWN])
    open_together(*found)
    return [summary for row in found if (summary := _summary(row, viewer))]


def _summary(row: SessionSummary, viewer: Viewer) -> Summary | None:
    try:
        return Summary(row, row.held_on, str(row.text or ""), str(row.next or ""), row.released_from <= viewer.at)
    except Destroyed:
        return None


def open_summary(couple: Couple, *, viewer: Viewer) -> Summary | None:
    """The one that can still be changed: written, and not released."""
    rows = SessionSummary.objects.visible_to(viewer).filter(couple=couple, couple__in=viewer.treats)
    row = rows.filter(released_from__gt=viewer.at).select_related("exercise").order_by("-written_at").first()
    return _summary(row, viewer) if row else None


def latest_summary(couple: Couple, *, viewer: Viewer) -> Summary | None:
    """What was written last, for the next assignment to begin from."""
    rows = SessionSummary.objects.visible_to(viewer).filter(couple=couple, couple__in=viewer.treats)
    row = rows.select_related("exercise").order_by("-written_at").first()
    return _summary(row, viewer) if row else None
