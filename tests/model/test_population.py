"""Many neurons with one current, and many per point of the f-I curve."""

from itertools import pairwise

import numpy as np
import pytest

from model import ExpIFParameters, fi_curve, simulate, spike_trains, theory
from model.runs.budget import Budget
from model.stimuli import OrnsteinUhlenbeck, Sine, Step

P = ExpIFParameters()


@pytest.mark.parametrize("method", ["strang", "euler"])
@pytest.mark.parametrize("stimulus", [Sine(), Step(I=40.0, onset=33.3), OrnsteinUhlenbeck(I=8.0, I_sd=6.0), 10.0])
def test_without_noise_every_neuron_does_what_a_single_run_does(method, stimulus):
    alone = simulate(P, stimulus, method=method, seed=7).spikes
    t, neuron = spike_trains(P, stimulus, 300.0, method=method, seed=7, neurons=70)
    assert alone.size > 5
    np.testing.assert_allclose(t.reshape(70, alone.size), np.tile(alone, (70, 1)), rtol=1e-9)
    assert np.array_equal(neuron, np.repeat(np.arange(70), alone.size))


def test_a_step_that_is_divided_sees_its_own_current_throughout():
    p, I = ExpIFParameters(tau=1.0, tau_ref=0.2), 20.0 + 15.0 * np.sin(np.arange(100))
    alone = simulate(p, I, 100.0, 1.0).spikes
    t, _ = spike_trains(p, I, 100.0, 1.0, neurons=2)
    assert alone.size > 20
    np.testing.assert_allclose(t[: alone.size], alone, rtol=1e-9)


@pytest.mark.parametrize("method", ["strang", "euler"])
def test_a_number_and_a_list_of_it_are_the_same_current(method):
    kwargs = {"method": method, "sigma": 3.0, "seed": 1, "neurons": 100}
    number, listed = (spike_trains(P, current, 200.0, **kwargs) for current in (5.0, np.full(2000, 5.0)))
    assert np.array_equal(number.neuron, listed.neuron)
    np.testing.assert_allclose(number.t, listed.t, rtol=1e-12)


@pytest.mark.parametrize("sigma", [0.0, 1.0])
def test_no_current_is_no_neuron(sigma):
    assert spike_trains(P, [], 100.0, sigma=sigma).t.size == 0
    assert fi_curve(P, [], 100.0, sigma=sigma).rates.size == 0


def test_neurons_with_one_current_differ_by_their_noise():
    t, neuron = spike_trains(P, Sine(), 300.0, sigma=2.0, seed=1, neurons=50)
    first = t[np.searchsorted(neuron, np.arange(50))]
    assert np.unique(neuron).size == np.unique(first).size == 50


def test_threads_change_nothing_for_one_current():
    one, many = (spike_trains(P, Sine(), 300.0, sigma=2.0, seed=1, neurons=500, threads=n) for n in (1, 3))
    assert np.array_equal(one.t, many.t)
    assert np.array_equal(one.neuron, many.neuron)


def test_a_population_follows_a_slow_current_at_its_stationary_rate():
    slow = 6.0 + 4.0 * np.sin(2.0 * np.pi * np.arange(40_000) / 20_000)  # two swings of two seconds
    t, _ = spike_trains(P, slow, 4000.0, sigma=4.0, seed=2, neurons=5000)
    counts, edges = np.histogram(t, np.arange(500.0, 4001.0, 500.0))
    rows = np.round(edges * 10.0).astype(int)
    exact = [theory.stationary_rate(P, slow[a:b:200], 4.0).mean() for a, b in pairwise(rows)]
    np.testing.assert_allclose(counts / (5000 * 0.5), exact, rtol=0.02)


@pytest.mark.parametrize("tau_noise", [0.0, 5.0])
@pytest.mark.parametrize("method", ["strang", "euler"])
def test_the_standard_error_of_a_rate_is_its_spread(method, tau_noise):
    runs = [
        fi_curve(P, 3.0, 300.0, 0.1, method, 4.0, seed, neurons=20, tau_noise=tau_noise) for seed in range(300)
    ]  # fmt: skip
    spread = np.std([run.rates[0] for run in runs])
    assert np.mean([run.errors[0] for run in runs]) == pytest.approx(spread, rel=0.15)


def test_the_standard_error_of_one_neuron_is_its_spread():
    runs = [fi_curve(P, 5.0, 4000.0, sigma=2.0, seed=seed) for seed in range(200)]
    spread = np.std([run.rates[0] for run in runs])
    assert np.mean([run.errors[0] for run in runs]) == pytest.approx(spread, rel=0.15)


def test_every_current_has_its_own_neurons():
    I = np.array([-30.0, 2.0, 10.0])
    curve = fi_curve(P, I, 500.0, sigma=2.0, seed=1, neurons=400)
    assert curve.counts[0] == 0
    assert curve.rates[0] == 0.0
    assert 0.0 < curve.errors[0] < 0.01  # silence is known to one spike of the population
    exact = theory.stationary_rate(P, I[1:], 2.0)
    assert (np.abs(curve.rates[1:] - exact) < 3.0 * curve.errors[1:]).all()
    assert (curve.errors[1:] < 0.03 * exact).all()


def test_without_noise_many_neurons_are_one():
    one, many = fi_curve(P, [1.0, 10.0]), fi_curve(P, [1.0, 10.0], neurons=1000)
    assert np.array_equal(one.rates, many.rates)
    assert np.array_equal(1000 * one.counts, many.counts)
    assert many.errors.tolist() == one.errors.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"neurons": 0}, "neurons must be between"),
        ({"neurons": 2.5}, "neurons must be a whole number"),
        ({"neurons": True}, "not a number"),
        ({"current": np.zeros(7)}, "one value for each of the 10000 steps"),
        ({"current": float("nan")}, "finite number"),
        ({"method": "rk4", "sigma": 1.0}, "needs the method strang or euler"),
        ({"duration": 1e5, "neurons": 10_000_000}, "fewer neurons"),
        ({"duration": 10.0, "budget": Budget(50, 10**6)}, "neuron-steps"),
    ],
)
def test_what_is_not_allowed_is_refused_in_a_sentence(arguments, says):
    with pytest.raises(ValueError, match=says):
        spike_trains(**{"p": P, "current": 1.0, "neurons": 2, **arguments})


def test_too_many_neurons_for_a_curve_are_refused():
    with pytest.raises(ValueError, match="neurons must be between"):
        fi_curve(P, [1.0], sigma=1.0, neurons=0)
    with pytest.raises(ValueError, match="fewer neurons"):
        fi_curve(P, np.zeros(1000), 1e5, sigma=1.0, neurons=100_000)
