"""Of the demonstration clinic: weeks of sessions, check-ins, measures, and what a therapist writes to both."""

import json
from collections.abc import Callable
from datetime import datetime, time, timedelta
from fractions import Fraction

from clients.commands import appointments
from clients.models import Couple, Membership, Partner
from clients.viewer import Viewer
from exercises.commands import agenda, instruments, measuring, sessions, telling
from exercises.models import Asking, Assignment
from exercises.scoring import Direction, Norms, read_instrument
from exercises.states import Audience, Rhythm
from exercises.versions import Stamp

ViewerOf = Callable[[Membership | Partner, datetime], Viewer]
WEEK = timedelta(weeks=1)
WEEKS = 7  # that the first couple has come
HOUR = time(17)
CLOSENESS = {"Robin": (3, 3, 4, 4, 5, 6), "Sam": (5, 4, 4, 5, 5, 6)}
TENSION = {"Robin": (8, 7, 7, 6, 6, 5), "Sam": (5, 6, 6, 5, 4, 4)}
EVENNESS = {"Robin": ("a", "a", "b", "c"), "Sam": ("b", "c", "b", "c")}  # at one time after another, every item alike
LICENCE = "Made up for this demonstration. It measures nothing, and may be used by anybody."
ASKED = {"rest": "How rested were you?", "ease": "How easy was it to be at home?", "look": "How often did you look up?"}
WORDS = ("Not at all", "A little", "Quite", "Very")


def questionnaire() -> bytes:
    """A made-up instrument as FHIR: no real one is shipped, as their licences are not ours to give."""
    weight = "http://hl7.org/fhir/StructureDefinition/itemWeight"
    options = [
        {"valueCoding": {"code": code, "display": words}, "extension": [{"url": weight, "valueDecimal": number}]}
        for number, (code, words) in enumerate(zip("abcd", WORDS, strict=True))
    ]
    asked = {
        "rest": "How rested were you?",
        "ease": "How easy was it to be at home?",
        "look": "How often did you look up?",
    }
    items = [{"linkId": link, "type": "choice", "text": text, "answerOption": options} for link, text in asked.items()]
    whole = {"resourceType": "Questionnaire", "status": "active", "title": "Evenness (made up)", "copyright": LICENCE}
    return json.dumps(whole | {"item": items}).encode()


def keep_sessions(couple: Couple, therapist: Membership, viewer_of: ViewerOf, *, at: datetime, weeks: int) -> None:
    """A session every so many weeks, at one hour: the past ones, and those to come."""
    begin = at - WEEKS * WEEK
    day = (at + timedelta(days=2)).date() - WEEKS * WEEK
    appointments.make(
        by=viewer_of(therapist, begin), couple=couple, alone=None, day=day, moment=HOUR, minutes=50, weeks=weeks,
        times=14 // weeks, at=begin,
    )  # fmt: skip


def measure(couple: Couple, therapist: Membership, viewer_of: ViewerOf, *, at: datetime) -> None:
    """Both are asked every two weeks, and have answered four times."""
    begin = at - WEEKS * WEEK
    by = viewer_of(therapist, begin)
    made = instruments.take_in(
        by=by, author=therapist, sheet=read_instrument(questionnaire()), direction=Direction.BETTER, at=begin
    )
    norms = Norms(sd=Fraction(2), reliability=Fraction("0.9"), cut_off=Fraction(5))
    instruments.set_norms(
        by=by, instrument=made, norms=norms, direction=Direction.BETTER, most_missing=0, at=begin,
        sources={"change": "Made up for this demonstration", "cut_off": "Made up for this demonstration"},
    )  # fmt: skip
    instruments.confirm(by=by, instrument=made, member=therapist, licence=LICENCE, at=begin)
    people = list(couple.partners.select_related("person", "couple"))
    measuring.ask(by=by, couple=couple, instrument=made, partners=people, rhythm=Rhythm.WEEKS, weeks=2, at=begin)
    for place in people:
        asking = Asking.objects.get(partner=place)
        for turn, code in enumerate(EVENNESS[place.name]):
            when = begin + turn * 2 * WEEK + timedelta(hours=3)
            own = viewer_of(place, when)
            for link in ("rest", "ease", "look"):
                measuring.answer(by=own, asking=asking.pk, link=link, code=code, at=when)
            measuring.hand_in(by=own, asking=asking.pk, at=when)


def prepare(couple: Couple, therapist: Membership, viewer_of: ViewerOf, *, reviewed: Assignment, at: datetime) -> None:
    """What waits for the next session, and what was written after the last."""
    by = viewer_of(therapist, at)
    robin, sam = sorted(couple.partners.select_related("person", "couple"), key=lambda place: place.name)
    last = at - timedelta(days=5)
    sessions.sum_up(
        by=viewer_of(therapist, last), couple=couple, text=SUMMARY, then=NEXT, exercise=None, version=0, at=last
    )
    sessions.keep_note(
        by=viewer_of(sam, at - timedelta(days=1)), place=sam, text=RAISED, audience=Audience.THERAPIST, version=0,
        at=at - timedelta(days=1),
    )  # fmt: skip
    agenda.add(by=by, couple=couple, text="How the two of you say good night", minutes=10, at=at)
    telling.reply(by=viewer_of(therapist, last), assignment=reviewed, to=[robin], text=REPLY, at=last)
    note = telling.begin_joint_note(by=by, couple=couple, at=last)
    telling.save_joint_note(by=by, note=note, text=FOR_BOTH, stamp=Stamp(), at=last)
    telling.publish_joint_note(by=by, note=note, version=note.version + 1, at=last)


SUMMARY = (
    "We spoke of the mornings, and of how quiet can be good. Each of you said one thing, and the other only heard it."
)
NEXT = "One small moment in the week. Nothing has to come of it."
RAISED = "I would like to talk about the phone in the evening, without it being about who is right."
REPLY = "Thank you for the two cups. You can leave it just like that."
FOR_BOTH = "We meet every week at five. If a week is too full, the exercises can wait; you do not have to tell me why."
