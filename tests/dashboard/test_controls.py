"""Inputs follow from declarations, and messages of a browser cannot do harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.controls import Controls, describe, symbol
from dashboard.session import Session
from model import ExpIFParameters
from model.parameters import Numbers


@pytest.fixture
def session():
    return Session()


@pytest.fixture
def controls(session):
    return Controls(session)


@pytest.mark.parametrize("name", Numbers._fields)
def test_an_input_says_what_its_declaration_says(name):
    neuron = ExpIFParameters()
    declared, field = neuron.param[name], describe(neuron, name)
    assert field["name"] == name
    assert (field["hard_low"], field["hard_high"]) == declared.bounds
    assert (field["low"], field["high"]) == declared.softbounds
    assert field["unit"] == declared.unit
    assert field["label"] == declared.label
    assert field["help"] == declared.doc
    assert field["default"] == declared.default


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("delta_T", ["Δ", "T"]),
        ("tau_ref", ["τ", "ref"]),
        ("I", ["I", ""]),
        ("tau", ["τ", ""]),
        ("onset", ["onset", ""]),
    ],
)
def test_symbols_are_letters_with_an_index(name, shown):
    assert symbol(name) == shown


def test_every_input_of_the_page_is_drawn(controls, session):
    drawn = [field["name"] for group in controls.layout_ for field in group["fields"]]
    assert drawn == [name for _, name in session.members()]


def test_a_refusal_is_answered_with_the_value_that_stays(controls):
    controls._handle_msg({"seq": 1, "choose": {"delta_T": 1e9}})
    assert controls.answer["seq"] == 1
    assert "between" in controls.answer["refused"]["delta_T"]
    assert controls.answer["values"]["delta_T"] == 3.48


def test_an_accepted_choice_is_answered_when_its_result_is_shown(controls, session):
    controls._handle_msg({"seq": 7, "choose": {"delta_T": 2.0}})
    assert controls.answer["seq"] == 0
    controls.reply(7)
    assert controls.answer["seq"] == 7
    assert controls.answer["values"]["delta_T"] == 2.0


def test_choosing_a_kind_of_current_draws_its_inputs(controls):
    controls._handle_msg({"seq": 1, "choose": {"kind": "sine"}})
    controls.reply(1)
    assert "frequency" in [field["name"] for field in controls.layout_[0]["fields"]]


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(["seq", "choose", "reset", "theme"])
names = st.sampled_from(["delta_T", "kind", "seed", "V_th", "nothing"])


@given(message=json | st.dictionaries(keys, json | st.dictionaries(names, json, max_size=4), max_size=4))
def test_no_message_breaks_the_session(message):
    session = Session()
    controls = Controls(session)
    controls._handle_msg(message)
    assert session.choose({"delta_T": 2.5}) == {}
    assert session.snapshot().neuron.delta_T == 2.5
