"""What the parts of an exercise are called on the builder's pages."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

# label, and a line below it
PARTS: dict[str, tuple[Words, Words]] = {
    "title": (_("Title"), _("What partners and therapists read. Of a step: the question itself.")),
    "summary": (_("Summary"), _("One neutral sentence for lists. It may stand on a screen that others can see.")),
    "schools": (_("Where it comes from"), ""),
    "leaning": (_("What it leans towards"), ""),
    "format": (_("Who does it"), ""),
    "minutes": (_("How many minutes it takes, roughly"), ""),
    "content_level": (_("How close it comes"), _("It is held against each partner's boundaries.")),
    "frame": (_("What it is meant for"), _("A suggestion. The therapist chooses, and each partner decides alone.")),
    "closeness": (_("Forms of closeness"), ""),
    "barriers": (_("Barriers it works on"), ""),
    "jobs": (_("What it helps the therapist with"), ""),
    "practices": (_("Practices it belongs to"), ""),
    "risks": (_("Risks"), _("What could endanger somebody under pressure. Giving it then takes a reason.")),
    "purpose": (_("For the therapist: what it is for"), _("Why, for whom, where it comes from, when to choose it.")),
    "cautions": (_("For the therapist: take care"), _("One a line. At least one where there is a risk.")),
    "introduction": (_("To the partner, before the first step"), _("Say that they choose at the end who can read it.")),
    "notice": (_("To the partner, at the end"), _("What to notice.")),
    "debrief": (_("For the therapist: questions for the next session"), _("One a line, three to six.")),
    "text": (_("Text below the title"), _("Blank lines make paragraphs, - makes a list, *stars* make it slanted.")),
    "hint": (_("Hint"), _("One short line beside the field.")),
    "options": (_("Options"), _("One a line. An option in new words stays the same option.")),
    "items": (_("Lines"), _("One a line. A line in new words stays the same line.")),
    "low": (_("Words at the low end"), ""),
    "middle": (_("Words in the middle"), ""),
    "high": (_("Words at the high end"), ""),
    "points": (_("How many points"), _("11 run from 0 to 10, 5 from 1 to 5.")),
    "columns": (_("Columns"), ""),
    "label": (_("Label"), ""),
    "kind": (_("Kind"), ""),
    "count": (_("Blank rows at first"), _("Where the rows have no names of their own.")),
    "max": (_("Rows at most"), ""),
    "phases": (_("Phases"), ""),
    "seconds": (_("Seconds"), ""),
    "rounds": (_("How many rounds"), ""),
    "mine": (_("Heading of one's own column"), ""),
    "theirs": (_("Heading of the column of guesses"), ""),
    "wanting": (_("Needs behind wanting"), _("One a line.")),
    "not_wanting": (_("Needs behind not wanting"), _("One a line.")),
}

KINDS: dict[str, Words] = {
    "read": _("A page to read"),
    "prompt": _("A long text"),
    "short": _("One line"),
    "scale": _("A scale"),
    "choice": _("One of several"),
    "choices": _("Several of several"),
    "checklist": _("Things to tick off"),
    "rows": _("A table"),
    "timer": _("A timer"),
    "guess": _("Mine, and what I think is yours"),
    "overlap": _("A list where only what both want shows"),
    "needs-map": _("Needs behind wanting and not wanting"),
    "bridge": _("A small step towards common ground"),
    "share": _("One thing to tell"),
    "readiness": _("Ready, stay, or step back"),
    "agreement": _("An agreement of both"),
    "goal": _("A goal"),
}

VALUES: dict[tuple[str, Any], Words] = {
    ("content_level", 0): _("No touch, no sexuality"),
    ("content_level", 1): _("Affection"),
    ("content_level", 2): _("Touch"),
    ("content_level", 3): _("Sexual"),
    ("format", "alone"): _("One partner"),
    ("format", "each"): _("Both may, each alone"),
    ("format", "together"): _("Both together"),
    ("frame", "private-first"): _("Private first: written for oneself"),
    ("frame", "offer"): _("Offer: each may offer something, one way"),
    ("frame", "read-together"): _("Read together: opened in a session"),
    ("leaning", "connection"): _("Connection"),
    ("leaning", "self-standing"): _("Standing by oneself"),
}


def label_of(name: str) -> Words:
    """What a part is called; one that nobody has named yet, by its own name."""
    known = PARTS.get(name)
    return known[0] if known else name.replace("_", " ").capitalize()


def hint_of(name: str, otherwise: str = "") -> Words:
    known = PARTS.get(name)
    return known[1] if known else otherwise


def value_of(name: str, value: Any) -> Words:
    """What one of several values is called."""
    if name == "kind":
        return kind_of(str(value))
    return VALUES.get((name, value), str(value).replace("-", " ").capitalize())


def kind_of(name: str) -> Words:
    """What a kind of step is called."""
    return KINDS.get(name, _DATE if name == "date" else name.replace("-", " ").capitalize())


_DATE = _("A day")
