"""What a visitor may choose, and what is refused."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.session import Session, quantities
from model.quantity import Quantity
from model.stimuli import KINDS

NONSENSE = [
    float("nan"), float("inf"), -float("inf"), 1e300, "abc", "", "1e999", "nan", None, True, [1.0], {"a": 1},
    "<b>1</b>", "0x10", 10**400,
]  # fmt: skip


@pytest.fixture
def changes():
    return []


@pytest.fixture
def session(changes):
    return Session(on_change=lambda: changes.append(1))


def test_one_choice_is_one_change(session, changes):
    assert session.choose({"delta_T": 2.0}) == {}
    assert session.neuron.delta_T == 2.0
    assert changes == [1]


def test_many_choices_at_once_are_one_change(session, changes):
    session.choose({"V_rest": -70, "V_T": -50, "tau": 20, "kind": "step", "onset": 10})
    assert changes == [1]
    assert session.snapshot().kind == "step"


def test_the_same_value_again_is_no_change(session, changes):
    session.choose({"delta_T": session.neuron.delta_T})
    assert changes == []


@pytest.mark.parametrize(
    "name", ["delta_T", "tau", "I", "duration", "dt", "sigma", "seed", "method", "kind", "V_reset"]
)
@pytest.mark.parametrize("value", NONSENSE, ids=lambda value: str(value)[:12])
def test_nonsense_is_refused_in_a_sentence_and_changes_nothing(session, changes, name, value):
    before = session.snapshot()
    refused = session.choose({name: value})
    assert list(refused) == [name]
    assert name in refused[name]
    assert refused[name].endswith(".")
    assert len(refused[name]) < 300
    assert session.snapshot() == before
    assert changes == []


def test_the_good_choices_stay_when_a_bad_one_is_refused(session):
    refused = session.choose({"delta_T": -1, "tau": 20, "nothing": 5})
    assert set(refused) == {"delta_T", "nothing"}
    assert session.neuron.tau == 20
    assert session.neuron.delta_T == 3.48


def test_a_reset_potential_above_the_threshold_is_refused(session):
    refused = session.choose({"V_reset": -20})
    assert "V_th" in refused["V_reset"]
    assert session.neuron.V_reset == -68


def test_reset_and_threshold_may_move_past_each_other_together(session):
    assert session.choose({"V_reset": -20, "V_th": 0}) == {}
    assert session.choose({"V_th": -40, "V_reset": -60}) == {}
    assert session.neuron.V_reset == -60


def test_text_is_read_as_people_write_numbers(session):
    assert session.choose({"V_rest": " −70,5 ", "seed": "12"}) == {}
    assert session.neuron.V_rest == -70.5
    assert session.run.seed == 12


def test_each_kind_of_current_brings_its_own_inputs(session):
    for kind, shape in KINDS.items():
        session.choose({"kind": kind})
        names = {name for _, name in session.members()}
        assert set(quantities(shape())) <= names


def test_every_input_appears_once_whatever_the_kind(session):
    for kind in KINDS:
        session.choose({"kind": kind})
        names = [name for _, name in session.members()]
        assert len(names) == len(set(names))


def test_reset_puts_one_input_back(session, changes):
    session.choose({"delta_T": 2.0, "tau": 20.0})
    session.reset(["delta_T"])
    assert session.changed() == {"tau": 20.0}
    assert len(changes) == 2


def test_reset_all_is_one_change_and_leaves_nothing_different(session, changes):
    session.choose({"delta_T": 2.0, "kind": "sine", "frequency": 40, "seed": 3})
    session.reset()
    assert session.snapshot() == Session().snapshot()
    assert session.changed() == {}
    assert len(changes) == 2


def test_two_students_do_not_share_a_neuron():
    one, other = Session(), Session()
    one.choose({"delta_T": 1.0, "I": 3.0, "dt": 0.05})
    assert other.snapshot() == Session().snapshot()


@given(data=st.data())
def test_a_snapshot_never_holds_what_is_out_of_bounds(data):
    session = Session()
    names = [name for owner, name in session.members() if isinstance(owner.param[name], Quantity)]
    anything = st.floats() | st.text(max_size=8) | st.integers() | st.booleans() | st.none()
    session.choose(data.draw(st.dictionaries(st.sampled_from(names), anything, max_size=6)))
    for owner, name in session.members():
        if name in names:
            low, high = owner.param[name].bounds
            assert math.isfinite(getattr(owner, name))
            assert low <= getattr(owner, name) <= high
    assert session.neuron.V_reset < session.neuron.V_th
