"""A therapist reads both partners side by side, notes, and marks what to bring up."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from clients.guards import therapists_only
from clients.queries import ending
from clients.viewer import ViewerRequest
from exercises import policies
from exercises.commands import reading, reviewing
from exercises.forms import NoteForm, number_in, stamp_of
from exercises.queries import inbox as new
from exercises.queries import mutual
from exercises.queries import review as queries
from exercises.queries import wishes as wished
from exercises.queries.review import Cell, Review
from intimacy_site.templatetags.look import privacy
from intimacy_site.web import page_or_part

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
    assignment = queries.assignment_or_404(viewer=request.viewer, pk=pk)
    reading.read_review(by=request.viewer, assignment=assignment, at=request.viewer.at)
    time = number_in(request.GET, "time") if "time" in request.GET else None
    review = queries.review(assignment, viewer=request.viewer, time=time)
    note = review.note
    wishes = wished.wishes_at(assignment.pk, viewer=request.viewer)
    context = {
        "assignment": assignment,
        "review": review,
        "wishes": wishes,
        "has_agreement": any(step.kind == "agreement" for step in review.content.steps),
        "due_on": next((column.due_on for column in review.columns if column.due_on), None),
        "rows": _flat(review),
        "form": NoteForm(initial={"text": note.text if note else ""}),
        "version": note.version if note else 0,
        "saved_at": note.written_at if note else None,
        "mutual": mutual.for_therapist(assignment, viewer=request.viewer),
        "readiness": mutual.readiness(assignment, viewer=request.viewer),
        "any_new": bool(wishes) or any(_has_new(cell) for row in review.rows for cell in row.cells),
        "may_withdraw": policies.may_withdraw(request.viewer, assignment),
    }
    return render(request, TEMPLATE, context)


def _flat(review: Review) -> list[tuple[Any, ...]]:
    """The rows as a flat template takes them apart. There are few kinds of readers: each badge is drawn once."""
    cells = [cell for row in review.rows for cell in row.cells]
    audiences = {cell.audience for cell in cells if cell.shown} | {line.audience for c in cells for line in c.lines}
    badges = {
        audience: render_to_string("parts/privacy_badge.html", privacy(audience, staff=True)) for audience in audiences
    }
    return [
        (
            row.step,
            row.step.key,
            row.step.title,
            row.marked,
            [_flat_cell(cell, badges) for cell in row.cells],
        )
        for row in review.rows
    ]


def _has_new(cell: Cell) -> bool:
    return cell.new or any(line.new for line in cell.lines)


def _flat_cell(cell: Cell, badges: Mapping[str, str]) -> tuple[Any, ...]:
    lines = [(*line, badges[line.audience]) for line in cell.lines]
    text = cell.shown.text if cell.shown and not cell.shown.items else ""
    return (*cell[:-1], lines, badges.get(cell.audience), text)


@require_POST
@therapists_only
def seen(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """No longer new, for the therapist's own list."""
    assignment = queries.assignment_or_404(viewer=request.viewer, pk=pk)
    reviewing.look(by=request.viewer, assignment=assignment, at=request.viewer.at)
    return redirect("inbox")


@require_POST
@therapists_only
def note(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Saves the private note; the answer is the status line, or both texts where two pages met."""
    assignment = queries.assignment_or_404(viewer=request.viewer, pk=pk)
    form = NoteForm(request.POST)
    request.extends_session = not request.htmx  # a page sends by itself: what counts is that the text has changed
    if not form.is_valid():
        return page_or_part(request, "exercises/assignments/note.html", "too-long",
                            {"assignment": assignment, "form": form, "swap": True}, status=422)  # fmt: skip
    saved = reviewing.save_note(
        by=request.viewer, assignment=assignment, text=form.cleaned_data["text"], stamp=stamp_of(request.POST),
        at=request.viewer.at,
    )  # fmt: skip
    request.extends_session |= saved.has_changed
    context = {"assignment": assignment, "form": form, "version": saved.version, "saved_at": saved.written_at}
    if saved.is_conflict:
        context |= {"conflict": saved, "swap": True}
        return page_or_part(request, "exercises/assignments/note.html", "conflict", context, status=409)
    if request.htmx:
        return render(request, "exercises/assignments/note.html#saved", {**context, "swap": True})
    return redirect("review", pk=pk)


@require_POST
@therapists_only
def mark(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Keep one step for the next session, or let it go."""
    assignment = queries.assignment_or_404(viewer=request.viewer, pk=pk)
    step_key = request.POST.get("step", "")
    step = next((s for s in queries.steps_of(assignment.version.content) if s.key == step_key), None)
    if step is None:
        raise Http404
    marked = request.POST.get("marked") == "yes"
    reviewing.mark(by=request.viewer, assignment=assignment, step_key=step_key, marked=marked, at=request.viewer.at)
    if request.htmx:
        context = {"assignment": assignment, "step": step, "marked": marked}
        return render(request, "exercises/assignments/mark_button.html", context)
    return redirect("review", pk=pk)
