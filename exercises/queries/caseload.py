"""A therapist's couples on one page: who comes next, what is new, what waits, and who rests."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import TextChoices
from django.utils.dates import MONTHS_3, WEEKDAYS_ABBR
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext_lazy as _

from clients.queries.care import asks_for_attention
from clients.states import CoupleState
from clients.viewer import Viewer

MOST = 100  # couples on the page before all are asked for
DAYS = 7  # that "this week" looks ahead

# Asked for on the first page of every therapist, so written out, as the viewer is: putting these subqueries together
# with the ORM costs more than running them. Each is the caseload's own form of a rule, and is held to it by a test.
CASELOAD = """
    SELECT couple.id::text, couple.alias, couple.state, couple.time_zone, couple.next_session_on,
           (SELECT string_agg(coalesce(person.chosen_name, place.name), ' · ' ORDER BY place.seat)
              FROM clients_partner place LEFT JOIN accounts_user person ON person.id = place.person_id
             WHERE place.couple_id = couple.id),
           (SELECT count(place.person_id) FROM clients_partner place WHERE place.couple_id = couple.id),
           (SELECT min(meeting.starts_at) FROM clients_appointment meeting
             WHERE meeting.clinic_id = couple.clinic_id AND meeting.couple_id = couple.id
               AND meeting.starts_at >= %(at)s AND meeting.cancelled_at IS NULL AND meeting.alone_id IS NULL),
           (SELECT count(DISTINCT share.homework_id) FROM exercises_share share
             WHERE share.couple_id = couple.id AND share.therapist_from <= %(at)s AND share.seen_at IS NULL),
           (SELECT count(*) FROM exercises_homework copy
             WHERE copy.couple_id = couple.id AND copy.state = 'open' AND copy.opens_at <= %(at)s),
           (SELECT count(*) FROM exercises_mark mark WHERE mark.couple_id = couple.id),
           (SELECT count(*) FROM exercises_homeworkwish wish
              JOIN exercises_homework copy ON copy.id = wish.homework_id
             WHERE wish.couple_id = couple.id AND wish.seen_at IS NULL AND copy.state IN ('open', 'set_aside')),
           (SELECT coalesce(person.chosen_name, own.name) FROM clients_membership own
              LEFT JOIN accounts_user person ON person.id = own.person_id
             WHERE own.id = couple.therapist_id AND couple.id = ANY(%(covers)s)),
           (SELECT string_agg(coalesce(person.chosen_name, place.name), ' · ' ORDER BY place.seat)
              FROM exercises_homeworkpause pause JOIN clients_partner place ON place.id = pause.partner_id
              LEFT JOIN accounts_user person ON person.id = place.person_id
             WHERE pause.couple_id = couple.id AND (pause.until IS NULL OR pause.until > %(at)s))
      FROM clients_couple couple
     WHERE couple.id = ANY(%(treats)s)
"""


class Show(TextChoices):
    """Which of the couples."""

    ALL = "", _("All couples")
    NEW = "new", _("With something new")
    WEEK = "week", _("Who come in the next seven days")
    WAITING = "waiting", _("With something that waits for me")
    RESTING = "resting", _("Where somebody rests")
    COVER = "cover", _("Of colleagues I stand in for")
    ATTENTION = "attention", _("Where a private check-in asks for my attention")


class CaseloadRow(NamedTuple):
    """One couple on the caseload, made ready for a flat template that takes it apart in this order."""

    pk: str
    alias: str
    names: str
    joined: int
    comes: str  # the next session, in the viewer's own zone
    new: int
    open: int
    marked: int
    waits: int  # wishes that nobody has looked at
    resting: str  # who rests
    state: str  # in words, where it is not the usual one
    stands_in_for: str  # the colleague whose couple it is


class _Couple(NamedTuple):
    """A row as it comes from the database."""

    pk: str
    alias: str
    state: str
    zone: str
    set_by_hand: date | None
    names: str
    joined: int
    comes_at: datetime | None
    new: int
    open: int
    marked: int
    waits: int
    stands_in_for: str | None
    resting: str | None

    @property
    def has_ended(self) -> bool:
        return self.state == CoupleState.ENDED


def caseload(*, viewer: Viewer, search: str = "", show: Show = Show.ALL) -> list[CaseloadRow]:
    """
    The viewer's couples by their next session; those that have none come later, and ended ones last. One query; for
    those that ask for attention their private check-ins are opened, which takes two more.
    """
    flagged = asks_for_attention(viewer=viewer) if show == Show.ATTENTION else frozenset()
    with connection.cursor() as cursor:
        cursor.execute(CASELOAD, {"treats": list(viewer.treats), "covers": list(viewer.covers), "at": viewer.at})
        every = [_Couple(*row) for row in cursor.fetchall()]
    searched = search.casefold().split()
    found = [one for one in every if all(word in f"{one.alias} {one.names}".casefold() for word in searched)]
    zones = {zone: ZoneInfo(zone) for zone in {one.zone for one in found}}
    today = {zone: viewer.at.astimezone(info).date() for zone, info in zones.items()}
    days = {one.pk: _comes_on(one, zones[one.zone], today[one.zone]) for one in found}
    shown = [one for one in found if _is_shown(one, show, days[one.pk], today[one.zone], flagged)]
    words = {state.value: str(state.label) for state in CoupleState if state != CoupleState.ACTIVE}
    in_words = _Days()
    return [
        CaseloadRow(
            one.pk, one.alias, one.names, one.joined, in_words.of(one.comes_at, days[one.pk]), one.new, one.open,
            one.marked, one.waits, one.resting or "", words.get(one.state, ""), one.stands_in_for or "",
        )
        for one in sorted(shown, key=lambda one: _order(one, days[one.pk]))
    ]  # fmt: skip


def couples_of(rows: Iterable[CaseloadRow]) -> list[UUID]:
    return [UUID(row.pk) for row in rows]


def _comes_on(one: _Couple, zone: ZoneInfo, today: date) -> date | None:
    """The day of the next session, in the couple's zone: an appointment comes before a day set by hand."""
    if one.comes_at:
        return one.comes_at.astimezone(zone).date()
    return one.set_by_hand if one.set_by_hand and one.set_by_hand >= today else None


def _is_shown(one: _Couple, show: Show, day: date | None, today: date, flagged: frozenset[UUID]) -> bool:
    return {
        Show.ALL: True, Show.NEW: bool(one.new), Show.WAITING: bool(one.waits or one.marked),
        Show.WEEK: day is not None and (day - today).days < DAYS, Show.RESTING: bool(one.resting),
        Show.COVER: bool(one.stands_in_for), Show.ATTENTION: UUID(one.pk) in flagged,
    }[show]  # fmt: skip


def _order(one: _Couple, day: date | None) -> tuple[bool, bool, date, float, bool, str]:
    instant = one.comes_at.timestamp() if one.comes_at else 0.0
    return one.has_ended, day is None, day or date.max, instant, not one.new, one.alias.casefold()


class _Days:
    """Days as `Tue 3 Mar, 17:00`, on the viewer's own clock: their names are translated once, not once a row."""

    def __init__(self) -> None:
        self.zone = get_current_timezone()
        self.names = [str(WEEKDAYS_ABBR[n]) for n in range(7)]
        self.months = [str(MONTHS_3[n]).capitalize() for n in range(1, 13)]

    def of(self, at: datetime | None, day: date | None) -> str:
        if at is None:
            return self._day(day) if day else ""
        local = at.astimezone(self.zone)
        return f"{self._day(local)}, {local:%H:%M}"

    def _day(self, day: date) -> str:
        return f"{self.names[day.weekday()]} {day.day} {self.months[day.month - 1]}"
