"""A therapist gives an exercise, once or time and again, and takes one back."""

from typing import Any, cast
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from clients.guards import therapists_only
from clients.models import Couple, Partner
from clients.queries.care import care_of
from clients.viewer import ViewerRequest
from exercises import policies
from exercises.commands import assigning
from exercises.forms.assigning import AssignForm, Known
from exercises.models import Assignment
from exercises.queries import given, library
from exercises.queries import review as queries
from exercises.queries.sessions import latest_summary
from exercises.recurrence import NoDays
from exercises.states import WEEKLY_CHECK_IN
from exercises.text import DETAILS
from intimacy_site.web import page_or_part
from safekeeping.verdict import Refused

TEMPLATE = "exercises/assignments/assign.html"
SHOWN = 5  # of the days of what is given time and again


WEEKS = 12  # that the weekly check-in is given at once


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def assign(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """
    One page: which, to whom, why and when, until when. While it is filled in, htmx asks what would come of it; the
    button “Check” does so for whoever has no JavaScript. By POST in both cases: what is written goes into no address.
    """
    viewer = request.viewer
    couple, places = queries.couple_with_partners_or_404(viewer=viewer, pk=pk)
    policies.may_assign(viewer, couple).require()
    sent = request.POST if request.method == "POST" else None
    old: Assignment | None = _old(request, couple) if sent is None else None
    initial = _initial(request, couple, old)
    known = _known(request, places, sent if sent is not None else initial)
    if sent is None:
        initial.setdefault("partners", [str(place.pk) for place in known.places])
        initial.setdefault("how_long", _how_long(known, initial["exercise"]))
    form = AssignForm(sent, known=known, initial=initial)
    if sent is None:
        return page_or_part(request, TEMPLATE, "check", _context(form))
    is_fine, only_looks = form.is_valid(), sent.get("go") == "check" or "check" in request.GET
    if only_looks:
        return page_or_part(request, TEMPLATE, "check", {**_context(form), "looks": True})
    if is_fine:
        open_ = queries.assignments_by_id(form.cleaned_data["replace"], viewer=viewer)
        try:
            assigning.assign(by=viewer, couple=couple, at=viewer.at, **form.assigned(open_))
        except Refused as refused:
            if refused.verdict.code not in {"enough", "withdrawn_already"}:
                raise
            form.add_error("replace", str(refused.verdict.reason))  # another page of theirs has given meanwhile
        else:
            return redirect("couple", pk=pk)
    return render(request, TEMPLATE, _context(form), status=422)


def _old(request: ViewerRequest, couple: Couple) -> Assignment | None:
    """What is given again, or replaced by another."""
    named = request.GET.get("again") or request.GET.get("replace") or ""
    return queries.assignments_by_id([named], viewer=request.viewer, couple=couple).get(named, None)


def _initial(request: ViewerRequest, couple: Couple, old: Assignment | None) -> dict[str, Any]:
    """What is chosen beforehand: both, in a week or by the next session, all else as the exercise has it."""
    today = request.viewer.at.date()
    comes = couple.next_session_on if couple.next_session_on and couple.next_session_on >= today else None
    initial: dict[str, Any] = {
        "frame": "", "exercise": request.GET.get("exercise", "")[:60], "due": "session" if comes else "week",
        "next_session_on": comes, "every": "day", "weeks": 1, "times": None,
    }  # fmt: skip
    if initial["exercise"] == WEEKLY_CHECK_IN:
        initial |= {"due": "again", "every": "week", "times": WEEKS}
    if "after" in request.GET and (summary := latest_summary(couple, viewer=request.viewer)):
        initial |= {"why": summary.next, "exercise": summary.row.exercise.slug if summary.row.exercise else ""}
    if old and "again" in request.GET:
        words = cast(dict[str, str] | None, old.details) or {}
        initial |= {name: words.get(name, "") for name in DETAILS}
        initial |= {"exercise": old.version.exercise.slug, "frame": old.frame, "note": old.note or ""}
    if old:
        initial["partners"] = [str(pk) for pk in queries.partners_given(old, viewer=request.viewer)]
    if old and "replace" in request.GET:
        initial["replace"] = [str(old.pk)]
    return initial


def _known(request: ViewerRequest, places: list[Partner], chosen: Any) -> Known:
    viewer, couple = request.viewer, places[0].couple
    named = ("exercise", *(f"instead-{place.pk}" for place in places))
    slugs = {slug for name in named if (slug := chosen.get(name))}
    titles, versions = library.titles(viewer=viewer, clinic=couple.clinic_id, with_text=slugs)
    return Known(
        couple=couple, places=places, care=care_of(couple, viewer=viewer, places=places), titles=titles, at=viewer.at,
        versions=versions, open=given.open_in(couple, viewer=viewer),
    )  # fmt: skip


def _how_long(known: Known, slug: str) -> str:
    """As long as the exercise itself says that it takes."""
    version = known.versions.get(slug)
    if version is None:
        return ""
    n = version.content.minutes
    return ngettext("About {n} minute", "About {n} minutes", n).format(n=n)


def _context(form: AssignForm) -> dict[str, Any]:
    found, gifts = form.concerns(), form.gifts()
    return {
        "couple": form.known.couple,
        "form": form,
        "contents": [(version.content, seats) for version, seats in gifts],
        "told_nothing": form.told_nothing(),
        "concerns": found,
        "is_refused": any(concern.code == "not_now" for concern in found),
        "crowded": form.crowded(),
        "preview": _preview(form),
    }


def _preview(form: AssignForm) -> list[tuple[str, list[Any], int, Any]]:
    """For each, the first days that they would be given it for, how many more there are, and the last."""
    if not form.is_bound or {"partners", *form.RULE} & form.errors.keys():
        return []
    try:
        days = form.days()
    except NoDays:
        return []
    return [(name, all_[:SHOWN], max(0, len(all_) - SHOWN), all_[-1] if all_ else None) for name, all_ in days]


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def withdraw(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Asks once; then takes back what is not finished."""
    assignment = queries.assignment_or_404(viewer=request.viewer, pk=pk)
    if request.method == "POST":
        assigning.withdraw(by=request.viewer, assignment=assignment, at=request.viewer.at)
        return redirect("couple", pk=assignment.couple_id)
    policies.may_withdraw(request.viewer, assignment).require()
    return render(request, "exercises/assignments/withdraw.html", {"assignment": assignment})
