"""One of everything that a URL can point at, between the couple under test and their therapist."""

from dataclasses import dataclass, field
from datetime import timedelta

from accounts.commands import invite
from accounts.queries import unsubscribe_token
from clients.commands import add_couple
from clients.models import ConsentDocument, Membership, Partner
from exercises.commands import assigning, reviewing, sharing, writing
from exercises.models import Assignment, Homework
from exercises.states import Audience, Frame
from exercises.versions import Stamp
from tests.cast import NOON, Cast
from tests.library import one_exercise

SECRET = "Alex wrote this for Alex alone"
OFFERED = "Alex offered this to Blake"
NOW = NOON + timedelta(days=2)  # offers are released, holds are over


@dataclass
class Scene:
    cast: Cast
    assignment: Assignment
    finished: Homework  # Alex's, with one answer kept and one offered
    open: Homework  # Alex's, begun and private
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
    reviewing.save_note(by=moreno, assignment=assignment, text="Moreno's own", stamp=Stamp(), at=NOON)
    invitation, token = invite(email="gale@example.org", by=cast.viewer("moreno"), at=NOON)
    fresh = add_couple(
        therapist=cast.staff["moreno"], alias="New snow", time_zone="UTC", by=moreno, at=NOON,
        people=[("Gray", "gray@example.org"), ("Indra", "indra@example.org")],
    )  # fmt: skip
    joining = Partner.objects.filter(couple=fresh).first()
    newcomer = Membership.objects.create(
        clinic=cast.riverside, name="Gale", email="gale@example.org", is_therapist=True, invitation=invitation
    )
    scene = Scene(cast, assignment, finished, open_)
    scene.paths = {
        "homework": {"pk": open_.pk},
        "finished": {"pk": finished.pk},
        "step": {"pk": open_.pk, "number": 2},
        "assignment": {"pk": assignment.pk},
        "couple": {"pk": cast.couple.pk},
        "partner": {"pk": joining.pk},
        "newcomer": {"pk": newcomer.pk},
        "document": {"pk": ConsentDocument.objects.current().filter(clinic=cast.riverside).first().pk},
        "exercise": {"slug": "guided-reflection"},
        "token": {"token": token},
        "stop": {"token": unsubscribe_token(cast.alex)},
        "reset": {"uidb36": "0" * 32, "key": "set-password"},
        "": {},
    }
    scene.sent = {"separation": {"place": cast.places["alex"].pk}}
    return scene
