"""The end of an exercise: check the answers, choose who can read them, and take back what was shared."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.guards import agreed, clinical
from clients.viewer import ViewerRequest
from exercises import policies
from exercises.commands import sharing
from exercises.forms import HINTS, SharingForm
from exercises.kinds import kind_of, reader_of
from exercises.models import Homework
from exercises.queries import writing as queries
from exercises.queries.mutual import has_mutual
from exercises.queries.writing import Answer
from exercises.states import Audience, Frame
from exercises.versions import fingerprint

CHOOSE = "exercises/homework/sharing.html"


@require_safe
@clinical
@agreed
def check(request: ViewerRequest, pk: UUID) -> HttpResponse:
    homework = queries.own_homework_or_404(viewer=request.viewer, pk=pk)
    policies.may_write(request.viewer, homework).require()
    answers = queries.answers(homework, viewer=request.viewer)
    return render(request, "exercises/homework/check.html", {"homework": homework, "answers": answers})


@require_http_methods(["GET", "HEAD", "POST"])
@clinical
@agreed
def choose(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Who can read this. What goes to the partner is shown once more, as they would see it, before it is offered."""
    homework = queries.own_homework_or_404(viewer=request.viewer, pk=pk)
    policies.may_write(request.viewer, homework).require()
    answers = [a for a in queries.answers(homework, viewer=request.viewer) if not a.is_empty]
    posted = request.POST if request.method == "POST" else None
    form = SharingForm(
        posted, frame=Frame(homework.assignment.frame), steps=[a.step for a in answers if kind_of(a.step).is_shared],
        lays=has_mutual(homework),
    )  # fmt: skip
    seen = fingerprint((a.step.key, a.version) for a in answers)
    context = {"homework": homework, "form": form, "hints": HINTS, "answers": answers, "seen": seen}
    if posted is None:
        return render(request, CHOOSE, context)
    if not form.is_valid():
        return render(request, CHOOSE, context, status=422)
    audience, each = form.chosen()
    shares_something = {audience, *each.values()} != {Audience.ONLY_ME}
    if shares_something and posted.get("seen") != seen:
        return render(request, CHOOSE, {**context, "changed": True}, status=409)
    offered = [a for a in answers if reader_of(a.step, each.get(a.step.key, audience)) == Audience.PARTNER]
    if offered and posted.get("go") != "offer":
        return render(request, "exercises/homework/preview.html", {**context, **_preview(homework, offered, request)})
    try:
        sharing.choose_readers(
            by=request.viewer, homework=homework, audience=audience, each=each, at=request.viewer.at,
            seen=seen if shares_something else None, hides=form.hides,
        )  # fmt: skip
    except sharing.ChangedSince:
        return render(request, CHOOSE, {**context, "changed": True}, status=409)
    return redirect("homework-done", pk=pk)


def _preview(homework: Homework, offered: list[Answer], request: ViewerRequest) -> dict[str, Any]:
    """What the partner would see, and from when: what they can read already changes at once."""
    at, next_offer = request.viewer.at, sharing.release_of_offer(homework.couple, at=request.viewer.at)
    released = [a for a in offered if a.partner_from and a.partner_from <= at]
    kept = [a.partner_from for a in offered if a.partner_from and a not in released and not a.amended]
    new = [next_offer for a in offered if a not in released and (a.amended or not a.partner_from)]
    return {
        "offered": offered,
        "at_once": bool(released),
        "release": min([*kept, *new], default=None),
        "sent": [
            (name, value)
            for name, value in request.POST.items()
            if name in {"audience", "seen", "mutual"} or name.startswith("each-")
        ],
    }


@require_safe
@clinical
@agreed
def done(request: ViewerRequest, pk: UUID) -> HttpResponse:
    homework = queries.own_homework_or_404(viewer=request.viewer, pk=pk)
    answers = queries.answers(homework, viewer=request.viewer)
    return render(
        request,
        "exercises/homework/done.html",
        {
            "homework": homework,
            "content": queries.content_of(homework),
            "has_mutual": has_mutual(homework),
            **readers(homework, answers, request),
        },
    )


def readers(homework: Homework, answers: list[Answer], request: ViewerRequest) -> dict[str, Any]:
    """Who can read something of an exercise, and from when: for the pages that say so."""
    shared = [a for a in answers if a.audience != Audience.ONLY_ME]
    has_ended = homework.couple_id not in request.viewer.belongs_to
    offered = [] if has_ended else [a.partner_from for a in shared if a.partner_from]
    held = [a.therapist_from for a in shared if a.therapist_from]
    return {
        "shared": shared,
        "has_ended": has_ended,
        "private": [a for a in answers if a.audience == Audience.ONLY_ME and not a.is_empty],
        "therapist_from": min(held, default=None),
        "partner_from": min(offered, default=None),
        "is_released": any(moment <= request.viewer.at for moment in offered),
        "is_readable": any(moment <= request.viewer.at for moment in held),
    }


@require_POST
@clinical
def share_less(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Take back in one press: from the partner (`to=therapist`), or from everybody."""
    homework = queries.own_homework_or_404(viewer=request.viewer, pk=pk)
    to = Audience.THERAPIST if request.POST.get("to") == Audience.THERAPIST else Audience.ONLY_ME
    sharing.share_less(by=request.viewer, homework=homework, audience=to, at=request.viewer.at)
    return redirect("reflection", pk=pk)
