"""The table of codes keeps what is promised, and every URL is a door to something that is."""

import pytest
from django.urls import get_resolver

from tests.access import promises
from tests.access.promises import (
    ASK,
    BEYOND,
    COLUMNS,
    DIFFERS,
    DOORS,
    EVERYBODYS,
    FRESH,
    FRESH_TO_CHANGE,
    NF,
    NO,
    NOT_BUILT,
    OK,
    PROMISES,
    SU,
    TABLE,
)
from tests.access.test_matrix import EVERYBODY, GO, MATRIX, names

DONE = {200, 302, 303, 422}
CODES = {OK: DONE, SU: DONE, ASK: DONE, NF: {404}, NO: {403}}


def test_every_url_is_for_something_that_is_promised_or_everybodys():
    assert DOORS.keys() | EVERYBODYS.keys() == set(names(get_resolver().url_patterns))
    assert not DOORS.keys() & EVERYBODYS.keys()
    assert all(EVERYBODYS.values())


def test_every_promise_has_a_door_or_is_not_built():
    behind = {deed for deed, *_doors in DOORS.values()}
    # read where something else is: an assignment with its homework, boundaries with the check-ins
    # one's own marks with the rest of one's writing, and with what else was sent to the therapist
    behind |= {"assignment · read", "boundaries · read", "overlap list · own marks"}
    assert behind | NOT_BUILT.keys() == PROMISES.keys()
    assert not behind & NOT_BUILT.keys()


@pytest.mark.parametrize(("method", "name", "kind", "row"), MATRIX, ids=[f"{m}-{n}" for m, n, _, _ in MATRIX])
def test_it_answers_as_is_promised(method, name, kind, row):
    if name in EVERYBODYS:
        assert not kind or kind in {"reset", "stop", "token", "cal"}  # nothing in the address that somebody could guess
        return
    assert row[0] == GO
    wrong = []
    for who, code in zip(EVERYBODY[1:], row[1:], strict=True):
        answer = promises.promised(who, method, name, kind)
        by_its_state = (method, name) in promises.OF_ITS_STATE and CODES[answer] == DONE
        if code not in ({403} if by_its_state else CODES[answer]):
            wrong.append(f"{who}: {code}, promised {answer}")
    assert not wrong


def test_it_differs_from_the_table_where_it_says_so_and_says_why():
    for (deed, column), (answer, why) in DIFFERS.items():
        assert dict(zip(COLUMNS, TABLE[deed], strict=True))[column] != answer
        assert why
    assert not TABLE.keys() & BEYOND.keys()


def test_it_asks_for_a_fresh_sign_in_where_that_is_promised():
    promised = {name for name, (deed, *doors) in DOORS.items() if SU in {PROMISES[deed][door] for door in doors}}
    assert promised == (FRESH | FRESH_TO_CHANGE) & DOORS.keys()
