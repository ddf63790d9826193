"""Every write to clinics, couples and the places in them. `by` None: the system acts, no policy is asked."""

from clients.commands.care import leave_check_in, open_check_ins, set_boundaries
from clients.commands.clinic import add_clinic, edit_clinic
from clients.commands.consent import NewerVersion, publish, sign, withdraw
from clients.commands.couples import (
    add_couple,
    edit_couple,
    end_couple,
    move_couple,
    pause_couple,
    resume_couple,
    set_next_session,
)
from clients.commands.ending import ask_for_ending, take_back_ask
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
    "NewerVersion",
    "accept_invitation",
    "add_clinic",
    "add_couple",
    "add_staff",
    "ask_for_ending",
    "change_staff",
    "correct_partner",
    "edit_clinic",
    "edit_couple",
    "end_couple",
    "end_staff",
    "end_staff_sessions",
    "invite_partner",
    "invite_staff",
    "join",
    "leave_check_in",
    "move_couple",
    "note_check",
    "open_check_ins",
    "pause_couple",
    "publish",
    "resume_couple",
    "revoke_invitation",
    "set_boundaries",
    "set_next_session",
    "sign",
    "take_back_ask",
    "take_check_back",
    "withdraw",
]
