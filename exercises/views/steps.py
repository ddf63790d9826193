"""One step a page: writing, saving as one goes, and two texts of one person that meet."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.guards import agreed, clinical
from clients.policies import NOT_AGREED
from clients.viewer import ViewerRequest
from exercises import policies
from exercises.commands import writing
from exercises.commands.writing import Keep, Saved
from exercises.content import Step
from exercises.forms import StepForm, number_in, stamp_of
from exercises.kinds import kind_of
from exercises.kinds.before import NUMBER
from exercises.models import Homework, Reflection
from exercises.queries import writing as queries
from exercises.text import KEPT
from exercises.versions import Judgement

TEMPLATE = "exercises/homework/step.html"


def _step_or_404(homework: Homework, number: int) -> Step:
    step = queries.numbered_steps(homework).get(number)
    if step is None:
        raise Http404
    return step


def _context(
    homework: Homework, number: int, step: Step, form: StepForm, kept: Reflection | Saved | None,
    conflict: Saved | None = None, version: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """`version` is that of the text on the page, where it is not the kept one."""
    return {
        "homework": homework,
        "number": number,
        "total": len(queries.content_of(homework).steps),
        "step": step,
        "kind": (kind := kind_of(step)),
        "asks": kind.asks,
        "form": form,
        "version": version if version is not None else kept.version if kept else 0,
        "saved_at": kept.written_at if kept and kept.version else None,
        "conflict": conflict,
        "theirs": kind.show(step, conflict.value) if conflict else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@clinical
@agreed
def step(request: ViewerRequest, pk: UUID, number: int) -> HttpResponse:
    """The page of one step; sent back by Continue, Save and leave, Skip, another row, or a choice of two texts."""
    homework = queries.own_work_or_404(viewer=request.viewer, pk=pk)
    may_write = policies.may_write(request.viewer, homework)
    if request.method == "POST" and may_write == NOT_AGREED:
        return _not_agreed(request, homework, number)
    may_write.require()
    asked = _step_or_404(homework, number)
    if request.method == "POST":
        return (
            _settle(request, homework, number, asked) if "keep" in request.POST else _go_on(request, homework, number)
        )
    if kind_of(asked).page:
        return redirect(kind_of(asked).page, pk=homework.pk, number=number)
    kept = queries.reflection_at(homework, asked, viewer=request.viewer)
    sent = request.GET.get("rows", "")
    rows = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 4 else 0
    form = StepForm(step=asked, value=kept.value if kept else None, rows=rows)
    return render(request, TEMPLATE, _context(homework, number, asked, form, kept))


def _not_agreed(request: ViewerRequest, homework: Homework, number: int) -> HttpResponse:
    """The page as it was sent, with nothing saved: what was typed stays until its author has agreed, or copied it."""
    asked = _step_or_404(homework, number)
    form = StepForm(request.POST, step=asked)
    form.is_kept = False
    context = _context(homework, number, asked, form, None, version=stamp_of(request.POST).version)
    return render(request, TEMPLATE, {**context, "not_agreed": True}, status=422)


def keep(request: ViewerRequest, homework: Homework, number: int) -> tuple[StepForm, Saved | None, HttpResponse | None]:
    """Save what was sent for a step. The answer is the page on which to look at it first, where that is needed."""
    asked = _step_or_404(homework, number)
    form = StepForm(request.POST, step=asked)
    if form.too_much:
        return form, None, _too_much(request, homework, number, asked, form)
    skips = request.POST.get("go") == "skip" and form.answer is None
    saved = writing.save_step(
        by=request.viewer, homework=homework.pk, number=number, step=asked, value=form.answer,
        stamp=stamp_of(request.POST), at=request.viewer.at, skipped=skips,
    )  # fmt: skip
    if saved.is_conflict:
        return form, saved, _both(request, homework, number, asked, form, saved)
    return form, saved, None


def wants_another_look(
    request: ViewerRequest, homework: Homework, number: int, form: StepForm, saved: Saved | None
) -> HttpResponse | None:
    """The page of a step with what stands in the way of going on, if anything does."""
    if form.is_valid():
        return None
    return render(request, TEMPLATE, _context(homework, number, form.step, form, saved), status=422)


def _go_on(request: ViewerRequest, homework: Homework, number: int) -> HttpResponse:
    form, saved, instead = keep(request, homework, number)
    if instead:
        return instead
    go = request.POST.get("go", "continue")
    if go == "leave":
        return redirect("today")
    if go == "wish":
        return redirect("homework-wish", pk=homework.pk)
    if go == "more":
        response = redirect("homework-step", pk=homework.pk, number=number)
        response["Location"] += f"?rows={form.row_count + 1}"
        return response
    if again := wants_another_look(request, homework, number, form, saved):
        return again
    if number == NUMBER:
        return redirect("homework-sharing", pk=homework.pk)
    if number == len(queries.content_of(homework).steps):
        return redirect("homework-check", pk=homework.pk)
    return redirect("homework-step", pk=homework.pk, number=number + 1)


def _both(
    request: ViewerRequest, homework: Homework, number: int, asked: Step, form: StepForm, saved: Saved,
    status: int = 409,
) -> HttpResponse:  # fmt: skip
    """Both texts. The page keeps its old version: going on without choosing must not write over the other text."""
    form.is_kept = False
    old = stamp_of(request.POST).version
    context = _context(homework, number, asked, form, saved, conflict=saved, version=old)
    return render(request, TEMPLATE, context, status=status)


def _too_much(request: ViewerRequest, homework: Homework, number: int, asked: Step, form: StepForm) -> HttpResponse:
    """The page as it was sent, with nothing saved, as a text on it is more than can be kept."""
    kept = queries.reflection_at(homework, asked, viewer=request.viewer) if "keep" in request.POST else None
    if kept:
        other = Saved(Judgement.CONFLICT, kept.version, kept.written_at, kept.value)
        return _both(request, homework, number, asked, form, other, status=413)
    context = _context(homework, number, asked, form, None, version=stamp_of(request.POST).version)
    return render(request, TEMPLATE, context, status=413)


def _settle(request: ViewerRequest, homework: Homework, number: int, asked: Step) -> HttpResponse:
    form = StepForm(request.POST, step=asked)
    try:
        keep = Keep(request.POST["keep"])
    except ValueError:
        raise Http404 from None
    if form.too_much:
        return _too_much(request, homework, number, asked, form)
    try:
        saved = writing.settle(
            by=request.viewer, homework=homework.pk, number=number, step=asked, mine=form.answer,
            version=number_in(request.POST, "other"), keep=keep, at=request.viewer.at,
        )  # fmt: skip
    except writing.TooMuch:
        form.is_kept = False
        sentence = _(
            "The two texts together are longer than {most:,} characters, more than can be kept as one. "
            "Both are still on this page: shorten this one, or keep one of them."
        )
        form.add_error(None, sentence.format(most=KEPT))
        return _too_much(request, homework, number, asked, form)
    if saved.is_conflict:
        return _both(request, homework, number, asked, form, saved)
    return redirect("homework-step", pk=homework.pk, number=number)


@require_POST
@clinical
def save(request: ViewerRequest, pk: UUID, number: int) -> HttpResponse:
    """Saving as one goes: never judges what is written, and answers with the status line alone."""
    request.extends_session = False  # a page sends by itself: what counts is that the text has changed
    homework = queries.own_work_or_404(viewer=request.viewer, pk=pk)
    asked = _step_or_404(homework, number)
    if policies.may_write(request.viewer, homework) == NOT_AGREED:
        return render(request, f"{TEMPLATE}#not-agreed", status=422)  # htmx keeps the text and says so
    form = StepForm(request.POST, step=asked)
    if form.too_much:
        return HttpResponse(status=413)  # rather than say "saved" of a text that was cut
    saved = writing.save_step(
        by=request.viewer, homework=homework.pk, number=number, step=asked, value=form.answer,
        stamp=stamp_of(request.POST), at=request.viewer.at,
    )  # fmt: skip
    request.extends_session = saved.has_changed
    context = {"version": saved.version, "saved_at": saved.written_at, "swap": True}
    if saved.is_conflict:
        shown = {"conflict": saved, "theirs": kind_of(asked).show(asked, saved.value), "step": asked}
        if number == NUMBER:  # the page of the check may be that of an offer, whose buttons lead elsewhere
            shown["settle"] = reverse("homework-step", args=[homework.pk, number])
        return render(request, f"{TEMPLATE}#conflict", {**context, **shown}, status=409)
    return render(request, f"{TEMPLATE}#saved", context)
