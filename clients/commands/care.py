"""What a partner tells their therapist in private: answers to the check-in, and boundaries."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from clients import policies, questions
from clients.models import ContentBoundary, Couple, Partner, SafetyAnswer
from clients.states import ContentKind, Wish
from clients.viewer import Viewer
from safekeeping import audit


@transaction.atomic
def leave_check_in(*, place: Partner, said: Mapping[str, str], by: Viewer, at: datetime) -> None:
    """
    Keep what was said, or that nothing was: the same row, the same size, the same line in the trail.

    The trail names the place and not the row, and clinic admins read it: it must not tell who answered.
    """
    policies.may_check_in(by, place).require()
    answer = SafetyAnswer(
        clinic_id=place.clinic_id, couple_id=place.couple_id, partner=place, made_at=at,
        period=policies.check_in_period(place.couple, at), value=questions.written(said),
    )  # fmt: skip
    answer.save(force_insert=True)
    audit.record(verb="check_in.left", by=by, subject=place, at=at)


@transaction.atomic
def set_boundaries(*, place: Partner, wishes: Mapping[ContentKind, Wish], by: Viewer, at: datetime) -> None:
    """Keep what somebody says to each kind of content, in place of what they said before."""
    policies.may_check_in(by, place).require()
    place = Partner.objects.select_for_update(of=("self",), no_key=True).get(pk=place.pk)  # two windows, one row
    kept = {kind.value: Wish(wishes.get(kind, Wish.UNSAID)).value for kind in ContentKind}
    own = ContentBoundary.objects.filter(partner=place).first() or ContentBoundary(
        clinic_id=place.clinic_id, couple_id=place.couple_id, partner=place
    )
    own.wishes, own.changed_at = kept, at
    own.save()
    audit.record(verb="boundaries.set", by=by, subject=place, at=at)


@transaction.atomic
def open_check_ins(*, couple: Couple, by: Viewer, at: datetime) -> None:
    """Write down that a therapist looks at what both told them, whether or not there is anything to see."""
    policies.may_treat(by, couple).require()
    audit.record(verb="check_ins.opened", by=by, subject=couple, at=at)
