"""Axes: whatever is declared may be one, with its unit and its name, and nothing that is not allowed."""

import numpy as np
import pytest

from model import ExpIFParameters, Numbers, stimuli
from model.maps.axes import axis_quantities, checked_axes

NEURON = ExpIFParameters().numbers()


def test_every_parameter_the_current_and_the_noise_may_be_an_axis():
    assert list(axis_quantities()) == [*Numbers._fields, "I", "sigma", "tau_noise"]


def test_a_stimulus_brings_its_quantities():
    more = set(axis_quantities(stimuli.Sine())) - set(axis_quantities())
    assert more == {"I_swing", "frequency"}
    assert axis_quantities(stimuli.Sine())["I"].label == "Mean current"


def test_units_and_names_are_those_of_the_declaration():
    (axis,) = checked_axes({"delta_T": [1, 2]}, NEURON)
    declared = ExpIFParameters.param.delta_T
    assert (axis.unit, axis.long_name) == (declared.unit, declared.label)
    assert axis.values.dtype == np.float64


@pytest.mark.parametrize(
    ("grid", "sentence"),
    [
        ({}, r"grid must name at least one axis, as in \{'I': \[0, 5, 10\]\}"),
        ([("I", 1)], "grid must name at least one axis"),
        ({"gamma": [1.0]}, "'gamma' cannot be an axis; axes are V_rest, V_reset, .*, tau_noise"),
        ({"delta_T": []}, "The axis delta_T must be a list of one number or more"),
        ({"delta_T": [[1.0, 2.0]]}, "The axis delta_T must be a list"),
        ({"delta_T": [1.0, -2.0]}, "delta_T must be between 0.02 and 20 mV"),
        ({"I": [1.0, np.nan]}, "I must be between"),
        ({"I": ["a"]}, "I must be numbers"),
        ({"I": [1.0, 2.0, 1.0]}, "The axis I has a value twice"),
        ({"V_reset": [-80.0, -20.0]}, "V_reset must lie below V_th"),
        ({"V_reset": [-80.0, -50.0], "V_th": [-55.0, 0.0]}, "V_reset must lie below V_th"),
    ],
)
def test_what_cannot_be_an_axis_is_refused_in_a_sentence(grid, sentence):
    with pytest.raises(ValueError, match=sentence):
        checked_axes(grid, NEURON)


def test_pulses_are_counted_in_whole_numbers():
    with pytest.raises(ValueError, match=r"count must be a whole number between 1 and 100000; 1\.5 was given"):
        checked_axes({"count": [1, 1.5]}, NEURON, stimuli.Pulses())
