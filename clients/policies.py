"""Who may do what with clinics, couples and people: pure rules, each with its query twin in models."""

from django.utils.translation import gettext_lazy as _

from clients.models import Couple, Membership, Partner
from clients.viewer import Viewer
from safekeeping.verdict import YES, Verdict, no


def may_enter_clinical_pages(viewer: Viewer) -> Verdict:
    """Whoever only administers is refused by role, before anything is looked up."""
    if viewer.is_admin and not viewer.is_therapist and not viewer.is_partner:
        return no("admins_see_no_content", _("Clinic admins manage people and caseloads, and never see clinical content."))
    return YES


def may_see_couple(viewer: Viewer, couple: Couple) -> Verdict:
    if couple.pk in viewer.treats or couple.clinic_id in viewer.runs:
        return YES
    return no("not_theirs")


def may_treat(viewer: Viewer, couple: Couple) -> Verdict:
    """Their therapist: the one member of staff who sees clinical content."""
    return YES if couple.pk in viewer.treats else no("not_theirs")


def may_see_partner(viewer: Viewer, partner: Partner) -> Verdict:
    if partner.pk in viewer.is_partner or partner.couple_id in viewer.treats or partner.clinic_id in viewer.runs:
        return YES
    return no("not_theirs")


def may_see_membership(viewer: Viewer, membership: Membership) -> Verdict:
    return YES if membership.clinic_id in viewer.runs else no("not_theirs")
