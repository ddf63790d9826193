"""A therapist makes an exercise of their own: its parts one by one, and its steps in their order."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.guards import therapists_only
from clients.viewer import ViewerRequest
from exercises.building import policies
from exercises.building.forms import AddStepForm, BeginForm, PartForm
from exercises.building.saying import overview
from exercises.building.words import kind_of
from exercises.commands import building
from exercises.commands.building import Made
from exercises.content.drafts import HEAD, compared, fingerprint, part_of
from exercises.forms import number_in, stamp_of
from exercises.models import Exercise
from exercises.queries import building as queries
from exercises.queries import library
from intimacy_site.web import page_or_part

PAGE, PART = "exercises/building/exercise.html", "exercises/building/part.html"
MOST_ROWS = 5  # blank rows at once


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def index(request: ViewerRequest) -> HttpResponse:
    """What one has made; and a new one, sent by its button."""
    viewer = request.viewer
    form = BeginForm(request.POST if request.method == "POST" else None, authors=queries.authors(viewer=viewer))
    if request.method == "POST":
        made = building.begin(by=viewer, author=form.author, body=None, made=Made.BEGUN, at=viewer.at)
        return redirect("builder-exercise", pk=made.pk)
    context = {"exercises": queries.own_exercises(viewer=viewer), "form": form}
    return render(request, "exercises/building/index.html", context)


@require_POST
@therapists_only
def copy(request: ViewerRequest, slug: str) -> HttpResponse:
    """Any exercise that one can give, as the beginning of one's own."""
    viewer = request.viewer
    exercise = library.exercise_or_404(viewer=viewer, slug=slug)
    version = library.shown_version(exercise, viewer=viewer)
    authors = [one for one in queries.authors(viewer=viewer) if exercise.clinic_id in {None, one.clinic_id}]
    form = BeginForm(request.POST, authors=authors)
    made = building.begin(by=viewer, author=form.author, body=version.body, made=Made.COPIED, at=viewer.at)
    messages.success(request, _("This is your copy. The exercise it comes from stays as it is."))
    return redirect("builder-exercise", pk=made.pk)


@require_safe
@therapists_only
def exercise(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """The whole of it: the head, the steps, what is missing, and what can be done with it."""
    return render(request, PAGE, _whole(request, queries.own_exercise_or_404(viewer=request.viewer, pk=pk)))


def _whole(request: ViewerRequest, found: Exercise) -> dict[str, Any]:
    viewer, draft, body = request.viewer, queries.draft_of(found), queries.body_of(found)
    whole = overview(body)
    head_problems, head_hints = whole.of(HEAD)
    return {
        "exercise": found,
        "draft": draft,
        "body": body,
        "whole": whole,
        "head_problems": head_problems,
        "head_hints": head_hints,
        "list_problems": whole.of("")[0],
        "removed": draft.removed["step"] if draft and draft.removed else None,
        "focus": request.GET.get("focus", "")[:80],
        "add": AddStepForm(),
        "may_edit": policies.may_edit_exercise(viewer, found),
        "may_offer": policies.may_offer(viewer, found),
        "may_take_back": policies.may_take_back_offer(viewer, found),
        "may_retire": policies.may_retire(viewer, found),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def head(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Everything but the steps."""
    return _part(request, queries.own_exercise_or_404(viewer=request.viewer, pk=pk), HEAD)


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def step(request: ViewerRequest, pk: UUID, key: str) -> HttpResponse:
    """One step, by a form that fits its kind."""
    return _part(request, queries.own_exercise_or_404(viewer=request.viewer, pk=pk), key)


def _part(request: ViewerRequest, found: Exercise, part: str) -> HttpResponse:
    viewer, body = request.viewer, queries.body_of(found)
    policies.may_edit_exercise(viewer, found).require()
    now = part_of(body, part)
    is_sent = request.method == "POST"
    if now is None and not (is_sent and request.POST.get("kind") in kinds()):
        raise Http404
    before = now if now is not None else {"key": part, "kind": request.POST["kind"], "title": ""}
    rows = min(MOST_ROWS, number_in(request.GET, "rows"))
    form = PartForm(request.POST if is_sent else None, part=part, body=before, more=rows)
    draft = queries.draft_of(found)
    context = {
        "exercise": found, "form": form, "part": part, "step": None if part == HEAD else before,
        "is_head": part == HEAD, "kind": None if part == HEAD else kind_of(before["kind"]), "was": fingerprint(now),
        "version": draft.version if draft else 0,
    }  # fmt: skip
    if not is_sent:
        context["problems"], context["hints"] = overview(body).of(part)
        return render(request, PART, context)
    was = request.POST.get("was", "")[:64]
    context |= {"was": was, "version": stamp_of(request.POST).version}
    if form.is_too_much:
        return render(request, PART, {**context, "is_too_much": True}, status=422)
    kept = building.save_part(
        by=viewer, exercise=found, part=part, new=form.new, was=was, stamp=stamp_of(request.POST),
        at=viewer.at,
    )  # fmt: skip
    if kept.is_conflict:
        return render(request, PART, {**context, **_both(kept, form, part)}, status=409)
    go = request.POST.get("go", "")
    if go == "more":
        return redirect(f"{request.path}?rows=1")
    if go == "stay":
        messages.success(request, _("Saved."))
        return redirect(request.path)
    return redirect(f"{reverse('builder-exercise', args=[found.pk])}?focus=edit-{part}")


def _both(kept: building.Kept, form: PartForm, part: str) -> dict[str, Any]:
    """What stands there now against what is on the page; saving from here on takes the place of the former."""
    theirs = {"steps": [], **kept.theirs} if part == HEAD and kept.theirs else {"steps": [kept.theirs or {}]}
    mine = {"steps": [], **form.new} if part == HEAD else {"steps": [form.new]}
    for one in (theirs, mine):
        one["steps"] = [{"kind": "", **step} for step in one["steps"]]
    return {
        "conflict": kept,
        "lines": compared(theirs, mine),
        "was": fingerprint(kept.theirs),
        "version": kept.version,
    }


def kinds() -> set[str]:
    """The kinds that a step can be of."""
    return {name for name, _label in AddStepForm().fields["kind"].choices}  # type: ignore[attr-defined]


@require_POST
@therapists_only
def steps(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Add, move, take out, put back. htmx gets the list again, with the focus where it was."""
    viewer = request.viewer
    found = queries.own_exercise_or_404(viewer=viewer, pk=pk)
    go, key = request.POST.get("go", ""), request.POST.get("key", "")
    done: dict[str, Any] = {"by": viewer, "exercise": found, "at": viewer.at}
    focus, said = "", ""
    if go == "add":
        form = AddStepForm(request.POST)
        if not form.is_valid():
            return render(request, PAGE, {**_whole(request, found), "add": form, "form": form}, status=422)
        return redirect("builder-step", pk=pk, key=building.add_step(**done, kind=form.cleaned_data["kind"]))
    if go in {"up", "down"}:
        body = building.move_step(**done, key=key, places=-1 if go == "up" else 1)
        place = next((n for n, one in enumerate(body["steps"], 1) if one["key"] == key), 0)
        focus, said = f"{go}-{key}", _("Now step {n} of {all}.").format(n=place, all=len(body["steps"]))
    elif go == "remove":
        building.remove_step(**done, key=key)
        focus = "put-back"
    elif go == "put-back":
        building.put_back_step(**done)
    else:
        raise Http404
    if not request.htmx:
        return redirect(f"{reverse('builder-exercise', args=[pk])}?focus={focus}")
    context = _whole(request, queries.own_exercise_or_404(viewer=viewer, pk=pk))
    return page_or_part(request, PAGE, "steps", {**context, "said": said, "swap": True})


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def drop(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Asks once; then lets the changes since the newest version go."""
    found = queries.own_exercise_or_404(viewer=request.viewer, pk=pk)
    policies.may_edit_exercise(request.viewer, found).require()
    if request.method == "POST":
        building.drop_draft(by=request.viewer, exercise=found, at=request.viewer.at)
        return redirect("builder-exercise", pk=pk)
    return render(request, "exercises/building/drop.html", {"exercise": found, "draft": queries.draft_of(found)})
