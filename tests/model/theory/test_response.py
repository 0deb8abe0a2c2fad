import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import theory
from model.parameters import ExpIFParameters
from model.theory.diffusion import intervals
from tests.model.theory.neurons import plausible_neuron
from tests.model.theory.reference import rows, worst_error

DEFAULTS = ExpIFParameters().numbers()
NOISE = st.floats(-0.3, 1.3).map(lambda power: 10.0**power)
DRIVE = st.floats(-5, 30)


def fires_in_finite_time(n):
    """Not so far up in the upswing that the rate, without a refractory period, is beyond any frequency."""
    return n.V_reset < n.V_T + 4 * n.delta_T


def test_the_response_equals_the_reference_in_modulus_and_phase_up_to_10_khz():
    assert max(row["f_hz"] for _, row in rows("r1_abs_hz_per_mV")) == 10_000
    for n, row in rows("r1_abs_hz_per_mV"):
        found = theory.susceptibility(n, row["m"] / n.R, row["sigma"], row["f_hz"]) / n.R
        expected = row["value"] * np.exp(1j * np.deg2rad(row["phase_deg"]))
        assert abs(found / expected - 1) < 1e-9  # asked for: 1e-4 in modulus, 9e-4 radians in phase


def test_the_response_at_frequency_zero_is_the_slope_of_the_rate_in_the_reference():
    def slope(n, I, row):
        found = theory.susceptibility(n, I, row["sigma"], 0.0)
        assert found.imag == 0.0
        return found.real / n.R

    assert worst_error("dr0_dm_hz_per_mV", slope) <= 1


def test_the_spectrum_equals_the_reference():
    def ratio(n, I, row):
        return theory.spectrum(n, I, row["sigma"], row["f_hz"]) / theory.stationary_rate(n, I, row["sigma"])

    assert worst_error("spike_train_PSD_over_r0", ratio) <= 1


@settings(deadline=None, max_examples=60)
@given(plausible_neuron().filter(fires_in_finite_time), DRIVE, NOISE)
def test_for_random_neurons_the_response_at_frequency_zero_is_the_slope_of_the_rate(n, drive, sigma):
    I = theory.rheobase(n) + drive / n.R
    h = 1e-3 * sigma / n.R
    near = theory.stationary_rate(n, I + h * np.array([-2, -1, 0, 1, 2]), sigma)
    slope = (8 * (near[3] - near[1]) - (near[4] - near[0])) / (12 * h)
    found = theory.susceptibility(n, I, sigma, 0.0)
    assert found.real == pytest.approx(slope, rel=1e-6, abs=1e-9 * near[2] / (sigma / n.R))


@settings(deadline=None, max_examples=60)
@given(plausible_neuron().filter(fires_in_finite_time), DRIVE, NOISE)
def test_for_random_neurons_the_spectrum_goes_from_rate_times_cv_squared_to_the_rate(n, drive, sigma):
    I = theory.rheobase(n) + drive / n.R
    rate, cv = theory.stationary_rate(n, I, sigma), theory.cv(n, I, sigma)
    if rate < 1e-9:
        return
    slow = rate / (2 * math.pi) * np.array([0.0, 0.9e-10, 1.1e-10, 1e-8])  # the limit takes over at 1e-10
    np.testing.assert_allclose(theory.spectrum(n, I, sigma, slow), rate * cv**2, rtol=1e-5, atol=1e-6 * rate)
    assert (theory.spectrum(n, I, sigma, np.geomspace(1e-3, 1e3, 20)) >= -1e-9 * rate).all()


def test_the_spectrum_is_that_of_the_intervals_density():
    I, sigma, f = 3.0, 2.0, 12.0
    t = np.linspace(0, 1500, 60_001)
    F = np.trapezoid(theory.isi_density(DEFAULTS, I, sigma, t) * np.exp(-2e-3j * math.pi * f * t), t)
    expected = theory.stationary_rate(DEFAULTS, I, sigma) * (1 - abs(F) ** 2) / abs(1 - F) ** 2
    assert theory.spectrum(DEFAULTS, I, sigma, f) == pytest.approx(expected, rel=1e-6)


def test_at_high_frequency_the_response_falls_as_one_over_f_with_a_quarter_cycle_lag():
    n = DEFAULTS._replace(V_th=60.0)
    for f in (2e4, 1e5):
        omega = 2e-3 * math.pi * f
        asymptote = theory.stationary_rate(n, 1.0, 4.0) * n.R / (n.delta_T * omega * n.tau)
        found = theory.susceptibility(n, 1.0, 4.0, f)
        assert abs(found) == pytest.approx(asymptote, rel=0.02)
        assert np.angle(found, deg=True) == pytest.approx(-90.0, abs=1.0)


def test_the_response_of_the_leaky_neuron_falls_as_one_over_the_root_of_f():
    n = DEFAULTS._replace(delta_T=0.02, V_th=DEFAULTS.V_T - 1.0)
    r0, sigma = theory.stationary_rate(n, 3.0, 2.0), 2.0
    for f in (2e4, 1e5):
        asymptote = r0 * n.R / (sigma * np.sqrt(2e-3j * math.pi * f * n.tau))
        assert theory.susceptibility(n, 3.0, sigma, f) == pytest.approx(asymptote, rel=0.06)


def test_a_slow_modulation_follows_the_rate_and_a_scaled_neuron_scales():
    n = DEFAULTS._replace(R=20.0)
    f = np.array([0.0, 1e-6, 10.0, 300.0])
    one, twenty = theory.susceptibility(DEFAULTS, 3.0, 2.0, f), theory.susceptibility(n, 0.15, 2.0, f)
    np.testing.assert_allclose(twenty, 20 * one, rtol=1e-12)
    assert one[1] == pytest.approx(one[0], rel=1e-6)


def test_a_silent_neuron_does_not_respond():
    assert theory.susceptibility(DEFAULTS, -100.0, 0.1, 10.0) == 0
    assert theory.spectrum(DEFAULTS, -100.0, 0.1, 10.0) == 0
    rare = theory.stationary_rate(DEFAULTS, 0.0, 0.5)
    assert theory.spectrum(DEFAULTS, 0.0, 0.5, 10.0) == pytest.approx(rare, rel=1e-6)


def test_currents_noises_and_frequencies_broadcast():
    found = theory.susceptibility(DEFAULTS, [[1.0], [3.0]], 4.0, [0.0, 10.0, 100.0])
    assert found.shape == (2, 3)
    assert found[1, 2] == theory.susceptibility(DEFAULTS, 3.0, 4.0, 100.0)
    assert isinstance(theory.susceptibility(DEFAULTS, 1, 4, 10), complex)
    mean, variance = intervals(DEFAULTS, 3.0, 4.0)
    assert theory.spectrum(DEFAULTS, 3.0, 4.0, 0.0) == pytest.approx(1000 * variance / mean**3, rel=1e-12)


@pytest.mark.parametrize("f", [-1.0, 1e9, math.nan, "fast"])
def test_a_frequency_that_is_out_of_reach_is_refused(f):
    with pytest.raises(ValueError, match="frequency f"):
        theory.susceptibility(DEFAULTS, 1.0, 4.0, f)


@pytest.mark.parametrize("result", [theory.susceptibility, theory.spectrum, theory.isi_density])
def test_a_reset_high_up_in_the_upswing_is_refused_in_a_sentence(result):
    with pytest.raises(ValueError, match="choose a lower V_reset"):
        result(DEFAULTS._replace(V_reset=60.0, V_th=100.0, delta_T=0.5, tau_ref=0.0), 1.0, 4.0, 10.0)
