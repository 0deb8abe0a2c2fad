import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial.legendre import leggauss
from scipy.integrate import quad
from scipy.special import erfcx

from model import theory
from model.parameters import ExpIFParameters
from model.theory.diffusion import interval_moments
from tests.model.theory.neurons import any_neuron, plausible_neuron
from tests.model.theory.reference import rows, worst_error

DEFAULTS = ExpIFParameters().numbers()
NOISE = st.floats(-0.5, 1.3).map(lambda power: 10.0**power)  # mV
DRIVE = st.floats(-10, 30)  # mV of R*I from rheobase


def quadrature(n, I, sigma):
    """Points and weights that resolve the density: fine towards V_th and below V_reset, where it may fall steeply."""
    low = min(n.V_rest + n.R * I, n.V_reset) - 9 * sigma
    kinks = {low, n.V_reset, n.V_th, min(max(n.V_T + 8 * n.delta_T, n.V_reset), n.V_th)}
    marks = [np.linspace(a, b, 150) for a in kinks for b in kinks if a < b]
    marks.append(n.V_th - np.geomspace(1e-9, n.V_th - n.V_reset, 100))
    marks.append(n.V_reset - np.geomspace(1e-9, n.V_reset - low, 100))
    marks = np.unique(np.concatenate(marks))
    nodes, weights = leggauss(16)
    half = 0.5 * np.diff(marks)[:, None]
    return (0.5 * (marks[1:] + marks[:-1])[:, None] + half * nodes).ravel(), (half * weights).ravel()


def test_rates_and_cvs_equal_the_reference():
    assert worst_error("r0_hz", lambda n, I, row: theory.stationary_rate(n, I, row["sigma"])) <= 1
    assert worst_error("cv_isi", lambda n, I, row: theory.cv(n, I, row["sigma"])) <= 1


def test_densities_and_their_moments_equal_the_reference():
    assert worst_error("p0_per_mV", lambda n, I, row: theory.density(n, I, row["sigma"], row["V"])) <= 1
    for (n, mean), (_, deviation) in zip(rows("V_mean_active"), rows("V_sd_active"), strict=True):
        I, sigma = mean["m"] / n.R, mean["sigma"]
        V, weights = quadrature(n, I, sigma)
        p = weights * theory.density(n, I, sigma, V)
        assert (V * p).sum() / p.sum() == pytest.approx(mean["value"], rel=1e-10)
        spread = math.sqrt(((V - mean["value"]) ** 2 * p).sum() / p.sum())
        assert spread == pytest.approx(deviation["value"], rel=1e-10)


@settings(deadline=None, max_examples=60)
@given(plausible_neuron(), DRIVE, NOISE)
def test_the_density_marched_downward_gives_the_rate_marched_upward(n, drive, sigma):
    I = theory.rheobase(n) + drive / n.R
    rate = theory.stationary_rate(n, I, sigma) / 1000
    V, weights = quadrature(n, I, sigma)
    p = theory.density(n, I, sigma, V)
    assert (p >= 0).all()
    assert (weights * p).sum() + rate * n.tau_ref == pytest.approx(1.0, abs=1e-8)


@settings(deadline=None, max_examples=150)
@given(any_neuron(), st.floats(-1e4, 1e4), st.floats(-3, 3).map(lambda power: 10.0**power))
def test_every_legal_neuron_has_a_rate_and_a_cv_or_a_clear_error(n, drive, sigma):
    I = theory.rheobase(n) + drive / n.R
    try:
        rate, cv = theory.stationary_rate(n, I, sigma), theory.cv(n, I, sigma)
    except ValueError:
        with pytest.raises(ValueError, match="noise is too weak"):
            theory.cv(n, I, sigma)
        assert n.V_reset > theory.fixed_points(n, I).unstable
        return
    assert 0 <= rate <= (1000 / n.tau_ref * (1 + 1e-12) if n.tau_ref else math.inf)
    assert cv >= 0


def test_rate_and_cv_equal_the_double_integrals_of_the_first_passage():
    for I, sigma in [(1.0, 4.0), (3.0, 2.0), (10.0, 4.0), (-1.0, 3.0)]:
        V = np.linspace(-68 - 10 * sigma - max(I, 0), -30, 400_001)
        x = V - DEFAULTS.V_T
        energy = -((V - DEFAULTS.V_rest - I) ** 2 / 2 - DEFAULTS.delta_T**2 * np.exp(x / DEFAULTS.delta_T)) / sigma**2
        step = V[1] - V[0]
        ratio = np.exp(-np.diff(energy))
        w = np.empty_like(V)
        w[0] = 0.0
        for k in range(V.size - 1):  # the trapezoid rule, term by term
            w[k + 1] = ratio[k] * (w[k] + step / 2) + step / 2
        mean = DEFAULTS.tau / sigma**2 * np.trapezoid(w[V >= -68], V[V >= -68]) + DEFAULTS.tau_ref
        assert theory.stationary_rate(DEFAULTS, I, sigma) == pytest.approx(1000 / mean, rel=1e-4)


def test_without_upswing_the_rate_is_siegert_s_formula_of_the_leaky_neuron():
    n = DEFAULTS._replace(delta_T=0.02, V_th=DEFAULTS.V_T - 1.0)
    for I, sigma in [(3.0, 2.0), (10.0, 4.0), (0.0, 3.0)]:
        low, high = ((V - n.V_rest - I) / (sigma * math.sqrt(2)) for V in (n.V_reset, n.V_th))
        integral = quad(lambda u: erfcx(-u), low, high, epsrel=1e-12)[0]
        leaky = n.tau_ref + n.tau * math.sqrt(math.pi) * integral
        assert theory.stationary_rate(n, I, sigma) == pytest.approx(1000 / leaky, rel=1e-9)


def test_little_noise_far_above_rheobase_leaves_the_rate_and_takes_the_cv_to_zero():
    currents = np.array([3.0, 5.0, 20.0])
    noisy = theory.stationary_rate(DEFAULTS, currents, 0.001)
    np.testing.assert_allclose(noisy, theory.firing_rate(DEFAULTS, currents), rtol=1e-6)
    np.testing.assert_array_equal(theory.stationary_rate(DEFAULTS, currents, 0), theory.firing_rate(DEFAULTS, currents))
    assert (theory.cv(DEFAULTS, currents, 0.001) < 1e-3).all()
    assert theory.cv(DEFAULTS, 5.0, 0) == 0.0
    assert math.isnan(theory.cv(DEFAULTS, 0.0, 0))


def test_far_below_rheobase_spikes_are_rare_and_at_random():
    assert 0 < theory.stationary_rate(DEFAULTS, 0.0, 0.3) < 1e-9
    assert theory.cv(DEFAULTS, 0.0, 0.3) == pytest.approx(1.0, abs=1e-8)
    assert theory.stationary_rate(DEFAULTS, -100.0, 0.1) == 0.0
    assert theory.cv(DEFAULTS, -100.0, 0.1) == 1.0


def test_a_neuron_that_never_fires_has_the_density_of_its_well():
    V = np.linspace(-75, -58, 2001)
    silent = theory.density(DEFAULTS, -1.0, 0.05, V)
    assert np.trapezoid(silent, V) == pytest.approx(1.0, abs=1e-9)
    stable = theory.fixed_points(DEFAULTS, -1.0).stable
    deviation = 0.05 / math.sqrt(-math.expm1((stable - DEFAULTS.V_T) / DEFAULTS.delta_T))
    assert silent.max() == pytest.approx(1 / math.sqrt(2 * math.pi) / deviation, rel=2e-3)


def test_the_density_is_zero_above_the_cut_off_and_r0_tau_over_f_in_the_upswing():
    I, sigma = 10.0, 0.5
    V = np.array([-42.0, -40.0])
    f = DEFAULTS.V_rest - V + DEFAULTS.delta_T * np.exp((V - DEFAULTS.V_T) / DEFAULTS.delta_T) + I
    rate = theory.stationary_rate(DEFAULTS, I, sigma) / 1000
    lag = sigma**2 * np.expm1((V - DEFAULTS.V_T) / DEFAULTS.delta_T) / f**2
    expected = rate * DEFAULTS.tau / f * (1 - lag)
    np.testing.assert_allclose(theory.density(DEFAULTS, I, sigma, V), expected, rtol=1e-6)
    assert theory.density(DEFAULTS, I, sigma, [-30.0, 0.0]).tolist() == [0.0, 0.0]


def test_current_and_noise_broadcast():
    rates = theory.stationary_rate(DEFAULTS, [[0.0], [5.0]], [0.0, 1.0, 4.0])
    assert rates.shape == (2, 3)
    assert rates[1, 0] == theory.firing_rate(DEFAULTS, 5.0)
    assert isinstance(theory.cv(ExpIFParameters(), 1, 4), float)
    mean, variance = interval_moments(DEFAULTS, 1.0, 4.0)
    assert theory.cv(DEFAULTS, 1.0, 4.0) == math.sqrt(variance) / mean


@pytest.mark.parametrize("sigma", [-1.0, math.nan, math.inf, 1e-9, 1e9, "much"])
def test_a_noise_that_is_out_of_reach_is_refused_in_a_sentence(sigma):
    with pytest.raises(ValueError, match="sigma"):
        theory.stationary_rate(DEFAULTS, 1.0, sigma)


def test_the_density_asks_for_one_current_and_some_noise():
    with pytest.raises(ValueError, match="one current"):
        theory.density(DEFAULTS, [1.0, 2.0], 1.0, -60.0)
    with pytest.raises(ValueError, match="sigma"):
        theory.density(DEFAULTS, 1.0, 0.0, -60.0)
