"""What became of a couple's exercises from week to week: of both together, and for their therapist alone."""

from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from clients.models import Couple
from clients.viewer import Viewer
from exercises.charts.rhythm import Week
from exercises.models import Homework, HomeworkWish
from exercises.states import HomeworkState, Instead

WEEKS = 12


def rhythm_of(couple: Couple, *, viewer: Viewer, weeks: int = WEEKS) -> list[Week]:
    """
    The latest weeks, this one last; they begin on Mondays in the couple's zone. One query.

    What was set aside counts in the week in which that was said. Of nothing is told whose it was: nobody is ranked.
    """
    zone = ZoneInfo(couple.time_zone)
    this = _monday(viewer.at.astimezone(zone).date())
    mondays = [this - timedelta(weeks=n) for n in reversed(range(weeks))]
    to_talk = HomeworkWish.objects.visible_to(viewer).filter(homework=OuterRef("pk"), instead=Instead.SESSION)
    became = Q(state=HomeworkState.FINISHED) | Q(state=HomeworkState.SET_ASIDE)
    rows = (
        Homework.objects.visible_to(viewer)
        .filter(became, couple=couple, couple__in=viewer.treats)
        .annotate(to_talk=Exists(to_talk))
        .values_list("state", "finished_at", "changed_at", "to_talk")
    )
    counted: Counter[tuple[date, str]] = Counter()
    for state, finished_at, changed_at, talk in rows:
        kind = "done" if state == HomeworkState.FINISHED else "session" if talk else "aside"
        counted[_monday((finished_at or changed_at).astimezone(zone).date()), kind] += 1
    return [
        Week(day, done=counted[day, "done"], aside=counted[day, "aside"], session=counted[day, "session"])
        for day in mondays
    ]


def _monday(day: date) -> date:
    return day - timedelta(day.weekday())
