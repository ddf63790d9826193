"""What a partner is asked just now, and what they have ticked so far: their own alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.shortcuts import get_object_or_404

from clients.models import Couple
from clients.queries.appointments import last_session_at, next_session
from clients.viewer import Viewer
from exercises.models import Asking, Measurement
from exercises.policies import measures as policies
from exercises.scoring import Item
from exercises.states import MeasureState, Rhythm

WITH_COUPLE = ("couple__therapist__person", "instrument", "partner")


def own_askings(*, viewer: Viewer) -> list[Asking]:
    """What the viewer is asked now. One query; two more for a couple that is asked before its sessions."""
    rows = list(
        _with_last(Asking.objects.own(viewer).filter(stopped_at=None))
        .select_related(*WITH_COUPLE)
        .order_by("made_at", "pk")
    )
    sessions: dict[UUID, _Sessions] = {}
    now = []
    for asking in rows:
        if asking.rhythm == Rhythm.SESSION and policies.is_standing(asking) and asking.couple_id not in sessions:
            sessions[asking.couple_id] = _sessions(asking.couple, viewer)
        since = _still(asking, viewer, sessions.get(asking.couple_id, (None, None)))
        if policies.may_answer(viewer, asking, since=since):
            now.append(asking)
    return now


_Sessions = tuple[date | None, datetime | None]


def _sessions(couple: Couple, viewer: Viewer) -> _Sessions:
    coming = next_session(couple, viewer=viewer)
    return (coming.day if coming else None), last_session_at(couple, viewer=viewer)


def _with_last(rows: QuerySet[Asking]) -> QuerySet[Asking]:
    done = Measurement.objects.finished().filter(asking=OuterRef("pk")).order_by("-finished_at")
    return rows.annotate(last_done=Subquery(done.values("finished_at")[:1]))


def _still(asking: Asking, viewer: Viewer, sessions: _Sessions) -> datetime | None:
    """When this time of being asked began; none where it was answered or passed over since."""
    since = policies.asked_since(asking, at=viewer.at, next_day=sessions[0], last_at=sessions[1])
    done: datetime | None = asking.last_done  # type: ignore[attr-defined]  # annotated by _with_last
    return None if since is None or (done is not None and done >= since) else since


def own_asking_or_404(*, viewer: Viewer, pk: UUID) -> Asking:
    """Something the viewer is, or was, asked."""
    return get_object_or_404(_with_last(Asking.objects.own(viewer)).select_related(*WITH_COUPLE), pk=pk)


def since(asking: Asking, *, viewer: Viewer) -> datetime | None:
    """When the time of being asked that is still open began, of an asking as `own_asking_or_404` gives it."""
    sessions = _sessions(asking.couple, viewer) if asking.rhythm == Rhythm.SESSION else (None, None)
    return _still(asking, viewer, sessions)


def open_measurement(asking: Asking, *, viewer: Viewer, since: datetime) -> Measurement | None:
    """What was begun this time. What was begun an earlier time, and never sent, is let go."""
    rows = Measurement.objects.own(viewer).filter(asking=asking, state=MeasureState.ASKED, begun_at__gte=since)
    return rows.first()


@dataclass(frozen=True)
class Ticked:
    """One item with what was said to it: nothing, or that one would rather not say, or an option's words."""

    number: int
    item: Item
    is_there: bool
    code: str | None
    words: str


def ticked(asking: Asking, measurement: Measurement | None) -> list[Ticked]:
    """Every item, in its order."""
    said: dict[str, str | None] = (measurement.answers or {}) if measurement else {}  # type: ignore[assignment]
    found = []
    for number, item in enumerate(asking.instrument.sheet.items, 1):
        option = item.option(said.get(item.link))
        found.append(
            Ticked(number, item, item.link in said, option.code if option else None, option.label if option else "")
        )
    return found


def first_open(rows: Sequence[Ticked]) -> int:
    """The number of the first item that nothing was said to; the first of all where something was said to each."""
    return next((row.number for row in rows if not row.is_there), 1)
