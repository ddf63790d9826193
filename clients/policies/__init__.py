"""Who may do what with clinics, couples and people: pure rules, each with its query twin in models."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from clients.models import (
    Clinic,
    ConsentDocument,
    ConsentSignature,
    ContentBoundary,
    Couple,
    EndingAsk,
    Membership,
    Partner,
    SafetyAnswer,
)
from clients.states import NEXT, ContentKind, CoupleState, Wish
from clients.viewer import Viewer
from safekeeping.verdict import YES, Verdict, no

NOT_THEIRS = no("not_theirs")
NOT_AGREED = no(
    "not_agreed",
    _("There is something to read and agree to first, under Account, Agreement. What you wrote stays in My writing."),
)
STANDS_IN = no("stands_in", _("You stand in for their therapist, who decides this when they are back."))
PERIOD = timedelta(days=28)  # of the private check-in
ASKED_FOR = timedelta(days=7)


def may_enter_clinical_pages(viewer: Viewer) -> Verdict:
    """Whoever only administers is refused by role, before anything is looked up."""
    if viewer.is_admin and not viewer.is_therapist and not viewer.is_partner:
        return no(
            "admins_see_no_content",
            _("Clinic admins manage people and caseloads, and never see clinical content."),
        )
    return YES


def may_enter_therapist_pages(viewer: Viewer) -> Verdict:
    """Therapists; whoever only administers is told why not; to everyone else there is no such page."""
    if viewer.is_therapist:
        return YES
    return may_enter_clinical_pages(viewer) and NOT_THEIRS


def may_enter_partner_pages(viewer: Viewer) -> Verdict:
    """Partners, in a couple of any state; whoever only administers is told why not."""
    if viewer.is_partner:
        return YES
    return may_enter_clinical_pages(viewer) and NOT_THEIRS


def may_open_exercises(viewer: Viewer) -> Verdict:
    """A partner whose work goes on reads and agrees first. That the other one has, or has not, is never asked."""
    return NOT_AGREED if viewer.belongs_to and not viewer.takes_part else YES


def may_enter_clinic_pages(viewer: Viewer) -> Verdict:
    """Clinic admins; a therapist is told so; to partners there is no such page."""
    if viewer.is_admin:
        return YES
    if viewer.is_therapist:
        return no("admins_only", _("Only the admins of your clinic can open this page."))
    return NOT_THEIRS


def may_run(viewer: Viewer, clinic: Clinic) -> Verdict:
    """Its admins: settings, staff, and who treats whom."""
    return YES if clinic.pk in viewer.runs else NOT_THEIRS


def may_see_couple(viewer: Viewer, couple: Couple) -> Verdict:
    if couple.pk in viewer.treats or couple.clinic_id in viewer.runs:
        return YES
    return NOT_THEIRS


def may_treat(viewer: Viewer, couple: Couple) -> Verdict:
    """Their therapist: the one member of staff who sees clinical content."""
    return YES if couple.pk in viewer.treats else NOT_THEIRS


def may_see_partner(viewer: Viewer, partner: Partner) -> Verdict:
    if partner.pk in viewer.is_partner or partner.couple_id in viewer.treats or partner.clinic_id in viewer.runs:
        return YES
    return NOT_THEIRS


def may_see_membership(viewer: Viewer, membership: Membership) -> Verdict:
    return YES if membership.clinic_id in viewer.runs else NOT_THEIRS


def may_add_couple(viewer: Viewer, therapist: Membership) -> Verdict:
    """A therapist adds to their own caseload, nobody else's."""
    return YES if therapist.pk in viewer.works_as else NOT_THEIRS


def may_edit_couple(viewer: Viewer, couple: Couple) -> Verdict:
    if couple.pk not in viewer.treats:
        return NOT_THEIRS
    if couple.pk in viewer.covers:
        return STANDS_IN
    if couple.state == CoupleState.ENDED:
        return no("ended", _("The work with this couple has ended. Nothing can be changed any more."))
    return YES


def may_turn_couple(viewer: Viewer, couple: Couple, to: CoupleState) -> Verdict:
    """Pause or resume, along the transitions there are."""
    verdict = may_edit_couple(viewer, couple)
    if verdict and to not in NEXT[CoupleState(couple.state)]:
        return no("no_such_step", _("This has already been done."))
    return verdict


def may_invite(viewer: Viewer, place: Partner | Membership) -> Verdict:
    """A partner is invited, and the invitation revoked, by their therapist; staff by a clinic's admin."""
    if isinstance(place, Partner):
        if place.couple_id not in viewer.treats:
            return NOT_THEIRS
        if place.couple_id in viewer.covers:
            return STANDS_IN
        ended = place.couple.state == CoupleState.ENDED
    else:
        if place.clinic_id not in viewer.runs:
            return NOT_THEIRS
        ended = place.ended_at is not None
    if ended:
        return no("ended", _("Their place has ended. Nobody can be invited to it any more."))
    if place.person_id:
        return no("joined", _("They have already joined."))
    return YES


def may_change_membership(
    viewer: Viewer,
    membership: Membership,
    *,
    is_therapist: bool,
    is_admin: bool,
    other_admins: int,
    couples: int,
) -> Verdict:
    """
    Change roles; with neither left, the membership ends. The counts are of the clinic as it stands.

    Nobody makes themselves a therapist: with a couple moved next, an admin alone could read what partners shared.
    """
    if membership.clinic_id not in viewer.runs:
        return NOT_THEIRS
    if membership.ended_at:
        return no("ended", _("This membership has ended."))
    if is_therapist and not membership.is_therapist and membership.person_id == viewer.user_id:
        return no("not_oneself", _("Another admin can make you a therapist. Nobody does so for themselves."))
    if membership.is_admin and not is_admin and membership.person_id and not other_admins:
        return no("last_admin", _("A clinic needs an admin. Make somebody else an admin first."))
    if membership.is_therapist and not is_therapist and couples:
        return no("has_couples", _("They still treat couples here. Move these couples to another therapist first."))
    return YES


def may_move_couple(viewer: Viewer, couple: Couple, to: Membership) -> Verdict:
    """An admin hands a couple to another therapist of the same clinic, and never to themselves."""
    if couple.clinic_id not in viewer.runs:
        return NOT_THEIRS
    if couple.state == CoupleState.ENDED:
        return no("ended", _("The work with this couple has ended. It cannot be moved any more."))
    if to.pk == couple.therapist_id:
        return no("same_therapist", _("They already treat this couple. Choose another therapist."))
    if to.clinic_id != couple.clinic_id or not to.is_therapist or to.ended_at or not to.person_id:
        return no("no_therapist_here", _("Choose a therapist who has joined this clinic."))
    if to.person_id == viewer.user_id:
        return no("not_to_oneself", _("Another admin can move couples to you."))
    return YES


def may_end_couple(viewer: Viewer, couple: Couple) -> Verdict:
    """Their therapist. No admin ends a couple, and no partner does it to the other."""
    return may_turn_couple(viewer, couple, CoupleState.ENDED)


def may_ask_for_ending(viewer: Viewer, partner: Partner) -> Verdict:
    """Each for themselves, agreed or not, while the work goes on."""
    if partner.pk not in viewer.is_partner:
        return NOT_THEIRS
    if partner.couple_id not in viewer.belongs_to:
        return no("ended", _("The shared work has already ended."))
    return YES


def may_see_ending_ask(viewer: Viewer, ask: EndingAsk) -> Verdict:
    """Whoever asked, and their therapist. To the other partner it does not exist."""
    return YES if ask.partner_id in viewer.is_partner or ask.couple_id in viewer.treats else NOT_THEIRS


def may_read_document(viewer: Viewer, document: ConsentDocument) -> Verdict:
    """Everybody of the clinic. What a document says is no secret; who signed it is."""
    known = viewer.runs | viewer.works_at | viewer.is_client_of
    return YES if document.clinic_id in known else NOT_THEIRS


def may_publish(viewer: Viewer, document: ConsentDocument) -> Verdict:
    """The next version after this one: an admin of its clinic."""
    return YES if document.clinic_id in viewer.runs else NOT_THEIRS


def may_sign(viewer: Viewer, document: ConsentDocument) -> Verdict:
    """Each for themselves, at a clinic where their work goes on."""
    if document.clinic_id not in viewer.is_client_of:
        return NOT_THEIRS
    if not viewer.belongs_to:
        return no("ended", _("The shared work has ended. There is nothing to agree to any more."))
    return YES


def may_see_signature(viewer: Viewer, signature: ConsentSignature) -> Verdict:
    """Whose it is, and their therapist. Never the other partner; admins see numbers alone."""
    if signature.partner_id in viewer.is_partner or signature.partner.couple_id in viewer.treats:
        return YES
    return NOT_THEIRS


# --- what is told in private


@dataclass(frozen=True)
class Care:
    """What a therapist is warned of, for one partner. That an answer asks for attention; not which, nor what."""

    partner_id: UUID
    name: str
    is_flagged: bool
    wishes: Mapping[ContentKind, Wish]


def may_check_in(viewer: Viewer, place: Partner) -> Verdict:
    """Answer the private check-in, or set boundaries: for one's own place, while the couple's work goes on."""
    return YES if place.pk in viewer.is_partner and place.couple_id in viewer.belongs_to else NOT_THEIRS


def may_read_check_in(viewer: Viewer, answer: SafetyAnswer) -> Verdict:
    """The couple's therapist. To its author it is gone once it is given, and so to whoever looks at their screen."""
    return YES if answer.couple_id in viewer.treats else NOT_THEIRS


def may_read_boundaries(viewer: Viewer, boundary: ContentBoundary) -> Verdict:
    if boundary.partner_id in viewer.is_partner or boundary.couple_id in viewer.treats:
        return YES
    return NOT_THEIRS


def may_note_check(viewer: Viewer, place: Partner | Membership) -> Verdict:
    """
    Who can say that it was them who set a new password: a partner's therapist; for staff, another admin.

    Nobody says it of themselves.
    """
    theirs = place.couple_id in viewer.treats if isinstance(place, Partner) else place.clinic_id in viewer.runs
    if not theirs:
        return NOT_THEIRS
    if isinstance(place, Partner) and place.couple_id in viewer.covers:
        return STANDS_IN
    if place.person is None or not place.person.is_locked(viewer.at):
        return no("nothing_to_check", _("Their writing is open. There is nothing to check."))
    if place.person_id == viewer.user_id:
        return no("not_oneself", _("Somebody else checks that it is you."))
    return YES


def may_end_sessions(viewer: Viewer, membership: Membership) -> Verdict:
    """An admin signs a member of staff out everywhere; their password and their factors stay theirs."""
    if membership.clinic_id not in viewer.runs:
        return NOT_THEIRS
    return YES if membership.person_id else no("not_joined", _("They have not joined yet."))


def check_in_period(couple: Couple, at: datetime) -> int:
    """Which period of the schedule a moment is in: it depends on the day the couple was added, and on nothing else."""
    return max(0, _since(couple.made_at, at, couple) // PERIOD)


def is_check_in_week(place: Partner, at: datetime) -> bool:
    """The first week of each period, and one's own first week, whatever anybody said before."""
    if place.joined_at and timedelta() <= _since(place.joined_at, at, place.couple) < ASKED_FOR:
        return True
    return _since(place.couple.made_at, at, place.couple) % PERIOD < ASKED_FOR


def _since(then: datetime, at: datetime, couple: Couple) -> timedelta:
    """Whole days, as they are counted where the couple lives."""
    zone = ZoneInfo(couple.time_zone)
    return at.astimezone(zone).date() - then.astimezone(zone).date()
