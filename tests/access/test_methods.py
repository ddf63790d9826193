"""Every URL by every method: what a page does not take it refuses alike, to everybody, of any record and of none."""

import os
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.urls import reverse

from tests.access.promises import FRESH, FRESH_KEEPING, FRESH_TO_CHANGE
from tests.access.scene import NOW, build
from tests.access.test_matrix import BY_HTMX, EVERYBODY, GO, MATRIX, NF, NO, OPEN_AND_ONWARD, addressed, data_of
from tests.access.walk import WAYS, Walk, never, rows, seen

pytestmark = [pytest.mark.django_db, pytest.mark.long]
METHODS = ("get", "head", "post", "put", "patch", "delete", "options", "trace")
KINDS = {name: kind for _, name, kind, _ in MATRIX}
CODES = {(method, name): dict(zip(EVERYBODY, row, strict=True)) for method, name, _, row in MATRIX}
OPEN = {name for (_, name), row in CODES.items() if row["nobody"] != GO} | OPEN_AND_ONWARD
NAMES_A_RECORD = {name for _, name, _, _ in addressed()}
NO_HEAD = {"mfa_activate_totp", "mfa_view_recovery_codes"}  # what they show once must have been seen
AGAIN = "/account/again/?next="
# A third of all combinations, so chosen that every URL meets every method and every person; or all, when asked for.
STRIDE = 1 if os.environ.get("WALK") == "whole" else 3


def taken(name: str) -> set[str]:
    own = {method for method in METHODS if (method, name) in CODES}
    return own | ({"head"} if "get" in own and name not in NO_HEAD else set())


def asked_of(walk: Walk, who: str, method: str, name: str, way: str, **more: Any) -> list[tuple[object, ...]]:
    """What is received about the record of the scene and, where one is named, about one that never was."""
    kwargs, received = walk.scene.paths[KINDS[name]], []
    for given in [kwargs, never(kwargs)] if name in NAMES_A_RECORD else [kwargs]:
        path = reverse(name, kwargs=given)
        code, content, headers, cookies = seen(walk.ask(who, method, path, way=way, **more))
        # a way back holds the address that was asked for, whatever it leads to
        told = [(header, unquote(value).replace(path, "its-address")) for header, value in headers]
        received.append((code, content, told, cookies))
    return received


def test_it_refuses_all_other_methods_alike(cast):
    walk, wrong = Walk(build(cast)).sign_in(*EVERYBODY), []
    before = rows()
    with time_machine.travel(NOW, tick=False):
        for n, who in enumerate(EVERYBODY):
            for m, method in enumerate(METHODS):
                way = list(WAYS)[(n + m // 3) % 2]
                for u, name in enumerate(KINDS):
                    if method in taken(name) or (n + m + u) % STRIDE:
                        continue
                    first, *other = asked_of(walk, who, method, name, way, keep=True)
                    right = 405 if who != "nobody" or name in OPEN else 401 if way == "htmx" else GO
                    allow = dict(first[2]).get("Allow")
                    said = None if allow is None else {one.lower() for one in allow.split(", ")}
                    if first[0] != right or other not in ([], [first]) or (right == 405 and said != taken(name)):
                        wrong.append(f"{who} {method} {name} ({way}): {first[0]}, allowed {allow}")
    assert not wrong
    assert rows() == before


def test_it_answers_head_as_get_without_a_body(cast):
    walk, wrong = Walk(build(cast)), []
    with time_machine.travel(NOW, tick=False):
        for n, who in enumerate(EVERYBODY):
            for u, name in enumerate(KINDS):
                if "head" not in taken(name) or (n + u) % STRIDE:
                    continue
                way = list(WAYS)[n % 2]
                code = CODES["get", name][who]
                right = 401 if (who, code, way) == ("nobody", GO, "htmx") and name not in OPEN else code
                right = BY_HTMX.get(("get", name, right), right) if way == "htmx" else right
                answers = asked_of(walk, who, "head", name, way)
                is_hidden = code in {NF, NO}
                if answers[0][:2] != (right, b"") or (is_hidden and answers[0] != answers[-1]):
                    wrong.append(f"{who} {name} ({way}): {answers[0][0]}, not {right}")
    assert not wrong


@pytest.mark.parametrize("who", ["alex", "moreno", "adair"])
def test_it_lets_no_method_pass_for_another(cast, who):
    walk = Walk(build(cast)).sign_in(who)
    before = rows()
    with time_machine.travel(NOW, tick=False):
        for name in KINDS:
            path = reverse(name, kwargs=walk.scene.paths[KINDS[name]])
            for asked, meant in (("get", "post"), ("post", "delete"), ("post", "get"), ("put", "post")):
                if asked in taken(name):
                    continue
                for override in ("X_HTTP_Method_Override", "X_Method_Override", "X_HTTP_Method"):
                    headers = {override: meant.upper()}
                    sent = f"{path}?_method={meant}"
                    assert walk.ask(who, asked, sent, keep=True, **headers).status_code == 405, (name, override)
    assert rows() == before


def test_it_asks_whoever_signed_in_long_ago_to_do_so_afresh_and_changes_nothing(cast):
    walk, wrong = Walk(build(cast), ago=601), []
    with time_machine.travel(NOW, tick=False):
        walk.sign_in(*EVERYBODY)  # "long ago" is counted by this clock
        before = rows()
        for method, name in CODES:
            if not (name in FRESH or (name in FRESH_TO_CHANGE and method == "post")):
                continue
            for n, who in enumerate(EVERYBODY[1:]):
                way, code = list(WAYS)[n % 2], CODES[method, name][who]
                first, *other = asked_of(walk, who, method, name, way, data=data_of(walk.scene, name), keep=True)
                onward = {"page": "Location", "htmx": "HX-Redirect"}[way]
                is_asked = dict(first[2]).get(onward, "").startswith(AGAIN)
                if (method, name) in FRESH_KEEPING and first[0] == 403:  # the text stays on the page
                    is_asked = way == "page" or dict(first[2]).get("HX-Trigger") == '{"session:new": {}}'
                if not is_asked and (first[0] != code or code not in {NF, NO}):
                    wrong.append(f"{who} {method} {name} ({way}): {first[0]}")
                # what is theirs keeps the text; what never was is not there, fresh or not
                keeps = (method, name) in FRESH_KEEPING and (first[0], [one[0] for one in other]) == (403, [404])
                if other not in ([], [first]) and not keeps:
                    wrong.append(f"{who} {method} {name} ({way}): otherwise for one that never was")
    assert not wrong
    assert rows() == before
