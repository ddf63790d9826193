"""Who may have a colleague stand in, and who may see that one does: pure rules."""

from django.utils.translation import gettext_lazy as _

from clients.models import Cover, Membership
from clients.policies import NOT_THEIRS
from clients.viewer import Viewer
from safekeeping.verdict import YES, Verdict, no


def may_see_cover(viewer: Viewer, cover: Cover) -> Verdict:
    own = {cover.absent_id, cover.stands_in_id} & viewer.works_as
    return YES if own or cover.clinic_id in viewer.runs else NOT_THEIRS


def may_cover(viewer: Viewer, absent: Membership, stands_in: Membership) -> Verdict:
    """
    A clinic's admin has one therapist stand in for another: both of that clinic, both joined. Not themselves: an admin
    who is a therapist, too, would open couples to their own eyes.
    """
    if absent.clinic_id not in viewer.runs:
        return NOT_THEIRS
    others = stands_in.clinic_id == absent.clinic_id and stands_in.pk != absent.pk
    works = all(one.is_therapist and one.ended_at is None for one in (absent, stands_in))
    if not others or not works or stands_in.person_id is None:
        return no("no_such_colleague", _("Choose a therapist of this clinic who has joined."))
    if stands_in.person_id == viewer.user_id:
        return no("not_oneself", _("Somebody else can have you stand in: another admin of this clinic."))
    return YES


def may_end_cover(viewer: Viewer, cover: Cover) -> Verdict:
    if cover.clinic_id not in viewer.runs:
        return NOT_THEIRS
    if cover.ended_at is not None or cover.ends_at <= viewer.at:
        return no("over", _("It is over already."))
    return YES
