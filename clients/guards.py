"""Who may enter a part of the site at all: decided from the role, before anything is looked up."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from accounts.policies import may_open_writing
from clients import policies
from clients.viewer import Viewer
from intimacy_site.web import lead_to
from safekeeping.verdict import Refused, Verdict

View = Callable[..., HttpResponseBase]


def _guard(rule: Callable[[Viewer], Verdict], *, holds_writing: bool = False) -> Callable[[View], View]:
    """
    A refusal with a sentence is a 403 that says it; one without is a 404, as for a page that never was.

    What `holds_writing` stays closed after a new password by letter alone, to whoever is signed in with it.
    """

    def guarded(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            viewer: Viewer = request.viewer  # type: ignore[attr-defined]
            verdict = rule(viewer)
            if verdict and holds_writing and not may_open_writing(request.user, viewer.at):  # type: ignore[arg-type]
                return lead_to(request, "account-locked")
            if verdict:
                return view(request, *args, **kwargs)
            if verdict.reason:
                raise Refused(verdict)
            raise Http404

        return answer

    return guarded


clinical = _guard(policies.may_enter_clinical_pages, holds_writing=True)
therapists_only = _guard(policies.may_enter_therapist_pages, holds_writing=True)
admins_only = _guard(policies.may_enter_clinic_pages)
partners_only = _guard(policies.may_enter_partner_pages)


def agreed(view: View) -> View:
    """
    Before an exercise opens, its reader is led to what comes first. Decided before anything is looked up.

    What is sent (a POST) goes on to the view, whose command asks the same rule: a text is never lost to a redirect.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asks_first = not policies.may_open_exercises(request.viewer)  # type: ignore[attr-defined]
        if asks_first and request.method in {"GET", "HEAD"}:
            return redirect("consent")
        return view(request, *args, **kwargs)

    return answer
