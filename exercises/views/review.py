"""A therapist reads both partners side by side, notes, and marks what to bring up."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from clients.guards import therapists_only
from clients.queries import ending
from clients.viewer import ViewerRequest
from exercises import policies
from exercises.commands import reading, reviewing
from exercises.forms import number_in
from exercises.queries import inbox as new
from exercises.queries import mutual
from exercises.queries import side_by_side as queries
from exercises.queries import wishes as wished
from exercises.queries.review import assignment_or_404, steps_of
from exercises.queries.side_by_side import Cell, Review
from intimacy_site.templatetags.look import privacy

TEMPLATE = "exercises/assignments/review.html"


@require_safe
@therapists_only
def inbox(request: ViewerRequest) -> HttpResponse:
    context = {"rows": new.inbox(viewer=request.viewer), "asks": ending.asks_for(viewer=request.viewer)}
    context["wishes"] = wished.new_wishes(viewer=request.viewer)
    return render(request, "exercises/caseload/inbox.html", context)


@require_safe
@therapists_only
def detail(request: ViewerRequest, pk: UUID) -> HttpResponse:
    assignment = queries.reviewed_or_404(viewer=request.viewer, pk=pk)
    reading.read_review(by=request.viewer, assignment=assignment, at=request.viewer.at)
    time = number_in(request.GET, "time") if "time" in request.GET else None
    review = queries.review(assignment, viewer=request.viewer, time=time)
    context = {
        "assignment": assignment,
        "review": review,
        "has_agreement": any(step.kind == "agreement" for step in review.content.steps),
        "due_on": next((column.due_on for column in review.columns if column.due_on), None),
        "rows": _flat(review),
        "mark": _drawn("mark_label", marked=False),
        "unmark": _drawn("mark_label", marked=True),
        "mutual": mutual.for_therapist(assignment, viewer=request.viewer),
        "readiness": mutual.readiness(assignment, viewer=request.viewer),
        "may_withdraw": policies.may_withdraw(request.viewer, assignment),
    }
    return render(request, TEMPLATE, context)


def _drawn(part: str, **context: Any) -> SafeString:
    """A part of the page that comes on it many times, and is drawn once."""
    return render_to_string(f"exercises/assignments/{part}.html", context)


def _flat(review: Review) -> list[tuple[Any, ...]]:
    """
    The rows as a flat template takes them apart. There are two people and few kinds of readers: who it is, and who
    reads it, is drawn once for each.
    """
    heads = {column.mark: _drawn("person", name=column.name, mark=column.mark) for column in review.columns}
    readers = cache(_readers)
    return [
        (row.step.key, row.step.title, row.marked, [_flat_cell(cell, heads, readers) for cell in row.cells])
        for row in review.rows
    ]


def _readers(audience: str, edited: bool, new: bool) -> SafeString:
    return _drawn("readers_of", edited=edited, new=new, **privacy(audience, staff=True))


def _flat_cell(cell: Cell, heads: Mapping[str, str], readers: Callable[..., SafeString]) -> tuple[Any, ...]:
    """Who it is and who reads it, the words where they are one text, else what is shown, and the lines."""
    lines = [(line.label, line.text, readers(line.audience, line.edited, line.new)) for line in cell.lines]
    if cell.shown is None:
        return heads[cell.mark], "", None, lines
    text = "" if cell.shown.items or cell.shown.rows else cell.shown.text
    return heads[cell.mark] + readers(cell.audience, cell.edited, cell.new), text, cell.shown, lines


@require_POST
@therapists_only
def seen(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """No longer new, for the therapist's own list."""
    assignment = assignment_or_404(viewer=request.viewer, pk=pk)
    reviewing.look(by=request.viewer, assignment=assignment, at=request.viewer.at)
    return redirect("inbox")


@require_POST
@therapists_only
def mark(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Keep one step for the next session, or let it go."""
    assignment = assignment_or_404(viewer=request.viewer, pk=pk)
    marked = "mark" in request.POST
    step_key = request.POST.get("mark" if marked else "unmark", "")
    if not any(step.key == step_key for step in steps_of(assignment.version.content)):
        raise Http404
    reviewing.mark(by=request.viewer, assignment=assignment, step_key=step_key, marked=marked, at=request.viewer.at)
    if request.htmx:
        context = {"key": step_key, "marked": marked, "label": _drawn("mark_label", marked=marked)}
        context["is_gone"] = marked and not queries.is_to_read(assignment, step_key, viewer=request.viewer)
        return render(request, "exercises/assignments/mark_button.html", context)
    return redirect(f"{reverse('review', args=[pk])}#step-{step_key}")
