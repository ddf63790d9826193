"""The end of an exercise: check the answers, choose who can read them, and take back what was shared."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.guards import agreed, clinical
from clients.queries.cover import who_stands_in
from clients.viewer import ViewerRequest
from exercises import policies
from exercises.commands import sharing
from exercises.forms import HINTS, SharingForm, StepForm, number_in
from exercises.kinds import Shown
from exercises.kinds.before import NUMBER, before_step
from exercises.models import Homework
from exercises.queries import writing as queries
from exercises.queries.mutual import has_mutual
from exercises.queries.writing import Answer, OwnLine, Piece
from exercises.states import BEFORE, Audience, Frame
from exercises.versions import fingerprint
from exercises.views import steps

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
    """
    Who can read this. What goes to the partner is shown once more, as they would see it, before it is offered; there,
    its author can look at two questions for themselves.
    """
    homework = queries.own_homework_or_404(viewer=request.viewer, pk=pk)
    policies.may_write(request.viewer, homework).require()
    answers = queries.answers(homework, viewer=request.viewer)
    posted = request.POST if request.method == "POST" else None
    page = _page(homework, answers, posted) | {"stand_ins": who_stands_in(viewer=request.viewer)}
    form = page["form"]
    if posted is None:
        return render(request, CHOOSE, page)
    if not form.is_valid():
        return render(request, CHOOSE, page, status=422)
    audience, each, lines = form.chosen()
    going = posted.get("go") == "offer"
    shares_something = bool(lines) or {audience, *each.values()} != {Audience.ONLY_ME}
    check_changed = each.get(BEFORE, Audience.ONLY_ME) != Audience.ONLY_ME and not going and (
        number_in(posted, "version") != page["version"]
    )  # fmt: skip
    if shares_something and (posted.get("seen") != page["seen"] or check_changed):
        return render(request, CHOOSE, {**page, "changed": True}, status=409)
    offered = _offered(page["answers"], audience, each, lines)
    if offered and not going:
        return render(request, "exercises/homework/preview.html", {**page, **_preview(homework, offered, request)})
    check, instead = _checked(request, homework, page)
    if instead:
        return instead
    try:
        sharing.choose_readers(
            by=request.viewer, homework=homework, audience=audience, each=each, lines=lines, at=request.viewer.at,
            seen=fingerprint([*_texts(page["answers"]), *check]) if shares_something else None, hides=form.hides,
        )  # fmt: skip
    except sharing.ChangedSince:
        return render(request, CHOOSE, {**page, "changed": True}, status=409)
    return redirect("homework-done", pk=pk)


def _page(homework: Homework, answers: list[Answer], posted: QueryDict | None) -> dict[str, Any]:
    """The page of readers; `seen` and `version` are what was read before the choice, the private check apart."""
    written = [answer for answer in answers if not answer.is_empty]
    check = next((answer for answer in answers if answer.step.key == BEFORE), None)
    form = SharingForm(posted, frame=Frame(homework.assignment.frame), answers=written, lays=has_mutual(homework))
    return {
        "homework": homework, "form": form, "hints": HINTS, "answers": written, "seen": fingerprint(_texts(written)),
        "version": check.version if check else 0,
    }  # fmt: skip


def _texts(answers: list[Answer]) -> list[tuple[str, int]]:
    """Which texts these are. The check is not among them: it may be written while they are looked at."""
    return [(answer.step.key, answer.version) for answer in answers if answer.step.key != BEFORE]


def _checked(
    request: ViewerRequest, homework: Homework, page: dict[str, Any]
) -> tuple[list[tuple[str, int]], HttpResponse | None]:
    """The private check as it is kept now, saved where it was sent along; or the page on which to look at it again."""
    if "hoping" not in request.POST or not queries.may_be_offered(homework):
        return [(BEFORE, answer.version) for answer in page["answers"] if answer.step.key == BEFORE], None
    form, saved, instead = steps.keep(request, homework, NUMBER)
    instead = instead or steps.wants_another_look(request, homework, NUMBER, form, saved)
    if instead or saved is None:
        return [], instead
    return [(BEFORE, saved.version)] if saved.value is not None else [], None


@dataclass(frozen=True)
class Shared:
    """Something that is about to be offered, as the partner would see it."""

    title: str
    shown: Shown | None
    lines: list[OwnLine]
    pieces: list[Piece]


def _offered(
    answers: list[Answer], audience: Audience, each: dict[str, Audience], lines: set[tuple[str, str]]
) -> list[Shared]:
    found = []
    for answer in answers:
        goes = answer.goes_to(audience, each.get(answer.step.key)) == Audience.PARTNER
        opened = [line for line in answer.lines if (answer.step.key, line.key) in lines]
        if goes or opened:
            pieces = [*([answer] if goes else []), *opened]
            found.append(Shared(answer.step.title, answer.value if goes else None, opened, pieces))
    return found


def _preview(homework: Homework, offered: list[Shared], request: ViewerRequest) -> dict[str, Any]:
    """What the partner would see, and from when: what they can read already changes at once."""
    at, next_offer = request.viewer.at, sharing.release_of_offer(homework.couple, at=request.viewer.at)
    pieces = [piece for one in offered for piece in one.pieces]
    released = [a for a in pieces if a.partner_from and a.partner_from <= at]
    kept = [a.partner_from for a in pieces if a.partner_from and a not in released and not a.amended]
    new = [next_offer for a in pieces if a not in released and (a.amended or not a.partner_from)]
    check = queries.reflection_at(homework, before_step(), viewer=request.viewer)
    return {
        "offered": offered,
        "at_once": bool(released),
        "release": min([*kept, *new], default=None),
        "sent": [
            (name, value)
            for name, values in request.POST.lists()
            if name in {"audience", "seen", "mutual"} or name.startswith(("each-", "open-"))
            for value in values
        ],
        "check": StepForm(step=before_step(), value=check.value if check else None),
        "step": before_step(),
        "version": check.version if check else 0,
        "saved_at": check.written_at if check else None,
        "number": NUMBER,
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
    pieces: list[Piece] = [piece for answer in answers for piece in (answer, *answer.lines)]
    shared = [a for a in pieces if a.audience != Audience.ONLY_ME]
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
