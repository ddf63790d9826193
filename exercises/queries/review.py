"""A therapist's side: the caseload, one couple, and what it was given."""

import re
from collections.abc import Iterable
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from clients.models import Couple, Partner
from clients.states import CoupleState
from clients.viewer import Viewer
from exercises.content import Content, Step
from exercises.kinds.before import before_step
from exercises.models import Assignment, Homework

_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def steps_of(content: Content) -> list[Step]:
    """What partners are asked: the steps of an exercise, and the check before an offer."""
    return [*content.steps, before_step()]


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
