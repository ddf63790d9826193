"""The doors to clinics, couples and the people in them. Each takes `viewer=`."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Value

from accounts.models import User
from clients.models import Membership, Partner
from clients.states import CoupleState
from clients.viewer import Viewer


def viewer_of(user: User | AnonymousUser, *, at: datetime) -> Viewer:
    """The viewer a person is, in one query: their places in couples, and their memberships with the caseload."""
    if not isinstance(user, User) and not user.is_authenticated:
        return Viewer(user_id=None, at=at)
    places = Partner.objects.filter(person=user.pk).values_list(
        Value("partner"), "pk", "couple_id", "clinic_id", "couple__state", Value(False), Value(False), "clinic__is_demo"
    )
    staff = (
        Membership.objects.filter(person=user.pk, ended_at__isnull=True)
        .order_by()
        .values_list(
            Value("staff"), "pk", "caseload__pk", "clinic_id", "caseload__state", "is_therapist", "is_admin",
            "clinic__is_demo",
        )  # fmt: skip
    )
    return _viewer(user, at, list(places.order_by().union(staff, all=True)))


def _viewer(user: Any, at: datetime, rows: list[tuple[Any, ...]]) -> Viewer:
    places = [row for row in rows if row[0] == "partner"]
    staff = [row for row in rows if row[0] == "staff"]
    therapist = [row for row in staff if row[5]]
    return Viewer(
        user_id=user.pk,
        at=at,
        is_partner=frozenset(row[1] for row in places),
        belongs_to=frozenset(row[2] for row in places if row[4] != CoupleState.ENDED),
        works_as=frozenset(row[1] for row in therapist),
        treats=frozenset(row[2] for row in therapist if row[2]),
        runs=frozenset(row[3] for row in staff if row[6]),
        works_at=frozenset(row[3] for row in therapist),
        is_demo=any(row[7] for row in rows),
    )
