"""What of a couple's is new or changed since their last session, for their therapist; and the way through it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Couple
from clients.queries.appointments import last_session_at
from clients.viewer import Viewer
from exercises.kinds import kind_of
from exercises.models import ExerciseVersion, HomeworkWish, Mark, Share
from exercises.queries.review import steps_of
from exercises.queries.wishes import STANDING
from exercises.states import Audience, Instead

MOST = 400  # answers on one page: more than two people write between two sessions
NEW, EDITED, OFFERED = _("new"), _("edited"), _("offered to the partner")


@dataclass(frozen=True)
class Changed:
    """One answer of one partner at one step, and what is new about it. Without its words: those are on its page."""

    step_key: str
    title: str
    name: str
    mark: str
    whats: tuple[str, ...]


@dataclass(frozen=True)
class ChangedExercise:
    """One assignment with something new or changed, in the order of its questions and of the two partners."""

    pk: UUID
    title: str
    made_at: datetime
    answers: list[Changed]
    wishes: list[tuple[str, str]]  # name, words
    marked: int


class Moved(NamedTuple):
    """What decides about one share: pure, for the list and for the test of it."""

    readable_from: datetime
    worded_at: datetime
    audience: str
    edited: bool
    partner_from: datetime | None


def whats_new(share: Moved, since: datetime | None) -> tuple[str, ...]:
    """
    New: it came to be readable after `since`. Edited: its words were changed after that, and its reader may have read
    the earlier ones. Offered: the partner's time for it came, or is to come, after `since`. Empty: none of these.
    """
    found = []
    if since is None or share.readable_from > since:
        found.append(NEW)
    if share.edited and (since is None or share.worded_at > since):
        found.append(EDITED)
    if share.audience == Audience.PARTNER and share.partner_from and (since is None or share.partner_from > since):
        found.append(OFFERED)
    return tuple(map(str, found))


def changed_since(couple: Couple, *, viewer: Viewer, since: datetime | None) -> list[ChangedExercise]:
    """
    By exercise, the oldest first, then step by step: what its therapist can read now, and what of that is new or
    changed. What was taken back is not there, whatever it was. Five queries, however much there is.
    """
    rows = _shares(couple, viewer, since)
    wishes = _wishes(couple, viewer, since)
    titles = {row[0]: (row[1], row[2], row[3]) for row in rows} | {row[0]: row[1:4] for row in wishes}
    versions = ExerciseVersion.objects.in_bulk({version for _title, version, _made in titles.values()})
    marks: dict[UUID, int] = defaultdict(int)
    for pk in Mark.objects.visible_to(viewer).filter(assignment__in=titles).values_list("assignment", flat=True):
        marks[pk] += 1
    found = []
    for pk, (title, version, made_at) in sorted(titles.items(), key=lambda item: (item[1][2], item[1][0], item[0])):
        own = [row for row in rows if row[0] == pk]
        said = [(row[4], str(Instead(row[5]).label)) for row in wishes if row[0] == pk]
        answers = _answers(versions[version], own, since)
        if answers or said:
            found.append(ChangedExercise(pk, title, made_at, answers, said, marks[pk]))
    return found


def _shares(couple: Couple, viewer: Viewer, since: datetime | None) -> list[tuple[Any, ...]]:
    rows = Share.objects.for_therapist(viewer).filter(couple=couple)
    if since is not None:
        rows = rows.filter(Q(therapist_from__gt=since) | Q(shared_at__gt=since) | Q(partner_from__gt=since))
    return list(
        rows.order_by("-therapist_from", "pk").values_list(
            "assignment", "assignment__version__title", "assignment__version", "assignment__made_at", "step_key",
            "author__seat", "author__name", "author__person__chosen_name", "homework__occurrence",
            "therapist_from", "shared_at", "audience", "edited", "partner_from",
        )[:MOST]
    )  # fmt: skip


def _wishes(couple: Couple, viewer: Viewer, since: datetime | None) -> list[tuple[Any, ...]]:
    rows = HomeworkWish.objects.visible_to(viewer).filter(
        couple=couple, couple__in=viewer.treats, homework__state__in=STANDING
    )
    if since is not None:
        rows = rows.filter(made_at__gt=since)
    return [
        (pk, title, version, made_at, chosen or name, instead)
        for pk, title, version, made_at, name, chosen, instead in rows.order_by("partner__seat", "made_at").values_list(
            "homework__assignment", "homework__assignment__version__title", "homework__assignment__version",
            "homework__assignment__made_at", "partner__name", "partner__person__chosen_name", "instead",
        )
    ]  # fmt: skip


def _answers(version: ExerciseVersion, rows: list[tuple[Any, ...]], since: datetime | None) -> list[Changed]:
    """Step by step, and at each the first seat before the second; single lines count with their answer."""
    found: dict[tuple[int, int], tuple[str, str, list[str]]] = {}
    steps = [step for step in steps_of(version.content) if kind_of(step).asks]
    places = {step.key: n for n, step in enumerate(steps)}
    for row in rows:
        whats = whats_new(Moved(*row[9:14]), since)
        if whats and row[4] in places:
            at = (places[row[4]], row[5])
            _name, _mark, so_far = found.setdefault(at, (row[7] or row[6], "a" if row[5] == 1 else "b", []))
            so_far += [what for what in whats if what not in so_far]
    order = [str(what) for what in (NEW, EDITED, OFFERED)]
    return [
        Changed(steps[n].key, steps[n].title, name, mark, tuple(sorted(whats, key=order.index)))
        for (n, _seat), (name, mark, whats) in sorted(found.items())
    ]


def beside(couple: Couple, *, viewer: Viewer, pk: UUID, steps: int) -> UUID | None:
    """
    The assignment that comes so many steps after (or, below nought, before) another in what has changed since the last
    session; from one that is not among them, the first or the last. None where there is no further one.
    """
    since = last_session_at(couple, viewer=viewer)
    order = [row.pk for row in changed_since(couple, viewer=viewer, since=since)]
    if pk not in order:
        return order[0 if steps > 0 else -1] if order else None
    at = order.index(pk) + steps
    return order[at] if 0 <= at < len(order) else None
