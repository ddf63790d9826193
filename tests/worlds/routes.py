"""Every URL there is, from the resolver, and what fills those that name something."""

from collections.abc import Iterator
from functools import cache
from typing import Any
from uuid import UUID

from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from accounts.models import Device
from accounts.queries import unsubscribe_token
from clients.models import Appointment, ConsentDocument, Couple, Cover, Membership, Partner
from clients.viewer import Viewer
from exercises.models import (
    Asking,
    Assignment,
    Exercise,
    Goal,
    GoalOffer,
    Homework,
    Instrument,
    JointNote,
    Measurement,
    PlanItem,
    Programme,
    Reflection,
    Reply,
    Share,
)

STEPS = (1, 2)
PROGRAMME = "small-steps"  # the one in the library of the stage
MOST = 4  # records of a kind whose pages are all opened
RECORDS = {
    "cover": Cover,
    "homework": Homework, "assignment": Assignment, "couple": Couple, "partner": Partner, "staff": Membership,
    "reflection": Reflection, "share": Share, "document": ConsentDocument, "device": Device, "exercise": Exercise,
    "goal": Goal, "offer": GoalOffer, "plan-item": PlanItem, "asking": Asking, "measurement": Measurement,
    "instrument": Instrument,
    "appointment": Appointment,
    "joint": JointNote, "reply": Reply,
}  # fmt: skip
HOMEWORK = ("homework",)
ASSIGNMENT = ("assignment",)
# The records whose ids a URL takes. Ids of what lies behind a page are tried on it as well.
TAKES: dict[str, tuple[str, ...]] = {
    "homework": HOMEWORK,
    "homework-set-aside": HOMEWORK,
    "homework-resume": HOMEWORK,
    "homework-step": HOMEWORK,
    "homework-save": HOMEWORK,
    "homework-check": HOMEWORK,
    "homework-sharing": HOMEWORK,
    "homework-done": HOMEWORK,
    "homework-share-less": HOMEWORK,
    "homework-together": HOMEWORK,
    "reflection": ("homework", "reflection"),
    "reflection-file": ("homework", "reflection"),
    "shared-detail": ("homework", "share"),
    "assignment-withdraw": ASSIGNMENT,
    "review": ASSIGNMENT,
    "review-seen": ASSIGNMENT,
    "review-note": ASSIGNMENT,
    "review-mark": ASSIGNMENT,
    "couple": ("couple",),
    "couple-edit": ("couple",),
    "couple-move": ("couple",),
    "assign": ("couple",),
    "partner-edit": ("partner",),
    "partner-invite": ("partner",),
    "partner-revoke": ("partner",),
    "staff": ("staff",),
    "staff-invite": ("staff",),
    "staff-revoke": ("staff",),
    "staff-check": ("staff",),
    "staff-sessions": ("staff",),
    "partner-check": ("partner",),
    "couple-separate": ("couple",),
    "suggestions": ("couple",),
    "check-ins": ("couple",),
    "couple-session": ("couple",),
    "couple-timeline": ("couple",),
    "cover": ("staff",),
    "cover-end": ("cover",),
    "couple-record": ("couple",),
    "plan": ("couple",),
    "plan-start": ("couple",),
    "plan-item": ("plan-item",),
    "document": ("document",),
    "document-next": ("document",),
    "builder-exercise": ("exercise",),
    "builder-head": ("exercise",),
    "builder-step": ("exercise",),
    "builder-steps": ("exercise",),
    "builder-drop": ("exercise",),
    "builder-preview": ("exercise",),
    "builder-publish": ("exercise",),
    "builder-offer": ("exercise",),
    "builder-retire": ("exercise",),
    "clinic-library-exercise": ("exercise",),
    "device-end": ("device",),
    "homework-wish": HOMEWORK,
    "session-was": ("couple",),
    "couple-goals": ("couple",),
    "goal": ("goal", "offer"),
    "goal-close": ("goal",),
    "goal-offer": ("goal",),
    "goal-readers": ("goal",),
    "goal-offered": ("offer", "goal"),
    "agreement": HOMEWORK,
    "agreement-sign": HOMEWORK,
    "agreement-take-back": HOMEWORK,
    "agreement-print": HOMEWORK,
    "agreement-room": ASSIGNMENT,
    "measure": ("asking", "measurement"),
    "measure-item": ("asking", "measurement"),
    "measure-check": ("asking", "measurement"),
    "measure-take-back": ("measurement", "asking"),
    "instrument": ("instrument",),
    "couple-measures": ("couple",),
    "couple-measures-file": ("couple",),
    "couple-progress": ("couple",),
    "couple-progress-file": ("couple",),
    "appointments": ("couple",),
    "appointment": ("appointment",),
    "appointment-cancel": ("appointment",),
    "agenda": ("couple",),
    "agenda-present": ("couple",),
    "agenda-print": ("couple",),
    "agenda-pdf": ("couple",),
    "session-summary": ("couple",),
    "couple-review": ("couple",),
    "couple-balance": ("couple",),
    "joint-notes": ("couple",),
    "joint-note": ("joint",),
    "joint-note-publish": ("joint",),
    "review-next": ASSIGNMENT,
    "review-previous": ASSIGNMENT,
    "review-reply": ASSIGNMENT,
    "review-earlier": HOMEWORK,
    "reply-take-back": ("reply",),
    "mfa_remove_webauthn": ("device",),  # a passkey is no record of its own: no id of another opens its page
}
# with a secret that one letter holds, or one address
LETTERS = {"unsubscribe", "invitation", "account_reset_password_from_key", "calendar-feed"}
# the same library for every therapist: what is built in
OPEN_TO_ALL = {"library-exercise", "library-favourite", "library-export", "library-copy", "programme"}
ENDS_SESSION = ("exit",)


def _all(patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, set[str]]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _all(pattern.url_patterns)
        else:
            yield pattern.name, set(pattern.pattern.converters) | set(pattern.pattern.regex.groupindex)


@cache
def routes() -> dict[str, set[str]]:
    """The names of all URLs, with the words that each takes."""
    return dict(_all(get_resolver().url_patterns))


def unknown() -> list[str]:
    """URLs that name something of which the table above says nothing, and rows of it without a URL."""
    known = TAKES.keys() | LETTERS | OPEN_TO_ALL
    missing = [
        f"The URL '{name}' takes {sorted(words)}: say in tests/worlds/routes.py of which records."
        for name, words in routes().items()
        if words and name not in known
    ]
    return missing + [
        f"tests/worlds/routes.py speaks of '{name}', and there is no such URL." for name in known - routes().keys()
    ]


def bare() -> list[str]:
    """The pages whose address holds nothing."""
    return [reverse(name) for name, words in routes().items() if not words]


@cache
def ending_a_session() -> set[str]:
    return {reverse(name) for name in ENDS_SESSION}


def at(name: str, pk: UUID, step: int = 1) -> str:
    words = routes()[name]
    more: dict[str, Any] = {"number": step} if "number" in words else {}
    more |= {"key": "letter"} if "key" in words else {}
    if "slug" in words:
        more["slug"] = PROGRAMME
    return reverse(name, kwargs={"ref" if "ref" in words else "pk": pk, **more})


def of_record(kind: str) -> list[str]:
    """The URLs that an id of this kind is tried on."""
    return [name for name, kinds in TAKES.items() if kind in kinds]


def own(viewer: Viewer, user: Any) -> list[str]:
    """The addresses somebody knows because the records in them are theirs to open."""
    mine = {
        "homework": Homework.objects.own(viewer).order_by("pk"),
        "assignment": Assignment.objects.visible_to(viewer).order_by("pk"),
        "couple": Couple.objects.visible_to(viewer).order_by("pk"),
        "partner": Partner.objects.visible_to(viewer).order_by("pk"),
        "staff": Membership.objects.visible_to(viewer).order_by("pk"),
        "document": ConsentDocument.objects.visible_to(viewer).order_by("pk"),
        "plan-item": PlanItem.objects.visible_to(viewer).order_by("pk"),
        "device": Device.objects.filter(user=user).order_by("pk"),
        "appointment": Appointment.objects.visible_to(viewer).order_by("pk"),
        "cover": Cover.objects.visible_to(viewer).order_by("pk"),
        "goal": Goal.objects.own(viewer).order_by("pk"),
        "offer": GoalOffer.objects.visible_to(viewer).exclude(author__in=viewer.is_partner).order_by("pk"),
        "joint": JointNote.objects.visible_to(viewer).order_by("pk"),
        "reply": Reply.objects.visible_to(viewer).order_by("pk"),
        "exercise": Exercise.objects.visible_to(viewer).exclude(clinic=None).order_by("pk"),
        "asking": Asking.objects.own(viewer).order_by("pk"),
        "measurement": Measurement.objects.own(viewer).finished().order_by("pk"),
        "instrument": Instrument.objects.visible_to(viewer).order_by("pk"),
    }
    found = [reverse("unsubscribe", args=[unsubscribe_token(user)])]
    for name, kinds in TAKES.items():
        steps = STEPS if "number" in routes()[name] else (1,)
        found += [at(name, row.pk, step) for row in mine[kinds[0]][:MOST] for step in steps]
    if viewer.is_therapist:
        slugs = Exercise.objects.for_viewer(viewer).values_list("slug", flat=True)
        found += [reverse(name, args=[slug]) for slug in slugs for name in ("library-exercise", "library-export")]
        found += [reverse("programme", args=[slug]) for slug in Programme.objects.values_list("slug", flat=True)]
    return found


def hidden(viewer: Viewer, known: set[UUID], most: int, *, every_kind: bool) -> dict[str, list[UUID]]:
    """
    Ids of records that are not theirs to open: of each kind some of those long `known`, and some newer ones. Without
    `every_kind` only homework, and what else is newer: the rest is as it was in both worlds.
    """
    found = {}
    for kind, model in RECORDS.items():
        theirs = model.objects.filter(user=viewer.user_id) if model is Device else model.objects.visible_to(viewer)
        visible = theirs.values("pk")
        pks = list(model.objects.exclude(pk__in=visible).order_by("pk").values_list("pk", flat=True))
        old, new = [pk for pk in pks if pk in known], [pk for pk in pks if pk not in known]
        if not (new or every_kind or kind == "homework"):
            old = []
        found[kind] = old[:most] + new[:most]
    return found


def existing() -> set[UUID]:
    """The ids of every record that a URL could name."""
    return {pk for model in RECORDS.values() for pk in model.objects.values_list("pk", flat=True)}
