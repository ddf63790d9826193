"""The form of one part of an exercise, drawn from the schema: a new kind of step has its form without a line here."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from clients.models import Membership
from exercises.building.boxes import Box, Rows, box_for
from exercises.building.words import kind_of
from exercises.content.drafts import HEAD, LARGEST, Body, kind_rules, size
from exercises.content.rules import schema
from exercises.kinds import KINDS
from exercises.text import tidy

HEAD_PARTS = (
    "title", "summary", "introduction", "notice", "minutes", "format", "frame", "content_level", "risks", "cautions",
    "purpose", "debrief", "schools", "leaning", "closeness", "barriers", "jobs", "practices",
)  # fmt: skip
SENTENCE = 500  # characters of an answer to an offer


def boxes_of(part: str, body: Body) -> list[Box]:
    """What a part consists of: the head, or a step of its kind."""
    if part == HEAD:
        rules = schema()["properties"]
        return [box_for(name, rules[name]) for name in HEAD_PARTS]
    rules = schema()["$defs"]["step"]["properties"]
    own = {name: rule for name, rule in kind_rules(body["kind"])["properties"].items() if rule != {"not": {}}}
    names = {"title": rules["title"], "text": rules["text"], **own}
    return [box_for(name, rule) for name, rule in names.items()]


def required_of(part: str, body: Body) -> set[str]:
    """What stays in a part even while it is empty, so that the place where it is missing can be named."""
    if part == HEAD:
        return set(HEAD_PARTS)
    return {"title", *kind_rules(body["kind"]).get("required", ())}


class PartForm(forms.Form):
    """One part of a draft. It refuses nothing but what is far too much: what is wrong is said, and kept."""

    hide_optional = True

    def __init__(self, data: QueryDict | None = None, *, part: str, body: Body, more: int = 0) -> None:
        self.part, self.before = part, body
        self.boxes = boxes_of(part, body)
        self.new = self._read(data) if data is not None else body
        first: dict[str, Any] = {}
        for box in self.boxes:
            first |= box.initial(box.name, self.new.get(box.name))
        super().__init__(initial=first, prefix=None)
        for box in self.boxes:
            rows = (more or int(not self.new.get(box.name))) if isinstance(box, Rows) else 0
            self.fields.update(box.fields(box.name, self.new.get(box.name), rows))

    def _read(self, data: QueryDict) -> Body:
        sent = {box.name: box.read(box.name, data, self.before.get(box.name)) for box in self.boxes}
        needed = required_of(self.part, self.before)
        kept = {name: value for name, value in self.before.items() if name not in sent}
        return kept | {name: v for name, v in sent.items() if v not in ("", []) or name in needed}

    @property
    def is_too_much(self) -> bool:
        return size(self.new) > LARGEST

    def groups(self) -> list[tuple[Box, list[list[forms.BoundField]]]]:
        """Each box with its fields; those of rows, row by row."""
        found = []
        for box in self.boxes:
            if not isinstance(box, Rows):
                found.append((box, [[self[box.name]]]))
                continue
            rows: dict[str, list[forms.BoundField]] = {}
            for name in self.fields:
                if name.startswith(f"{box.name}-"):
                    rows.setdefault(name.split("-")[1], []).append(self[name])
            found.append((box, list(rows.values())))
        return found

    @property
    def has_rows(self) -> bool:
        return any(isinstance(box, Rows) for box in self.boxes)


class BeginForm(forms.Form):
    """Which clinic an exercise is made for, where somebody works at several."""

    def __init__(self, *args: Any, authors: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.authors = authors
        if len(authors) > 1:
            choices = [(str(one.pk), one.clinic.name) for one in authors]
            self.fields["author"] = forms.ChoiceField(label=_("Clinic"), choices=choices, required=False)

    @property
    def author(self) -> Membership:
        """Whom it is made as; the first, where what was sent is none of one's own."""
        sent = self.data.get("author", "") if self.is_bound else ""
        return next((one for one in self.authors if str(one.pk) == sent), self.authors[0])


class AddStepForm(forms.Form):
    """Which kind of page comes next."""

    kind = forms.ChoiceField(label=_("Add a step"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(name, kind_of(name)) for name in KINDS]  # type: ignore[attr-defined]


class HandBackForm(forms.Form):
    """Why an exercise is not for the whole clinic, or not yet."""

    sentence = forms.CharField(
        label=_("A sentence to its author"), max_length=SENTENCE, strip=True,
        error_messages={"required": _("Say in a sentence why you hand it back.")},
        widget=forms.Textarea(attrs={"rows": 3, "data-grow": True, "dir": "auto"}),
    )  # fmt: skip

    def clean_sentence(self) -> str:
        return tidy(self.cleaned_data["sentence"])


class FileForm(forms.Form):
    """A file with an exercise or a questionnaire."""

    file = forms.FileField(
        label=_("A file"),
        help_text=_("An exercise (YAML), or a FHIR Questionnaire (JSON)."),
        error_messages={
            "required": _("Choose a file."), "empty": _("The file is empty."), "missing": _("Choose a file."),
            "invalid": _("Choose a file."),
        },
    )  # fmt: skip
