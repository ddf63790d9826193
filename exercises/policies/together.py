"""Rules about what somebody would rather have, about resting, goals and agreements: pure, as those beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from clients.models import Partner
from clients.policies import NOT_AGREED
from clients.viewer import Viewer
from exercises.models import (
    AgreementSignature,
    Goal,
    GoalOffer,
    GoalRating,
    Holding,
    Homework,
    HomeworkPause,
    HomeworkWish,
    Proposal,
)
from exercises.policies import ENDED, NOT_THEIRS, may_write
from exercises.states import HomeworkState
from safekeeping.verdict import YES, Verdict, no

# --- what somebody would rather have, and resting


def may_see_wish(viewer: Viewer, wish: HomeworkWish) -> Verdict:
    """Whose it is, and their therapist. To the other partner it does not exist."""
    return YES if wish.partner_id in viewer.is_partner or wish.couple_id in viewer.treats else NOT_THEIRS


def may_wish(viewer: Viewer, homework: Homework) -> Verdict:
    """While an exercise is open or set aside; what is finished needs nothing else."""
    verdict = may_write(viewer, homework)
    if verdict and homework.state == HomeworkState.FINISHED:
        return no("finished", _("You have finished this exercise."))
    return verdict


def may_see_pause(viewer: Viewer, pause: HomeworkPause) -> Verdict:
    return YES if pause.partner_id in viewer.is_partner or pause.couple_id in viewer.treats else NOT_THEIRS


def may_rest(viewer: Viewer, place: Partner) -> Verdict:
    """Each for themselves, agreed or not, while the couple's work goes on."""
    if place.pk not in viewer.is_partner:
        return NOT_THEIRS
    return YES if place.couple_id in viewer.belongs_to else ENDED


# --- goals


def may_read_goal(viewer: Viewer, goal: Goal) -> Verdict:
    """Its author, and their therapist from its time on. To the other partner it does not exist."""
    if goal.author_id in viewer.is_partner:
        return YES
    if goal.couple_id not in viewer.treats:
        return NOT_THEIRS
    return YES if goal.therapist_from and goal.therapist_from <= viewer.at else no("held")


def may_read_rating(viewer: Viewer, rating: GoalRating) -> Verdict:
    """As the goal that it is of."""
    return may_read_goal(viewer, rating.goal)


def may_read_goal_offer(viewer: Viewer, offer: GoalOffer) -> Verdict:
    """Its author always; the partner who has agreed, and the therapist, after its release."""
    if offer.author_id in viewer.is_partner:
        return YES
    if offer.couple_id not in viewer.takes_part | viewer.treats:
        return NOT_THEIRS
    return YES if offer.partner_from <= viewer.at else no("not_released")


def may_set_goals(viewer: Viewer, place: Partner) -> Verdict:
    """Write one, or rate it: for one's own place, while the couple's work goes on and oneself has agreed."""
    if place.pk not in viewer.is_partner:
        return NOT_THEIRS
    if place.couple_id not in viewer.belongs_to:
        return ENDED
    return YES if place.pk in viewer.has_agreed else NOT_AGREED


def may_change_goal(viewer: Viewer, goal: Goal) -> Verdict:
    return may_set_goals(viewer, goal.author)


def may_share_goal_less(viewer: Viewer, goal: Goal) -> Verdict:
    """At any time, in any state of the couple: the owner of a sentence controls it."""
    return YES if goal.author_id in viewer.is_partner else NOT_THEIRS


# --- agreements


def may_read_proposal(viewer: Viewer, proposal: Proposal) -> Verdict:
    """Its author always; the partner who has agreed, and the therapist, from its release. Once it ends: its author."""
    if proposal.author_id in viewer.is_partner:
        return YES
    if proposal.couple_id not in viewer.takes_part | viewer.treats:
        return NOT_THEIRS
    return YES if proposal.released_from and proposal.released_from <= viewer.at else no("not_released")


def may_read_signature(viewer: Viewer, signature: AgreementSignature) -> Verdict:
    """Whoever signed, while the work goes on. Neither the other one nor the therapist: who has not, nobody learns."""
    own = signature.partner_id in viewer.is_partner and signature.couple_id in viewer.takes_part
    return YES if own else NOT_THEIRS


def may_know_holding(viewer: Viewer, holding: Holding) -> Verdict:
    """Both partners and their therapist, from the same release on: that there are two signatures says who signed."""
    if holding.couple_id not in viewer.takes_part | viewer.treats:
        return NOT_THEIRS
    return YES if holding.holds_from <= viewer.at else no("not_yet")


def may_sign(viewer: Viewer, homework: Homework, *, is_current: bool, holds: bool = False) -> Verdict:
    """Sign, or take it back while it does not hold: for oneself, under what one reads as the newest words."""
    verdict = may_write(viewer, homework)
    if verdict and not is_current:
        return no("not_the_newest", _("There are newer words than those on that page. Read them first."))
    if verdict and holds:
        return no("holds", _("This holds already. If something no longer suits you, write down a change."))
    return verdict


@dataclass(frozen=True)
class Version:
    """What decides about one version of an agreement."""

    pk: UUID
    released_from: datetime | None
    holds_from: datetime | None  # known to whoever asks


def in_order(versions: Sequence[Version], at: datetime) -> list[Version]:
    """
    Those that are released, the oldest first. Of two that were released together neither came before the other, as far
    as anybody may know: their ids, which mean nothing, decide.
    """
    released = [one for one in versions if one.released_from and one.released_from <= at]
    return sorted(released, key=lambda one: (one.released_from, one.pk))


def came_to_hold(versions: Sequence[Version], at: datetime) -> list[Version]:
    """
    Those that have held, the oldest first; the last of them holds now if it is also the newest. What was changed by
    the time at which it would have begun to hold never did.
    """
    ordered = in_order(versions, at)
    return [
        one
        for one, after in zip_longest(ordered, ordered[1:])
        if one.holds_from
        and one.holds_from <= at
        and (after is None or after.released_from is None or after.released_from > one.holds_from)
    ]
