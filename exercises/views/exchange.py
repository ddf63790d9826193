"""Exercises as files: out of a clinic, and into one."""

import json
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.guards import therapists_only
from clients.viewer import ViewerRequest
from exercises.building.forms import BeginForm, FileForm
from exercises.commands import building
from exercises.commands.building import Made
from exercises.content import ContentError, read_upload
from exercises.content.fhir import Taken, Unusable, as_questionnaire, read_questionnaire
from exercises.content.fhir.incoming import LARGEST
from exercises.content.writer import as_yaml
from exercises.queries import building as queries
from exercises.queries import library

PAGE = "exercises/building/import.html"
MOST_TOLD = 60  # sentences; of more, how many there are
VALID = 3600  # seconds that a list waits to be accepted


@require_safe
@therapists_only
def export(request: ViewerRequest, slug: str) -> HttpResponse:
    """What each kind of file would leave out; and the file, when it is asked for."""
    viewer = request.viewer
    exercise = library.exercise_or_404(viewer=viewer, slug=slug)
    version = library.shown_version(exercise, viewer=viewer)
    wanted, content = request.GET.get("as", ""), version.content
    questionnaire, left_out = as_questionnaire(content)
    if wanted == "yaml":
        return _file(as_yaml(content), "application/yaml", f"{content.slug}.yaml")
    if wanted == "fhir":
        text = json.dumps(questionnaire, ensure_ascii=False, indent=2)
        return _file(text, "application/fhir+json", f"{content.slug}.json")
    context = {
        "exercise": exercise, "version": version, "steps": [one for one in left_out if one.step],
        "whole": [one for one in left_out if not one.step],
    }  # fmt: skip
    return render(request, "exercises/building/export.html", context)


def _file(text: str, kind: str, name: str) -> HttpResponse:
    """A download. The name is a slug that the rules have accepted: nothing in it could end a header."""
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type=f"{kind}; charset=utf-8", headers=disposition)


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def take_in(request: ViewerRequest) -> HttpResponse:
    """A file becomes a draft of one's own, or a list of sentences; of a questionnaire only once that is accepted."""
    if request.method == "POST" and "taken" in request.POST:
        return _accepted(request)
    form = FileForm(request.POST or None, request.FILES or None) if request.method == "POST" else FileForm()
    begin = BeginForm(request.POST or None, authors=queries.authors(viewer=request.viewer))
    context: dict[str, Any] = {"form": form, "begin": begin}
    if request.method != "POST":
        return render(request, PAGE, context)
    if not form.is_valid():
        return render(request, PAGE, context, status=422)
    sent = form.cleaned_data["file"]
    if sent.size > LARGEST:
        form.add_error("file", _("The file is larger than 1 MB. No exercise and no questionnaire is that large."))
        return render(request, PAGE, context, status=422)
    raw = sent.read()
    try:
        if not raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
            return _made(request, begin, read_upload(raw).as_json())
        taken = read_questionnaire(raw)
    except ContentError as error:
        lines = [(problem.line, problem.reason) for problem in error.problems]
        form.add_error("file", _("The file is not an exercise yet. Nothing is imported."))
        return render(request, PAGE, {**context, "lines": lines}, status=422)
    except Unusable as error:
        form.add_error("file", str(error))
        return render(request, PAGE, context, status=422)
    if not taken.told:
        return _made(request, begin, taken.body)
    return render(request, PAGE, {**context, **_list(request, taken)})


def _list(request: ViewerRequest, taken: Taken) -> dict[str, Any]:
    """What would become of each item. The draft waits on the page, signed: nothing is kept before it is accepted."""
    left = [one for one in taken.told if one.is_left_out]
    return {
        "taken": taken,
        "left": left[:MOST_TOLD],
        "more": max(0, len(left) - MOST_TOLD),
        "changed": [one for one in taken.told if not one.is_left_out][:MOST_TOLD],
        "signed": signing.dumps(taken.body, salt=_salt(request), compress=True),
    }


def _salt(request: ViewerRequest) -> str:
    return f"exercises.questionnaire.{request.viewer.user_id}"


def _accepted(request: ViewerRequest) -> HttpResponse:
    begin = BeginForm(request.POST, authors=queries.authors(viewer=request.viewer))
    try:
        body = signing.loads(request.POST["taken"], salt=_salt(request), max_age=VALID)
    except signing.BadSignature:
        form = FileForm(request.POST, request.FILES)
        form.add_error("file", _("The list has been open for too long. Choose the file again."))
        return render(request, PAGE, {"form": form, "begin": begin}, status=422)
    return _made(request, begin, body)


def _made(request: ViewerRequest, begin: BeginForm, body: dict[str, Any]) -> HttpResponse:
    viewer = request.viewer
    made = building.begin(by=viewer, author=begin.author, body=body, made=Made.IMPORTED, at=viewer.at)
    messages.success(request, _("Imported, as a draft of yours."))
    return redirect("builder-exercise", pk=made.pk)
