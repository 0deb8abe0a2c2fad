import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import theory
from model.parameters import ExpIFParameters
from tests.model.theory.neurons import any_neuron, plausible_neuron
from tests.model.theory.reference import rows, worst_error

DEFAULTS = ExpIFParameters().numbers()
DISTANCES = st.floats(-3, 3).map(lambda power: 10.0**power)  # mV of R*I above rheobase


def test_phase_responses_equal_the_reference():
    for n, row in rows("PRC_Z_per_mV"):
        found = theory.phase_response(n, row["m"] / n.R, row["phase"])
        assert found == pytest.approx(row["value"], rel=row["rel_tol"])


def test_the_largest_response_is_at_v_t_and_equals_the_reference():
    def at_V_T(n, I, row):
        T = theory.period(n, I)
        phase = 1 - theory.latency(n, I, n.V_T) / T
        return theory.phase_response(n, I, phase)

    assert worst_error("PRC_Z_max", at_V_T) <= 1


@settings(deadline=None, max_examples=60)
@given(plausible_neuron(), DISTANCES, st.floats(0.02, 0.98))
def test_a_small_kick_advances_the_spike_by_the_phase_response(n, distance, fraction):
    I = theory.rheobase(n) + distance / n.R
    T = theory.period(n, I)
    V = n.V_reset + fraction * (n.V_th - n.V_reset)
    phase = 1 - theory.latency(n, I, V) / T
    kick = 1e-4 * min(n.delta_T, V - n.V_reset, n.V_th - V, math.sqrt(distance * n.delta_T), distance)
    earlier, later = (theory.latency(n, I, V + side * kick) for side in (1, -1))
    measured = (later - earlier) / (2 * kick) / T
    error = 1e-13 * theory.latency(n, I, V) / (kick * T) + 1e-15 * abs(V) / kick * measured
    if theory.latency(n, I, V) > 1e-6 * T:  # closer to the spike, a float between 0 and 1 does not name the phase
        assert theory.phase_response(n, I, phase) == pytest.approx(measured, rel=2e-6, abs=100 * error)


@settings(deadline=None)
@given(any_neuron(), DISTANCES)
def test_for_every_legal_neuron_the_response_is_positive_and_finite_once_it_is_not_refractory(n, distance):
    I = theory.rheobase(n) + distance / n.R
    phases = np.linspace(0, 1, 50)
    if theory.period(n, I) == 0.0:
        with pytest.raises(ValueError, match="fire regularly"):
            theory.phase_response(n, I, phases)
        return
    found = theory.phase_response(n, I, phases)
    refractory = phases * theory.period(n, I) < n.tau_ref
    assert (found[refractory] == 0).all()
    assert (found[~refractory] >= 0).all()
    assert np.isfinite(found).all()


def test_kicks_that_add_up_to_a_way_advance_by_the_phase_that_the_way_takes():
    I = 10.0
    T = theory.period(DEFAULTS, I)
    V = np.linspace(DEFAULTS.V_reset + 0.01, -45.0, 20_001)
    phase = 1 - theory.latency(DEFAULTS, I, V) / T
    Z = theory.phase_response(DEFAULTS, I, phase)
    assert np.trapezoid(Z, V) == pytest.approx(phase[-1] - phase[0], rel=1e-6)


def test_a_silent_neuron_has_no_phase():
    with pytest.raises(ValueError, match="does not fire regularly"):
        theory.phase_response(DEFAULTS, 0.0, 0.5)


@pytest.mark.parametrize("phase", [-0.1, 1.1, math.nan, "late"])
def test_a_phase_outside_the_cycle_is_refused(phase):
    with pytest.raises(ValueError, match="phase"):
        theory.phase_response(DEFAULTS, 10.0, phase)
