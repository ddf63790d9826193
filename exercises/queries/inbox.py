"""What is new for a therapist."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clients.viewer import Viewer
from exercises.models import Share
from exercises.queries.given import unseen


@dataclass(frozen=True)
class NewRow:
    """One assignment with something the viewer has not looked at."""

    pk: UUID
    title: str
    couple: str
    names: str
    since: datetime


def inbox(*, viewer: Viewer) -> list[NewRow]:
    """What is new for a therapist, by assignment, the longest waiting first. One query."""
    found: dict[UUID, NewRow] = {}
    authors: dict[UUID, list[str]] = defaultdict(list)
    for share in (
        Share.objects.filter(unseen(viewer))
        .select_related("assignment__version", "couple", "author__person")
        .defer("value", "assignment__version__body")
        .order_by("therapist_from", "author__seat")
    ):
        pk = share.assignment_id
        if share.author.display_name not in authors[pk]:
            authors[pk].append(share.author.display_name)
        if pk not in found:
            title = share.assignment.version.title
            found[pk] = NewRow(pk, title, share.couple.alias, "", share.therapist_from)
    return [
        NewRow(row.pk, row.title, row.couple, " · ".join(sorted(authors[pk])), row.since) for pk, row in found.items()
    ]
