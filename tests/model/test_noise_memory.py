"""Noise that remembers: an Ornstein-Uhlenbeck process, exact at any step, with white noise as its limit."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from model import ExpIFParameters, fi_curve, simulate, spike_trains, theory
from model.kernels import coloured

P = ExpIFParameters()
LEAKY = ExpIFParameters(V_T=150.0, V_th=190.0, delta_T=1.0)  # no upswing within reach
LENGTHS = st.floats(1e-4, 50.0)


def covariance(constants):
    """Of z and of the kick, with both starting from z = 0."""
    _, new, _, along, across = constants
    return np.array([[new**2, new * along], [new * along, along**2 + across**2]])


@given(a=LENGTHS, b=LENGTHS, tau_noise=st.floats(1e-3, 1e3))
def test_two_advances_are_one_of_their_joint_length(a, b, tau_noise):
    first, second, whole = (coloured.increment(length, tau_noise, 1.0) for length in (a, b, a + b))
    step = np.array([[second[0], 0.0], [second[2], 1.0]])  # of z and the sum of the kicks
    assert step @ [first[0], first[2]] == pytest.approx([whole[0], whole[2]], rel=1e-12, abs=1e-300)
    joint = step @ covariance(first) @ step.T + covariance(second)
    np.testing.assert_allclose(joint, covariance(whole), rtol=1e-9)


@given(length=LENGTHS, tau_noise=st.floats(1e-3, 1e3))
def test_z_keeps_its_variance_and_its_integral_has_the_known_one(length, tau_noise):
    keep, new, drift, along, across = coloured.increment(length, tau_noise, 1.0)
    q = length / tau_noise
    assert keep == pytest.approx(np.exp(-q))
    assert keep**2 + new**2 == pytest.approx(1.0, rel=1e-13)
    assume(q > 1e-2)  # or the closed form cancels
    known = 2.0 * tau_noise**2 * (q - 1.0 + np.exp(-q))
    assert drift**2 + along**2 + across**2 == pytest.approx(known, rel=1e-8)


def test_advanced_step_by_step_z_has_variance_one_and_forgets_within_tau_noise():
    rng, tau_noise, dt = np.random.default_rng(1), 5.0, 0.5
    constants = coloured.increment(dt, tau_noise, 1.0)
    z = np.empty((40, 50_000))
    z[0] = rng.standard_normal(z.shape[1])
    for k in range(1, len(z)):
        z[k], _ = coloured.advance(z[k - 1], constants, *rng.standard_normal((2, z.shape[1])))
    error = 1.0 / np.sqrt(z.shape[1])
    assert abs(z[-1].var() - 1.0) < 3.0 * np.sqrt(2.0) * error
    for lag in (1, 10, 39):
        assert abs(np.mean(z[lag] * z[0]) - np.exp(-lag * dt / tau_noise)) < 3.0 * np.sqrt(2.0) * error


@pytest.mark.parametrize(("method", "dt"), [("euler", 0.02), ("strang", 0.1), ("strang", 2.0)])
@pytest.mark.parametrize("tau_noise", [1e-3, 2.0, 10.0, 40.0])
def test_the_leaky_membrane_has_the_known_variance_and_memory(method, dt, tau_noise):
    sigma, tau = 4.0, 10.0
    runs = np.array([
        simulate(LEAKY, 0.0, 20_000.0, dt, method, sigma=sigma, seed=seed, tau_noise=tau_noise).V for seed in range(16)
    ]) - LEAKY.V_rest  # fmt: skip
    runs = runs[:, round(400.0 / dt) :]
    lag = round(6.0 / dt)
    seen = np.array([np.mean(runs**2, axis=1), np.mean(runs[:, lag:] * runs[:, :-lag], axis=1)])
    variance = sigma**2 * tau / (tau + tau_noise)
    if tau_noise == tau:
        memory = (1.0 + lag * dt / tau) * np.exp(-lag * dt / tau)
    else:
        parts = tau * np.exp(-lag * dt / tau) - tau_noise * np.exp(-lag * dt / tau_noise)
        memory = parts / (tau - tau_noise)
    error = seen.std(axis=1, ddof=1) / 4.0
    assert (error < 0.04 * variance).all()
    allowance = 0.002 if method == "euler" else 0.003 * (dt > 1.0)  # what their steps leave, of order dt and dt²
    assert (np.abs(seen.mean(axis=1) - [variance, variance * memory]) < 3.5 * error + allowance * variance).all()


@pytest.mark.parametrize("p", [P, ExpIFParameters(V_th=-55.0)])
def test_short_noise_gives_the_rate_of_white_noise(p):
    I, sigma = 3.0, 4.0
    rate = theory.stationary_rate(p, I, sigma)
    curve = fi_curve(p, I, 2000.0, sigma=sigma, seed=1, neurons=1920, tau_noise=1e-4)
    assert curve.errors[0] < 0.0033 * rate
    assert abs(curve.rates[0] - rate) < 3.0 * curve.errors[0]
    spikes = simulate(p, I, 200_000.0, sigma=sigma, seed=2, tau_noise=1e-4).spikes
    alone, error = 1e3 * (spikes.size - 1) / np.ptp(spikes), rate * theory.cv(p, I, sigma) / np.sqrt(spikes.size)
    assert abs(alone - rate) < 3.0 * error < 0.03 * rate


def test_slow_noise_gives_the_mean_of_the_rates_it_passes_through():
    sigma, tau_noise = 20.0, 1000.0
    spread = sigma * np.sqrt(P.tau / tau_noise)  # of the drive, 2 mV
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    slow = weights @ theory.firing_rate(P, 10.0 + spread * nodes) / weights.sum()
    curve = fi_curve(P, 10.0, 1000.0, sigma=sigma, seed=3, neurons=5000, tau_noise=tau_noise)
    assert abs(curve.rates[0] - slow) < 3.0 * curve.errors[0] < 0.01 * slow


@pytest.mark.parametrize("tau_noise", [0.3, 5.0, 30.0])
def test_population_single_neuron_and_a_fine_euler_agree(tau_noise):
    I, sigma = 3.0, 4.0
    many = fi_curve(P, I, 2500.0, sigma=sigma, seed=1, neurons=2560, tau_noise=tau_noise)
    fine = fi_curve(P, I, 1500.0, 0.02, "euler", sigma=sigma, seed=2, neurons=1280, tau_noise=tau_noise)
    alone = np.array([
        simulate(P, I, 10_000.0, sigma=sigma, seed=seed, tau_noise=tau_noise).spikes.size / 10.0 for seed in range(30)
    ])  # fmt: skip
    error = alone.std(ddof=1) / np.sqrt(alone.size)
    assert many.errors[0] < 0.005 * many.rates[0]
    assert abs(many.rates[0] - fine.rates[0]) < 3.0 * np.hypot(many.errors[0], fine.errors[0])
    assert abs(many.rates[0] - alone.mean()) < 3.0 * np.hypot(many.errors[0], error)


def test_a_long_step_is_divided_and_gives_the_same_rate():
    p = ExpIFParameters(tau=2.0)
    curves = [
        fi_curve(p, 3.0, 1500.0, dt, sigma=4.0, seed=4, neurons=2560, tau_noise=3.0) for dt in (0.1, 1.0)
    ]  # fmt: skip
    assert abs(curves[0].rates[0] - curves[1].rates[0]) < 3.0 * np.hypot(curves[0].errors[0], curves[1].errors[0])


@pytest.mark.parametrize("method", ["strang", "euler"])
def test_the_same_seed_gives_the_same_memory(method):
    def run(seed, threads):
        return spike_trains(
            P, 3.0, 200.0, method=method, sigma=4.0, seed=seed, threads=threads, neurons=300, tau_noise=5.0
        ).t

    assert np.array_equal(run(5, 1), run(5, 3))
    assert not np.array_equal(run(5, 1), run(6, 1))


def test_without_noise_there_is_nothing_to_remember():
    assert np.array_equal(simulate(P, 10.0, tau_noise=5.0).V, simulate(P, 10.0).V)


@pytest.mark.parametrize("tau_noise", [1e-300, 1e-12, 1e-9, 1000.0])
def test_any_memory_gives_finite_results(tau_noise):
    for method in ("strang", "euler"):
        trace = simulate(P, 10.0, 100.0, method=method, sigma=5.0, seed=1, tau_noise=tau_noise)
        assert np.isfinite(trace.V).all()
        assert fi_curve(P, 10.0, 100.0, 0.1, method, 5.0, 1, neurons=70, tau_noise=tau_noise).counts[0] > 100


@pytest.mark.parametrize("value", [-1.0, float("nan"), 1e6, "long"])
def test_an_impossible_memory_is_refused_in_a_sentence(value):
    for call in (
        lambda: simulate(P, 10.0, sigma=1.0, tau_noise=value),
        lambda: fi_curve(P, 10.0, sigma=1.0, tau_noise=value),
        lambda: spike_trains(P, 10.0, sigma=1.0, tau_noise=value),
    ):
        with pytest.raises(ValueError, match="tau_noise must be"):
            call()
