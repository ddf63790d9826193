from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.commands import Closed, NeedsSignIn, NewAccount, offer_factor
from accounts.guards import sign_in_first_time
from accounts.models import User
from accounts.policies import Oneself
from clients import commands, queries
from clients.forms import JoinForm
from clients.models import Partner
from clients.queries import Invited
from clients.viewer import ViewerRequest


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def invitation(request: ViewerRequest, token: str) -> HttpResponse:
    """Say who invites to what. Only a POST accepts: mail scanners open links, too."""
    invited = queries.invited_by(token=token, viewer=request.viewer)
    if invited is None:
        return _closed(request)
    user = request.user if request.user.is_authenticated else None
    if user and user.email != invited.email:
        return _unlogged(render(request, "clients/invitation_other.html", status=403))
    form = None
    if not (user or invited.has_account):
        form = _form(request, invited)
    if request.method == "POST" and (user or (form and form.is_valid())):
        account = NewAccount(**form.cleaned_data) if form else None
        return _accept(request, invited, token, user, account)
    status = 422 if form and form.errors else 200
    return _unlogged(render(request, "clients/invitation.html", _context(invited, form, user), status=status))


def _unlogged(response: HttpResponse) -> HttpResponse:
    """Django would log the address of a refusal, and here the address is still a key."""
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _form(request: ViewerRequest, invited: Invited) -> JoinForm:
    place = invited.place
    zone = place.couple.time_zone if isinstance(place, Partner) else invited.clinic.time_zone
    sent = request.POST if request.method == "POST" else None
    return JoinForm(sent, email=invited.email, initial={"chosen_name": place.name, "time_zone": zone})


def _context(invited: Invited, form: JoinForm | None, user: User | None) -> dict[str, object]:
    is_partner = isinstance(invited.place, Partner)
    return {"invited": invited, "form": form, "is_partner": is_partner, "needs_sign_in": not (form or user)}


def _accept(
    request: ViewerRequest, invited: Invited, token: str, user: User | None, account: NewAccount | None
) -> HttpResponse:
    """Staff are asked for a second step before their work; to a partner it is offered here, once."""
    try:
        person = commands.accept_invitation(token=token, user=user, account=account, at=request.viewer.at)
    except Closed:
        return _closed(request)
    except NeedsSignIn:
        return redirect("invitation", token=token)
    if user is None:
        sign_in_first_time(request, person)
    is_partner = isinstance(invited.place, Partner)
    offered = is_partner and offer_factor(user=person, by=Oneself(person.pk), at=request.viewer.at)
    return redirect("welcome" if offered else "/")


def _closed(request: ViewerRequest) -> HttpResponse:
    return render(request, "clients/invitation_closed.html", status=404)
