"""Rules about what leaves this place: one's calendar, one's own data, and what two people may both read."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from clients.models import Couple, Partner
from clients.policies import may_edit_couple
from clients.viewer import Viewer
from exercises.models import CalendarFeed, Export, RecordAsk, RecordAuthorisation
from exercises.policies import ENDED, NOT_THEIRS
from safekeeping.verdict import YES, Verdict, no

ASK_STANDS = timedelta(days=30)  # so long a therapist's question waits for an answer, which can be none
WORD_STANDS = timedelta(days=30)  # so long a word once given counts


def may_see_feed(viewer: Viewer, feed: CalendarFeed) -> Verdict:
    """One's own, nobody else's."""
    return YES if feed.person_id == viewer.user_id else NOT_THEIRS


def may_have_feed(viewer: Viewer) -> Verdict:
    """Whoever has sessions: partners and therapists."""
    return YES if viewer.is_partner or viewer.is_therapist else NOT_THEIRS


def may_see_export(viewer: Viewer, export: Export) -> Verdict:
    """One's own, nobody else's: not even their therapist learns that there is one."""
    return YES if export.person_id == viewer.user_id else NOT_THEIRS


def may_ask_for_export(viewer: Viewer) -> Verdict:
    """Whoever has a place here, whatever became of the couple."""
    return YES if viewer.is_partner or viewer.is_therapist else NOT_THEIRS


def may_take_export(viewer: Viewer, export: Export) -> Verdict:
    verdict = may_see_export(viewer, export)
    if verdict and not export.is_ready(viewer.at):
        return NOT_THEIRS
    return verdict


# --- what both may read


def may_see_record_ask(viewer: Viewer, ask: RecordAsk) -> Verdict:
    """Who is asked, and their therapist. To the other partner it does not exist."""
    return YES if ask.partner_id in viewer.is_partner or ask.couple_id in viewer.treats else NOT_THEIRS


def may_see_authorisation(viewer: Viewer, authorisation: RecordAuthorisation) -> Verdict:
    """Who gave it, nobody else: not their therapist either, to whom a missing one would tell whose it is."""
    return YES if authorisation.partner_id in viewer.is_partner else NOT_THEIRS


def may_ask_for_record(viewer: Viewer, partner: Partner) -> Verdict:
    """Their therapist, of each partner by themselves, while the work goes on."""
    verdict = may_edit_couple(viewer, partner.couple)
    if verdict and partner.person_id is None:
        return no("not_joined", _("They have not joined yet."))
    return verdict


def may_authorise(viewer: Viewer, ask: RecordAsk) -> Verdict:
    """Whoever is asked, while the question stands."""
    if ask.partner_id not in viewer.is_partner:
        return NOT_THEIRS
    if ask.couple_id not in viewer.belongs_to:
        return ENDED
    if viewer.at >= ask.asked_at + ASK_STANDS:
        return no("too_late", _("This question does not stand any more. Your therapist can ask again."))
    return YES


def may_take_back_word(viewer: Viewer, ask: RecordAsk) -> Verdict:
    """Whoever gave it, at any time."""
    return YES if ask.partner_id in viewer.is_partner else NOT_THEIRS


def may_take_record(viewer: Viewer, couple: Couple, *, both_authorise: bool) -> Verdict:
    """Their therapist, with the word of both."""
    verdict = may_edit_couple(viewer, couple)
    if verdict and not both_authorise:
        return no("not_both", _("Not both of them have authorised it. Nothing has left."))
    return verdict
