"""The small experiments measure what the theory says."""

import numpy as np
import pytest

from model import ExpIFParameters, theory
from model.experiments import kicked, modulated

P = ExpIFParameters()


@pytest.mark.parametrize(("f", "amplitude"), [(2.0, 0.5), (10.0, 0.5), (100.0, 3.0), (400.0, 12.0)])
def test_the_measured_response_is_the_exact_one_within_three_standard_errors(f, amplitude):
    exact = theory.susceptibility(P, 1.0, 4.0, f)
    found = modulated(P, 1.0, 4.0, f, amplitude, neurons=5000, duration=2000.0, seed=1)
    assert found.error < 0.07 * abs(exact)
    assert abs(found.value.real - exact.real) < 3.0 * found.error
    assert abs(found.value.imag - exact.imag) < 3.0 * found.error


def test_the_response_is_per_current_not_per_voltage():
    p, f = ExpIFParameters(R=20.0), 20.0
    exact = theory.susceptibility(p, 0.2, 3.0, f)
    found = modulated(p, 0.2, 3.0, f, neurons=3000, seed=2)
    assert found.error < 0.05 * abs(exact)
    assert abs(found.value - exact) < 3.0 * np.sqrt(2.0) * found.error


def test_a_coarse_step_is_taken_into_account():
    f, dt = 400.0, 0.5  # a fifth of a cycle: the held current keeps 94 % of its amplitude
    exact = theory.susceptibility(P, 10.0, 4.0, f)
    found = modulated(P, 10.0, 4.0, f, 30.0, neurons=10_000, duration=2000.0, dt=dt, seed=3)
    assert found.error < 0.01 * abs(exact)
    assert abs(found.value) == pytest.approx(abs(exact), rel=0.04)


def test_the_error_of_the_response_is_its_spread():
    runs = [modulated(P, 1.0, 4.0, 20.0, 0.5, neurons=100, duration=300.0, seed=seed) for seed in range(150)]
    values = np.array([run.value for run in runs])
    error = np.mean([run.error for run in runs])
    assert values.real.std() == pytest.approx(error, rel=0.2)
    assert values.imag.std() == pytest.approx(error, rel=0.2)


@pytest.mark.parametrize(("I", "dt"), [(2.0, 0.1), (10.0, 0.1), (40.0, 0.05)])
def test_kicks_shift_the_next_spike_as_the_phase_response_says(I, dt):
    phases = np.linspace(0.0, 0.97, 33)
    exact = theory.phase_response(P, I, phases)
    assert np.abs(kicked(P, I, phases, dt=dt) - exact).max() < 2e-3 * exact.max()


def test_kicks_do_nothing_while_the_neuron_is_refractory():
    phase = 0.99 * P.tau_ref / theory.period(P, 10.0)
    assert kicked(P, 10.0, [phase, 0.5]).tolist()[0] == 0.0
    assert kicked(P, 10.0, phase) == 0.0


def test_a_neuron_with_a_fast_membrane_is_kicked_right_too():
    p = ExpIFParameters(tau=0.5, tau_ref=0.2)
    phases = np.linspace(0.3, 0.9, 7)
    exact = theory.phase_response(p, 10.0, phases)
    assert np.abs(kicked(p, 10.0, phases, dt=0.01) - exact).max() < 5e-3 * exact.max()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("f", 0.0, "f must be between"),
        ("f", 3000.0, "dt must be at most"),
        ("sigma", 0.0, "sigma must be above 0"),
        ("sigma", -1.0, "sigma must be between"),
        ("amplitude", -1.0, "amplitude must be between"),
        ("amplitude", float("nan"), "amplitude must be a finite number"),
        ("neurons", 1, "at least 2"),
        ("neurons", 2.5, "whole number"),
        ("I", "much", "not a number"),
        ("I", 9999.9, "must be between"),
        ("duration", -5.0, "duration must be between"),
        ("dt", 0.0, "dt must be between"),
    ],
)
def test_an_impossible_modulation_is_refused_in_a_sentence(name, value, says):
    with pytest.raises(ValueError, match=says):
        modulated(**{"p": P, "I": 1.0, "sigma": 4.0, "f": 10.0, "duration": 100.0, name: value})


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("I", 1.0, "the neuron is silent"),
        ("phases", [0.5, 1.5], "phases must be between"),
        ("phases", float("nan"), "phases must be between"),
        ("kick", 0.0, "kick must be between"),
        ("dt", 10.0, "dt must be between"),
    ],
)
def test_an_impossible_kick_is_refused_in_a_sentence(name, value, says):
    with pytest.raises(ValueError, match=says):
        kicked(**{"p": P, "I": 10.0, "phases": [0.5], name: value})


@pytest.mark.parametrize("I", [1.63, 1.65, 1.7, 2.0, 10.0])
def test_the_default_kick_is_small_enough_down_to_the_rheobase(I):
    p, phases = ExpIFParameters(), np.array([0.3, 0.5, 0.7, 0.9])
    exact = theory.phase_response(p, I, phases)
    np.testing.assert_allclose(kicked(p, I, phases), exact, rtol=4e-3)
