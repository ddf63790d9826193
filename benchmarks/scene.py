"""The clinic that the pages are measured in, and how its history grows."""

import random
from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.utils import timezone

from accounts.models import User
from benchmarks.clinic import Builder, fill_library
from clients.models import Appointment, Couple, Membership, Partner
from exercises.commands.library import load_library
from exercises.content import Step
from exercises.kinds import kind_of
from exercises.models import Assignment, ExerciseVersion, Homework
from exercises.states import Audience

ASKED = "guided-reflection"
TODAY, WRITTEN = 6, 40  # open exercises of the partner under measurement, and finished ones: more than a page


@dataclass(frozen=True)
class Sizes:
    """How much there is of everything."""

    seed: int = 20260301
    couples: int = 60
    reflections: int = 2_000
    exercises: int = 500


@dataclass
class Scene:
    """What the pages need to know of the clinic."""

    builder: Builder
    sizes: Sizes
    therapist: Membership
    couples: list[tuple[Couple, list[Partner]]]
    version: ExerciseVersion  # that most of the history is written in
    reviewed: Assignment  # two times twenty-five texts
    writing: Homework  # begun, with a text at `number`
    number: int
    history: int  # reflections of finished exercises

    @property
    def therapist_user(self) -> User:
        assert self.therapist.person
        return self.therapist.person

    @property
    def partner_user(self) -> User:
        person = self.couples[0][1][0].person
        assert person
        return person

    @property
    def step(self) -> Step:
        return self.version.content.steps[self.number - 1]


def build(sizes: Sizes) -> Scene:
    """Write it all. The partner under measurement is the first of the first couple."""
    builder = Builder(random.Random(sizes.seed), timezone.now())
    load_library(at=builder.now)
    long = fill_library(sizes.exercises, builder.now)
    version = ExerciseVersion.objects.get(exercise__slug=ASKED)
    clinic = builder.clinic("Bench")
    user = builder.person("Thera Pist")
    builder.add(Authenticator(user=user, type=Authenticator.Type.TOTP, data={"secret": ""}))
    therapist = builder.add(
        Membership(
            clinic=clinic, person=user, name=user.chosen_name, email=user.email, is_therapist=True,
            joined_at=builder.now,
        )
    )  # fmt: skip
    couples = [builder.couple(therapist, number) for number in range(sizes.couples)]
    _sessions(builder, couples)
    reviewed = _reviewed(builder, therapist, couples[0], long)
    number = 3  # a long text
    writing = _open(builder, therapist, couples, version, number)
    _own_history(builder, therapist, couples[0], version)
    scene = Scene(builder, sizes, therapist, couples, version, reviewed, writing, number, history=0)
    scene.history = sizes.reflections - builder.reflections
    add_history(scene, scene.history, newest=10.0, seen=False)
    return scene


def _sessions(builder: Builder, couples: list[tuple[Couple, list[Partner]]]) -> None:
    """Each couple comes every week: half a year that is past, and the next four."""
    for number, (couple, _partners) in enumerate(couples):
        for week in range(-26, 4):
            at = builder.now + timedelta(weeks=week, hours=1 + number % 100)
            builder.add(Appointment(clinic=couple.clinic, couple=couple, starts_at=at, made_at=builder.now))


def _reviewed(
    builder: Builder, therapist: Membership, pair: tuple[Couple, list[Partner]], version: ExerciseVersion
) -> Assignment:
    """Both partners answered twenty-five questions in 1 KB each, and shared it all."""
    couple, partners = pair
    assignment = builder.assignment(therapist, couple, version, ago=3)
    for partner in partners:
        copy = builder.copy(assignment, partner, ago=1, done=True, step=25)
        for step in version.content.steps:
            builder.share(builder.reflect(copy, step, length=1024), Audience.THERAPIST, seen=True)
    builder.review_work(therapist, assignment)
    return assignment


def _open(
    builder: Builder, therapist: Membership, couples: list[tuple[Couple, list[Partner]]], version: ExerciseVersion,
    number: int,
) -> Homework:  # fmt: skip
    """Each couple has one exercise open and begun; the first partner more of them. The answer is the first's own."""
    begun = []
    for at, (couple, partners) in enumerate(couples):
        for extra in range(TODAY if at == 0 else 1):
            assignment = builder.assignment(therapist, couple, version, ago=5 + extra)
            for partner in partners:
                copy = builder.copy(assignment, partner, ago=2 + extra, done=False, step=0 if extra else number)
                if not extra:
                    builder.reflect(copy, version.content.steps[number - 1])
                    begun.append(copy)
    return begun[0]


def _own_history(
    builder: Builder, therapist: Membership, pair: tuple[Couple, list[Partner]], version: ExerciseVersion
) -> None:
    """More finished exercises of the first partner than My writing shows at once, one text in each."""
    couple, partners = pair
    for n in range(WRITTEN):
        assignment = builder.assignment(therapist, couple, version, ago=10 + n)
        copy = builder.copy(assignment, partners[0], ago=9 + n, done=True, step=3)
        builder.reflect(copy, version.content.steps[2])


def add_history(scene: Scene, reflections: int, *, newest: float, seen: bool) -> None:
    """
    So many reflections more, in finished exercises of all couples by turns; three in four are shared. The newest of
    each couple has not been looked at, unless `seen`. It is written before this returns.
    """
    builder, left, turn = scene.builder, reflections, 0
    asked = [step for step in scene.version.content.steps if kind_of(step).asks]
    while left > 0:
        couple, partners = scene.couples[turn % len(scene.couples)]
        ago = newest + 7 * (turn // len(scene.couples))
        assignment = builder.assignment(scene.therapist, couple, scene.version, ago=ago)
        builder.review_work(scene.therapist, assignment)
        for partner in partners:
            copy = builder.copy(assignment, partner, ago=ago - 1, done=True, step=len(asked))
            audience = (Audience.ONLY_ME, Audience.THERAPIST, Audience.THERAPIST, Audience.PARTNER)[turn % 4]
            for step in asked[:left]:
                written = builder.reflect(copy, step)
                if audience != Audience.ONLY_ME:
                    builder.share(written, audience, seen=seen or turn >= len(scene.couples))
            left -= min(left, len(asked))
        turn += 1
    builder.write()


def grow(scene: Scene, times: int) -> None:
    """As if the clinic had been at work so many times as long: what is open and new stays as much as it was."""
    add_history(scene, scene.history * (times - 1), newest=400.0, seen=True)
