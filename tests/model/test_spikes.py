"""Measures of spike trains, on trains of which the answer is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from model import spikes


def poisson(rng, neurons, rate, duration):
    """Spikes of independent Poisson neurons, neuron by neuron."""
    counts = rng.poisson(1e-3 * rate * duration, neurons)
    neuron = np.repeat(np.arange(neurons), counts)
    t = rng.uniform(0.0, duration, neuron.size)
    order = np.lexsort((t, neuron))
    return t[order], neuron[order]


def test_intervals_lie_within_a_neuron():
    t, neuron = np.array([1.0, 4.0, 0.5, 2.0, 9.0]), np.array([0, 0, 3, 3, 3])
    assert spikes.intervals(t, neuron).tolist() == [3.0, 1.5, 7.0]


def test_no_spikes_have_no_intervals():
    assert spikes.intervals([], []).size == 0


@pytest.mark.parametrize("rate", [0.7, 20.0])  # 7 spikes in all, and 200
@pytest.mark.parametrize("warm_up", [0.0, 150.0])
def test_the_rate_has_no_bias_and_its_error_is_its_spread(rate, warm_up):
    rng = np.random.default_rng(1)
    trains = [poisson(rng, 20, rate, 500.0) for _ in range(2000)]
    values, errors = np.array([spikes.firing_rate(t, who, 20, 500.0, warm_up) for t, who in trains]).T
    assert abs(values.mean() - rate) < 3.0 * values.std() / np.sqrt(values.size)
    assert np.sqrt(np.mean(errors**2)) == pytest.approx(values.std(), rel=0.1)


@given(interval=st.floats(3.0, 50.0), first=st.floats(0.0, 50.0))
def test_neurons_that_fire_in_step_have_the_rate_of_their_intervals(interval, first):
    t = np.arange(min(first, interval), 1000.0, interval)
    trains, neuron = np.tile(t, 7), np.repeat(np.arange(7), t.size)
    plain_count = 1000.0 / 1000.0  # Hz that one spike more or less makes
    error = spikes.firing_rate(trains, neuron, 7, 1000.0).value - 1000.0 / interval
    assert abs(error) < 0.01 * plain_count if interval < 25.0 else abs(error) < 0.1 * plain_count


def test_spikes_of_the_warm_up_do_not_count():
    t, neuron = np.arange(0.0, 100.0), np.zeros(100, int)
    assert spikes.firing_rate(t, neuron, 2, 1000.0, 100.0) == spikes.firing_rate([], [], 2, 1000.0, 100.0)


def test_one_neuron_has_the_rate_of_its_intervals():
    estimate = spikes.firing_rate([100.0, 110.0, 130.0, 140.0], [0] * 4, 1, 1000.0)
    assert estimate.value == pytest.approx(3000.0 / 40.0)
    cv = np.std([10.0, 20.0, 10.0], ddof=1) / (40.0 / 3.0)
    assert estimate.error == pytest.approx(estimate.value * cv / np.sqrt(3.0))
    assert spikes.firing_rate([100.0], [0], 1, 1000.0) == (0.0, 0.0)
    assert spikes.firing_rate([100.0, 120.0], [0, 0], 1, 1000.0) == (50.0, 50.0)


def test_silence_is_known_to_one_spike():
    value, error = spikes.firing_rate([], [], 50, 1000.0)
    assert value == 0.0
    assert error == spikes.firing_rate([500.0], [3], 50, 1000.0).value > 0.0


@pytest.mark.parametrize(("shape", "size"), [(1.0, 50_000), (9.0, 5000)])
def test_the_cv_of_gamma_intervals_is_known(shape, size):
    estimate = spikes.cv(np.random.default_rng(2).gamma(shape, size=size))
    assert abs(estimate.value - 1.0 / np.sqrt(shape)) < 3.0 * estimate.error


def test_the_error_of_the_cv_is_its_spread():
    rng = np.random.default_rng(3)
    values, errors = np.array([spikes.cv(rng.normal(10.0, 1.0, 400)) for _ in range(2000)]).T
    assert errors.mean() == pytest.approx(values.std(), rel=0.05)


def test_equal_intervals_have_no_cv():
    assert spikes.cv([5.0, 5.0, 5.0]) == (0.0, 0.0)


@given(values=arrays.arrays(np.float64, st.integers(1, 50), elements=st.floats(-5.0, 5.0)))
def test_a_histogram_holds_the_share_of_the_values_within_its_bins(values):
    edges = np.array([-2.0, -1.0, 0.5, 4.0])
    density = spikes.histogram(values, edges).density
    assert (density * np.diff(edges)).sum() == pytest.approx(np.mean((values >= -2.0) & (values <= 4.0)))


def test_the_error_of_a_histogram_is_its_spread():
    rng, edges = np.random.default_rng(4), np.linspace(-2.0, 2.0, 9)
    all_of_them = [spikes.histogram(rng.standard_normal(300), edges) for _ in range(1000)]
    spread = np.std([one.density for one in all_of_them], axis=0)
    np.testing.assert_allclose(np.mean([one.error for one in all_of_them], axis=0), spread, rtol=0.1)


def test_a_number_of_bins_spans_the_values():
    found = spikes.histogram([1.0, 2.0, 4.0, 5.0], 2)
    assert found.edges.tolist() == [1.0, 3.0, 5.0]
    assert found.density.tolist() == [0.25, 0.25]
    assert spikes.histogram([], 2).density.tolist() == [0.0, 0.0]


def test_the_spike_triggered_average_shows_what_came_before_each_spike():
    t = np.arange(400) * 0.5
    I, spiking = np.full(400, 2.0), np.array([20.0, 61.2, 150.4])  # between the steps as well
    rows = np.array([40, 122, 300])
    I[rows - 3] += 7.0
    I[rows] -= 1.0
    lag, average = spikes.spike_triggered_average(t, I, spiking, 4.0)
    assert lag.tolist() == [-4.0, -3.5, -3.0, -2.5, -2.0, -1.5, -1.0, -0.5, 0.0]
    assert average.tolist() == [2.0] * 5 + [9.0, 2.0, 2.0, 1.0]


def test_spikes_without_a_past_are_left_out_of_the_average():
    t, I = np.arange(100) * 0.1, np.arange(100.0)
    _, average = spikes.spike_triggered_average(t, I, [0.35, 5.0], 1.0)
    assert average.tolist() == np.arange(40.0, 51.0).tolist()
    with pytest.raises(ValueError, match="No spike has 1 ms of current before it"):
        spikes.spike_triggered_average(t, I, [0.35], 1.0)


def test_the_spike_triggered_average_of_a_filter_is_the_filter():
    rng, filtered = np.random.default_rng(5), np.array([0.0, 0.2, 1.0, 0.5])
    I = rng.standard_normal(200_000)
    seen = np.convolve(I, filtered)[: I.size]
    t = np.arange(I.size) * 0.1
    lag, average = spikes.spike_triggered_average(t, I, t[seen > 1.5] + 0.05, 0.5)
    expected = np.concatenate([[0.0, 0.0], filtered[::-1]])
    n = (seen > 1.5).sum()
    scale = average @ expected / (expected @ expected)
    assert lag.size == 6
    assert np.abs(average - scale * expected).max() < 4.0 / np.sqrt(n)
    assert scale > 1.0


@given(
    t=arrays.arrays(np.float64, st.integers(0, 40), elements=st.floats(0.0, 99.9)),
    bin=st.sampled_from([0.1, 2.5, 10.0, 100.0]),
)
def test_the_population_rate_holds_every_spike(t, bin):
    middle, rate = spikes.population_rate(t, 4, 100.0, bin)
    assert middle.size == rate.size == round(100.0 / bin)
    assert (rate * 4 * bin * 1e-3).sum() == pytest.approx(t.size)
    assert middle[0] == pytest.approx(0.5 * bin)


def test_a_bin_that_is_not_full_is_left_out():
    middle, rate = spikes.population_rate([5.0, 25.0, 29.0], 1, 30.0, 20.0)
    assert middle.tolist() == [10.0]
    assert rate.tolist() == [50.0]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: spikes.intervals([1.0, 2.0], [0]), "two lists of one length"),
        (lambda: spikes.intervals([1.0], [0.5]), "two lists of one length"),
        (lambda: spikes.firing_rate([1.0], [2], 2, 10.0), "numbers from 0 to 1"),
        (lambda: spikes.firing_rate([1.0], [0], 0, 10.0), "whole number from 1"),
        (lambda: spikes.firing_rate([1.0], [0], 2, 10.0, 10.0), "warm_up must be"),
        (lambda: spikes.firing_rate([1.0], [0], 2, float("nan")), "duration must be a finite number"),
        (lambda: spikes.cv([3.0]), "at least two"),
        (lambda: spikes.population_rate([1.0], 2, 10.0, 11.0), "bin must be at most"),
        (lambda: spikes.population_rate([1.0], 2, 10.0, 0.0), "bin must be a finite number"),
        (lambda: spikes.population_rate([1.0], True, 10.0, 1.0), "whole number from 1"),
        (lambda: spikes.spike_triggered_average([0.0, 1.0], [1.0], [1.0], 1.0), "two lists of one length"),
        (lambda: spikes.spike_triggered_average([0.0, 1.0], [1.0, 1.0], [1.0], -1.0), "before must be"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_the_rate_of_intervals_is_none_where_there_is_no_interval():
    count, first, last = np.array([0, 1, 2, 3]), np.array([0.0, 4.0, 5.0, 10.0]), np.array([0.0, 4.0, 5.0, 30.0])
    assert spikes.rate_of_intervals(count, first, last).tolist() == [0.0, 0.0, 0.0, 100.0]
    assert spikes.rate_of_intervals(3, 10.0, 30.0) == 100.0
