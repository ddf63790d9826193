"""One of everything that a URL can point at, between the couple under test and their therapist."""

from dataclasses import dataclass, field
from datetime import time, timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from accounts.commands import begin_session, invite
from accounts.models import Device, User, key_hash
from accounts.queries import factors_of, unsubscribe_token
from clients.commands import add_couple, appointments
from clients.models import ConsentDocument, Cover, Membership, Partner
from clients.viewer import Viewer
from exercises.commands import (
    assigning,
    building,
    calendar,
    clinic_library,
    exporting,
    goals,
    joint_record,
    planning,
    reviewing,
    sharing,
    telling,
    writing,
)
from exercises.content.drafts import fingerprint
from exercises.models import (
    Asking,
    Assignment,
    Exercise,
    ExerciseDraft,
    Goal,
    GoalOffer,
    Homework,
    Instrument,
    Measurement,
    RecordAsk,
)
from exercises.states import Audience, Frame
from exercises.versions import Stamp
from tests.cast import NOON, Cast
from tests.exercises import measures
from tests.exercises import together as mutually
from tests.exercises.joint import AGREEMENT, HAND, RELEASE, Pair
from tests.exercises.scene import content, new_version, stage
from tests.library import one_exercise, programme
from tests.second import Passkey

SECRET = "Alex wrote this for Alex alone"
OFFERED = "Alex offered this to Blake"
NOW = NOON + timedelta(days=2)  # offers are released, holds are over


@dataclass
class Scene:
    cast: Cast
    assignment: Assignment
    finished: Homework  # Alex's, with one answer kept and one offered
    open: Homework  # Alex's, begun and private
    together: Pair  # an agreement of Alex and Blake, in force
    paths: dict[str, dict[str, object]] = field(default_factory=dict)
    sent: dict[str, dict[str, object]] = field(default_factory=dict)  # what a form names, by URL


def build(cast: Cast) -> Scene:
    moreno = cast.viewer("moreno")
    version = one_exercise()
    both = [cast.places["alex"], cast.places["blake"]]
    given = {"by": moreno, "couple": cast.couple, "version": version, "frame": Frame.OFFER, "at": NOON}
    assignment = assigning.assign(**given, partners=both, note="Ten minutes, alone.")
    again = assigning.assign(**given, partners=both[:1])
    finished = Homework.objects.get(assignment=assignment, partner=cast.places["alex"])
    open_ = Homework.objects.get(assignment=again)
    prompts = [(n, s) for n, s in enumerate(version.content.steps, 1) if s.kind == "prompt"]
    for homework, number, step, text in [
        (finished, *prompts[0], SECRET), (finished, *prompts[1], OFFERED), (open_, *prompts[0], SECRET),
    ]:  # fmt: skip
        writing.save_step(
            by=cast.viewer("alex"), homework=homework.pk, number=number, step=step, value=text, stamp=Stamp(), at=NOON
        )
    sharing.choose_readers(
        by=cast.viewer("alex"), homework=finished, audience=Audience.ONLY_ME, at=NOON,
        each={prompts[1][1].key: Audience.PARTNER},
    )  # fmt: skip
    marked = assigning.assign(**{**given, "version": new_version(mutually.content())}, partners=both)
    mutual = Homework.objects.get(assignment=marked, partner=cast.places["alex"])
    goal, offered, together = _joint(cast)
    reviewing.save_note(by=moreno, assignment=assignment, text="Moreno's own", stamp=Stamp(), at=NOON)
    plan = planning.start(
        by=moreno, couple=cast.couple, programme=programme(version.exercise.slug), partners=both,
        keys={"first", "then"},
        start_on=(NOW + timedelta(days=9)).date(), at=NOON,
    )  # fmt: skip
    place = plan.items.order_by("position").last()
    invitation, token = invite(email="gale@example.org", by=cast.viewer("moreno"), at=NOON)
    fresh = add_couple(
        therapist=cast.staff["moreno"], alias="New snow", time_zone="UTC", by=moreno, at=NOON,
        people=[("Gray", "gray@example.org"), ("Indra", "indra@example.org")],
    )  # fmt: skip
    joining = Partner.objects.filter(couple=fresh).first()
    newcomer = Membership.objects.create(
        clinic=cast.riverside, name="Gale", email="gale@example.org", is_therapist=True, invitation=invitation
    )
    cast.people["devon"].locked_since = NOON
    cast.people["devon"].save()
    colleague = User.objects.create(email="hale@example.org", chosen_name="Hale", locked_since=NOON)
    hale = Membership.objects.create(
        clinic=cast.riverside, person=colleague, name="Hale", email="hale@example.org", is_therapist=True
    )
    cover = Cover.objects.create(
        clinic=cast.riverside, absent=cast.staff["former"], stands_in=hale, starts_at=NOON,
        ends_at=NOW + timedelta(days=9), made_at=NOON,
    )  # fmt: skip
    Passkey().kept_for(cast.alex)
    elsewhere = SessionStore()
    elsewhere.create()
    Session.objects.update(expire_date=NOW + timedelta(days=1))
    begin_session(user=cast.alex, key=elsewhere.session_key, agent="", at=NOON)
    own, offered_exercise = (own_exercise(moreno, cast.staff["moreno"]) for _ in range(2))
    clinic_library.offer(by=moreno, exercise=offered_exercise, at=NOON)
    changed = building.move_step(by=moreno, exercise=own, key="letter", places=1, at=NOON)
    asking, answered, instrument = _asked(cast)
    address = _leaving(cast)
    scene = Scene(cast, assignment, finished, open_, together)
    kept = appointments.make(
        by=moreno, couple=cast.couple, alone=None, day=(NOW + timedelta(days=5)).date(), moment=time(9), minutes=50,
        at=NOON,
    )[0]  # fmt: skip
    note = telling.begin_joint_note(by=moreno, couple=cast.couple, at=NOON)
    telling.save_joint_note(by=moreno, note=note, text="For both", stamp=Stamp(), at=NOON)
    (reply,) = telling.reply(by=cast.viewer("moreno", NOW), assignment=assignment, to=both[:1], text="x", at=NOW)
    scene.paths = {
        "asking": {"pk": asking.pk},
        "asking-item": {"pk": asking.pk, "number": 1},
        "answered": {"pk": answered.pk},
        "instrument": {"pk": instrument.pk},
        "appointment": {"pk": kept.pk},
        "joint": {"pk": note.pk},
        "reply": {"pk": reply.pk},
        "goal": {"pk": goal.pk},
        "offer": {"pk": GoalOffer.objects.get(goal=offered).pk},
        "agreement": {"pk": together.homework("alex").pk, "number": AGREEMENT},
        "together": {"pk": together.assignment.pk},
        "homework": {"pk": open_.pk},
        "finished": {"pk": finished.pk},
        "step": {"pk": open_.pk, "number": 2},
        "mutual": {"pk": mutual.pk},
        "assignment": {"pk": assignment.pk},
        "couple": {"pk": cast.couple.pk},
        "partner": {"pk": joining.pk},
        "newcomer": {"pk": newcomer.pk},
        "document": {"pk": ConsentDocument.objects.current().filter(clinic=cast.riverside).first().pk},
        "locked-out": {"pk": cast.places["devon"].pk},
        "hale": {"pk": hale.pk},
        "cover": {"pk": cover.pk},
        "passkey": {"ref": factors_of(cast.alex).passkeys[0].ref},
        "device": {"pk": Device.objects.get(key_hash=key_hash(elsewhere.session_key)).pk},
        "exercise": {"slug": "guided-reflection"},
        "programme": {"slug": plan.slug},
        "plan-start": {"pk": cast.couple.pk, "slug": plan.slug},
        "plan-item": {"pk": place.pk},
        "own": {"pk": own.pk},
        "own-step": {"pk": own.pk, "key": "letter"},
        "offered": {"pk": offered_exercise.pk},
        "token": {"token": token},
        "stop": {"token": unsubscribe_token(cast.alex)},
        "cal": {"token": address},
        "reset": {"uidb36": "0" * 32, "key": "set-password"},
        "": {},
    }
    agreed = together.sees("alex", NOW).current.pk
    scene.sent = {
        "appointment": {"seen": kept.starts_at.isoformat(), "day": "2026-03-12", "moment": "10:00", "minutes": "50"},
        "appointment-cancel": {"seen": kept.starts_at.isoformat()},
        "record": {"ask": RecordAsk.objects.get(partner=cast.places["alex"]).pk, "agree": "yes"},
        "separation": {"place": cast.places["alex"].pk},
        "plan": {"plan": plan.pk, "item": place.pk, "deed": "up"},
        "agreement": {"base": agreed, "version": "0", "term-signal": "Another sign"},
        "agreement-sign": {"proposal": agreed, "go": "sign"},
        "builder-publish": {"looked_at": fingerprint(changed)},
        "clinic-library-exercise": {"go": "approve", "version": offered_exercise.newest_id},
    }
    return scene


def _joint(cast: Cast) -> tuple[Goal, Goal, Pair]:
    """A goal of Alex's own and one that was offered to Blake; and an agreement of both, in force."""
    by, place = cast.viewer("alex"), cast.places["alex"]
    own, offered = (goals.write_goal(by=by, place=place, text=text, at=NOON) for text in (SECRET, OFFERED))
    goals.offer(by=by, goal=offered, at=NOON)
    pair = Pair(stage(cast))
    pair.proposes("alex", HAND)
    pair.signs("alex", NOON)
    pair.signs("blake", RELEASE)
    return own, offered, pair


def _asked(cast: Cast) -> tuple[Asking, Measurement, Instrument]:
    """What Alex is asked now and has begun; what Alex has sent; and an instrument that nobody has answered for."""
    on = stage(cast)
    asking = measures.asks(on, measures.instrument(on))
    measures.ticks(on, asking, "ab..")
    answered = measures.answers(on, measures.asks(on, measures.instrument(on)), "abcd")
    return asking, answered, measures.instrument(on, licensed=False)


def _leaving(cast: Cast) -> str:
    """The address of Alex's calendar; a file of Alex's own that is ready; and what Moreno has asked Alex, alone."""
    joint_record.ask_for_record(by=cast.viewer("moreno"), partner=cast.places["alex"], at=NOON)
    exporting.ask(by=cast.viewer("alex", NOW), at=NOW)
    exporting.make(person=str(cast.alex.pk), at=NOW)
    return calendar.make_address(by=cast.viewer("alex"), at=NOON)


def own_exercise(by: Viewer, author: Membership) -> Exercise:
    """An exercise that a therapist has made, with a version that is published."""
    body = content().as_json()
    exercise = building.begin(by=by, author=author, body=body, made=building.Made.COPIED, at=NOON)
    looked_at = fingerprint(ExerciseDraft.objects.get(exercise=exercise).body)
    building.publish(by=by, exercise=exercise, looked_at=looked_at, at=NOON)
    return Exercise.objects.get(pk=exercise.pk)
