"""Every write to clinics, couples and the places in them. `by` None: the system acts, no policy is asked."""

from clients.commands.care import leave_check_in, open_check_ins, set_boundaries
from clients.commands.clinic import add_clinic, edit_clinic
from clients.commands.couples import add_couple, edit_couple, move_couple, pause_couple, resume_couple
from clients.commands.places import (
    accept_invitation,
    correct_partner,
    invite_partner,
    invite_staff,
    join,
    revoke_invitation,
)
from clients.commands.staff import AlreadyOnStaff, add_staff, change_staff, end_staff

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
    "invite_partner",
    "invite_staff",
    "join",
    "leave_check_in",
    "move_couple",
    "open_check_ins",
    "pause_couple",
    "resume_couple",
    "revoke_invitation",
    "set_boundaries",
]
