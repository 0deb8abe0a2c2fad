"""Noise: its statistics, and that it belongs to neuron and step alone."""

import numpy as np
import pytest
from numba import njit
from scipy import stats

from model import ExpIF, ExpIFParameters, theory
from model.kernels.normals import key, normal_pair, uniform_pair

COUNT = 200_000


@njit
def draw(seed, stream, n):
    out = np.empty((2, n))
    start = key(seed, stream, 0)
    for i in range(n):
        out[0, i], out[1, i] = normal_pair(start, i)
    return out


@njit
def draw_uniform(seed, stream, n):
    out = np.empty((2, n))
    start = key(seed, stream, 0)
    for i in range(n):
        out[0, i], out[1, i] = uniform_pair(start, i)
    return out


def test_the_numbers_are_normal():
    numbers = draw(1, 2, COUNT).ravel()
    n = numbers.size
    assert abs(numbers.mean()) < 4 / np.sqrt(n)
    assert abs(numbers.var() - 1.0) < 4 * np.sqrt(2 / n)
    assert stats.kstest(numbers, "norm").pvalue > 1e-3
    assert 4.0 < abs(numbers).max() < 7.0


def test_numbers_of_a_pair_of_neighbours_of_streams_and_of_seeds_are_unrelated():
    here, next_stream, next_seed = draw(1, 2, COUNT), draw(1, 3, COUNT), draw(2, 2, COUNT)
    pairs = [(here[0], here[1]), (here[0, 1:], here[0, :-1]), (here[0], next_stream[0]), (here[0], next_seed[0])]
    for a, b in pairs:
        assert abs(np.corrcoef(a, b)[0, 1]) < 4 / np.sqrt(COUNT)
        assert abs(np.corrcoef(a**2, b**2)[0, 1]) < 4 / np.sqrt(COUNT)


def test_without_upswing_the_membrane_has_the_standard_deviation_asked_for():
    group = ExpIF(2000, V_T=0.0, V_th=100.0, method="strang", sigma=3.0, seed=5, V_init=-65.0)
    group.run(60.0, dt=0.5)  # six time constants
    group.run(1.0, dt=0.5)
    assert group.V.mean() == pytest.approx(-65.0, abs=4 * 3.0 / np.sqrt(2000))
    assert group.V.std() == pytest.approx(3.0, abs=4 * 3.0 / np.sqrt(4000))
    assert stats.kstest((group.V + 65.0) / 3.0, "norm").pvalue > 1e-3


def test_noise_of_different_neurons_and_steps_is_unrelated():
    group = ExpIF(40, V_T=0.0, V_th=100.0, method="strang", sigma=3.0, seed=6, V_init=-65.0, monitors=["V"])
    group.run(2000.0, dt=0.5)
    kicks = np.diff(group.mon.V, axis=0) + 0.05 * (group.mon.V[:-1] + 65.0)
    between = np.corrcoef(kicks.T)[np.triu_indices(40, 1)]
    assert abs(between).max() < 5.5 / np.sqrt(len(kicks))
    assert between.std() == pytest.approx(1 / np.sqrt(len(kicks)), rel=0.2)


def test_the_rate_is_the_exact_one_within_three_standard_errors():
    p, current, sigma = ExpIFParameters(), 3.0, 2.0
    group = ExpIF(1000, method="strang", sigma=sigma, seed=7, V_init="rest")
    group.run(200.0, inputs=("input", current))
    before = group.count.copy()
    group.run(2000.0, inputs=("input", current))
    spikes = int((group.count - before).sum())
    error = theory.cv(p, current, sigma) / np.sqrt(spikes)
    assert spikes / 2000.0 == pytest.approx(theory.stationary_rate(p, current, sigma), rel=3 * error)


@pytest.mark.parametrize("dt", [0.1, 0.5])
@pytest.mark.parametrize(
    "neuron",
    [
        {"V_th": -62.0, "delta_T": 0.5, "tau_ref": 1.0},
        {"V_th": -60.0},
        {"V_th": -62.0, "V_reset": -63.0, "tau_ref": 1.0},  # released within a step, already near V_th
    ],
)
def test_where_noise_alone_carries_V_to_threshold_the_rate_is_the_exact_one(neuron, dt):
    group = ExpIF(2000, **neuron, method="strang", sigma=4.0, seed=8, V_init=-68.0)
    group.run(200.0, dt=dt)
    before = group.count.copy()
    group.run(1000.0, dt=dt)
    rates = (group.count - before) / 1.0  # in one second: Hz
    error = rates.std(ddof=1) / np.sqrt(rates.size)
    exact = theory.stationary_rate(group.parameters, 0.0, 4.0)
    assert 3.0 * error < 0.015 * exact  # missed crossings would cost six percent
    assert abs(rates.mean() - exact) < 4.0 * error


def test_uniform_numbers_are_uniform_and_unrelated_to_the_normal_ones_of_the_same_neuron():
    a, b = draw(1, 2, COUNT)
    u, w = draw_uniform(1, 2, COUNT)
    for numbers in (u, w):
        assert stats.kstest(numbers, "uniform").pvalue > 1e-3
        for other in (a, b, a**2, b**2):
            assert abs(np.corrcoef(numbers, other)[0, 1]) < 4 / np.sqrt(COUNT)
    assert abs(np.corrcoef(u, w)[0, 1]) < 4 / np.sqrt(COUNT)


def test_the_same_seed_gives_the_same_noise_in_one_run_or_in_several():
    whole, parts, other = (
        ExpIF(300, method="strang", sigma=2.0, seed=s, V_init="rest", monitors=["spike"]) for s in (1, 1, 2)
    )
    current = ("input", 5.0)
    whole.run(60.0, inputs=current)
    other.run(60.0, inputs=current)
    parts.run(20.0, inputs=current)
    parts.run(40.0, inputs=current, extra_func=lambda t, dt: None)
    np.testing.assert_array_equal(whole.V, parts.V)
    np.testing.assert_array_equal(whole.count, parts.count)
    assert not np.array_equal(whole.V, other.V)


def test_a_neuron_has_its_noise_whoever_is_beside_it():
    few, many = (ExpIF(n, method="strang", sigma=2.0, seed=3, V_init="rest") for n in (3, 700))
    for group in (few, many):
        group.run(50.0, inputs=("input", 5.0))
    np.testing.assert_allclose(few.V, many.V[:3], rtol=1e-12)


def test_without_a_seed_every_group_has_its_own_noise():
    first, second = (ExpIF(1, method="strang", sigma=2.0, V_init="rest") for _ in range(2))
    first.run(1.0)
    second.run(1.0)
    assert first.V[0] != second.V[0]


def test_noise_with_a_scheme_that_has_none_is_refused():
    group = ExpIF(1, sigma=1.0, method="rk4")
    with pytest.raises(ValueError, match="Noise needs the method strang or euler"):
        group.run(1.0)


def test_strang_without_noise_is_the_exact_rhythm():
    group = ExpIF(3, method="strang", V_init="rest", monitors=["t_last_spike"])
    rest = group.V[0]
    currents = np.array([5.0, 10.0, 50.0])
    group.run(1000.0, inputs=("input", currents))
    for neuron, current in enumerate(currents):
        times = np.unique(group.mon.t_last_spike[:, neuron])[1:]
        np.testing.assert_allclose(np.diff(times), theory.period(group.parameters, current), rtol=1e-4)
        assert times[0] == pytest.approx(theory.latency(group.parameters, current, rest), rel=3e-4)
