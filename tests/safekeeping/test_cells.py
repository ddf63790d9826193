"""A sealed cell opens in its own place, whole, for its own key; anything else is an error and never a text."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safekeeping.sealing.cells import SMALLEST, Binding, Cell, SealBroken, padded, seal, unseal

KEY, KEY_ID = bytes(range(32)), uuid4()
HERE = Binding("exercises_reflection", "value", uuid4(), uuid4())


def sealed(text, binding=HERE):
    return seal(text, key_id=KEY_ID, key=KEY, binding=binding)


@given(st.binary(max_size=3000))
def test_it_gives_back_what_was_sealed(text):
    cell = sealed(text)
    assert unseal(cell, key=KEY, binding=HERE) == text
    assert cell.key_id == KEY_ID


@given(st.binary(max_size=300), st.data())
def test_it_opens_nothing_that_was_changed_by_one_bit(text, data):
    cell = bytearray(sealed(text))
    at = data.draw(st.integers(0, len(cell) - 1))
    cell[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBroken):
        _ = Cell(cell).key_id  # which may be another's now
        unseal(Cell(cell), key=KEY, binding=HERE)


def moved(**changes):
    return Binding(**{**HERE.__dict__, **changes})


@pytest.mark.parametrize(
    "elsewhere",
    [moved(table="exercises_share"), moved(column="note"), moved(row=uuid4()), moved(owner=uuid4())],
    ids=["table", "column", "row", "owner"],
)
def test_it_opens_nowhere_but_in_its_own_place(elsewhere):
    with pytest.raises(SealBroken):
        unseal(sealed(b"dear"), key=KEY, binding=elsewhere)


def test_it_does_not_open_with_another_key():
    with pytest.raises(SealBroken):
        unseal(sealed(b"dear"), key=bytes(32), binding=HERE)


@pytest.mark.parametrize("junk", [b"", b"\x01", b"dear diary", bytes(200), b"\x02" + bytes(100)])
def test_it_takes_no_plain_text_for_a_cell(junk):
    with pytest.raises(SealBroken):
        _ = Cell(junk).key_id


def test_it_never_seals_the_same_text_twice_alike():
    assert sealed(b"dear") != sealed(b"dear")


@given(st.integers(0, 200_000))
def test_it_hides_the_length_within_a_step_and_adds_an_eighth_at_most(length):
    size = len(padded(bytes(length)))
    assert size >= length + 4
    assert size == SMALLEST if length <= SMALLEST - 4 else size <= (length + 4) * 1.13


def test_it_gives_short_answers_one_size():
    assert {len(sealed(text)) for text in (b"no", b"yes", b"I would rather not say.")} == {len(sealed(b""))}
