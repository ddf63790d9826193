"""Giving an exercise with care: what it is about, what speaks against it, and where there is no way past that."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from clients.policies import Care
from clients.states import ContentKind, Wish
from exercises.content import Content
from exercises.kinds import kind_of
from safekeeping.verdict import YES, Verdict, no

LEVELS = {1: ContentKind.AFFECTION, 2: ContentKind.TOUCH, 3: ContentKind.SEXUAL}


def kinds_of(content: Content) -> set[ContentKind]:
    """What an exercise is about, read off the tags that its author gave it."""
    kinds = {LEVELS[content.content_level]} if content.content_level in LEVELS else set()
    if "touch" in content.risks:
        kinds.add(ContentKind.TOUCH)
    if "physical-closeness" in content.jobs and content.content_level >= 2:  # body image, medical questions
        kinds.add(ContentKind.BODY)
    if "old-wounds" in content.barriers:
        kinds.add(ContentKind.PAST)
    # Steadying oneself is a job of the same name, and no talk about the disagreement: it is done by oneself.
    repairs = "conflict-and-repair" in content.jobs and content.leaning == "connection"
    if "confrontation" in content.risks or repairs:
        kinds.add(ContentKind.CONFLICT)
    return kinds


def asks_for_care(content: Content) -> bool:
    """Whether there could be anything about an exercise to confirm, whoever it is given to."""
    return bool(content.risks or kinds_of(content))


@dataclass(frozen=True)
class Concern:
    """One thing to think of before giving an exercise to somebody, said to the therapist alone."""

    code: str
    sentence: str


def concerns(content: Content, people: Sequence[Care], chosen: Collection[UUID]) -> Iterator[Concern]:
    """
    What speaks against giving an exercise to the chosen partners of a couple.

    An exercise that can endanger somebody can do so in the hands of the other one: a flag counts for both. A
    boundary counts for whoever takes part: in what is done together, that is both.
    """
    taking_part = [one for one in people if one.partner_id in chosen or content.format == "together"]
    for one in taking_part:
        for kind in sorted(kinds_of(content)):
            if one.wishes[kind] in _SAID:
                code, sentence = _SAID[one.wishes[kind]]
                yield Concern(code, str(sentence).format(name=one.name, kind=kind.label))
    for one in people if content.risks else ():
        if one.is_flagged:
            yield Concern("attention", str(_ATTENTION).format(name=one.name))


_SAID = {
    Wish.NOT_NOW: ("not_now", _("{name} said “not now” to: {kind}. This cannot be overridden.")),
    Wish.ASK_FIRST: ("ask_first", _("{name} said “ask me first” to: {kind}.")),
}
_ATTENTION = _("Something in a check-in of {name} asks for your attention, and this exercise can put somebody at risk.")


def may_recur(content: Content) -> Verdict:
    """Time and again: not where answers of two are laid side by side, which counts once, nor where two agree."""
    if any(kind.laid_for or kind.page for kind in map(kind_of, content.steps)):
        return no(
            "once", _("This exercise is given once at a time: what two people say to each other in it counts once.")
        )
    return YES


def may_give(content: Content, people: Sequence[Care], chosen: Collection[UUID], *, reason: str) -> Verdict:
    """Past “not now” never; past anything else with a reason that is kept."""
    found = list(concerns(content, people, chosen))
    refused = [concern.sentence for concern in found if concern.code == "not_now"]
    if refused:
        return no("not_now", " ".join(refused))
    if found and not reason.strip():
        return no("reason_needed", _("Say why you give it all the same."))
    return YES
