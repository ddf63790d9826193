"""A demonstration clinic in which everything is made up, written through the same commands as real work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from accounts.models import User
from clients.commands.care import leave_check_in, set_boundaries
from clients.commands.clinic import add_clinic
from clients.commands.consent import sign
from clients.commands.couples import add_couple
from clients.commands.places import join
from clients.commands.staff import add_staff
from clients.models import Clinic, Couple, Membership, Partner
from clients.queries import viewer_of
from clients.queries.consent import current_documents
from clients.states import ContentKind, Wish
from clients.viewer import Viewer
from exercises.commands import assigning, goals, planning, reviewing, sharing, writing
from exercises.commands.demo_sessions import (
    CLOSENESS,
    TENSION,
    WEEK,
    WEEKS,
    keep_sessions,
    measure,
    prepare,
)
from exercises.models import Assignment, ExerciseVersion, Homework
from exercises.queries.library import current_versions, programmes
from exercises.states import WEEKLY_CHECK_IN, Audience, Frame, HomeworkState
from exercises.versions import Stamp

PASSWORD = "stones by the river"  # noqa: S105 - printed for everyone to see; refused in production
ZONE = "Europe/Berlin"
CRISIS = (
    "If you are in danger now, call 112.\n"
    "This is a made-up clinic: a real one names its own helplines and opening hours here."
)
THERAPIST, COLLEAGUE = ("June Moreno", "june@demo.example"), ("Lee Yilmaz", "lee@demo.example")
ADMIN = ("Ash Adair", "ash@demo.example")
COUPLES = (
    ("River stones", (("Robin", "robin@demo.example"), ("Sam", "sam@demo.example"))),
    ("Old oak", (("Noor", "noor@demo.example"), ("Kim", "kim@demo.example"))),
    ("North window", (("Ariel", "ariel@demo.example"), ("Toni", "toni@demo.example"))),
)


@dataclass(frozen=True)
class SignIn:
    """Who can be signed in as, to look around."""

    who: str
    email: str


def sign_ins() -> list[SignIn]:
    """One of each kind of person."""
    (first, second) = COUPLES[0][1]
    return [
        SignIn("therapist", THERAPIST[1]),
        SignIn(f"partner ({first[0]})", first[1]),
        SignIn(f"partner ({second[0]})", second[1]),
        SignIn("clinic admin", ADMIN[1]),
    ]


@transaction.atomic
def load_demo(*, at: datetime) -> bool:
    """Make the demonstration clinic, unless it is there. The answer is whether it was made now."""
    if Clinic.objects.select_for_update(no_key=True).filter(is_demo=True).exists():
        return False
    start = at - WEEKS * WEEK
    clinic = add_clinic(name="Riverside (demo)", time_zone=ZONE, by=None, at=start, crisis_text=CRISIS, is_demo=True)
    therapist = _staff(clinic, THERAPIST, at=start, is_therapist=True)
    _staff(clinic, COLLEAGUE, at=start, is_therapist=True)
    _staff(clinic, ADMIN, at=start, is_admin=True)
    couples = [_couple(therapist, alias, people, at=start) for alias, people in COUPLES]
    reviewed = _first_couple(couples[0], therapist, at)
    for couple, weeks in zip(couples[:2], (1, 2), strict=True):
        keep_sessions(couple, therapist, _viewer, at=at, weeks=weeks)
    measure(couples[0], therapist, _viewer, at=at)
    prepare(couples[0], therapist, _viewer, reviewed=reviewed, at=at)
    _second_couple(couples[1], therapist, at)
    _third_couple(couples[2], therapist, at)
    return True


def _viewer(place: Membership | Partner, at: datetime) -> Viewer:
    return viewer_of(place.person or AnonymousUser(), at=at)


def _person(name: str, email: str) -> User:
    return User.objects.create_user(email, PASSWORD, chosen_name=name, time_zone=ZONE)


def _staff(clinic: Clinic, who: tuple[str, str], at: datetime, **roles: bool) -> Membership:
    wanted = {"is_therapist": False, "is_admin": False, **roles}
    membership = add_staff(clinic=clinic, name=who[0], email=who[1], by=None, at=at, **wanted)
    join(place=membership, user=_person(*who), at=at)
    return membership


def _couple(therapist: Membership, alias: str, people: tuple[tuple[str, str], ...], at: datetime) -> Couple:
    couple = add_couple(therapist=therapist, alias=alias, time_zone=ZONE, people=people, by=None, at=at)
    for partner in couple.partners.all():
        join(place=partner, user=_person(partner.name, partner.email), at=at)
        for document in current_documents(couple.clinic_id, viewer=_viewer(therapist, at)):
            sign(document=document, by=_viewer(partner, at), at=at)
    return couple


def _assign(couple: Couple, therapist: Membership, slug: str, at: datetime, **details: Any) -> Assignment:
    version: ExerciseVersion = current_versions()[slug]
    partners = details.pop("partners", list(couple.partners.all()))
    return assigning.assign(
        by=_viewer(therapist, at), couple=couple, version=version, partners=partners, at=at,
        frame=Frame(details.pop("frame", version.content.frame)), **details,
    )  # fmt: skip


def _write(
    assignment: Assignment, partner: Partner, words: Mapping[str, Any], at: datetime, audience: Audience | None = None,
    each: Mapping[str, Audience] | None = None,
) -> None:  # fmt: skip
    viewer = _viewer(partner, at)
    homework = Homework.objects.get(assignment=assignment, partner=partner)
    for number, step in enumerate(assignment.version.content.steps, 1):
        if step.key in words:
            writing.save_step(
                by=viewer, homework=homework.pk, number=number, step=step, value=words[step.key], stamp=Stamp(), at=at
            )
    if audience:
        sharing.choose_readers(by=viewer, homework=homework, audience=audience, each=each, at=at)


def _first_couple(couple: Couple, therapist: Membership, at: datetime) -> Assignment:
    """One exercise finished by both, one offered from one side, one open; six weekly check-ins. The first of them."""
    robin, sam = sorted(couple.partners.select_related("person"), key=lambda partner: partner.name)
    ago = timedelta
    week = _assign(
        couple, therapist, "guided-reflection", at - ago(days=12), due_on=(at - ago(days=6)).date(),
        note="You both spoke of wanting to be closer on weekdays. One small moment is enough. Ten minutes, alone.",
    )  # fmt: skip
    _write(week, robin, ROBIN_WEEK, at - ago(days=8), Audience.PARTNER, {"how-near": Audience.THERAPIST})
    _write(week, sam, SAM_WEEK, at - ago(days=7), Audience.THERAPIST, {"back-there": Audience.ONLY_ME})
    reviewing.mark(by=_viewer(therapist, at), assignment=week, step_key="what-it-says", marked=True, at=at)
    for turn in range(len(CLOSENESS["Robin"])):
        given = at - WEEKS * WEEK + turn * WEEK + ago(days=2)
        check_in = _assign(couple, therapist, WEEKLY_CHECK_IN, given)
        for partner in (robin, sam):
            marks = {"closeness": CLOSENESS[partner.name][turn], "tension": TENSION[partner.name][turn]}
            _write(check_in, partner, marks, given + ago(days=1), Audience.THERAPIST)
        if given < at - WEEK:  # the last one is still to be read
            reviewing.look(by=_viewer(therapist, given + WEEK), assignment=check_in, at=given + WEEK)
    closeness = _assign(couple, therapist, "four-kinds-of-closeness", at - ago(days=5))
    _write(closeness, sam, SAM_CLOSENESS, at - ago(days=1), Audience.THERAPIST)
    _assign(
        couple, therapist, "say-it-and-let-it-be", at - ago(days=1), due_on=(at + ago(days=5)).date(),
        note="Only if it feels right. Writing it for yourself alone is the whole exercise.",
    )  # fmt: skip
    return week


def _second_couple(couple: Couple, therapist: Membership, at: datetime) -> None:
    """One partner working alone, one exercise set aside, and something told to the therapist in private."""
    noor = couple.partners.select_related("person", "couple").get(name="Noor")
    told: dict[str, Any] = {"place": noor, "by": _viewer(noor, at), "at": at - timedelta(days=10)}
    leave_check_in(said={"afraid": "1", "went-along": "1", "closeness": "0", "hurt": "0"}, **told)
    set_boundaries(wishes={ContentKind.TOUCH: Wish.ASK_FIRST, ContentKind.SEXUAL: Wish.NOT_NOW}, **told)
    alone = _assign(couple, therapist, "i-feel-when", at - timedelta(days=6), partners=[noor])
    _write(alone, noor, {"feeling-words": ["worried", "tired"]}, at - timedelta(days=2))
    aside = _assign(couple, therapist, "one-thing-i-appreciate", at - timedelta(days=9), partners=[noor])
    writing.move(
        by=_viewer(noor, at), homework=Homework.objects.get(assignment=aside), at=at,
        to=HomeworkState.SET_ASIDE,
    )  # fmt: skip


def _third_couple(couple: Couple, therapist: Membership, at: datetime) -> None:
    """A menu that both have marked, a goal that one rates, and a programme that has begun."""
    ariel, toni = sorted(couple.partners.select_related("person", "couple"), key=lambda partner: partner.name)
    ago = timedelta
    menu = _assign(
        couple, therapist, "touch-menu", at - ago(days=9),
        reason="Both asked for it in the session, each was seen alone before.",
    )  # fmt: skip
    for partner, marks in ((ariel, ARIEL_MENU), (toni, TONI_MENU)):
        words = {"the-list": {"marks": marks, "maybe": True}}
        _write(menu, partner, words, at - ago(days=6), Audience.ONLY_ME)
    goal = goals.write_goal(by=_viewer(ariel, at - ago(days=8)), place=ariel, text=ARIEL_GOAL, at=at - ago(days=8))
    for days, point, line in ((8, 3, ""), (1, 5, "Tuesday evening was like this.")):
        when = at - ago(days=days)
        goals.rate(by=_viewer(ariel, when), goal=goal, point=point, line=line, at=when)
    daily = next(programme for programme in programmes() if programme.slug == "small-and-daily")
    planning.start(
        by=_viewer(therapist, at), couple=couple, programme=daily, partners=[ariel, toni],
        keys={item.key for item in daily.sequence.items}, start_on=at.date(), at=at,
        reason="Agreed with both in the session.",
    )  # fmt: skip


ARIEL_MENU = {"hands-walking": "yes", "long-hug": "yes", "short-hug": "yes", "arm-in-company": "no"}
TONI_MENU = {"hands-walking": "yes", "long-hug": "maybe", "arm-in-company": "yes"}
ARIEL_GOAL = "Two evenings a week on which nobody has to be anywhere, and we notice each other."
ROBIN_WEEK = {
    "the-moment": "Tuesday, the kettle, before anyone else was up",
    "back-there": "The kitchen was still dark. I heard the stairs, and then there were two cups on the table. "
    "Neither of us said anything for a while, and it was not the bad kind of quiet.",
    "what-it-stirred": ["peace", "tenderness"],
    "how-near": 4,
    "what-it-says": "That I do not need much. I need it not to be in a hurry.",
    "in-one-line": "Two cups, and no hurry.",
}
SAM_WEEK = {
    "the-moment": "The walk back from the station",
    "back-there": "I was tired and a bit short. I noticed that I kept my phone in my hand the whole way.",
    "what-it-stirred": ["longing", "shame"],
    "how-near": 2,
    "what-it-says": "I would like to arrive before I answer anybody.",
    "in-one-line": "I was there, and I was not.",
}
SAM_CLOSENESS = {
    "now-and-wished": [
        {"now": "5", "wished": "8"},
        {"now": "4", "wished": "6"},
        {"now": "7", "wished": "7"},
        {"now": "2", "wished": "3"},
    ],
    "one-kind": "emotional",
    "one-small-thing": "Ten minutes on the sofa without a screen, on any evening of the week.",
}
