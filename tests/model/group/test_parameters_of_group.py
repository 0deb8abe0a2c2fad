"""Parameters: shared or per neuron, and the same errors as everywhere."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import ExpIF, ExpIFParameters
from model.parameters import Numbers

NAMES = Numbers._fields


def test_the_defaults_are_the_declared_ones():
    group = ExpIF(1)
    assert isinstance(group.parameters, ExpIFParameters)
    assert group.parameters.numbers() == ExpIFParameters().numbers()


def test_parameters_go_by_position_as_documented():
    group = ExpIF(1, -64.0, -66.0, -20.0, -58.0, 2.0, 3.0, 12.0, 2.5, "rk4")
    assert group.parameters.numbers() == (-64.0, -66.0, -20.0, -58.0, 2.0, 3.0, 12.0, 2.5)
    assert group.method == "rk4"


@pytest.mark.parametrize("name", NAMES)
def test_bad_parameters_give_the_errors_of_the_declaration(name):
    for value in (np.nan, np.inf, 1e9, "x", True):
        with pytest.raises(ValueError, match=name) as of_parameters:
            ExpIFParameters(**{name: value})
        with pytest.raises(ValueError, match=name) as of_group:
            ExpIF(1, **{name: value})
        assert str(of_group.value) == str(of_parameters.value)
    with pytest.raises(ValueError, match=f"{name} must be .* for every neuron; element 1"):
        ExpIF(2, **{name: [float(getattr(ExpIFParameters(), name)), 1e9]})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("method", ["rk4", "strang"])
def test_every_parameter_may_differ_between_neurons(name, method):
    values = float(getattr(ExpIFParameters(), name)) * np.array([1.0, 1.5])
    both = ExpIF(2, **{name: values}, method=method, V_init=-65.0, monitors=["V"])
    both.run(60.0, inputs=("input", 10.0))
    for neuron, value in enumerate(values):
        alone = ExpIF(1, **{name: value}, method=method, V_init=-65.0, monitors=["V"])
        alone.run(60.0, inputs=("input", 10.0))
        np.testing.assert_allclose(both.mon.V[:, neuron], alone.mon.V[:, 0], rtol=0, atol=1e-9)
    assert not np.array_equal(both.mon.V[:, 0], both.mon.V[:, 1])


def test_values_per_neuron_are_seen_and_their_mean_is_shared():
    group = ExpIF((2, 2), tau=[[5.0, 10.0], [15.0, 20.0]])
    assert group.tau.tolist() == [5.0, 10.0, 15.0, 20.0]
    assert group.parameters.tau == 12.5


def test_a_shared_number_set_later_holds_for_all_neurons():
    group = ExpIF(2, tau=[5.0, 15.0])
    group.parameters.tau = 7.0
    assert group.tau == 7.0
    group.tau = [6.0, 8.0]
    assert group.tau.tolist() == [6.0, 8.0]
    group.tau = 9.0
    assert group.parameters.tau == 9.0


def test_a_slider_bound_to_the_parameters_changes_the_next_run():
    parameters = ExpIFParameters()
    group = ExpIF(1, parameters=parameters, V_init="rest")
    assert group.parameters is parameters
    group.run(300.0, inputs=("input", 5.0))
    few = int(group.count[0])
    parameters.tau_ref = 0.0
    parameters.R = 4.0
    group.run(300.0, inputs=("input", 5.0))
    assert group.count[0] - few > 2 * few


def test_reset_must_lie_below_threshold_for_every_neuron():
    with pytest.raises(ValueError, match="it does not for neuron 1"):
        ExpIF(2, V_th=[-30.0, -70.0])
    group = ExpIF(2, V_th=[-30.0, -50.0])
    with pytest.raises(ValueError, match="V_reset must lie below V_th"):
        group.V_reset = [-68.0, -40.0]
    assert group.V_reset == -68.0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"size": 0}, "size must be"),
        ({"size": 2.5}, "size must be"),
        ({"size": ()}, "size must be"),
        ({"size": "big"}, "size must be"),
        ({"size": 10**12}, "neuron"),
        ({"size": 3, "tau": [10.0, 10.0]}, "one per neuron"),
        ({"size": 1, "method": "magic"}, "method must be one of euler"),
        ({"size": 1, "method": None}, "method must be one of euler"),
        ({"size": 1, "V_init": "top"}, "V_init must be"),
        ({"size": 2, "V_init": [-65.0] * 3}, "V_init must be"),
        ({"size": 1, "V_init": 1e9}, "V_init must be"),
        ({"size": 1, "sigma": -1.0}, "sigma must be"),
        ({"size": 1, "seed": -1}, "seed must be"),
        ({"size": 1, "parameters": ExpIFParameters(), "tau": 5.0}, "not both"),
        ({"size": 1, "parameters": {"tau": 5.0}}, "must be an ExpIFParameters"),
        ({"size": 1, "device": "abacus"}, "device must be one of"),
    ],
)
def test_bad_arguments_are_refused_in_a_sentence(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        ExpIF(**arguments)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-1e4, 1e4), min_size=3, max_size=3))
def test_any_array_is_accepted_whole_or_changes_nothing(values):
    group = ExpIF(3)
    try:
        group.V_T = values
    except ValueError:
        assert group.V_T == -59.9
        assert any(not -200 <= v <= 200 for v in values)
    else:
        assert group.V_T.tolist() == values
