"""What two people agree on, as whoever asks may read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from clients.models import Partner
from clients.viewer import Viewer
from exercises.content import Step
from exercises.models import AgreementSignature, Holding, Proposal
from exercises.policies.together import Version, came_to_hold, in_order
from safekeeping.sealing import open_together

Terms = Mapping[str, str]


@dataclass(frozen=True)
class Words:
    """One version, for reading: each term with what it is called."""

    pk: UUID
    terms: Terms
    lines: list[tuple[str, str]]
    day: datetime  # from when it could be read, or since when it holds
    is_signed: bool  # by whoever asks


@dataclass(frozen=True)
class Agreement:
    """An agreement on one page. Of the other's signature it says nothing until both stand."""

    step: Step
    current: Words | None  # the newest that both can read
    own: Proposal | None  # one's own, not open yet
    draft: Words | None
    holds_since: datetime | None  # the current one
    before: Words | None  # what held before
    beside: list[Words]  # written down at the same time as the current one
    earlier: list[Words]

    @property
    def newest(self) -> Words | None:
        """What whoever asks would sign."""
        return self.draft if self.own and self.own.released_from else self.current

    @property
    def begin_from(self) -> Terms:
        """What stands in the boxes for a change."""
        words = self.draft or self.current
        return words.terms if words else {}


def agreement_at(assignment: UUID, step: Step, *, viewer: Viewer) -> Agreement:
    """The agreement of one step. Four queries, whatever anybody has written or signed."""
    rows = {one.pk: one for one in Proposal.objects.visible_to(viewer).filter(assignment=assignment, step_key=step.key)}
    of_step = {"proposal__assignment": assignment, "proposal__step_key": step.key}
    holding = dict(Holding.objects.visible_to(viewer).filter(**of_step).values_list("proposal", "holds_from"))
    signed = {one.proposal_id: one for one in AgreementSignature.objects.visible_to(viewer).filter(**of_step)}
    open_together(*rows.values(), *signed.values())
    # of somebody erased, what they wrote is gone, but for the copy under one's own signature
    terms: dict[UUID, Any] = {
        pk: one.terms or (signed[pk].terms if pk in signed else None) or {} for pk, one in rows.items()
    }

    def words(pk: UUID, day: datetime) -> Words:
        lines = [(item.label, terms[pk].get(item.key, "")) for item in step.items]
        return Words(pk, terms[pk], lines, day, is_signed=pk in signed)

    versions = [Version(pk, one.released_from, holding.get(pk)) for pk, one in rows.items()]
    ordered, held = in_order(versions, viewer.at), came_to_hold(versions, viewer.at)
    current = ordered[-1] if ordered else None
    before = [one for one in held if one is not current][-1:]
    own = next((one for pk, one in rows.items() if not any(pk == other.pk for other in ordered)), None)
    released = [words(one.pk, one.released_from) for one in ordered if one.released_from]
    beside = [one for one in released[:-1] if current and one.day == current.released_from]
    return Agreement(
        step=step,
        current=released[-1] if released else None,
        own=own,
        draft=words(own.pk, own.written_at) if own else None,
        holds_since=current.holds_from if current in held and current else None,
        before=words(before[0].pk, before[0].holds_from) if before and before[0].holds_from else None,
        beside=beside,
        earlier=[
            one for one in released[:-1] if one not in beside and not (before and one.pk == before[0].pk)
        ][::-1],
    )  # fmt: skip


def names_of(couple: UUID, *, viewer: Viewer) -> list[str]:
    """Both partners as they want to be called: for the page that both have signed."""
    if couple not in viewer.takes_part:
        return []
    return [one.display_name for one in Partner.objects.filter(couple=couple).select_related("person")]
