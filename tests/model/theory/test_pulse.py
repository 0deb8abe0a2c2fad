import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from model import ExpIFParameters, simulate, theory
from model.parameters import Numbers
from model.stimuli import Pulses
from tests.model.theory.neurons import plausible_neuron

DEFAULTS = ExpIFParameters()
WIDTHS = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]


def fires(p, I, width, I_base=0.0):
    """Whether a neuron that rests fires after one pulse."""
    pulse = Pulses(I=I, width=width, onset=1.0, count=1, interval=2 * width + 1, I_base=I_base)
    start = theory.fixed_points(p, I_base).stable
    return simulate(p, pulse, duration=width + 20 * p.tau, dt=0.02, V_init=start).spikes.size > 0


def test_the_weakest_pulses_of_the_documented_neuron():
    assert theory.smallest_pulse(DEFAULTS, WIDTHS) == pytest.approx(
        [70.0, 35.5, 14.9, 7.99, 4.58, 2.59, 1.98], rel=4e-3
    )


@pytest.mark.parametrize("width", WIDTHS)
def test_a_pulse_a_little_stronger_fires_and_one_a_little_weaker_does_not(width):
    I = theory.smallest_pulse(DEFAULTS, width)
    assert not fires(DEFAULTS, 0.999 * I, width)
    assert fires(DEFAULTS, 1.001 * I, width)


@settings(max_examples=10)
@given(n=plausible_neuron(), width=st.floats(1.0, 50.0), part=st.floats(-0.5, 0.5))
def test_simulated_neurons_agree_from_any_rest(n, width, part):
    assume(n.V_th > n.V_T + 5.0)
    assume(theory.rheobase(n) * n.R > 0.2)
    n = n._replace(V_reset=min(n.V_reset, n.V_rest), tau_ref=1.0)  # what comes after the first spike is no matter
    base = part * theory.rheobase(n)
    I = theory.smallest_pulse(n, width, base)
    assume(I < 1e4)
    assert not fires(n, base + 0.98 * (I - base), width, base)
    assert fires(n, base + 1.02 * (I - base), width, base)


def test_a_long_pulse_needs_the_rheobase_and_a_short_one_a_fixed_charge():
    assert theory.smallest_pulse(DEFAULTS, 1e5) == pytest.approx(theory.rheobase(DEFAULTS), rel=1e-5)
    charge = np.array([1e-3, 1e-2]) * theory.smallest_pulse(DEFAULTS, [1e-3, 1e-2])
    stable, unstable = theory.fixed_points(DEFAULTS, 0.0)
    assert charge == pytest.approx([10.0 * (unstable - stable)] * 2, rel=2e-3)  # tau (V_u - V_s)/R


def test_where_there_is_no_rest_there_is_no_smallest_pulse():
    assert math.isnan(theory.smallest_pulse(ExpIFParameters(delta_T=8.0), 1.0))


def test_where_the_cut_off_lies_below_the_unstable_point_it_is_what_must_be_reached():
    low = ExpIFParameters(V_th=-60.0)
    I = theory.smallest_pulse(low, 5.0)
    assert not fires(low, 0.999 * I, 5.0)
    assert fires(low, 1.001 * I, 5.0)


@pytest.mark.parametrize(("width", "base", "said"), [
    (0.0, 0.0, "width must be above 0 ms; 0 was given"), (-1.0, 0.0, "above 0"), (np.nan, 0.0, "finite"),
    ("long", 0.0, "numbers in ms"), (1.0, np.inf, "finite"), (1.0, [0.0, 1.0], "one I_base"),
])  # fmt: skip
def test_a_pulse_that_is_none_is_refused(width, base, said):
    with pytest.raises(ValueError, match=said):
        theory.smallest_pulse(DEFAULTS, width, base)


def test_numbers_and_shapes_go_in_and_come_out():
    assert isinstance(theory.smallest_pulse(DEFAULTS.numbers(), 1.0), float)
    assert theory.smallest_pulse(DEFAULTS, np.ones((2, 3))).shape == (2, 3)
    assert isinstance(DEFAULTS.numbers(), Numbers)
