"""How a therapist's attention was divided: what each partner was asked and told. Counts, and no verdict."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, IntegerField, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from clients.models import Couple, Partner
from clients.viewer import Viewer
from exercises.models import Homework, Reply

LATELY = timedelta(weeks=8)


@dataclass(frozen=True)
class Given:
    """What one partner was given in one span of time."""

    exercises: int = 0
    minutes: int = 0  # as the exercises say, each time they were given
    replies: int = 0


@dataclass(frozen=True)
class BalanceRow:
    """One partner: since the beginning, and lately."""

    name: str
    mark: str
    ever: Given
    lately: Given


def balance_of(couple: Couple, partners: list[Partner], *, viewer: Viewer) -> list[BalanceRow]:
    """Both, as everywhere where both stand beside each other. Four queries."""
    since = viewer.at - LATELY
    ever, lately = _counted(couple, viewer, None), _counted(couple, viewer, since)
    return [
        BalanceRow(
            one.display_name, "a" if one.seat == 1 else "b", ever.get(one.pk, Given()), lately.get(one.pk, Given())
        )
        for one in sorted(partners, key=lambda one: one.seat)
    ]


def _counted(couple: Couple, viewer: Viewer, since: datetime | None) -> dict[UUID, Given]:
    """What has opened to each, and what was written to each, so that it can be read by now."""
    given = Homework.objects.opened(viewer.at).filter(couple=couple, couple__in=viewer.treats)
    told = Reply.objects.visible_to(viewer).filter(couple=couple, couple__in=viewer.treats)
    if since is not None:
        given, told = given.filter(opens_at__gte=since), told.filter(made_at__gte=since)
    replies = dict(told.order_by().values_list("partner").annotate(n=Count("pk")))
    minutes = Cast(KeyTextTransform("minutes", "assignment__version__body"), IntegerField())
    rows = (
        given.order_by()
        .values_list("partner")
        .annotate(exercises=Count("assignment", distinct=True), minutes=Sum(minutes))
    )
    found = {pk: Given(exercises, total or 0, replies.pop(pk, 0)) for pk, exercises, total in rows}
    return found | {pk: Given(replies=n) for pk, n in replies.items()}
