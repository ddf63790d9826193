"""Agreements: writing down a version, taking it back, signing, and opening it in the room."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from clients.viewer import Viewer
from exercises import policies
from exercises.commands.sharing import held_couple, next_release, release_of_offer
from exercises.commands.writing import locked, walked
from exercises.content import Step
from exercises.models import AgreementSignature, Assignment, Homework, Proposal
from exercises.policies import together
from exercises.queries.agreements import Agreement, agreement_at
from exercises.versions import Judgement, Stamp, judge
from safekeeping import audit


class NewerWords(Exception):
    """There are newer words than those that the page showed. Nothing has changed."""


@dataclass(frozen=True)
class Proposed:
    """What became of a version; in a conflict `found` is what stands there now, and nothing has changed."""

    judgement: Judgement
    found: Agreement

    @property
    def is_conflict(self) -> bool:
        return self.judgement is Judgement.CONFLICT


@transaction.atomic
def propose(
    *, by: Viewer, homework: Homework, number: int, step: Step, terms: Mapping[str, str], base: str, stamp: Stamp,
    at: datetime,
) -> Proposed:  # fmt: skip
    """
    Write down a version, which both can read from the couple's next release on. Until then it is one's own, and writing
    again changes it. `base` is what the page showed as the newest words of both: were they others by now, nothing is
    written. That the other has written, too, and it is not released yet, nobody learns: then there are two.

    One's own signature under the words that are to change goes with it, unless they hold.
    """
    copy = locked(homework)
    policies.may_write(by, copy).require()
    found = agreement_at(copy.assignment_id, step, viewer=by)
    own, current = found.own, found.current
    if own and own.terms == terms and own.released_from:
        return Proposed(Judgement.SAME, found)
    if base != (str(current.pk) if current else ""):
        return Proposed(Judgement.CONFLICT, found)
    judgement = judge(own, stamp)
    if judgement is not Judgement.SAVE:
        return Proposed(judgement, found)
    if not own and current and current.terms == terms:
        return Proposed(Judgement.SAME, found)
    couple = held_couple(copy.couple_id)
    written = own or Proposal(
        clinic_id=copy.clinic_id, couple_id=copy.couple_id, assignment_id=copy.assignment_id, step_key=step.key,
        author_id=copy.partner_id, version=0,
    )  # fmt: skip
    written.terms, written.tab, written.seq, written.written_at = dict(terms), stamp.tab, stamp.seq, at
    written.version += 1
    written.released_from = release_of_offer(couple, at=at)
    written.save()
    if own:
        _unsign(copy, own.pk, at)
    if current and not found.holds_since:
        _unsign(copy, current.pk, at)
    walked(copy, number, at, wrote=True)
    audit.record(verb="agreement.proposed", by=by, subject=copy, at=at)
    return Proposed(Judgement.SAVE, found)


@transaction.atomic
def take_back(*, by: Viewer, homework: Homework, step: Step, at: datetime) -> None:
    """One's own version, while it is not open to the other: from here on it is for oneself."""
    copy = locked(homework)
    policies.may_share_less(by, copy).require()
    own = agreement_at(copy.assignment_id, step, viewer=by).own
    if own and own.released_from:
        Proposal.objects.filter(pk=own.pk).update(released_from=None)
        _unsign(copy, own.pk, at)
        audit.record(verb="agreement.taken_back", by=by, subject=copy, at=at)


@transaction.atomic
def sign(*, by: Viewer, homework: Homework, number: int, step: Step, proposal: str, at: datetime) -> None:
    """
    Sign the newest words one can read; signing twice does nothing more. With the second signature it holds from the
    couple's next release on. Raises NewerWords where the page showed others.
    """
    copy = locked(homework)
    found = agreement_at(copy.assignment_id, step, viewer=by)
    newest = _newest(by, copy, found, proposal)
    couple = held_couple(copy.couple_id)
    if not newest.is_signed:
        AgreementSignature.objects.create(
            clinic_id=copy.clinic_id, couple_id=copy.couple_id, proposal_id=newest.pk, partner_id=copy.partner_id,
            terms=newest.terms, signed_at=at,
        )  # fmt: skip
        _ask("eyelevel_both_have_signed", newest.pk, next_release(couple, after=at))
        walked(copy, number, at, wrote=True)
    audit.record(verb="agreement.signed", by=by, subject=copy, at=at)


@transaction.atomic
def unsign(*, by: Viewer, homework: Homework, step: Step, proposal: str, at: datetime) -> None:
    """Take one's signature back, while what it stands under does not hold."""
    copy = locked(homework)
    found = agreement_at(copy.assignment_id, step, viewer=by)
    newest = _newest(by, copy, found, proposal)
    holds = bool(found.holds_since) and newest is found.current
    together.may_sign(by, copy, is_current=True, holds=holds).require()
    _unsign(copy, newest.pk, at)
    audit.record(verb="agreement.unsigned", by=by, subject=copy, at=at)


def _newest(by: Viewer, copy: Homework, found: Agreement, proposal: str) -> Any:
    newest = found.newest
    verdict = together.may_sign(by, copy, is_current=newest is not None and str(newest.pk) == proposal)
    if verdict.code == "not_the_newest":
        raise NewerWords
    verdict.require()
    return newest


def _unsign(copy: Homework, proposal: UUID, at: datetime) -> None:
    AgreementSignature.objects.filter(proposal=proposal, partner=copy.partner_id).delete()
    _ask("eyelevel_unsigned", proposal, at)


def _ask(function: str, proposal: UUID, moment: datetime) -> None:
    """Neither of two sees the other's signature: PostgreSQL looks at both, and says nothing."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [proposal, moment])


@transaction.atomic
def open_in_room(*, by: Viewer, assignment: Assignment, step: Step, at: datetime) -> None:
    """A therapist, with both in the room, opens what either has written down. Whether there was any, nobody is told."""
    policies.may_review(by, assignment).require()
    with connection.cursor() as cursor:
        cursor.execute("SELECT eyelevel_open_in_room(%s, %s, %s)", [assignment.pk, step.key, at])
    audit.record(verb="agreement.opened", by=by, subject=assignment, at=at)
