"""Leaving: one person takes back their agreement, or a therapist ends a couple's work. Texts stay their authors'."""

from datetime import datetime

from django.db import connection, transaction

from clients import commands as clients
from clients.models import Couple
from clients.viewer import Viewer
from exercises.commands import assigning, mutual
from exercises.models import Goal, GoalOffer, Measurement, Proposal, Share
from exercises.states import Audience


@transaction.atomic
def withdraw_agreement(*, by: Viewer, at: datetime) -> None:
    """
    Take back what one has agreed to. What nobody could read yet is not shared any more; what could be read stays as it
    is, until its author takes it back: had it vanished, the other partner would know.
    """
    clients.withdraw(by=by, at=at)
    own = Share.objects.filter(author__in=by.is_partner)
    own.filter(therapist_from__gt=at).delete()
    own.filter(audience=Audience.PARTNER, partner_from__gt=at).update(audience=Audience.THERAPIST, partner_from=None)
    mutual.lay_nothing_anywhere(by=by, at=at)
    Measurement.objects.filter(partner__in=by.is_partner, therapist_from__gt=at).update(therapist_from=None)
    Goal.objects.filter(author__in=by.is_partner, therapist_from__gt=at).update(therapist_from=None)
    GoalOffer.objects.filter(author__in=by.is_partner, partner_from__gt=at).delete()
    Proposal.objects.filter(author__in=by.is_partner, released_from__gt=at).update(released_from=None)


@transaction.atomic
def separate(*, couple: Couple, by: Viewer, at: datetime) -> None:
    """
    End a couple's work. From this instant the rules close what was offered to the partner, and all writing; what the
    therapist could not read yet, they never will. What was planned does not open. Reminders stop as they fall due.
    """
    assigning.take_back_planned(couple, at=at)
    clients.end_couple(couple=couple, by=by, at=at)
    with connection.cursor() as cursor:  # row-level security hides these from whoever ends it, so PostgreSQL does it
        cursor.execute("SELECT eyelevel_drop_held(%s, %s)", [couple.pk, at])
        cursor.execute("SELECT eyelevel_hold_back(%s, %s)", [couple.pk, at])
        cursor.execute("SELECT eyelevel_hold_back_answers(%s, %s)", [couple.pk, at])
