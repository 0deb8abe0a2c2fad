"""What is sent arrives: a message, and numbers as they are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from dashboard.frames import LONG, frame, piece
from tests.dashboard import reading

NAMES = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=8)
NUMBERS = arrays.arrays(np.float64, st.integers(0, 20), elements=st.floats(allow_nan=False))
TEXTS = st.lists(st.text(max_size=6).filter(lambda text: "\0" not in text), max_size=4).map(
    lambda texts: np.array(texts, dtype=str)
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(NAMES, inside, max_size=3),
    max_leaves=9,
)
MESSAGES = st.dictionaries(NAMES.filter("sources".__ne__), JSON, max_size=4)


@given(
    message=MESSAGES, sources=st.dictionaries(NAMES, st.dictionaries(NAMES, NUMBERS | TEXTS, max_size=4), max_size=4)
)
def test_what_is_put_into_a_frame_comes_out_of_it(message, sources):
    seen, columns = reading.read(frame(message, {name: piece(each) for name, each in sources.items()}))
    assert seen == message
    assert columns == {name: {key: held.tolist() for key, held in each.items()} for name, each in sources.items()}


def test_a_frame_without_anything_can_be_read():
    assert reading.read(frame({}, {})) == ({}, {})


@pytest.mark.parametrize("letters", range(9))
def test_every_column_lies_where_eight_byte_numbers_are_read_in_place(letters):
    columns = {"odd": np.arange(LONG + 1.0), "one": np.array([0.1]), "none": np.zeros(0), "two": np.array([0.2, 0.3])}
    whole = frame({"m": "x" * letters}, {"a": piece(columns), "b": piece(columns)})
    assert len(whole) % 8 == 0
    _, seen = reading.read(whole)
    for source in ("a", "b"):
        assert seen[source] == {name: column.tolist() for name, column in columns.items()}


def test_letters_of_every_alphabet_arrive():
    message, sources = reading.read(
        frame({"said": "σ − Δ_T “ünd” 😀"}, {"names": piece({"text": np.array(["V_th", "τ"])})})
    )
    assert message["said"] == "σ − Δ_T “ünd” 😀"
    assert sources["names"]["text"] == ["V_th", "τ"]


def test_a_short_column_keeps_all_digits_and_a_long_one_as_many_as_a_screen_shows():
    short, long = np.linspace(0.1, np.pi, LONG), np.linspace(0.1, np.pi, LONG + 1)
    seen = reading.arrays(frame({}, {"short": piece({"x": short}), "long": piece({"x": long})}))
    assert seen["short"]["x"].dtype == np.float64
    assert np.array_equal(seen["short"]["x"], short)
    assert seen["long"]["x"].dtype == np.float32
    assert seen["long"]["x"] == pytest.approx(long, rel=1e-7)


def test_columns_of_one_source_may_differ_in_length():
    """A long column is shortened to seven digits, the short one beside it is not."""
    seen = reading.arrays(frame({}, {"both": piece({"line": np.full(LONG + 1, 0.1), "dot": np.array([0.1])})}))
    assert (seen["both"]["line"].size, seen["both"]["line"].dtype) == (LONG + 1, np.float32)
    assert seen["both"]["dot"].tolist() == [0.1]


def test_whole_numbers_become_numbers_like_all_others():
    _, sources = reading.read(frame({}, {"raster": piece({"neuron": np.arange(3)})}))
    assert sources["raster"]["neuron"] == [0.0, 1.0, 2.0]


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_a_number_that_json_does_not_know_is_refused(number):
    with pytest.raises(ValueError, match="JSON"):
        frame({"ranges": {"trace": [0.0, number]}}, {})


def test_equal_columns_make_equal_pieces_and_others_do_not():
    """What a browser holds already is known by this."""
    columns = {"t": np.arange(3.0), "text": np.array(["a", "b", "c"])}
    assert piece(columns) == piece({name: column.copy() for name, column in columns.items()})
    for other in (
        columns | {"t": np.array([0.0, 1.0, 2.5])}, columns | {"text": np.array(["a", "b", "d"])},
        {"t": columns["t"]}, {"x": columns["t"], "text": columns["text"]}, columns | {"t": np.zeros(0)},
    ):  # fmt: skip
        assert piece(other) != piece(columns)
