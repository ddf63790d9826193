"""Around a session: a partner's page before it, and what their therapist sums up after it."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clients.guards import agreed, clinical, therapists_only
from clients.policies import may_edit_couple
from clients.queries import couple_or_404
from clients.queries.appointments import coming_to
from clients.queries.care import OwnPlace, own_places
from clients.viewer import ViewerRequest
from exercises.commands import sessions as commands
from exercises.commands.sharing import release_of_offer
from exercises.forms import number_in
from exercises.forms.sessions import RaiseForm, SummaryForm
from exercises.models import SessionNote
from exercises.policies import sessions as policies
from exercises.queries import library
from exercises.queries import sessions as queries
from exercises.states import Audience

NEXT, SUMMARY = "exercises/sessions/next.html", "exercises/sessions/summary.html"


def _place(request: ViewerRequest) -> tuple[list[OwnPlace], OwnPlace]:
    """The viewer's places, and the one that the page is about: the one that is named, or else the first."""
    places = own_places(viewer=request.viewer)
    if not places:
        raise Http404
    named = request.POST.get("place") or request.GET.get("place")
    return places, next((own for own in places if str(own.place.pk) == named), places[0])


def _note_form(note: SessionNote | None, sent: Any = None) -> RaiseForm:
    audience = Audience.THERAPIST if note and note.therapist_from else Audience.ONLY_ME
    return RaiseForm(sent, initial={"text": note.text or "", "audience": audience} if note else {})


@require_http_methods(["GET", "HEAD", "POST"])
@clinical
@agreed
def next_one(request: ViewerRequest) -> HttpResponse:
    """When we come next, what is planned and what was summed up; sent back by a note of one's own."""
    viewer = request.viewer
    places, own = _place(request)
    note = queries.own_note(own.place, viewer=viewer)
    form = _note_form(note, request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"version": note.version if note else 0}
    if form.is_valid():
        try:
            commands.keep_note(
                by=viewer, place=own.place, text=form.cleaned_data["text"], audience=form.audience_chosen(),
                version=number_in(request.POST, "version"), at=viewer.at,
            )  # fmt: skip
        except commands.WrittenMeanwhile as met:
            context = {"conflict": met.kept, "version": met.kept.version}
        else:
            return redirect(f"{reverse('session-next')}?place={own.place.pk}" if len(places) > 1 else "session-next")
    couple = own.place.couple
    context |= {
        "form": form,
        "note": note,
        "places": places,
        "place": own.place,
        "coming": next(iter(coming_to([couple], viewer=viewer)), None),
        "planned": queries.published(couple, viewer=viewer),
        "summaries": queries.summaries(couple, viewer=viewer),
        "may_raise": policies.may_raise(viewer, own.place),
    }
    return render(request, NEXT, context, status=409 if "conflict" in context else 422 if form.errors else 200)


def _kept(summary: queries.Summary | None) -> dict[str, str]:
    if summary is None:
        return {}
    exercise = summary.row.exercise
    return {"text": summary.text, "then": summary.next, "exercise": exercise.slug if exercise else ""}


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def summary(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """What is summed up for both, until it is released; and from there the next assignment."""
    viewer = request.viewer
    couple = couple_or_404(viewer=viewer, pk=pk)
    if request.method == "POST":
        may_edit_couple(viewer, couple).require()
    if request.POST.get("go") == "take-back":
        commands.take_back_summary(by=viewer, couple=couple, at=viewer.at)
        return redirect("session-summary", pk=pk)
    kept = queries.open_summary(couple, viewer=viewer)
    titles, _versions = library.titles(viewer=viewer, clinic=couple.clinic_id)
    form = SummaryForm(request.POST if request.method == "POST" else None, titles=titles, initial=_kept(kept))
    context: dict[str, Any] = {"version": kept.row.version if kept else 0}
    if form.is_valid():
        said = form.cleaned_data
        try:
            commands.sum_up(
                by=viewer, couple=couple, text=said["text"], then=said["then"], at=viewer.at,
                exercise=library.exercise_or_404(viewer=viewer, slug=said["exercise"]) if said["exercise"] else None,
                version=number_in(request.POST, "version"),
            )  # fmt: skip
        except commands.WrittenMeanwhile as met:
            context = {"conflict": met.kept, "version": met.kept.version}
        else:
            return redirect("session-summary", pk=pk)
    context |= {
        "form": form,
        "couple": couple,
        "kept": kept,
        "summaries": queries.summaries(couple, viewer=viewer),
        "release": release_of_offer(couple, at=viewer.at),
        "may_edit": may_edit_couple(viewer, couple),
    }
    return render(request, SUMMARY, context, status=409 if "conflict" in context else 422 if form.errors else 200)
