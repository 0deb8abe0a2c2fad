"""What cannot be fitted is refused before any work, with the reason and what to do."""

from __future__ import annotations

import numpy as np
import pytest

from model import Budget, recordings
from model.recordings.validation import coincidence
from tests.model.recordings.recorded import record


@pytest.fixture(scope="module")
def m():
    return record("sharp", 4.0, seed=71, target=20.0)


def test_lengths_that_differ_are_refused(m):
    with pytest.raises(ValueError, match="V has 80000 and I has 79999"):
        recordings.fit_recording(m.V, m.I[:-1], m.dt)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_gap_is_refused_and_its_place_is_said(m, bad):
    V = m.V.copy()
    V[123:125] = bad
    with pytest.raises(ValueError, match=r"V has 2 values that are no numbers, the first at sample 123"):
        recordings.fit_recording(V, m.I, m.dt)


@pytest.mark.parametrize("V", [["a", "b"], None, [[1.0], [2.0]], 5.0, [True, False], [1j]])
def test_what_is_no_series_of_numbers_is_refused(m, V):
    with pytest.raises(ValueError, match="V must be"):
        recordings.fit_recording(V, m.I, m.dt)


@pytest.mark.parametrize("dt", [0.0, -0.05, 5e-5, 1.0, np.nan, None, "x"])
def test_a_sampling_that_cannot_be_is_refused(m, dt):
    with pytest.raises(ValueError, match="dt must be"):
        recordings.fit_recording(m.V, m.I, dt)


def test_too_short_a_recording_is_refused(m):
    with pytest.raises(ValueError, match=r"too short: it lasts 0\.05 s"):
        recordings.fit_recording(m.V[:1000], m.I[:1000], m.dt)


def test_without_a_recorded_current_nothing_can_be_fitted(m):
    with pytest.raises(ValueError, match="No injected current was recorded"):
        recordings.fit_recording(m.V, np.zeros(m.V.size), m.dt)


def test_the_wrong_sign_of_the_current_is_refused(m):
    with pytest.raises(ValueError, match="The current has the wrong sign"):
        recordings.fit_recording(m.V, -m.I, m.dt)


def test_a_neuron_that_never_spikes_cannot_be_fitted():
    quiet = record("sharp", 4.0, seed=72, spread=0.02)
    assert quiet.spikes.size == 0
    with pytest.raises(ValueError, match="Nothing in V is a spike"):
        recordings.fit_recording(quiet.V, quiet.I, quiet.dt)


def test_volts_are_noticed(m):
    with pytest.raises(ValueError, match="as if it were in volts"):
        recordings.fit_recording(m.V / 1000.0, m.I, m.dt)
    with pytest.raises(ValueError, match="which no membrane does"):
        recordings.fit_recording(m.V * 1000.0, m.I, m.dt)


@pytest.mark.parametrize("spikes", [[], [5.0, 4.0], [-1.0], [1e9], ["a"], [[1.0]], [np.nan]])
def test_spikes_that_cannot_be_are_refused(m, spikes):
    with pytest.raises(ValueError, match="spikes"):
        recordings.fit_recording(m.V, m.I, m.dt, spikes=spikes)


@pytest.mark.parametrize(("name", "value"), [("smooth", 0.0), ("smooth", np.nan), ("electrode", np.inf),
                                             ("electrode", "x"),
                                             ("repetitions", 2), ("repetitions", 2.5), ("seed", -1)])  # fmt: skip
def test_settings_that_cannot_be_are_refused(m, name, value):
    with pytest.raises(ValueError, match=name):
        recordings.fit_recording(m.V, m.I, m.dt, **{name: value})


def test_more_samples_than_the_budget_allows_are_refused(m):
    with pytest.raises(ValueError, match="80000 samples, and 500 are allowed"):
        recordings.fit_recording(m.V, m.I, m.dt, budget=Budget(neuron_steps=100_000, output_points=1000))


def test_gamma_is_1_for_all_0_by_chance_and_nothing_without_spikes():
    spikes = np.sort(np.random.default_rng(1).uniform(0.0, 1e6, 10_000))
    other = np.sort(np.random.default_rng(2).uniform(0.0, 1e6, 10_000))
    assert coincidence(spikes, spikes, 1e6, 2.0) == pytest.approx(1.0)
    assert abs(coincidence(other, spikes, 1e6, 2.0)) < 0.03  # 3 standard errors of 400 chance coincidences
    assert coincidence(np.empty(0), spikes, 1e6, 2.0) == 0.0


def test_gamma_of_two_spikes_by_hand():
    """One of two coincides; by chance 2 * 2 ms * 2/1000 ms * 2 = 0.016 do: (1 - 0.016)/2/(1 - 0.008)."""
    found = coincidence(np.array([100.0, 500.0]), np.array([101.0, 700.0]), 1000.0, 2.0)
    assert found == pytest.approx((1.0 - 0.016) / 2.0 / (1.0 - 0.008))


def test_a_window_that_cannot_be_is_refused(m):
    fit = recordings.fit_recording(m.V, m.I, m.dt, seed=1)
    for window in (0.0, -1.0, np.nan, "x", True):
        with pytest.raises(ValueError, match="window must be"):
            recordings.validate(fit, m.V, m.I, m.dt, window=window)
