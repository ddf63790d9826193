from django.conf import settings
from django.db import models
from django.db.models import Q

from clients.viewer import Viewer
from exercises.states import FeedTitle
from safekeeping.models import Record
from safekeeping.walls import Wall


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def visible_to(self, viewer: Viewer) -> "CalendarFeedQuerySet":
        """The twin of policies.taking.may_see_feed: whose it is."""
        return self.filter(person=viewer.user_id)


class CalendarFeed(Record):
    """
    One person's sessions as a calendar that a program of theirs reads. Its address holds a secret, of which only the
    hash lies here. What an entry is called is chosen from words that say nothing.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=11, choices=FeedTitle, default=FeedTitle.APPOINTMENT)
    due_days = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    objects = CalendarFeedQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "person", "token_hash", "title", "due_days", "made_at"}
        sealed: set[str] = set()
        # whoever asks with the address alone is told by PostgreSQL whose it is: eyelevel_feed
        wall = Wall(read="person_id = {person}")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(title__in=FeedTitle.values), name="feed_title_known")]
