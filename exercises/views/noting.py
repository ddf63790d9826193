"""A therapist's own note on an exercise: a page of its own, which opens after signing in afresh."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guards import fresh_sign_in, is_fresh, sign_in_over_the_page
from clients.guards import therapists_only
from clients.viewer import ViewerRequest
from exercises.commands import reading, reviewing
from exercises.forms import NoteForm, stamp_of
from exercises.queries import notes as queries
from exercises.queries.review import assignment_or_404
from intimacy_site.web import page_or_part

TEMPLATE = "exercises/assignments/note.html"


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def note(request: ViewerRequest, pk: UUID) -> HttpResponseBase:
    return _save(request, pk) if request.method == "POST" else _page(request, pk)


@fresh_sign_in()
def _page(request: ViewerRequest, pk: UUID) -> HttpResponse:
    assignment = assignment_or_404(viewer=request.viewer, pk=pk)
    reading.read_note(by=request.viewer, assignment=assignment, at=request.viewer.at)
    kept = queries.note_on(assignment, viewer=request.viewer)
    context = {
        "pk": pk,
        "title": assignment.version.title,
        "form": NoteForm(initial={"text": kept.text if kept else ""}),
        "version": kept.version if kept else 0,
        "saved_at": kept.written_at if kept else None,
    }
    return render(request, TEMPLATE, context)


def _save(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """The answer is the status line, or both texts where two pages met. A text is never lost to signing in afresh."""
    request.extends_session = not request.htmx  # a page sends by itself: what counts is that the text has changed
    form = NoteForm(request.POST)
    assignment = assignment_or_404(viewer=request.viewer, pk=pk)  # first: what is not theirs is not there, fresh or not
    context = {"pk": pk, "form": form, "title": assignment.version.title}
    if not is_fresh(request):
        context |= {"version": stamp_of(request.POST).version, "is_stale": True}
        return sign_in_over_the_page() if request.htmx else render(request, TEMPLATE, context, status=403)
    if not form.is_valid():
        context |= {"version": stamp_of(request.POST).version, "swap": True}
        return page_or_part(request, TEMPLATE, "too-long", context, status=422)
    saved = reviewing.save_note(
        by=request.viewer, assignment=assignment, text=form.cleaned_data["text"], stamp=stamp_of(request.POST),
        at=request.viewer.at,
    )  # fmt: skip
    request.extends_session |= saved.has_changed
    context |= {"version": saved.version, "saved_at": saved.written_at, "swap": True}
    if saved.is_conflict:
        return page_or_part(request, TEMPLATE, "conflict", {**context, "conflict": saved}, status=409)
    if request.htmx:
        return render(request, f"{TEMPLATE}#saved", context)
    return redirect("review-note", pk=pk)
