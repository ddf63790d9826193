"""What was offered to a partner and is released: days only, and nothing of what was not."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Min

from clients.viewer import Viewer
from exercises.content import Step
from exercises.kinds import Shown, kind_of
from exercises.models import Share
from exercises.states import Audience


@dataclass(frozen=True)
class SharedRow:
    """An exercise of which something was offered to the viewer. Days only: it carries nobody's clock."""

    pk: UUID
    title: str
    day: datetime


def shared_with_me(*, viewer: Viewer) -> list[SharedRow]:
    """What the viewer's partner has offered and is released, the latest release first."""
    rows = (
        Share.objects.visible_to(viewer)
        .filter(couple__in=viewer.takes_part, audience=Audience.PARTNER, partner_from__lte=viewer.at)
        .exclude(author__in=viewer.is_partner)
        .values("homework", "assignment__version__title")
        .annotate(day=Min("partner_from"))
        .order_by("-day", "homework")
    )
    return [SharedRow(row["homework"], row["assignment__version__title"], row["day"]) for row in rows]


@dataclass(frozen=True)
class Offered:
    """What was offered at one step: the whole answer, or single lines as (label, words, edited)."""

    step: Step
    shown: Shown | None = None
    edited: bool = False
    lines: tuple[tuple[str, str, bool], ...] = ()


@dataclass(frozen=True)
class SharedPage:
    """What one partner offered of one exercise: its questions and their words."""

    title: str
    author: str
    answers: list[Offered]
    clinic: UUID


def shared_page(*, viewer: Viewer, pk: UUID) -> SharedPage | None:
    """The released offers of one exercise, or None where there are none for the viewer."""
    shares = list(
        Share.objects.visible_to(viewer)
        .filter(homework=pk, couple__in=viewer.takes_part, audience=Audience.PARTNER, partner_from__lte=viewer.at)
        .exclude(author__in=viewer.is_partner)
        .select_related("assignment__version", "author__person")
    )
    if not shares:
        return None
    content = shares[0].assignment.version.content
    by_step: dict[str, dict[str, Share]] = defaultdict(dict)
    for share in shares:
        by_step[share.step_key][share.line] = share
    rows = [_offered(step, by_step[step.key]) for step in content.steps if step.key in by_step]
    return SharedPage(content.title, shares[0].author.display_name, rows, shares[0].clinic_id)


def _offered(step: Step, shares: Mapping[str, Share]) -> Offered:
    """The lines in the order of the exercise, whatever the order in which they were opened."""
    kind, whole = kind_of(step), shares.get("")
    lines = [(item.label, shares[item.key]) for item in step.items if item.key in shares]
    return Offered(
        step,
        kind.show(step, whole.value) if whole else None,
        bool(whole and whole.edited_since_release),
        tuple((label, str(share.value), share.edited_since_release) for label, share in lines),
    )
