"""Rules about instruments, who is asked them and when, and who reads the answers: pure, as those beside them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from clients.models import Couple, Membership
from clients.policies import NOT_AGREED
from clients.states import CoupleState
from clients.viewer import Viewer
from exercises.models import Asking, Instrument, Measurement
from exercises.policies import ENDED, NOT_THEIRS, may_assign
from exercises.states import Rhythm
from safekeeping.verdict import YES, Verdict, no

AHEAD = timedelta(days=7)  # of a session

RETIRED = no("retired", _("This instrument is retired. What was answered stays; it is not asked any more."))
NOT_ASKED = no("not_asked", _("There is nothing to answer here just now."))


# --- instruments


def may_see_instrument(viewer: Viewer, instrument: Instrument) -> Verdict:
    """The therapists of its clinic."""
    return YES if instrument.clinic_id in viewer.works_at else NOT_THEIRS


def may_import(viewer: Viewer, author: Membership) -> Verdict:
    """Every therapist, in their own name."""
    return YES if author.pk in viewer.works_as else NOT_THEIRS


def may_change_instrument(viewer: Viewer, instrument: Instrument) -> Verdict:
    """Norms, the licence, and retiring: any therapist of the clinic, and the audit trail says who."""
    verdict = may_see_instrument(viewer, instrument)
    return RETIRED if verdict and instrument.retired_at else verdict


def may_confirm(viewer: Viewer, instrument: Instrument) -> Verdict:
    """Answer for its licence: once, by name."""
    verdict = may_change_instrument(viewer, instrument)
    if verdict and instrument.licensed_at:
        return no("confirmed", _("Somebody has already answered for its licence."))
    return verdict


# --- asking


def may_see_asking(viewer: Viewer, asking: Asking) -> Verdict:
    """Who is asked, and their therapist. To the other partner it does not exist."""
    return YES if asking.partner_id in viewer.is_partner or asking.couple_id in viewer.treats else NOT_THEIRS


def may_ask(viewer: Viewer, couple: Couple, instrument: Instrument) -> Verdict:
    """Their therapist, while the work goes on; and only what somebody has answered for."""
    verdict = may_assign(viewer, couple)
    if not verdict:
        return verdict
    if instrument.clinic_id != couple.clinic_id:
        return NOT_THEIRS
    if instrument.retired_at:
        return RETIRED
    if instrument.licensed_at is None:
        return no("not_licensed", _("Nobody has answered for the licence of this instrument yet. It cannot be asked."))
    return YES


def may_stop_asking(viewer: Viewer, asking: Asking) -> Verdict:
    """Their therapist, in any state of the couple."""
    return YES if asking.couple_id in viewer.treats else NOT_THEIRS


def may_answer(viewer: Viewer, asking: Asking, *, since: datetime | None) -> Verdict:
    """
    One's own, while the work goes on, oneself has agreed, and it is asked now. `since` is when this time of being
    asked began; none where nothing is asked, or where it was answered or passed over since.
    """
    if asking.partner_id not in viewer.is_partner:
        return NOT_THEIRS
    if asking.couple_id not in viewer.belongs_to:
        return ENDED
    if asking.partner_id not in viewer.has_agreed:
        return NOT_AGREED
    return YES if since is not None and is_standing(asking) else NOT_ASKED


def is_standing(asking: Asking) -> bool:
    """Whether it is asked at all: not stopped, of an instrument in use, of a couple whose work is not paused."""
    is_active = asking.couple.state == CoupleState.ACTIVE
    return asking.stopped_at is None and asking.instrument.is_askable and is_active


def asked_since(
    asking: Asking, *, at: datetime, next_day: date | None = None, last_at: datetime | None = None
) -> datetime | None:
    """
    When the time of being asked that stands now began: the week before the next session of both, but not before their
    last; the present round of so many weeks; or the day it was asked once. It depends on no answer of anybody's.
    """
    zone = ZoneInfo(asking.couple.time_zone)
    if asking.rhythm == Rhythm.SESSION:
        opens = _morning(next_day, zone) - AHEAD if next_day else None
        if opens is None or at < opens:
            return None
        return max(opens, last_at) if last_at else opens
    if asking.rhythm == Rhythm.WEEKS:
        begun, weeks = asking.made_at.astimezone(zone).date(), timedelta(weeks=asking.weeks)
        rounds = (at.astimezone(zone).date() - begun) // weeks
        return max(asking.made_at, _morning(begun + rounds * weeks, zone))
    return asking.made_at


def _morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


# --- answers


def may_read_measurement(viewer: Viewer, measurement: Measurement) -> Verdict:
    """Whose it is; their therapist once it is handed in and the clinic's hold is over; the other partner never."""
    if measurement.partner_id in viewer.is_partner:
        return YES
    if measurement.couple_id not in viewer.treats:
        return NOT_THEIRS
    return YES if measurement.therapist_from and measurement.therapist_from <= viewer.at else no("held")


def may_take_back(viewer: Viewer, measurement: Measurement) -> Verdict:
    """At any time, in any state of the couple: the owner of an answer controls it."""
    return YES if measurement.partner_id in viewer.is_partner else NOT_THEIRS
