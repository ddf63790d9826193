"""What has happened with one couple, as their therapist may know it: the latest first, a page at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from clients.models import Couple
from clients.policies import may_treat
from clients.viewer import Viewer
from exercises.states import Instead

PAGE = 20

# Each kind by itself, cut off by its own index before they are laid together: a couple of ten years costs what a couple
# of ten weeks does. `moment, id` is the place in the list; what comes after it is asked for by it.
TIMELINE = """
    SELECT moment, id, kind, link, who, what FROM (
        (SELECT given.made_at AS moment, given.id, 'given' AS kind, given.id AS link, NULL::text AS who,
                text.title AS what
           FROM exercises_assignment given JOIN exercises_exerciseversion text ON text.id = given.version_id
          WHERE given.clinic_id = %(clinic)s AND given.couple_id = %(couple)s
            AND (given.made_at, given.id) < (%(before)s, %(id)s)
            AND EXISTS (SELECT FROM exercises_homework copy
                         WHERE copy.assignment_id = given.id AND copy.opens_at <= %(at)s)
          ORDER BY given.made_at DESC, given.id DESC LIMIT %(most)s)
        UNION ALL
        (SELECT shared.moment, shared.homework_id, 'shared', shared.assignment,
                coalesce(person.chosen_name, place.name),
                text.title
           FROM (SELECT share.therapist_from AS moment, share.homework_id, share.assignment_id AS assignment,
                        share.author_id
                   FROM exercises_share share
                  WHERE share.clinic_id = %(clinic)s AND share.couple_id = %(couple)s
                    AND share.therapist_from <= %(at)s
                    AND (share.therapist_from, share.homework_id) < (%(before)s, %(id)s)
                  GROUP BY share.therapist_from, share.homework_id, share.assignment_id, share.author_id
                  ORDER BY share.therapist_from DESC, share.homework_id DESC LIMIT %(most)s) shared
           JOIN exercises_assignment given ON given.id = shared.assignment
           JOIN exercises_exerciseversion text ON text.id = given.version_id
           JOIN clients_partner place ON place.id = shared.author_id
           LEFT JOIN accounts_user person ON person.id = place.person_id)
        UNION ALL
        (SELECT meeting.starts_at, meeting.id, 'session', NULL, coalesce(person.chosen_name, place.name), NULL
           FROM clients_appointment meeting
           LEFT JOIN clients_partner place ON place.id = meeting.alone_id
           LEFT JOIN accounts_user person ON person.id = place.person_id
          WHERE meeting.clinic_id = %(clinic)s AND meeting.couple_id = %(couple)s AND meeting.cancelled_at IS NULL
            AND meeting.starts_at <= %(at)s AND (meeting.starts_at, meeting.id) < (%(before)s, %(id)s)
          ORDER BY meeting.starts_at DESC, meeting.id DESC LIMIT %(most)s)
        UNION ALL
        (SELECT wish.made_at, wish.id, 'wish', copy.assignment_id, coalesce(person.chosen_name, place.name),
                wish.instead
           FROM exercises_homeworkwish wish
           JOIN exercises_homework copy ON copy.id = wish.homework_id
           JOIN clients_partner place ON place.id = wish.partner_id
           LEFT JOIN accounts_user person ON person.id = place.person_id
          WHERE wish.clinic_id = %(clinic)s AND wish.couple_id = %(couple)s
            AND (wish.made_at, wish.id) < (%(before)s, %(id)s)
          ORDER BY wish.made_at DESC, wish.id DESC LIMIT %(most)s)
        UNION ALL
        (SELECT goal.therapist_from, goal.id, 'goal', NULL, coalesce(person.chosen_name, place.name), NULL
           FROM exercises_goal goal
           JOIN clients_partner place ON place.id = goal.author_id
           LEFT JOIN accounts_user person ON person.id = place.person_id
          WHERE goal.clinic_id = %(clinic)s AND goal.couple_id = %(couple)s AND goal.therapist_from <= %(at)s
            AND (goal.therapist_from, goal.id) < (%(before)s, %(id)s)
          ORDER BY goal.therapist_from DESC, goal.id DESC LIMIT %(most)s)
        UNION ALL
        (SELECT holding.holds_from, holding.id, 'agreed', proposal.assignment_id, NULL, NULL
           FROM exercises_holding holding JOIN exercises_proposal proposal ON proposal.id = holding.proposal_id
          WHERE holding.clinic_id = %(clinic)s AND holding.couple_id = %(couple)s AND holding.holds_from <= %(at)s
            AND (holding.holds_from, holding.id) < (%(before)s, %(id)s)
          ORDER BY holding.holds_from DESC, holding.id DESC LIMIT %(most)s)
    ) happened
    ORDER BY moment DESC, id DESC LIMIT %(most)s
"""
LAST_ID = UUID(int=2**128 - 1)


@dataclass(frozen=True)
class Event:
    """One line: when, in words what, and the assignment whose review it leads to."""

    moment: datetime
    kind: str
    words: str
    assignment: UUID | None


@dataclass(frozen=True)
class Timeline:
    """A page of it. `after` names the place from which earlier ones follow; empty where there are none."""

    events: list[Event]
    after: str


def timeline(couple: Couple, *, viewer: Viewer, after: str = "", most: int = PAGE) -> Timeline:
    """The latest first, or those that came before the place `after` names. One query, at one cost."""
    may_treat(viewer, couple).require()
    before, last = _place(after) or (viewer.at, LAST_ID)
    told: dict[str, Any] = {
        "couple": couple.pk, "clinic": couple.clinic_id, "at": viewer.at, "before": before, "id": last,
        "most": most + 1,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(TIMELINE, told)
        found = cursor.fetchall()
    rows = found[:most]
    events = [Event(moment, kind, _words(kind, who, what), link) for moment, _id, kind, link, who, what in rows]
    return Timeline(events, f"{rows[-1][0].isoformat()}_{rows[-1][1]}" if len(found) > most else "")


def _place(after: str) -> tuple[datetime, UUID] | None:
    """The place in the list that a page sent; anything else is none."""
    moment, _between, pk = after.partition("_")
    try:
        at = datetime.fromisoformat(moment)
        return (at, UUID(pk)) if at.tzinfo else None
    except ValueError:
        return None


def _words(kind: str, who: str | None, what: str | None) -> str:
    if kind == "given":
        return _("Given: {title}").format(title=what)
    if kind == "shared":
        return _("{name} shared something: {title}").format(name=who, title=what)
    if kind == "session":
        return _("Session with {name} alone").format(name=who) if who else _("Session")
    if kind == "wish":
        return _("{name} said: “{words}”").format(name=who, words=Instead(str(what)).label)
    if kind == "goal":
        return _("{name} wrote down a goal").format(name=who)
    return _("Both have signed an agreement")
