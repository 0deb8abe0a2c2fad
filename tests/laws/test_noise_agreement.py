"""Simulation under noise and exact theory agree, within errors small enough to show a bias of one percent."""

import numpy as np
import pytest

from model import ExpIFParameters, fi_curve, simulate, spike_trains, spikes, theory

DEFAULT = ExpIFParameters()
LOW_THRESHOLD = ExpIFParameters(V_th=-55.0)  # where noise alone carries V to V_th
BELOW_UPSWING = ExpIFParameters(V_th=-62.0)
SHOWS_A_PERCENT = 0.33e-2

# neuron, I [nA], sigma [mV], neurons, duration [ms]
CONDITIONS = [
    (DEFAULT, 0.0, 8.0, 2560, 3000.0),
    (DEFAULT, 1.0, 4.0, 2560, 3000.0),
    (DEFAULT, 2.0, 1.0, 1280, 4000.0),
    (DEFAULT, 3.0, 2.0, 1280, 2000.0),
    (DEFAULT, 3.0, 8.0, 2560, 2000.0),
    (DEFAULT, 6.0, 1.0, 2560, 2000.0),
    (DEFAULT, 10.0, 0.3, 640, 1000.0),
    (DEFAULT, 10.0, 4.0, 1280, 1000.0),
    (DEFAULT, 10.0, 12.0, 2560, 1500.0),
    (DEFAULT, 30.0, 6.0, 640, 1000.0),
    (LOW_THRESHOLD, 1.0, 4.0, 2560, 3000.0),
    (LOW_THRESHOLD, 10.0, 10.0, 2560, 1000.0),
    (BELOW_UPSWING, 2.0, 4.0, 2560, 1000.0),
    (ExpIFParameters(tau=2.0), 3.0, 4.0, 1280, 1000.0),
    (ExpIFParameters(tau_ref=0.0, V_reset=-58.0), 3.0, 4.0, 5120, 1000.0),
]


@pytest.mark.parametrize(("p", "I", "sigma", "neurons", "duration"), CONDITIONS)
def test_the_rate_is_the_exact_one_within_three_standard_errors(p, I, sigma, neurons, duration):
    rate = theory.stationary_rate(p, I, sigma)
    curve = fi_curve(p, I, duration, sigma=sigma, seed=11, neurons=neurons)
    assert curve.errors[0] < SHOWS_A_PERCENT * rate
    assert abs(curve.rates[0] - rate) < 3.0 * curve.errors[0]


def test_the_rate_of_neurons_that_fire_once_in_minutes_is_the_exact_one():
    I, sigma = -3.0, 3.0
    rate = theory.stationary_rate(DEFAULT, I, sigma)
    curve = fi_curve(DEFAULT, I, 500.0, sigma=sigma, seed=5, neurons=40_000)
    assert 20 < curve.counts[0] < 20_000  # hardly any neuron spikes twice
    assert abs(curve.rates[0] - rate) < 3.0 * curve.errors[0] < 0.3 * rate


@pytest.mark.parametrize(
    ("p", "I", "sigma"), [(DEFAULT, 3.0, 2.0), (DEFAULT, 1.0, 6.0), (DEFAULT, 10.0, 4.0), (LOW_THRESHOLD, 5.0, 5.0)]
)
def test_the_cv_is_the_exact_one_within_three_standard_errors(p, I, sigma):
    exact = theory.cv(p, I, sigma)
    t, neuron = spike_trains(p, I, 60_000.0, sigma=sigma, seed=3, neurons=64)
    estimate = spikes.cv(spikes.intervals(t, neuron))
    assert estimate.error < 2.0 * SHOWS_A_PERCENT * exact
    assert abs(estimate.value - exact) < 3.0 * estimate.error


def test_a_single_recorded_neuron_has_the_exact_rate_and_cv():
    for p, I, sigma in ((DEFAULT, 3.0, 4.0), (LOW_THRESHOLD, 3.0, 8.0)):
        gaps = np.diff(simulate(p, I, 300_000.0, sigma=sigma, seed=1).spikes)
        rate, cv = 1000.0 / gaps.mean(), spikes.cv(gaps)
        assert abs(rate / theory.stationary_rate(p, I, sigma) - 1.0) < 3.0 * cv.value / np.sqrt(gaps.size) < 0.03
        assert abs(cv.value - theory.cv(p, I, sigma)) < 3.0 * cv.error


def fits(seen, exact, error):
    """Whether the differences are as large as their errors make them: a chi-square test at four deviations."""
    z = (seen - exact) / error
    return abs((z**2).sum() - z.size) < 4.0 * np.sqrt(2.0 * z.size) and np.abs(z).max() < 4.5


@pytest.mark.parametrize(("p", "I", "sigma"), [(DEFAULT, 3.0, 2.0), (DEFAULT, 1.0, 6.0), (LOW_THRESHOLD, 5.0, 5.0)])
def test_the_histogram_of_intervals_is_the_exact_density(p, I, sigma):
    t, neuron = spike_trains(p, I, 60_000.0, sigma=sigma, seed=4, neurons=64)
    gaps = spikes.intervals(t, neuron)
    edges = np.quantile(gaps, np.linspace(0.01, 0.99, 31))
    found = spikes.histogram(gaps, edges)
    fine = np.linspace(edges[:-1], edges[1:], 41, axis=1)  # (30, 41)
    exact = np.trapezoid(theory.isi_density(p, I, sigma, fine.ravel()).reshape(fine.shape), fine, axis=1)
    assert fits(found.density, exact / np.diff(edges), found.error)


@pytest.mark.parametrize(("p", "I", "sigma"), [(DEFAULT, 3.0, 2.0), (DEFAULT, 1.0, 6.0), (LOW_THRESHOLD, 5.0, 5.0)])
def test_the_histogram_of_the_membrane_potential_is_the_exact_density(p, I, sigma):
    edges = np.linspace(-72.0, p.V_th if p is LOW_THRESHOLD else -54.0, 25)
    shares = []
    for seed in range(40):  # 40 independent runs; within one, potentials are not
        trace = simulate(p, I, 10_000.0, sigma=sigma, seed=seed)
        late = trace.t > 200.0
        shares.append(np.histogram(trace.V[late & ~trace.refractory], edges)[0] / late.sum())
    fine = np.linspace(edges[:-1], edges[1:], 41, axis=1)
    exact = np.trapezoid(theory.density(p, I, sigma, fine.ravel()).reshape(fine.shape), fine, axis=1)
    error = np.std(shares, axis=0, ddof=1) / np.sqrt(40)
    z = (np.mean(shares, axis=0) - exact) / error
    assert np.abs(z).max() < 4.0
    assert np.sqrt(np.mean(z**2)) < 2.0  # neighbouring bins vary together
    assert (error < 0.1 * exact)[exact > 0.02].all()


def test_the_power_of_the_spike_trains_is_the_exact_spectrum():
    I, sigma, neurons, duration = 5.0, 2.0, 2560, 2000.0
    f = np.array([4.0, 15.0, 35.0, 70.0, 150.0])  # whole cycles in the time observed
    t, neuron = spike_trains(DEFAULT, I, 500.0 + duration, sigma=sigma, seed=6, neurons=neurons)
    t, neuron = t[t >= 500.0], neuron[t >= 500.0]
    for one in f:
        angle = 2e-3 * np.pi * one * t
        cos, sin = (np.bincount(neuron, part, minlength=neurons) for part in (np.cos(angle), np.sin(angle)))
        power = (cos**2 + sin**2) / (1e-3 * duration)
        error = power.std(ddof=1) / np.sqrt(neurons)
        exact = theory.spectrum(DEFAULT, I, sigma, one)
        assert abs(power.mean() - exact) < 3.0 * error < 0.1 * exact
