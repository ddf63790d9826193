from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts import commands, queries, wording
from accounts.forms import AccountForm, RemindersForm
from accounts.models import User
from accounts.policies import Oneself


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """One's own name, pronouns, time zone and colours."""
    user = cast(User, request.user)
    now = {name: getattr(user, name) for name in ("chosen_name", "pronouns", "time_zone", "theme")}
    form = AccountForm(request.POST or None, initial=now)
    if form.is_valid():
        commands.change_account(user=user, **form.cleaned_data, by=Oneself(user.pk), at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("account")
    return render(request, "accounts/account.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: HttpRequest) -> HttpResponse:
    """Whether and when reminders come, and what they say, word for word."""
    user = cast(User, request.user)
    now = {"wants_reminders": user.wants_reminders, "remind_at": user.remind_at.strftime("%H:00")}
    form = RemindersForm(request.POST if request.method == "POST" else None, initial=now)
    if form.is_valid():
        commands.change_reminders(user=user, **form.cleaned_data, by=Oneself(user.pk), at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("account-messages")
    subject, body = wording.reminder(stop_token=_("your-own-link"))
    context = {"form": form, "subject": subject, "body": body}
    return render(request, "accounts/messages.html", context, status=422 if form.errors else 200)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """
    Stop reminders, for whoever holds the link of one. Opening the link asks; only a POST acts.

    Mail programs post here by themselves, with no session and no CSRF token (RFC 8058). The token says whose.
    """
    user = queries.user_by_unsubscribe_token(token)
    if user is None:
        raise Http404
    if request.method == "POST":
        commands.stop_reminders(user=user, by=None, at=timezone.now())
    return render(request, "accounts/unsubscribe.html", {"stopped": request.method == "POST"})


@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """A second step, offered once to whoever has just joined. "Not now" is a link onward, and an answer."""
    return render(request, "accounts/welcome.html")


@require_safe
def locked(request: HttpRequest) -> HttpResponse:
    """Why private writing is closed for now, and what opens it."""
    user = cast(User, request.user)
    if not user.is_locked(timezone.now()):
        return redirect("/")
    return render(request, "accounts/locked.html", {"has_factor": queries.has_factor(user)})
