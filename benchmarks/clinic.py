"""
A clinic of any size, written in bulk: one therapist, couples, finished and open homework, shares, marks and notes.

The same seed gives the same clinic, but for the ids. Everything in it is made up of random words.
"""

import datetime
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import connection, models, transaction

from accounts.models import User
from clients.models import Appointment, Clinic, ConsentDocument, ConsentSignature, Couple, Membership, Partner
from clients.states import DocumentKind
from exercises.content import Step
from exercises.models import Assignment, Exercise, ExerciseVersion, Homework, Mark, PrivateNote, Reflection, Share
from exercises.states import Audience, Frame, HomeworkState

WORDS = (
    "the", "kitchen", "was", "dark", "and", "quiet", "when", "we", "came", "home", "late", "tired", "though",
    "somebody", "had", "left", "light", "on", "for", "us",
)  # fmt: skip
ORDER: tuple[type[models.Model], ...] = (
    User, Authenticator, Clinic, ConsentDocument, Membership, Couple, Partner, ConsentSignature, Appointment,
    Assignment, Homework, Reflection, Share, Mark, PrivateNote,
)  # fmt: skip


def prose(chance: random.Random, length: int) -> str:
    """Exactly so many characters."""
    text = ""
    while len(text) < length:
        text += chance.choice(WORDS) + " "
    return text[: length - 1] + "."


def answer(chance: random.Random, step: Step, length: int = 0) -> Any:
    """What somebody might have answered."""
    if step.kind in {"choices", "checklist"}:
        return [option.key for option in step.options[:3]]
    if step.kind == "choice":
        return step.options[0].key
    if step.kind == "scale":
        return chance.randint(1, step.points)
    return prose(chance, length or (60 if step.kind == "short" else chance.randint(150, 600)))


@dataclass
class Builder:
    """Collects rows in memory and writes them in the order of their keys."""

    chance: random.Random
    now: datetime.datetime
    rows: dict[type[models.Model], list[Any]] = field(default_factory=lambda: {model: [] for model in ORDER})
    documents: dict[Any, list[ConsentDocument]] = field(default_factory=lambda: defaultdict(list))
    reflections: int = 0

    def add(self, row: Any) -> Any:
        self.rows[type(row)].append(row)
        return row

    def write(self) -> None:
        with transaction.atomic():
            for model, rows in self.rows.items():
                model._default_manager.bulk_create(rows, batch_size=2000)
                rows.clear()
        with connection.cursor() as cursor:
            cursor.execute("vacuum (analyze)")

    def person(self, name: str) -> User:
        email = f"{name.replace(' ', '.').lower()}@bench.example"
        return self.add(User(email=email, password="!", chosen_name=name, time_zone="Europe/Berlin"))

    def couple(self, therapist: Membership, number: int) -> tuple[Couple, list[Partner]]:
        couple = self.add(
            Couple(
                clinic=therapist.clinic, therapist=therapist, alias=f"{prose(self.chance, 14)[:-1]} {number}",
                time_zone="Europe/Berlin", made_at=self.now - timedelta(days=400),
            )
        )  # fmt: skip
        partners = []
        for seat in (1, 2):
            user = self.person(f"Person {number} {seat}")
            partners.append(
                self.add(
                    Partner(
                        clinic=therapist.clinic, couple=couple, seat=seat, person=user, name=user.chosen_name,
                        email=user.email, joined_at=self.now,
                    )
                )
            )  # fmt: skip
            self.agree(partners[-1])
        return couple, partners

    def clinic(self, name: str) -> Clinic:
        """A clinic with both of the documents that people agree to."""
        clinic = self.add(Clinic(name=name, time_zone="Europe/Berlin"))
        for kind in DocumentKind:
            text = prose(self.chance, 2000)
            self.add(
                ConsentDocument(
                    clinic=clinic, kind=kind, number=1, title=str(kind.label), text=text, published_at=self.now
                )
            )  # fmt: skip
            self.documents[clinic.pk].append(self.rows[ConsentDocument][-1])
        return clinic

    def agree(self, partner: Partner) -> None:
        for document in self.documents[partner.clinic_id]:
            self.add(
                ConsentSignature(clinic=partner.clinic, partner=partner, document=document, signed_at=self.now)
            )  # fmt: skip

    def assignment(self, therapist: Membership, couple: Couple, version: ExerciseVersion, ago: float) -> Assignment:
        return self.add(
            Assignment(
                clinic=therapist.clinic, couple=couple, version=version, assigned_by=therapist, frame=Frame.OFFER,
                made_at=self.now - timedelta(days=ago), note="A few quiet minutes are enough.",
            )
        )  # fmt: skip

    def copy(self, assignment: Assignment, partner: Partner, ago: float, *, done: bool, step: int) -> Homework:
        at = self.now - timedelta(days=ago)
        return self.add(
            Homework(
                clinic=assignment.clinic, couple=assignment.couple, assignment=assignment, partner=partner, step=step,
                state=HomeworkState.FINISHED if done else HomeworkState.OPEN, begun_at=at if step else None,
                written_at=at if step else None, finished_at=at if done else None, changed_at=at, opens_at=at,
                due_on=(self.now + timedelta(days=7 - ago)).date(),
            )
        )  # fmt: skip

    def reflect(self, copy: Homework, step: Step, length: int = 0) -> Reflection:
        self.reflections += 1
        return self.add(
            Reflection(
                clinic=copy.clinic, couple=copy.couple, homework=copy, author=copy.partner, step_key=step.key,
                value=answer(self.chance, step, length), written_at=copy.changed_at,
            )
        )  # fmt: skip

    def share(self, reflection: Reflection, audience: Audience, *, seen: bool) -> None:
        at = reflection.written_at
        self.add(
            Share(
                clinic=reflection.clinic, couple=reflection.couple, homework=reflection.homework,
                assignment=reflection.homework.assignment, reflection=reflection, author=reflection.author,
                step_key=reflection.step_key, value=reflection.value, version=1,
                audience=audience, shared_at=at, therapist_from=at,
                partner_from=at if audience == Audience.PARTNER else None, seen_at=at if seen else None,
            )
        )  # fmt: skip

    def review_work(self, therapist: Membership, assignment: Assignment) -> None:
        """What a therapist leaves behind: a note, and a mark now and then."""
        at = assignment.made_at
        self.add(
            PrivateNote(
                clinic=assignment.clinic, assignment=assignment, author=therapist, text=prose(self.chance, 300),
                written_at=at,
            )
        )  # fmt: skip
        if self.chance.random() < 0.5:
            step = assignment.version.content.steps[1]
            self.add(
                Mark(
                    clinic=assignment.clinic, couple=assignment.couple, assignment=assignment, step_key=step.key,
                    marked_at=at,
                )
            )  # fmt: skip


def fill_library(size: int, now: datetime.datetime) -> ExerciseVersion:
    """The shipped exercises, repeated under other names up to `size`; the answer is one with 25 questions."""
    shipped = list(Exercise.objects.select_related("current").order_by("number"))
    long_steps = [
        {"key": f"question-{n}", "kind": "prompt", "title": f"Question {n}: what was it like for you?"}
        for n in range(1, 26)
    ]
    exercises, versions = [], []
    for n in range(len(shipped), size):
        current = shipped[n % len(shipped)].current
        body = dict(current.body) if current else {}
        slug = f"exercise-{n}" if n < size - 1 else "twenty-five-questions"
        body |= {"slug": slug, "number": 1000 + n, "title": f"{body['title']} ({n})"}
        if n == size - 1:
            body["steps"] = long_steps
        exercise = Exercise(slug=slug, number=body["number"])
        version = ExerciseVersion(
            exercise=exercise, number=1, title=body["title"], digest=slug, body=body, loaded_at=now
        )
        exercises.append(exercise)
        versions.append(version)
    Exercise.objects.bulk_create(exercises)
    ExerciseVersion.objects.bulk_create(versions)
    for exercise, version in zip(exercises, versions, strict=True):
        exercise.current = version
    Exercise.objects.bulk_update(exercises, ["current"])
    return versions[-1]
