from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exercises.content import Option, Step
from exercises.kinds.base import Kind, Shown, Value
from exercises.kinds.text import too_long
from exercises.text import SHORT, written

SIDES = {"wanting": gettext_lazy("Behind wanting"), "not_wanting": gettext_lazy("Behind not wanting")}
OWN = 3  # lines for needs that are not on the list, on each side
BETWEEN = " / "


class NeedsMap(Kind):
    """
    The needs behind wanting and behind not wanting, chosen and added to, and what else could meet each.

    The answer is a list of needs: on which side, which one (`key`, or `need` in one's own words), and what could `meet`
    it. How often anything happens is asked nowhere.
    """

    name = "needs-map"
    template = "exercises/steps/needs_map.html"

    def fields(self, step: Step, rows: int = 0) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {}
        for side, needs in _needs(step):
            for need in needs:
                found[f"need-{side}-{need.key}"] = forms.BooleanField(label=need.label, required=False)
                found[f"meet-{side}-{need.key}"] = _line(_("What else could meet it: {need}").format(need=need.label))
            for n in range(OWN):
                found[f"own-{side}-{n}"] = _line(_("Another need, in your own words"))
                found[f"meet-own-{side}-{n}"] = _line(_("What else could meet it"))
        return found

    def initial(self, step: Step, value: Value) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for need, name, meet in _named(value):
            kept |= {name: need.get("need", True), meet: need.get("meet", "")}
        return kept

    def read(self, step: Step, data: QueryDict) -> Value:
        found: list[dict[str, str]] = []
        for side, needs in _needs(step):
            found += [
                _need(side, "key", need.key, data.get(f"meet-{side}-{need.key}", ""))
                for need in needs
                if data.get(f"need-{side}-{need.key}")
            ]
            for n in range(OWN):
                own = written(data.get(f"own-{side}-{n}", ""))
                if own:
                    found.append(_need(side, "need", own, data.get(f"meet-own-{side}-{n}", "")))
        return found or None

    def problems(self, step: Step, value: Value) -> Mapping[str, str]:
        texts: dict[str, str] = {}
        for need, name, meet in _named(value):
            texts |= {name: need.get("need", ""), meet: need.get("meet", "")}
        return {name: too_long(text, SHORT) for name, text in texts.items() if len(text) > SHORT}

    def join(self, step: Step, theirs: Value, mine: Value) -> Value:
        """All needs of both; None where there are more in one's own words than there is room for."""
        joined = [dict(need) for need in theirs]
        known = {_which(need): need for need in joined}
        for need in mine:
            same = known.get(_which(need))
            if same is None:
                joined.append(dict(need))
            elif need.get("meet") and need["meet"] != same.get("meet"):
                same["meet"] = BETWEEN.join(filter(None, [same.get("meet"), need["meet"]]))
        own = [need["side"] for need in joined if "need" in need]
        return None if any(own.count(side) > OWN for side in SIDES) else _in_order(step, joined)

    def holds(self, step: Step, value: Value, mine: Value) -> bool:
        known = {_which(need): need.get("meet", "") for need in value or []}
        return all(
            _which(need) in known
            and (not need.get("meet") or f"{BETWEEN}{known[_which(need)]}".endswith(f"{BETWEEN}{need['meet']}"))
            for need in mine
        )

    def parts(self, step: Step, form: forms.Form) -> Any:
        """For each side its name, pairs of fields for the needs on the list, and pairs for one's own."""
        return [
            (
                SIDES[side],
                [(form[f"need-{side}-{need.key}"], form[f"meet-{side}-{need.key}"]) for need in needs],
                [(form[f"own-{side}-{n}"], form[f"meet-own-{side}-{n}"]) for n in range(OWN)],
            )
            for side, needs in _needs(step)
        ]

    def show(self, step: Step, value: Value) -> Shown:
        labels = {(side, need.key): need.label for side, needs in _needs(step) for need in needs}
        rows = []
        for need in value or []:
            label = need.get("need") or labels.get((need["side"], need["key"]), "")
            cells = [(_("Where it stands"), str(SIDES[need["side"]]))]
            if need.get("meet"):
                cells.append((_("What else could meet it"), need["meet"]))
            rows.append((label, tuple(cells)))
        return Shown(rows=tuple(rows))


def _needs(step: Step) -> Iterator[tuple[str, list[Option]]]:
    for side in SIDES:
        yield side, [Option(**need) for need in step.own.get(side, ())]


def _line(label: str) -> forms.Field:
    widget = forms.TextInput(attrs={"data-limit": SHORT, "dir": "auto", "autocomplete": "off"})
    return forms.CharField(label=label, required=False, widget=widget)


def _need(side: str, name: str, need: str, sent: str) -> dict[str, str]:
    meet = written(sent)
    return {"side": side, name: need, **({"meet": meet} if meet else {})}


def _which(need: Mapping[str, str]) -> tuple[str, str, str]:
    return need["side"], need.get("key", ""), need.get("need", "")


def _named(value: Value) -> Iterator[tuple[Mapping[str, str], str, str]]:
    """Each need that was kept, and the names of its two fields."""
    own = dict.fromkeys(SIDES, 0)
    for need in value or []:
        side = need["side"]
        if "key" in need:
            yield need, f"need-{side}-{need['key']}", f"meet-{side}-{need['key']}"
        else:
            yield need, f"own-{side}-{own[side]}", f"meet-own-{side}-{own[side]}"
            own[side] += 1


def _in_order(step: Step, needs: list[dict[str, str]]) -> list[dict[str, str]]:
    """As a page would send them: side by side, the list first."""
    place = {(side, need.key): n for side, listed in _needs(step) for n, need in enumerate(listed)}
    sides = list(SIDES)
    return sorted(needs, key=lambda n: (sides.index(n["side"]), place.get((n["side"], n.get("key", "")), len(place))))
