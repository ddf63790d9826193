from datetime import datetime

from django.db import transaction

from clients.models import Membership
from clients.viewer import Viewer
from exercises import policies
from exercises.models import Exercise, Favourite
from safekeeping import audit


@transaction.atomic
def keep_favourite(*, by: Viewer, exercise: Exercise, kept: bool, at: datetime) -> None:
    """Keep an exercise near at hand, or let it go. Doing either twice does nothing the second time."""
    policies.may_keep_favourites(by).require()
    mine = Favourite.objects.visible_to(by).filter(exercise=exercise)
    if kept and not mine.exists():
        owner = Membership.objects.filter(pk__in=by.works_as).order_by("pk")[0]
        made, added = Favourite.objects.get_or_create(
            owner=owner, exercise=exercise, defaults={"clinic_id": owner.clinic_id, "made_at": at}
        )
        if added:
            audit.record(verb="favourite.kept", by=by, subject=made, at=at)
    elif not kept:
        for favourite in mine:
            audit.record(verb="favourite.let_go", by=by, subject=favourite, at=at)
        mine.delete()
