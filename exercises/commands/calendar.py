"""The address of one's calendar: made, made anew, and switched off."""

from datetime import datetime
from secrets import token_urlsafe

from django.db import transaction

from accounts.queries import token_hash
from clients.viewer import Viewer
from exercises.models import CalendarFeed
from exercises.policies import taking as policies
from exercises.states import FeedTitle
from safekeeping import audit


@transaction.atomic
def make_address(*, by: Viewer, at: datetime) -> str:
    """
    A new secret for the address, told here and never again; whatever was the address before is none any more.
    """
    policies.may_have_feed(by).require()
    token = token_urlsafe(32)
    feed, _new = CalendarFeed.objects.update_or_create(
        person_id=by.user_id, defaults={"token_hash": token_hash(token), "made_at": at}
    )
    audit.record(verb="calendar.address_made", by=by, subject=feed, at=at)
    return token


@transaction.atomic
def arrange(*, by: Viewer, feed: CalendarFeed, title: FeedTitle, due_days: bool, at: datetime) -> None:
    """What an entry is called, and whether one's own due days are among them."""
    policies.may_see_feed(by, feed).require()
    feed.title, feed.due_days = title, due_days
    feed.save(update_fields=["title", "due_days"])
    audit.record(verb="calendar.arranged", by=by, subject=feed, at=at)


@transaction.atomic
def switch_off(*, by: Viewer, feed: CalendarFeed, at: datetime) -> None:
    """The address is none any more, and nothing is kept of it."""
    policies.may_see_feed(by, feed).require()
    audit.record(verb="calendar.switched_off", by=by, subject=feed, at=at)
    feed.delete()
