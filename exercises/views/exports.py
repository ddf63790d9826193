"""One's own data: asked for, waited for, and taken, each only after signing in afresh."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import fresh_sign_in
from clients.guards import clinical
from clients.viewer import ViewerRequest
from exercises.commands import exporting as commands
from exercises.policies.taking import may_ask_for_export
from exercises.queries import exports as queries
from exercises.states import ExportState
from intimacy_site.web import page_or_part

STOP_POLLING = 286  # htmx takes it as an answer, and asks no more


@require_http_methods(["GET", "HEAD", "POST"])
@clinical
@fresh_sign_in()
def export(request: ViewerRequest) -> HttpResponse:
    """Where one's file stands. The page asks again by itself while it is made; reloading it does the same."""
    if not may_ask_for_export(request.viewer):
        raise Http404
    if request.method == "POST":
        if request.POST.get("go") == "forget":
            commands.forget(by=request.viewer, at=request.viewer.at)
            messages.success(request, _("It is gone."))
        else:
            commands.ask(by=request.viewer, at=request.viewer.at)
        return redirect("export")
    own = queries.own_export(viewer=request.viewer)
    waits = own is not None and own.state == ExportState.WAITING
    done = queries.progress(own) if own and waits else 0
    status = 200
    if request.htmx:
        request.extends_session = False
        status = 200 if waits else STOP_POLLING
    context = {"export": own, "waits": waits, "done": done}
    return page_or_part(request, "exercises/taking/export.html", "export", context, status=status)


@require_safe
@clinical
@fresh_sign_in()
def file(request: ViewerRequest) -> HttpResponseBase:
    """The file itself, under a name that says nothing."""
    own = queries.own_export(viewer=request.viewer)
    if own is None or not own.is_ready(request.viewer.at):
        raise Http404
    commands.take(by=request.viewer, export=own, at=request.viewer.at)
    headers = {"Content-Disposition": 'attachment; filename="notes.zip"', "Content-Length": str(own.size)}
    sent = queries.pieces(own.pk, person=own.person_id, at=request.viewer.at)
    return StreamingHttpResponse(sent, content_type="application/zip", headers=headers)
