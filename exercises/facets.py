"""By what a library is browsed: the tags of exercises, as data, in the order of the page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Body = dict[str, Any]
LONG = 25  # minutes; an exercise that takes longer wants an evening of its own


@dataclass(frozen=True)
class Facet:
    """One way to sort exercises: what it is called, its values, and which of them an exercise has."""

    name: str
    label: str | Promise
    values: dict[str, str | Promise]
    of: Callable[[Body], list[str]]


def _tags(name: str) -> Callable[[Body], list[str]]:
    def of(body: Body) -> list[str]:
        value = body[name]
        return [str(one) for one in value] if isinstance(value, list) else [str(value)]

    return of


def _length(body: Body) -> list[str]:
    minutes = int(body["minutes"])
    return ["short" if minutes <= 10 else "medium" if minutes <= LONG else "long"]


FACETS = (
    Facet("closeness", _("Form of closeness"), {
        "emotional": _("Feelings"), "physical": _("Body"), "intellectual": _("Thoughts"), "spiritual": _("Meaning"),
    }, _tags("closeness")),
    Facet("barrier", _("What gets in the way"), {
        "communication": _("Communication"), "unresolved-conflict": _("Unresolved conflict"),
        "outside-pressure": _("Stress and pressure"), "old-wounds": _("Old wounds"),
        "different-needs": _("Different needs"),
    }, _tags("barriers")),
    Facet("job", _("Your job"), {
        "communication": _("Communication"), "emotional-safety": _("Emotional safety"),
        "conflict-and-repair": _("Conflict and repair"), "vulnerability": _("Vulnerability"),
        "normalising-difference": _("Normalising difference"), "physical-closeness": _("Physical closeness"),
    }, _tags("jobs")),
    Facet("practice", _("Practical step"), {
        "time-together": _("Time together"), "appreciation": _("Appreciation"), "mindfulness": _("Mindfulness"),
        "rituals": _("Rituals"), "inner-world": _("Inner world"),
    }, _tags("practices")),
    Facet("school", _("School"), {
        "reciprocity": _("Reciprocity"), "mutuality": _("Mutuality"), "guide": _("Guide to intimacy"),
        "sex": _("Intimacy and sex"), "emotional": _("Emotional intimacy"),
    }, _tags("schools")),
    Facet("leaning", _("Leaning"), {
        "connection": _("Connection"), "self-standing": _("Self-standing"),
    }, _tags("leaning")),
    Facet("format", _("How it is done"), {
        "alone": _("Alone"), "each": _("Each for themselves"), "together": _("Together"),
    }, _tags("format")),
    Facet("length", _("Length"), {
        "short": _("Up to 10 minutes"), "medium": _("Up to 25 minutes"), "long": _("Longer"),
    }, _length),
    Facet("level", _("Content"), {
        "0": _("Nothing bodily"), "1": _("Affection"), "2": _("Touch"), "3": _("Sexual"),
    }, _tags("content_level")),
)  # fmt: skip
