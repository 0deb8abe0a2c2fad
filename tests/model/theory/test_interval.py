import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial.legendre import leggauss

from model import theory
from model.parameters import ExpIFParameters, Numbers
from model.theory import interval, inversion, narrow, response
from model.theory.diffusion import IntervalMoments, interval_moments
from tests.model.theory.neurons import plausible_neuron
from tests.model.theory.reference import rows

DEFAULTS = ExpIFParameters().numbers()


def test_the_distribution_equals_the_reference():
    for n, row in rows("isi_cdf"):  # their times begin after the refractory period
        found = theory.isi_distribution(n, row["m"] / n.R, row["sigma"], row["t_ms"] + n.tau_ref)
        assert found == pytest.approx(row["value"], abs=1e-9)  # asked for: 1e-4


@pytest.mark.parametrize(
    ("I", "sigma"), [(1.0, 4.0), (3.0, 2.0), (10.0, 4.0), (10.0, 0.3), (3.0, 0.02), (0.0, 1.0), (0.0, 0.5), (5.0, 50.0)]
)
def test_the_density_has_the_exact_mean_and_variance(I, sigma):
    mean, variance = (float(part) for part in interval_moments(DEFAULTS, I, sigma))
    deviation = math.sqrt(variance)
    early = DEFAULTS.tau_ref + np.geomspace(1e-3, mean, 4000) if deviation > 0.5 * mean else np.array([0.0])
    late = np.linspace(max(mean - 12 * deviation, DEFAULTS.tau_ref), mean + 40 * deviation, 20_000)
    t = np.unique(np.concatenate([early, late]))
    p = theory.isi_density(DEFAULTS, I, sigma, t)
    assert np.trapezoid(p, t) == pytest.approx(1.0, abs=1e-4)
    assert np.trapezoid(p * t, t) == pytest.approx(mean, rel=2e-4)
    assert np.trapezoid(p * (t - mean) ** 2, t) == pytest.approx(variance, rel=2e-3)


@pytest.mark.parametrize(("I", "sigma"), [(1.0, 4.0), (3.0, 2.0), (10.0, 4.0), (2.0, 1.0), (1.62, 0.1)])
def test_the_two_ways_to_invert_the_transform_agree(I, sigma):
    mean, variance = (float(part) for part in interval_moments(DEFAULTS._replace(tau_ref=0.0), I, sigma))
    start = inversion.earliest(DEFAULTS, I, sigma, mean, math.sqrt(variance))
    last = 3.0 * mean
    t = np.linspace(max(start.time, last / inversion.RANGE), last, 31)[1:]
    hyperbola = inversion.along_hyperbola(DEFAULTS, I, sigma, t, max(start.time, last / inversion.RANGE), last)
    series = inversion.as_fourier_series(DEFAULTS, I, sigma, last, start)
    for power in (0, 1):
        np.testing.assert_allclose(hyperbola.values(t, power), series.values(t, power), atol=3e-8)


def test_an_early_time_asked_for_alone_has_the_density_it_has_among_others():
    p = ExpIFParameters()
    # With a period no longer than these few moments it was 1.8e14. The right values come from a series that begins at
    # 0, damped by exp(-34) over a period six times as long as the way.
    assert theory.isi_density(p, 1.67, 0.1, 130.0) == pytest.approx(2.63675e-10, rel=0.01)
    assert theory.isi_distribution(p, 5.0, 1.0, 14.041749945785648) == pytest.approx(1.5333e-9, abs=1e-10)
    mean, variance = (float(part) for part in interval_moments(DEFAULTS._replace(tau_ref=0.0), 5.0, 1.0))
    start = inversion.earliest(DEFAULTS, 5.0, 1.0, mean, math.sqrt(variance))
    t = DEFAULTS.tau_ref + start.time + np.geomspace(1e-12, 1.0, 60)
    together = theory.isi_distribution(DEFAULTS, 5.0, 1.0, np.append(t, 60.0))[:-1]
    alone = [theory.isi_distribution(DEFAULTS, 5.0, 1.0, one) for one in t]
    np.testing.assert_allclose(alone, together, atol=1e-8)


def test_a_distribution_reaches_one_and_stays_there():
    n = Numbers(V_rest=-40.0, V_reset=-56.0, V_th=0.0, V_T=-61.0, delta_T=5.0, R=1.0, tau=1.0, tau_ref=0.0)
    I = theory.rheobase(n) + 15.0
    mean, variance = interval_moments(n, I, 1.0)
    t = np.linspace(mean, mean + 40.0 * math.sqrt(variance), 400)
    assert np.diff(theory.isi_distribution(n, I, 1.0, t)).min() > -1e-8
    start = inversion.earliest(n, I, 1.0, float(mean), math.sqrt(variance))
    series = inversion.as_fourier_series(n, I, 1.0, float(t[-1]), start)
    assert np.diff(series.values(t, 1)).min() > -1e-8  # as computed, before it is cut at 1
    assert series.values(t[-1:], 1) == pytest.approx(1.0, abs=1e-8)


def test_what_does_not_rise_from_0_to_1_is_no_distribution():
    start = inversion.earliest(DEFAULTS, 3.0, 2.0, 60.0, 30.0)
    right = inversion.as_fourier_series(DEFAULTS, 3.0, 2.0, 200.0, start)
    t = np.array([30.0])
    assert right.rises(t)
    assert not right._replace(weights=right.weights * 1.001).rises(t)
    assert not right._replace(weights=-right.weights).rises(t)
    assert not right._replace(s=right.s * (1.0 + 0.05j)).rises(t)


@settings(deadline=None, max_examples=40)
@given(
    plausible_neuron().filter(lambda n: n.V_reset < n.V_T + 4 * n.delta_T),
    st.floats(-3, 30),
    st.floats(-0.3, 1.3).map(lambda power: 10.0**power),
)
def test_for_random_neurons_the_distribution_rises_from_0_to_1_as_the_density_says(n, drive, sigma):
    I = theory.rheobase(n) + drive / n.R
    mean, variance = (float(part) for part in interval_moments(n, I, sigma))
    active, spread = mean - n.tau_ref, math.sqrt(variance)
    t = n.tau_ref + np.concatenate([active * np.geomspace(1e-3, 6, 30), active + spread * np.linspace(-8, 8, 40)])
    t = np.unique(t[t > n.tau_ref])
    cdf = theory.isi_distribution(n, I, sigma, t)
    assert (np.diff(cdf) >= -1e-7).all()
    nodes, weights = leggauss(16)
    half = 0.5 * np.diff(t)[:, None]
    inside = theory.isi_density(n, I, sigma, 0.5 * (t[1:] + t[:-1])[:, None] + half * nodes)
    np.testing.assert_allclose(np.diff(cdf), (half * weights * inside).sum(axis=1), atol=1e-4)
    # Chebyshev's inequality, one-sided
    assert cdf[-1] >= 1 - variance / (variance + (t[-1] - mean) ** 2) - 1e-6


@pytest.mark.parametrize(("I", "sigma"), [(10.0, 0.008), (2.0, 0.001)])
def test_narrow_distributions_are_normal_but_for_their_skewness(I, sigma):
    mean, variance = (float(part) for part in interval_moments(DEFAULTS._replace(tau_ref=0.0), I, sigma))
    deviation = math.sqrt(variance)
    assert 0.5 < deviation / mean / narrow.NARROW < 1
    t = mean + deviation * np.linspace(-4, 4, 41)
    start = inversion.earliest(DEFAULTS, I, sigma, mean, deviation)
    series = inversion.as_fourier_series(DEFAULTS, I, sigma, mean + 12 * deviation, start)
    for power, tolerance in ((0, 1e-4 / deviation), (1, 1e-5)):
        normal = narrow.almost_normal(DEFAULTS, I, sigma, t, IntervalMoments(mean, variance), power)
        np.testing.assert_allclose(normal, series.values(t, power), atol=tolerance)


def test_just_below_the_end_of_the_upswing_the_two_descriptions_of_its_distribution_meet():
    n = DEFAULTS._replace(V_T=-59.9, delta_T=1.0, V_reset=-34.0, V_th=-34.0 + 2e-5, tau_ref=0.0)
    passage = interval_moments(n, 0.0, 400.0)
    mean, deviation = float(passage.mean), math.sqrt(passage.variance)
    assert 0.1 < deviation / mean < 1.0  # the way is so short that noise matters even here
    assert not response.swift(n, 0.0, 400.0)
    t = mean * np.linspace(0.3, 3.0, 28)
    for power, unit in ((0, 1.0 / mean), (1, 1.0)):
        exact = interval._invert(n, 0.0, 400.0, t, passage, power)
        np.testing.assert_allclose(narrow.inverse_gaussian(t, passage, power), exact, atol=0.02 * unit)


def test_a_neuron_that_rarely_falls_back_to_rest_has_few_very_long_intervals():
    n = DEFAULTS._replace(V_reset=-55.0, tau_ref=0.0)
    I, sigma = theory.rheobase(n) - 1.0, 1.2
    mean, variance = (float(part) for part in interval_moments(n, I, sigma))
    assert variance > 4 * mean**2
    edges = np.concatenate([[0.0], mean * np.geomspace(1e-3, 1e4, 4000)])
    survival = 1 - theory.isi_distribution(n, I, sigma, edges)
    assert np.trapezoid(survival, edges) == pytest.approx(mean, rel=1e-3)
    assert 2 * np.trapezoid(survival * edges, edges) - mean**2 == pytest.approx(variance, rel=1e-3)


def test_rare_spikes_come_at_exponential_intervals():
    rate = theory.stationary_rate(DEFAULTS, 0.0, 0.5) / 1000
    assert rate < 1e-14
    t = np.array([0.1, 1.0, 3.0]) / rate
    np.testing.assert_allclose(theory.isi_distribution(DEFAULTS, 0.0, 0.5, t), -np.expm1(-rate * t), atol=1e-8)
    np.testing.assert_allclose(theory.isi_density(DEFAULTS, 0.0, 0.5, t), rate * np.exp(-rate * t), rtol=1e-8)


def test_weak_noise_spreads_the_intervals_around_the_period():
    I, sigma = 10.0, 0.01
    T, deviation = theory.period(DEFAULTS, I), theory.cv(DEFAULTS, I, sigma) * theory.period(DEFAULTS, I)
    t = T + deviation * np.array([-1.0, 0.0, 1.0])
    gauss = np.exp(-0.5 * np.array([1.0, 0.0, 1.0])) / (deviation * math.sqrt(2 * math.pi))
    np.testing.assert_allclose(theory.isi_density(DEFAULTS, I, sigma, t), gauss, rtol=0.01)


def test_no_interval_is_shorter_than_the_refractory_period():
    t = np.array([-5.0, 0.0, 1.0, 1.7])
    assert theory.isi_density(DEFAULTS, 10.0, 4.0, t).tolist() == [0.0] * 4
    assert theory.isi_distribution(DEFAULTS, 10.0, 4.0, t).tolist() == [0.0] * 4
    assert theory.isi_density(DEFAULTS, -100.0, 0.1, 50.0) == 0.0


def test_a_time_that_is_none_is_refused():
    with pytest.raises(ValueError, match="t must be"):
        theory.isi_density(DEFAULTS, 10.0, 4.0, math.nan)
