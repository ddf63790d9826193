"""What partners would rather have, and who rests: each their own, and their therapist."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from clients.models import Couple, Partner
from clients.states import CoupleState
from clients.viewer import Viewer
from exercises.models import Homework, HomeworkPause, HomeworkWish
from exercises.states import HomeworkState, Instead

STANDING = (HomeworkState.OPEN, HomeworkState.SET_ASIDE)  # of an exercise: in the others, nothing is wished any more


def own_wish(homework: Homework, *, viewer: Viewer) -> HomeworkWish | None:
    """What the viewer has said about their own copy."""
    wish = HomeworkWish.objects.visible_to(viewer).filter(homework=homework, partner__in=viewer.is_partner).first()
    return wish if homework.state in STANDING else None


def own_pause(*, viewer: Viewer) -> HomeworkPause | None:
    """How the viewer rests now. Whoever has several places rests at all of them alike."""
    own = HomeworkPause.objects.visible_to(viewer).filter(partner__in=viewer.is_partner, couple__in=viewer.belongs_to)
    return own.standing(viewer.at).order_by("-since", "pk").first()


def places_at_work(*, viewer: Viewer) -> list[Partner]:
    """The viewer's places where the work goes on, to set something for each."""
    places = Partner.objects.filter(pk__in=viewer.is_partner, couple__in=viewer.belongs_to)
    return list(places.select_related("couple", "couple__therapist__person").order_by("couple__made_at", "pk"))


def rests(partner: UUID, *, at: datetime) -> bool:
    """Whether a partner rests: asked by whatever would write to them."""
    return HomeworkPause.objects.filter(partner=partner).standing(at).exists()


@dataclass(frozen=True)
class WishRow:
    """What one partner would rather have, for their therapist. The reason is opened on the review page alone."""

    homework: UUID
    assignment: UUID
    couple: UUID
    alias: str
    title: str
    name: str
    words: str
    made_at: datetime


def _standing(viewer: Viewer) -> QuerySet[HomeworkWish]:
    return (
        HomeworkWish.objects.visible_to(viewer)
        .filter(couple__in=viewer.treats, homework__state__in=STANDING)
        .select_related("homework__assignment__version", "couple", "partner__person")
        .defer("homework__assignment__version__body", "homework__assignment__note")
        .order_by("made_at", "partner__seat")
    )


def _row(wish: HomeworkWish) -> WishRow:
    return WishRow(
        homework=wish.homework_id,
        assignment=wish.homework.assignment_id,
        couple=wish.couple_id,
        alias=wish.couple.alias,
        title=wish.homework.assignment.version.title,
        name=wish.partner.display_name,
        words=str(Instead(wish.instead).label),
        made_at=wish.made_at,
    )


def new_wishes(*, viewer: Viewer) -> list[WishRow]:
    """What the viewer has not looked at, of couples whose work goes on, the longest waiting first. One query."""
    return [
        _row(wish) for wish in _standing(viewer).filter(seen_at__isnull=True).exclude(couple__state=CoupleState.ENDED)
    ]


def wishes_of(couple: Couple, *, viewer: Viewer) -> list[WishRow]:
    """What both partners of a couple would rather have now, without the reasons. One query."""
    return [_row(wish) for wish in _standing(viewer).filter(couple=couple)]


@dataclass(frozen=True)
class RestRow:
    """One partner who rests, for their therapist: until when, and never why."""

    name: str
    until_session: bool
    until: datetime | None


def rests_of(couple: Couple, *, viewer: Viewer) -> list[RestRow]:
    """Who of a couple rests now. One query."""
    pauses = HomeworkPause.objects.visible_to(viewer).filter(couple=couple, couple__in=viewer.treats)
    rows = pauses.standing(viewer.at).select_related("partner__person").order_by("partner__seat")
    return [RestRow(one.partner.display_name, one.until_session, one.until) for one in rows]
