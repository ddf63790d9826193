"""A therapist's side: the caseload, one couple, and what it was given."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404

from clients.models import Couple, Partner
from clients.states import CoupleState
from clients.viewer import Viewer
from exercises.content import Content, Step
from exercises.kinds.before import before_step
from exercises.models import Assignment, Homework, Mark, Share
from exercises.queries.given import unseen_at
from exercises.states import HomeworkState

_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def steps_of(content: Content) -> list[Step]:
    """What partners are asked: the steps of an exercise, and the check before an offer."""
    return [*content.steps, before_step()]


def partners_of(couple: Couple, *, viewer: Viewer) -> list[Partner]:
    """Both partners of a couple, to assign to."""
    return list(Partner.objects.visible_to(viewer).filter(couple=couple).select_related("person", "couple"))


def couple_with_partners_or_404(*, viewer: Viewer, pk: UUID) -> tuple[Couple, list[Partner]]:
    """A couple the viewer treats, with both partners. One query."""
    rows = Partner.objects.visible_to(viewer).filter(couple=pk, couple__in=viewer.treats)
    places = list(rows.select_related("person", "couple__clinic"))
    if not places:
        raise Http404
    return places[0].couple, places


def couples_to_assign(*, viewer: Viewer) -> list[Couple]:
    """The viewer's couples whose work goes on."""
    return list(Couple.objects.filter(pk__in=viewer.treats, state=CoupleState.ACTIVE).order_by("alias"))


def assignment_or_404(*, viewer: Viewer, pk: UUID) -> Assignment:
    """An assignment to one of the viewer's couples, with its text."""
    rows = Assignment.objects.visible_to(viewer).select_related("version", "couple__clinic")
    return get_object_or_404(rows, pk=pk)


def assignments_by_id(ids: Iterable[str], *, viewer: Viewer, couple: Couple | None = None) -> dict[str, Assignment]:
    """Of some ids that a page sent, those of assignments to the viewer's couples, or to one of them."""
    wanted = [UUID(one) for one in ids if _UUID.fullmatch(one)]
    if not wanted:
        return {}
    rows = Assignment.objects.visible_to(viewer).filter(pk__in=wanted).select_related("version__exercise")
    return {str(row.pk): row for row in rows if couple is None or row.couple_id == couple.pk}


def partners_given(assignment: Assignment, *, viewer: Viewer) -> set[UUID]:
    """Whom an assignment is for."""
    copies = Homework.objects.visible_to(viewer).filter(assignment=assignment)
    return set(copies.values_list("partner", flat=True))


class CaseloadRow(NamedTuple):
    """One couple on the caseload, made ready for a flat template that takes it apart in this order."""

    pk: str
    alias: str
    names: str
    state: str  # in words
    has_ended: bool
    new: int
    open: int
    marked: int
    joined: int


def caseload(*, viewer: Viewer, search: str = "") -> list[CaseloadRow]:
    """The viewer's couples, those with something new first. Two queries, however many couples."""
    names: dict[UUID, list[str]] = defaultdict(list)
    joined: dict[UUID, int] = defaultdict(int)
    for couple, name, chosen in (
        Partner.objects.filter(couple__in=viewer.treats)
        .order_by("seat")
        .values_list("couple", "name", "person__chosen_name")
    ):
        names[couple].append(chosen or name)
        joined[couple] += chosen is not None
    states = {state.value: (str(state.label), state == CoupleState.ENDED) for state in CoupleState}
    counts = [
        _count(Share.objects.filter(unseen_at(viewer)), Count("homework", distinct=True)),
        _count(Homework.objects.opened(viewer.at).filter(state=HomeworkState.OPEN), Count("pk")),
        _count(Mark.objects.all(), Count("pk")),
    ]
    couples = Couple.objects.filter(pk__in=viewer.treats).order_by("alias")
    rows = [
        CaseloadRow(str(pk), alias, " · ".join(names[pk]), *states[state], new, open_, marked, joined[pk])
        for pk, alias, state, new, open_, marked in couples.values_list("pk", "alias", "state", *counts)
    ]
    searched = search.casefold().split()
    found = [row for row in rows if all(word in f"{row.alias} {row.names}".casefold() for word in searched)]
    return sorted(found, key=lambda row: (row.has_ended, not row.new))


def _count(rows: QuerySet[Any], number: Count) -> Coalesce:
    """So many of these rows as belong to the couple of the outer query."""
    of_couple = rows.filter(couple=OuterRef("pk")).order_by().values("couple")
    return Coalesce(Subquery(of_couple.annotate(n=number).values("n")), 0)
