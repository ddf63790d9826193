"""A made-up instrument, as a file and as a sheet; and asking and answering it in few words."""

import json
from datetime import datetime
from typing import Any

from exercises import scoring
from exercises.commands import instruments, measuring
from exercises.models import Asking, Instrument, Measurement
from exercises.scoring import Direction, Norms
from exercises.states import Rhythm
from tests.cast import NOON
from tests.exercises.scene import Scene

WEIGHT = "http://hl7.org/fhir/StructureDefinition/itemWeight"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
CALCULATED = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression"
LABELS = ("Not at all", "A little", "Quite", "Very")
Raw = dict[str, Any]


def options(*weights: float | None, url: str = WEIGHT) -> list[Raw]:
    """Options a, b, c, …, with these numbers."""
    found: list[Raw] = []
    for code, label, weight in zip("abcd", LABELS, weights, strict=False):
        option: Raw = {"valueCoding": {"code": code, "display": label}}
        if weight is not None:
            option["extension"] = [{"url": url, "valueDecimal": weight}]
        found.append(option)
    return found


def question(link: str, *weights: float | None, **more: Any) -> Raw:
    weights = weights or (0, 1, 2, 3)
    return {"linkId": link, "type": "choice", "text": f"How {link}?", "answerOption": options(*weights), **more}


def group(link: str, *items: Raw, **more: Any) -> Raw:
    return {"linkId": link, "type": "group", "text": link.capitalize(), "item": list(items), **more}


def calculated(link: str, expression: str, **more: Any) -> Raw:
    value = {"language": "text/fhirpath", "expression": expression}
    return {
        "linkId": link, "type": "decimal", "text": link.capitalize(), "readOnly": True,
        "extension": [{"url": CALCULATED, "valueExpression": value}], **more,
    }  # fmt: skip


def questionnaire(*items: Raw, **more: Any) -> bytes:
    whole = {"resourceType": "Questionnaire", "status": "active", "title": "Four small questions", "item": list(items)}
    return json.dumps(whole | more).encode()


# near and warm belong together; far is turned round by its numbers
SMALL = questionnaire(
    group("nearness", question("near"), question("warm")),
    question("far", 3, 2, 1, 0),
    question("calm"),
    copyright="Made up for tests. Free for any use.",
)
NORMS = Norms(sd=scoring.shapes.Fraction(2), reliability=scoring.shapes.Fraction("0.875"))  # 1.96 · Sdiff = 1.96
SOURCES = {"change": "Nobody (2026), Table 1"}
ITEMS = ("near", "warm", "far", "calm")


def instrument(scene: Scene, *, raw: bytes = SMALL, licensed: bool = True, norms: Norms | None = NORMS) -> Instrument:
    """Moreno has imported it and, unless told otherwise, answered for it and put its numbers in."""
    by, author = scene.viewer("moreno"), scene.cast.staff["moreno"]
    sheet = scoring.read_instrument(raw)
    made = instruments.take_in(by=by, author=author, sheet=sheet, direction=Direction.BETTER, at=NOON)
    if norms:
        instruments.set_norms(
            by=by, instrument=made, norms=norms, sources=SOURCES, direction=Direction.BETTER, most_missing=1, at=NOON
        )
    if licensed:
        instruments.confirm(by=by, instrument=made, member=author, licence="Ours.", at=NOON)
    return Instrument.objects.get(pk=made.pk)


def asks(
    scene: Scene, made: Instrument, *names: str, rhythm: Rhythm = Rhythm.ONCE, weeks: int = 0, at: datetime = NOON
) -> Asking:
    """Moreno asks both, or whom is named; the answer is how the first of them is asked."""
    names = names or ("alex", "blake")
    places = [scene.cast.places[name] for name in names]
    couple = type(scene.cast.couple).objects.get(pk=scene.cast.couple.pk)
    measuring.ask(
        by=scene.viewer("moreno", at), couple=couple, instrument=made, partners=places, rhythm=rhythm, weeks=weeks,
        at=at,
    )  # fmt: skip
    return Asking.objects.get(partner=places[0], instrument=made, stopped_at=None)


def ticks(scene: Scene, asking: Asking, codes: str, name: str = "alex", at: datetime = NOON) -> None:
    """One letter an item; a dash where somebody would rather not say, a dot where nothing is said."""
    for link, code in zip(ITEMS, codes, strict=True):
        if code != ".":
            said = None if code == "-" else code
            measuring.answer(by=scene.viewer(name, at), asking=asking.pk, link=link, code=said, at=at)


def answers(scene: Scene, asking: Asking, codes: str, name: str = "alex", at: datetime = NOON) -> Measurement:
    """Ticks them and sends them."""
    ticks(scene, asking, codes, name, at)
    measuring.hand_in(by=scene.viewer(name, at), asking=asking.pk, at=at)
    return Measurement.objects.filter(asking=asking).latest("finished_at")
