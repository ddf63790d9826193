"""Programmes: looked at, started for a couple, and led through by their therapist."""

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clients.guards import therapists_only
from clients.models import Couple
from clients.queries import couple_or_404
from clients.queries.appointments import partners_of
from clients.queries.care import care_of
from clients.viewer import ViewerRequest
from exercises import policies
from exercises.commands import planning
from exercises.forms.assigning import Known
from exercises.forms.planning import ChangeForm, ItemChoice, StartForm
from exercises.opening import Slot, openings
from exercises.queries import library, plans
from exercises.queries import review as queries
from exercises.recurrence import today_in
from exercises.states import Gap
from intimacy_site.web import page_or_part
from safekeeping.verdict import Refused

PLAN, START = "exercises/plans/plan.html", "exercises/plans/start.html"
SAID = {"enough", "has_opened", "all_done", "not_now", "reason_needed", "stopped", "gone"}  # on the page itself


@require_safe
@therapists_only
def programmes(request: ViewerRequest) -> HttpResponse:
    rows = [(one.slug, one.sequence) for one in library.programmes()]
    return render(request, "exercises/plans/programmes.html", {"rows": rows})


@require_safe
@therapists_only
def programme(request: ViewerRequest, slug: str) -> HttpResponse:
    sequence = library.programme_or_404(slug=slug).sequence
    titles, _versions = library.titles(viewer=request.viewer)
    by_key = {item.key: titles.get(item.exercise, item.exercise) for item in sequence.items}
    rows = [
        (item, by_key[item.key], plans.gap_in_words(item.gap, item.days, by_key.get(item.after, "")))
        for item in sequence.items
    ]
    couples = queries.couples_to_assign(viewer=request.viewer)
    context = {"slug": slug, "sequence": sequence, "rows": rows, "couples": couples}
    return render(request, "exercises/plans/programme.html", context)


def _known(request: ViewerRequest, couple: Couple, slugs: set[str]) -> Known:
    viewer = request.viewer
    places = partners_of(couple, viewer=viewer)
    return Known(
        couple=couple, places=places, care=care_of(couple, viewer=viewer, places=places), titles={}, at=viewer.at,
        versions=library.versions_of(slugs, viewer=viewer, clinic=couple.clinic_id), open=[],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def start(request: ViewerRequest, pk: UUID, slug: str) -> HttpResponse:
    """Everything on one page: for whom, from when, each item with when it opens and what speaks against it."""
    viewer = request.viewer
    couple = couple_or_404(viewer=viewer, pk=pk)
    policies.may_assign(viewer, couple).require()
    found = library.programme_or_404(slug=slug)
    known = _known(request, couple, {item.exercise for item in found.sequence.items})
    sent = request.POST if request.method == "POST" else None
    today = today_in(ZoneInfo(couple.time_zone), at=viewer.at)
    initial = {"partners": [str(place.pk) for place in known.places], "start_on": today}
    form = StartForm(sent, sequence=found.sequence, known=known, initial=initial)
    looks = sent is not None and ("check" in request.GET or sent.get("go") == "check")
    if sent is not None and form.is_valid() and not looks:
        try:
            planning.start(by=viewer, couple=couple, programme=found, at=viewer.at, **form.started())
        except Refused as refused:
            _say(form, refused)
        else:
            return redirect("plan", pk)
    context = {**_start_context(form), "couple": couple, "slug": slug, "looks": looks}
    return page_or_part(request, START, "items", context, status=422 if form.errors and not looks else 200)


def _say(form: Form, refused: Refused) -> None:
    """What a page of this kind says of itself; anything else is a refusal as everywhere."""
    if refused.verdict.code not in SAID:
        raise refused
    form.add_error(None, str(refused.verdict.reason))


def _start_context(form: StartForm) -> dict[str, Any]:
    choices = form.choices()
    return {
        "form": form,
        "sequence": form.sequence,
        "rows": _start_rows(form, choices),
        "asks": any(one.concerns for one in choices if not one.is_left_out and not one.is_refused),
        "told_nothing": form.told_nothing(),
    }


def _start_rows(form: StartForm, choices: list[ItemChoice]) -> list[tuple[ItemChoice, str, list[tuple[str, Any]]]]:
    """Each item, when it opens in words, and for each partner the day where it is known."""
    kept = [choice for choice in choices if not choice.is_left_out]
    anchor: dict[str, str] = {"": ""}
    for choice in choices:
        anchor[choice.item.key] = anchor[choice.item.after] if choice.is_left_out else choice.item.key
    keys = {choice.item.key: UUID(int=n) for n, choice in enumerate(choices)}
    titles = {c.item.key: c.version.title if c.version else c.item.exercise for c in choices}
    slots = [Slot(keys[c.item.key], Gap(c.item.gap), c.item.days, keys.get(anchor[c.item.after])) for c in kept]
    start_on: date | None = form.cleaned_data.get("start_on") if form.is_bound else form.initial["start_on"]
    days = {}
    if start_on:
        for seat in form.seats():
            zone = ZoneInfo(seat.own_zone)
            days[seat.display_name] = zone, openings(slots, {}, start_on=start_on, zone=zone, at=form.known.at)
    rows = []
    for choice in choices:
        item = choice.item
        words = plans.gap_in_words(item.gap, item.days, titles.get(anchor[item.after], ""))
        found = [
            (name, moment.astimezone(zone).date())
            for name, (zone, when) in days.items()
            if (moment := when.get(keys[item.key]))
        ]
        rows.append((choice, words, found))
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def plan(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Where the couple is in their programmes; each button does one thing, and keeps its focus."""
    viewer = request.viewer
    couple = couple_or_404(viewer=viewer, pk=pk)
    context: dict[str, Any] = {"couple": couple, "may_assign": policies.may_assign(viewer, couple)}
    status = 200
    if request.method == "POST":
        try:
            _do(request, couple)
        except Refused as refused:
            if refused.verdict.code not in SAID:
                raise
            context["problem"], status = refused.verdict.reason, 409
        else:
            if not request.htmx:
                return redirect("plan", pk)
    context["plans"] = plans.plans_of(couple, viewer=viewer)
    return page_or_part(request, PLAN, "plans", context, status=status)


def _do(request: ViewerRequest, couple: Couple) -> None:
    sent, viewer = request.POST, request.viewer
    whole = {"pause": planning.pause, "resume": planning.resume, "stop": planning.stop}
    single = {"skip": planning.skip, "open": planning.open_now}
    deed, found = sent.get("deed", ""), plans.plan_of(couple, viewer=viewer, pk=sent.get("plan", ""))
    if found is None:
        raise Http404
    if deed in whole:
        whole[deed](by=viewer, plan=found, at=viewer.at)
        return
    item = next((pk for pk in plans.items_in(found, viewer=viewer) if str(pk) == sent.get("item")), None)
    if item is None or deed not in {*single, "up", "down"}:
        raise Http404
    if deed in single:
        single[deed](by=viewer, plan=found, item=item, at=viewer.at)
    else:
        planning.move(by=viewer, plan=found, item=item, up=deed == "up", at=viewer.at)


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def change(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Another exercise in the place of one that nobody has seen."""
    viewer = request.viewer
    item = plans.item_or_404(viewer=viewer, pk=pk)
    policies.may_change_plan(viewer, item.plan).require()
    sent = request.POST if request.method == "POST" else None
    titles, _versions = library.titles(viewer=viewer, clinic=item.plan.clinic_id)
    seats = queries.partners_given(item.assignment, viewer=viewer)
    known = _known(request, item.plan.couple, {sent.get("exercise", "") if sent else ""})
    form = ChangeForm(sent, known=known, seats=seats, titles=titles)
    version = form.version()
    if form.is_valid() and version:
        reason = form.cleaned_data["reason"]
        try:
            planning.change(by=viewer, plan=item.plan, item=item.pk, version=version, reason=reason, at=viewer.at)
        except Refused as refused:
            _say(form, refused)
        else:
            return redirect("plan", item.couple_id)
    context = {"item": item, "couple": item.plan.couple, "form": form, "concerns": form.concerns()}
    return render(request, "exercises/plans/change.html", context, status=422 if form.errors else 200)
