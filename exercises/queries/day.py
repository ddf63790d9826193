"""What a partner's first page says beside their exercises, in one question."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from clients.models import Couple, Partner
from clients.policies import is_check_in_week
from clients.queries.appointments import Coming
from clients.queries.cover import StandIn
from clients.viewer import Viewer

# The first page of every partner, so written out, as the viewer is. Each part has a query of its own elsewhere, and a
# test holds the two together: own_pause, coming_to, who_stands_in, own_places.
DAY = """
    SELECT couple.id, couple.time_zone, couple.made_at, couple.next_session_on, place.joined_at,
           pause.since, pause.until, pause.until_session, meeting.starts_at, meeting.alone_id IS NOT NULL,
           measured.stands, cover.absent, cover.stands_in, cover.ends_at, clinic.time_zone
      FROM clients_partner place
      JOIN clients_couple couple ON couple.id = place.couple_id
      JOIN clients_clinic clinic ON clinic.id = place.clinic_id
      LEFT JOIN LATERAL (
           SELECT pause.since, pause.until, pause.until_session
             FROM exercises_homeworkpause pause
            WHERE pause.partner_id = place.id AND (pause.until IS NULL OR pause.until > %(at)s)
              AND NOT (pause.until_session AND EXISTS (
                  SELECT FROM clients_appointment been
                   WHERE been.couple_id = pause.couple_id AND been.cancelled_at IS NULL
                     AND (been.alone_id IS NULL OR been.alone_id = place.id) AND been.starts_at >= pause.since
                     AND been.starts_at + been.minutes * interval '1 minute' <= %(at)s))
           ) pause ON true
      LEFT JOIN LATERAL (
           SELECT meeting.starts_at, meeting.alone_id
             FROM clients_appointment meeting
            WHERE meeting.clinic_id = place.clinic_id AND meeting.couple_id = couple.id
              AND meeting.cancelled_at IS NULL AND meeting.starts_at >= %(at)s
              AND (meeting.alone_id IS NULL OR meeting.alone_id = place.id)
            ORDER BY meeting.starts_at LIMIT 1
           ) meeting ON true
      LEFT JOIN LATERAL (
           SELECT coalesce(away.chosen_name, absent.name) AS absent,
                  coalesce(there.chosen_name, colleague.name) AS stands_in, cover.ends_at
             FROM clients_cover cover
             JOIN clients_membership absent ON absent.id = cover.absent_id
             LEFT JOIN accounts_user away ON away.id = absent.person_id
             JOIN clients_membership colleague ON colleague.id = cover.stands_in_id
             LEFT JOIN accounts_user there ON there.id = colleague.person_id
            WHERE cover.absent_id = couple.therapist_id AND cover.ended_at IS NULL
              AND cover.starts_at <= %(at)s AND cover.ends_at > %(at)s
           ) cover ON true
      LEFT JOIN LATERAL (
           SELECT bool_or(asking.stopped_at IS NULL) AS stands
             FROM exercises_asking asking WHERE asking.partner_id = place.id
           ) measured ON true
     WHERE place.id = ANY(%(places)s) AND couple.id = ANY(%(couples)s)
     ORDER BY couple.made_at, couple.id
"""


@dataclass(frozen=True)
class Pause:
    """A rest from exercises."""

    until: datetime | None
    until_session: bool


@dataclass(frozen=True)
class OwnDay:
    """Of all the viewer's places together, where the work goes on."""

    is_asked: bool = False  # this is a week of the private check-in
    pause: Pause | None = None  # of several, the one that began last
    coming: tuple[Coming, ...] = ()  # the next session with each couple
    stand_ins: tuple[StandIn, ...] = ()
    was_measured: bool = False  # was ever asked an instrument
    is_measured: bool = False  # and is still asked one, now or at its time


def own_day(*, viewer: Viewer) -> OwnDay:
    """One query; none for whoever has no place where the work goes on."""
    if not viewer.belongs_to:
        return OwnDay()
    with connection.cursor() as cursor:
        cursor.execute(DAY, {"at": viewer.at, "places": list(viewer.is_partner), "couples": list(viewer.belongs_to)})
        rows = cursor.fetchall()
    asked, pauses, coming, covers = False, {}, {}, {}
    measured: set[bool] = set()
    for couple, zone, made, by_hand, joined, since, until, until_session, starts, alone, stands, *cover in rows:
        asked = asked or is_check_in_week(
            Partner(joined_at=joined, couple=Couple(made_at=made, time_zone=zone)), viewer.at
        )
        if stands is not None:
            measured.add(stands)
        if since:
            pauses[since] = Pause(until, until_session)
        local = ZoneInfo(zone)
        if starts:
            coming[couple] = Coming(starts.astimezone(local).date(), starts, alone)
        elif by_hand and by_hand >= viewer.at.astimezone(local).date():
            coming[couple] = Coming(by_hand, None)
        if cover[0]:
            absent, name, ends, clinic_zone = cover
            last = (ends - timedelta(seconds=1)).astimezone(ZoneInfo(clinic_zone)).date()
            covers[absent, name, last] = StandIn(absent, name, last)
    return OwnDay(
        asked, pauses[max(pauses)] if pauses else None,
        tuple(sorted(coming.values(), key=lambda one: one.day)), tuple(covers.values()),
        was_measured=bool(measured), is_measured=True in measured,
    )  # fmt: skip
