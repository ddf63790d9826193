"""Every write to clinics, couples and the places in them. `by` None: the system acts, no policy is asked."""

from clients.commands.clinic import add_clinic, edit_clinic
from clients.commands.couples import add_couple, edit_couple, move_couple, pause_couple, resume_couple
from clients.commands.places import (
    accept_invitation,
    correct_partner,
    invite_partner,
    invite_staff,
    join,
    note_check,
    revoke_invitation,
    take_check_back,
)
from clients.commands.staff import AlreadyOnStaff, add_staff, change_staff, end_staff, end_staff_sessions

__all__ = [
    "AlreadyOnStaff",
    "accept_invitation",
    "add_clinic",
    "add_couple",
    "add_staff",
    "change_staff",
    "correct_partner",
    "edit_clinic",
    "edit_couple",
    "end_staff",
    "end_staff_sessions",
    "invite_partner",
    "invite_staff",
    "join",
    "move_couple",
    "note_check",
    "pause_couple",
    "resume_couple",
    "revoke_invitation",
    "take_check_back",
]
