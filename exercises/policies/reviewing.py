"""Rules about what a therapist writes to partners: replies to one, and notes for both. Pure, as those beside them."""

from django.utils.translation import gettext_lazy as _

from clients.models import Couple
from clients.states import CoupleState
from clients.viewer import Viewer
from exercises.models import JointNote, Reply
from exercises.policies import NOT_THEIRS
from safekeeping.verdict import YES, Verdict, no

RELEASED = no("released", _("It can be read already, so it cannot be taken back any more."))


def may_tell(viewer: Viewer, couple: Couple) -> Verdict:
    """Write something to one or both partners: their therapist, while the work has not ended."""
    if couple.pk not in viewer.treats:
        return NOT_THEIRS
    if couple.state == CoupleState.ENDED:
        return no("ended", _("This couple's work has ended."))
    return YES


def may_read_joint_note(viewer: Viewer, note: JointNote) -> Verdict:
    """Its author; the couple's therapist once it is published; both partners who have agreed, from its release on."""
    if note.couple_id in viewer.treats and (note.author_id in viewer.works_as or note.partners_from is not None):
        return YES
    if note.couple_id not in viewer.takes_part:
        return NOT_THEIRS
    return YES if note.is_released(viewer.at) else no("not_released")


def may_change_joint_note(viewer: Viewer, note: JointNote) -> Verdict:
    """Its words: its author, while it is not published."""
    verdict = may_publish(viewer, note)
    if verdict and note.partners_from is not None:
        return no("published", _("This note is published. Take it back to change it."))
    return verdict


def may_publish(viewer: Viewer, note: JointNote) -> Verdict:
    """Publish it: its author, while the couple is theirs and the work goes on."""
    return may_tell(viewer, note.couple) if note.author_id in viewer.works_as else NOT_THEIRS


def may_take_back_joint_note(viewer: Viewer, note: JointNote) -> Verdict:
    """At any time, in any state of the couple: its author, while the couple is theirs."""
    return YES if note.author_id in viewer.works_as and note.couple_id in viewer.treats else NOT_THEIRS


def may_read_reply(viewer: Viewer, reply: Reply) -> Verdict:
    """The one it is written to, from its release on; and their therapist. To the other partner it does not exist."""
    if reply.couple_id in viewer.treats:
        return YES
    if reply.partner_id not in viewer.is_partner:
        return NOT_THEIRS
    return YES if reply.partner_from <= viewer.at else no("not_released")


def may_take_back_reply(viewer: Viewer, reply: Reply) -> Verdict:
    """Its author, until it can be read."""
    if reply.author_id not in viewer.works_as or reply.couple_id not in viewer.treats:
        return NOT_THEIRS
    return YES if reply.partner_from > viewer.at else RELEASED
