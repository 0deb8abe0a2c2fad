"""What a visitor may choose, and what is refused."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.names import title
from dashboard.session import Session, members, quantities
from model import ExpIFParameters
from model.presets import PRESETS
from model.quantity import Quantity
from model.stimuli import KINDS, Points

NONSENSE = [
    float("nan"), float("inf"), -float("inf"), 1e300, "abc", "", "1e999", "nan", None, True, [1.0], {"a": 1},
    "<b>1</b>", "0x10", 10**400,
]  # fmt: skip
POTENTIALS = ExpIFParameters.param


@pytest.fixture
def session():
    return Session()


def test_a_visitor_begins_with_the_documented_example(session):
    assert session.kind == "constant"
    assert session.values() == {name: owner.param[name].default for name, owner in members("constant").items()}
    assert session.values()["I"] == 10
    assert session.snapshot().neuron == ExpIFParameters().numbers()


def test_one_choice_changes_one_value(session):
    before = session.values()
    assert session.choose({"delta_T": 2.0}) == {}
    assert session.values() == before | {"delta_T": 2.0}
    assert session.changed() == {"delta_T": 2.0}
    assert session.snapshot() == Session().snapshot()._replace(neuron=Session().snapshot().neuron._replace(delta_T=2.0))


def test_many_choices_are_taken_at_once(session):
    assert session.choose({"V_rest": -70, "V_T": -50, "tau": 20, "onset": 10, "kind": "step"}) == {}
    assert session.changed() == {"kind": "step", "onset": 10, "V_rest": -70, "V_T": -50, "tau": 20}
    assert session.snapshot().kind == "step"


def test_the_same_value_again_is_no_change(session):
    before = session.snapshot()
    assert session.choose({"delta_T": 3.48, "kind": "constant", "I": 10}) == {}
    assert session.snapshot() == before
    assert session.changed() == {}


@pytest.mark.parametrize(
    "name",
    ["delta_T", "tau", "I", "duration", "dt", "sigma", "tau_noise", "seed", "method", "device", "kind", "V_reset"],
)
@pytest.mark.parametrize("value", NONSENSE, ids=lambda value: str(value)[:12])
def test_nonsense_is_refused_in_a_sentence_and_changes_nothing(session, name, value):
    before, values = session.snapshot(), session.values()
    refused = session.choose({name: value})
    assert list(refused) == [name]
    assert refused[name].startswith(title(session.members()[name].param[name]))
    assert refused[name].endswith(".")
    assert len(refused[name]) < 300
    assert session.snapshot() == before
    assert session.values() == values
    assert session.changed() == {}


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("tau", " 0,05", "Time constant τ must be between 0.1 and 1000 ms; 0,05 was given."),
        ("tau_ref", "−1", "Refractory period τ_ref must be between 0 and 1000 ms; −1 was given."),
        ("duration", "1e999", "Duration must be a finite number between 0.01 and 1000000 ms; 1e999 was given."),
        ("seed", "1,5", "Seed must be a whole number between 0 and 4294967295; 1,5 was given."),
        ("V_rest", "low", "Resting potential V_rest must be a number between -200 and 200 mV; 'low' is not a number."),
        ("tau", "2" * 50, f"Time constant τ must be between 0.1 and 1000 ms; {'2' * 40} was given."),
    ],
)
def test_a_refusal_names_the_quantity_as_the_page_does_and_the_number_as_typed(session, name, typed, sentence):
    assert session.choose({name: typed}) == {name: sentence}


def test_nonsense_leaves_an_earlier_choice_as_it_was(session):
    session.choose({"tau": 20, "kind": "sine"})
    refused = session.choose({"tau": "nonsense", "kind": "nonsense"})
    assert set(refused) == {"tau", "kind"}
    assert session.changed() == {"tau": 20, "kind": "sine"}


def test_a_seed_is_a_whole_number(session):
    assert "whole number" in session.choose({"seed": 1.5})["seed"]
    assert session.choose({"seed": 3.0}) == {}
    assert repr(session.values()["seed"]) == "3"


def test_the_good_choices_stay_when_a_bad_one_is_refused(session):
    refused = session.choose({"delta_T": -1, "tau": 20, "nothing": 5})
    assert set(refused) == {"delta_T", "nothing"}
    assert session.values()["tau"] == 20
    assert session.values()["delta_T"] == 3.48


def test_an_input_that_does_not_exist_is_named_shortly(session):
    [sentence] = session.choose({"x" * 10_000: 1}).values()
    assert sentence.startswith("There is no input called 'xxx")
    assert len(sentence) < 200


def test_the_input_of_another_kind_of_current_does_not_exist_here(session):
    assert "'frequency'" in session.choose({"frequency": 40})["frequency"]
    session.choose({"kind": "sine"})
    assert session.choose({"frequency": 40}) == {}


def test_a_kind_is_chosen_before_its_inputs_whatever_their_order(session):
    assert session.choose({"frequency": 40, "kind": "sine"}) == {}
    assert session.changed() == {"kind": "sine", "frequency": 40}


def test_a_reset_potential_above_the_threshold_is_refused(session):
    refused = session.choose({"V_reset": -20})
    assert "V_th" in refused["V_reset"]
    assert session.values()["V_reset"] == -68


def test_a_threshold_below_the_reset_potential_is_refused(session):
    session.choose({"V_reset": -60})
    assert "Reset potential V_reset must lie below the spike cut-off V_th" in session.choose({"V_th": -65})["V_th"]
    assert session.choose({"V_th": -55}) == {}


def test_reset_and_threshold_may_move_past_each_other_together(session):
    assert session.choose({"V_reset": -20, "V_th": 0}) == {}
    assert session.choose({"V_th": -40, "V_reset": -60}) == {}
    assert session.values()["V_reset"] == -60


def test_of_a_pair_of_potentials_the_bad_one_is_named_and_the_good_one_stays(session):
    assert set(session.choose({"V_reset": -65, "V_th": "high"})) == {"V_th"}
    assert session.values()["V_reset"] == -65
    assert session.values()["V_th"] == -30


@given(
    earlier=st.tuples(st.floats(*POTENTIALS.V_reset.bounds), st.floats(*POTENTIALS.V_th.bounds)),
    later=st.tuples(st.floats(*POTENTIALS.V_reset.bounds), st.floats(*POTENTIALS.V_th.bounds)),
)
def test_a_pair_of_potentials_is_taken_whenever_reset_lies_below_threshold(earlier, later):
    session = Session()
    session.choose({"V_reset": earlier[0], "V_th": earlier[1]})
    refused = session.choose({"V_th": later[1], "V_reset": later[0]})
    shown = session.values()
    assert shown["V_reset"] < shown["V_th"]
    if later[0] < later[1]:
        assert refused == {}
        assert (shown["V_reset"], shown["V_th"]) == later
    else:
        assert refused


def test_text_is_read_as_people_write_numbers(session):
    assert session.choose({"V_rest": " −70,5 ", "seed": "12", "tau": "2e1"}) == {}
    assert session.values()["V_rest"] == -70.5
    assert session.values()["seed"] == 12
    assert session.values()["tau"] == 20


def test_each_kind_of_current_brings_its_own_inputs(session):
    for kind, shape in KINDS.items():
        session.choose({"kind": kind})
        assert {name for name, owner in session.members().items() if owner is shape} == set(quantities(shape))
        assert session.values().keys() == session.members().keys()


def test_each_kind_of_current_remembers_its_own_values(session):
    session.choose({"I": 3})
    session.choose({"kind": "sine", "I": 7, "frequency": 40})
    assert session.values()["I"] == 7
    session.choose({"kind": "constant"})
    assert session.values()["I"] == 3
    assert session.changed() == {"I": 3}
    session.choose({"kind": "sine"})
    assert session.changed() == {"kind": "sine", "I": 7, "frequency": 40}
    session.choose({"kind": "step"})
    assert session.values()["I"] == KINDS["step"].param.I.default


def test_the_neuron_and_the_noise_are_the_same_for_every_kind_of_current(session):
    session.choose({"tau": 20, "sigma": 2})
    for kind in KINDS:
        session.choose({"kind": kind})
        assert (session.values()["tau"], session.snapshot().neuron.tau, session.snapshot().sigma) == (20, 20, 2)


def test_a_snapshot_holds_the_values_of_the_present_current_only(session):
    session.choose({"I": 3})
    session.choose({"kind": "step", "I": 7})
    assert dict(session.snapshot().stimulus) == {name: session.values()[name] for name in quantities(KINDS["step"])}
    assert dict(session.snapshot().stimulus)["I"] == 7


def test_a_drawn_current_is_chosen_as_text_and_held_as_points():
    session = Session()
    assert session.choose({"kind": "drawn", "drawn": "0_0_100_8"}) == {}
    taken = session.snapshot()
    assert dict(taken.stimulus) == {"drawn": Points([0, 100], [0, 8]), "I": 0.0}
    assert taken.main_current == pytest.approx((4 * 100 + 8 * 200) / 300)  # the mean over the run of 300 ms
    assert hash(taken) == hash(session.snapshot())
    assert "point 2 is at 0 ms" in session.choose({"drawn": "0_0_0_1"})["drawn"]
    assert "joined by _" in session.choose({"drawn": 7})["drawn"]
    assert session.snapshot() == taken
    session.choose({"I": 1})
    assert session.snapshot().main_current == taken.main_current + 1


def test_a_snapshot_stays_what_it_was_when_the_choices_go_on(session):
    taken = session.snapshot()
    session.choose({"tau": 20, "kind": "sine"})
    session.reset()
    session.choose({"I": 3})
    assert taken == Session().snapshot()
    assert hash(taken) == hash(Session().snapshot())


def test_choosing_its_default_puts_one_input_back(session):
    session.choose({"delta_T": 2.0, "tau": 20.0})
    session.choose({"delta_T": 3.48})
    assert session.changed() == {"tau": 20.0}


def test_putting_one_input_back_is_refused_where_it_would_not_fit(session):
    assert session.choose({"V_reset": -100, "V_th": -80}) == {}
    assert (
        "Reset potential V_reset must lie below the spike cut-off V_th" in session.choose({"V_reset": -68})["V_reset"]
    )
    assert session.changed() == {"V_th": -80, "V_reset": -100}


def test_reset_all_leaves_nothing_different(session):
    session.choose({"I": 3})
    session.choose({"delta_T": 2.0, "kind": "sine", "frequency": 40, "seed": 3})
    session.reset()
    assert session.snapshot() == Session().snapshot()
    assert session.changed() == {}
    for kind in KINDS:
        session.choose({"kind": kind})
        assert session.changed().keys() <= {"kind"}


def test_two_students_do_not_share_a_neuron():
    one, other = Session(), Session()
    one.choose({"delta_T": 1.0, "I": 3.0, "dt": 0.05})
    assert other.snapshot() == Session().snapshot()


anything = st.floats() | st.text(max_size=8) | st.integers() | st.booleans() | st.none()


@given(data=st.data(), kind=st.sampled_from(list(KINDS)))
def test_a_snapshot_never_holds_what_is_out_of_bounds(data, kind):
    session = Session()
    session.choose({"kind": kind})
    names = [name for name, owner in session.members().items() if isinstance(owner.param[name], Quantity)]
    chosen = data.draw(st.dictionaries(st.sampled_from(names), anything, max_size=6))
    refused = session.choose(chosen)
    assert refused.keys() <= chosen.keys()
    values = session.values()
    for name in names:
        low, high = session.members()[name].param[name].bounds
        assert math.isfinite(values[name])
        assert low <= values[name] <= high
    assert values["V_reset"] < values["V_th"]
    taken = session.snapshot()
    held = {**taken.neuron._asdict(), **dict(taken.stimulus), **{name: getattr(taken, name) for name in
            ("duration", "dt", "sigma", "tau_noise", "seed")}}  # fmt: skip
    assert {name: held[name] for name in names} == {name: values[name] for name in names}


# -- presets -----------------------------------------------------------------------------------------------------------
def test_a_preset_is_where_all_values_start_and_only_what_differs_from_it_is_changed():
    session = Session()
    assert session.choose({"preset": "spiny"}) == {}
    assert session.snapshot().neuron == PRESETS["spiny"].neuron
    assert session.changed() == {"preset": "spiny"}
    session.choose({"tau": 12})
    assert session.changed() == {"preset": "spiny", "tau": 12}
    session.choose({"tau": PRESETS["spiny"].neuron.tau})
    assert session.changed() == {"preset": "spiny"}


def test_another_preset_replaces_neuron_and_currents_and_leaves_all_else():
    session = Session()
    session.choose({"kind": "step", "I": 7, "onset": 20, "tau": 33, "sigma": 2, "duration": 500})
    session.choose({"preset": "augustin"})
    assert session.changed() == {"preset": "augustin", "kind": "step", "onset": 20, "sigma": 2, "duration": 500}
    session.choose({"kind": "constant"})
    assert session.values()["I"] == 0.84


def test_choices_that_come_with_a_preset_are_taken_after_it():
    session = Session()
    session.choose({"I": 3, "tau": 12, "kind": "sine", "preset": "neuronal-dynamics"})
    assert session.changed() == {"preset": "neuronal-dynamics", "kind": "sine", "I": 3}  # tau is 12 in that preset


def test_a_reset_goes_to_the_first_preset_which_the_page_overrules():
    session = Session()
    session.choose({"preset": "spiny", "tau": 30})
    session.reset()
    assert session.changed() == {}


def test_an_unknown_preset_is_refused_in_a_sentence_and_changes_nothing():
    session = Session()
    session.choose({"tau": 12})
    refused = session.choose({"preset": "hodgkin-huxley"})
    assert refused.keys() == {"preset"}
    assert refused["preset"].startswith("Preset must be one of wang-buzsaki, neuronal-dynamics, ")
    assert session.changed() == {"tau": 12}
