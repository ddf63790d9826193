"""A therapist replies to one or both about an exercise, and writes notes for both; and what partners read of it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.guards import agreed, clinical, therapists_only
from clients.queries import couple_or_404
from clients.viewer import ViewerRequest
from exercises.commands import telling
from exercises.commands.sharing import release_of_offer
from exercises.forms import number_in, stamp_of
from exercises.forms.telling import JointNoteForm, ReplyForm
from exercises.models import JointNote
from exercises.policies import reviewing as policies
from exercises.queries import notes as queries
from exercises.queries.review import assignment_or_404
from intimacy_site.web import page_or_part
from safekeeping.verdict import Refused

NOTE = "exercises/telling/joint_note.html"


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def reply(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """What was written so far, and a form; then, before it is sent, once more who reads it and from when."""
    viewer = request.viewer
    assignment = assignment_or_404(viewer=viewer, pk=pk)
    form = ReplyForm(
        request.POST if request.method == "POST" else None, places=queries.readers_for(assignment, viewer=viewer)
    )
    context = {
        "assignment": assignment,
        "form": form,
        "rows": queries.replies_sent(assignment, viewer=viewer),
        "may_tell": policies.may_tell(viewer, assignment.couple),
        "release": release_of_offer(assignment.couple, at=viewer.at),
    }
    go = request.POST.get("go", "check")
    if form.is_valid() and go == "send":
        try:
            telling.reply(
                by=viewer, assignment=assignment, to=form.chosen(), text=form.cleaned_data["text"], at=viewer.at
            )
        except telling.NobodyToReplyTo:  # taken back, or left, since the form was read
            form.add_error("to", form.fields["to"].error_messages["invalid_choice"])
        else:
            return redirect("review-reply", pk=pk)
    if form.is_valid() and go == "check":
        return render(
            request, "exercises/telling/reply_check.html",
            {**context, "readers": form.readers(form.cleaned_data["to"])},
        )  # fmt: skip
    return render(request, "exercises/telling/reply.html", context, status=422 if form.errors else 200)


@require_POST
@therapists_only
def take_back_reply(request: ViewerRequest, pk: UUID) -> HttpResponse:
    found = queries.reply_or_404(viewer=request.viewer, pk=pk)
    telling.take_back_reply(by=request.viewer, reply=found, at=request.viewer.at)
    return redirect("review-reply", pk=found.assignment_id)


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def joint_notes(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """A couple's notes for both; sent back by beginning another."""
    couple = couple_or_404(viewer=request.viewer, pk=pk)
    if request.method == "POST":
        note = telling.begin_joint_note(by=request.viewer, couple=couple, at=request.viewer.at)
        return redirect("joint-note", pk=note.pk)
    rows = queries.joint_notes_of(couple, viewer=request.viewer)
    may_tell = policies.may_tell(request.viewer, couple)
    return render(request, "exercises/telling/joint_notes.html", {"couple": couple, "rows": rows, "may_tell": may_tell})


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def joint_note(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Its editor, which saves itself; once it is published, its words, and the way back."""
    viewer = request.viewer
    note = queries.own_joint_note_or_404(viewer=viewer, pk=pk)
    if request.method == "POST":
        return _save(request, note)
    context = {
        "note": note,
        "form": JointNoteForm(initial={"text": note.text}),
        "version": note.version,
        "saved_at": note.written_at,
        "may_change": policies.may_change_joint_note(viewer, note),
        "may_take_back": note.partners_from is not None,
        "is_released": note.is_released(viewer.at),
    }
    return render(request, NOTE, context)


def _save(request: ViewerRequest, note: JointNote) -> HttpResponse:
    """The answer is the status line, or both texts where two pages met."""
    stamp, form = stamp_of(request.POST), JointNoteForm(request.POST)
    request.extends_session = not request.htmx  # a page sends by itself: what counts is that the text has changed
    context = {"note": note, "form": form, "version": stamp.version, "may_change": True, "swap": True}
    if not form.is_valid():
        return page_or_part(request, NOTE, "too-long", context, status=422)
    try:
        saved = telling.save_joint_note(
            by=request.viewer, note=note, text=form.cleaned_data["text"], stamp=stamp, at=request.viewer.at
        )
    except Refused as refused:  # published meanwhile, or the work has ended: what was typed stays on the page
        form.add_error("text", str(refused))
        return page_or_part(request, NOTE, "too-long", context, status=422)
    request.extends_session |= saved.has_changed
    context |= {"version": saved.version, "saved_at": saved.written_at}
    if saved.is_conflict:
        return page_or_part(request, NOTE, "conflict", {**context, "conflict": saved}, status=409)
    return render(request, f"{NOTE}#saved", context) if request.htmx else redirect("joint-note", pk=note.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@therapists_only
def publish(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """The words once more, who reads them and from when; then by a press of its own to both, or back from both."""
    viewer = request.viewer
    note = queries.own_joint_note_or_404(viewer=viewer, pk=pk)
    if request.method != "POST":
        context = {"note": note, "release": release_of_offer(note.couple, at=viewer.at),
                   "may_change": policies.may_change_joint_note(viewer, note)}  # fmt: skip
        return render(request, "exercises/telling/publish.html", context)
    if request.POST.get("go") == "take-back":
        telling.take_back_joint_note(by=viewer, note=note, at=viewer.at)
    elif not telling.publish_joint_note(by=viewer, note=note, version=number_in(request.POST, "version"), at=viewer.at):
        messages.warning(
            request, _("Nothing was published: the note is empty, or has other words now than those you looked at.")
        )
    return redirect("joint-note", pk=pk)


@require_safe
@clinical
@agreed
def from_therapist(request: ViewerRequest) -> HttpResponse:
    """A partner's own list of what their therapist wrote to them. Nothing here can be answered, or is told of."""
    return render(request, "exercises/telling/told.html", {"rows": queries.told_to(viewer=request.viewer)})
