"""The words of the private check-in. A version never changes: an answer says which of them it answered."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

UNSAID = "-"
OPTIONS: dict[str, Words] = {
    "0": _("No"),
    "1": _("Once or twice"),
    "2": _("More often"),
    UNSAID: _("I’d rather not say"),
}
CONCERNING = frozenset("12")


@dataclass(frozen=True)
class Question:
    """One question. Its key is its place in an answer."""

    key: str
    text: Words


VERSIONS: dict[int, tuple[Question, ...]] = {
    1: (
        Question("afraid", _("Were you afraid of your partner, or of what they might do?")),
        Question("went-along", _("Did you go along with something because saying no did not feel possible?")),
        Question("closeness", _("Did touch or sex happen that you did not want?")),
        Question(
            "watched",
            _("Did your partner go through your phone, keep money from you, or keep you from seeing people?"),
        ),
        Question(
            "hurt",
            _("Did your partner hurt you, hold you down, break your things, or say that they would?"),
        ),
        Question(
            "paid-for-it",
            _("Did things get harder at home because of something you said to your therapist or wrote here?"),
        ),
    ),
}  # fmt: skip
CURRENT = max(VERSIONS)


def written(said: Mapping[str, str]) -> dict[str, str | int]:
    """
    What is kept of an answer to the current questions: one letter a question, in their order.

    So what was said, left out, or not said at all has the same length, and lies in the same number of bytes.
    """
    return {"words": CURRENT, "said": "".join(said.get(q.key) or UNSAID for q in VERSIONS[CURRENT])}


def read(kept: dict[str, str | int]) -> list[tuple[Question, str]]:
    """Each question that was asked, with the letter that answers it."""
    return list(zip(VERSIONS[int(kept["words"])], str(kept["said"]), strict=True))


def is_concerning(kept: dict[str, str | int]) -> bool:
    """Whether any answer tells of fear, pressure or harm."""
    return bool(CONCERNING & set(str(kept["said"])))
