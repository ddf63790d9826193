"""One's sessions in a calendar program of one's own: its address, and what the program is given."""

from allauth.core.internal import ratelimit  # the open one never counts a GET
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import fresh_sign_in
from accounts.queries import open_account, token_hash
from clients.guards import clinical
from clients.queries import viewer_of
from clients.viewer import ViewerRequest
from exercises import ical
from exercises.commands import calendar as commands
from exercises.forms.calendar import CalendarForm
from exercises.policies.taking import may_have_feed
from exercises.queries import calendar as queries
from exercises.states import FeedTitle
from intimacy_site.web import without_database
from safekeeping import context

PAGE = "exercises/taking/calendar.html"


@require_http_methods(["GET", "HEAD", "POST"])
@clinical
@fresh_sign_in(reading=True)
def settings_page(request: ViewerRequest) -> HttpResponse:
    """Make an address, make it anew, choose the words, or switch it off. An address is shown once, when it is made."""
    if not may_have_feed(request.viewer):
        raise Http404
    feed, go = queries.own_feed(viewer=request.viewer), request.POST.get("go")
    if request.method == "POST" and go == "make":
        token = commands.make_address(by=request.viewer, at=request.viewer.at)
        return _page(request, address=settings.SITE_URL + reverse("calendar-feed", args=[token]))
    if request.method != "POST" or feed is None:
        return _page(request) if request.method != "POST" else redirect("account-calendar")
    if go == "off":
        commands.switch_off(by=request.viewer, feed=feed, at=request.viewer.at)
        messages.success(request, _("Switched off. The address shows nothing any more."))
        return redirect("account-calendar")
    form = CalendarForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form)
    commands.arrange(
        by=request.viewer, feed=feed, title=FeedTitle(form.cleaned_data["title"]),
        due_days=form.cleaned_data["due_days"], at=request.viewer.at,
    )  # fmt: skip
    messages.success(request, _("Saved."))
    return redirect("account-calendar")


def _page(request: ViewerRequest, *, address: str = "", form: CalendarForm | None = None) -> HttpResponse:
    feed = queries.own_feed(viewer=request.viewer)
    now = {"title": feed.title, "due_days": feed.due_days} if feed else None
    found = {"feed": feed, "address": address, "form": form or CalendarForm(initial=now)}
    return render(request, PAGE, found, status=422 if form else 200)


@require_safe
@login_not_required
@without_database
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """
    The calendar itself, for whoever knows its address: programs send no cookies, and whoever's session this is counts
    for nothing. What was never an address, and what is none any more, is answered alike.
    """
    request.extends_session = False  # type: ignore[attr-defined]
    if not ratelimit.consume(request, app="allauth.account", action="calendar", key=token_hash(token), limit_get=True):
        return HttpResponse(status=429, headers={"Retry-After": "3600"})
    at = timezone.now()
    with context.entered(None, at=at):
        person = queries.person_of_feed(token)
        user = open_account(str(person)) if person else None
    if user is None:
        raise Http404
    with context.entered(user.pk, at=at), translation.override(user.language):
        viewer = viewer_of(user, at=at)
        own = queries.own_feed(viewer=viewer)
        if own is None or own.token_hash != token_hash(token):  # changed at this moment
            raise Http404
        title = str(FeedTitle(own.title).label)
        body = ical.written(queries.entries(own, viewer=viewer), title=title, at=at)
    return HttpResponse(body, content_type="text/calendar; charset=utf-8")
