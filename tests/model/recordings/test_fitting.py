"""The neuron behind a recording is found, as exactly as the documentation says, and its spikes are predicted."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from model import ExpIFParameters, recordings, simulate, stimuli
from tests.model.recordings.recorded import Made, neuron, record

EASY = {"V_rest": 0.1, "V_T": 0.1, "V_reset": 0.2, "tau_ref": 0.2, "delta_T": "4 %", "tau": "1 %", "R": "1 %"}
HARD = {"V_rest": 0.15, "V_T": 0.15, "V_reset": 0.2, "tau_ref": 0.4, "delta_T": "6 %", "tau": "8 %", "R": "8 %"}
WANTED = {"Brette and Gerstner": EASY, "sharp": EASY, "spiny": HARD, "default": HARD}


def part(m: Made, first: float, last: float) -> tuple[np.ndarray, np.ndarray, float]:
    """From one second to another."""
    a, b = round(1000.0 * first / m.dt), round(1000.0 * last / m.dt)
    return m.V[a:b], m.I[a:b], m.dt


def misses(p: ExpIFParameters, truth: ExpIFParameters, wanted: dict[str, float | str]) -> dict[str, float]:
    """What is further from the truth than wanted."""
    off = {}
    for name, most in wanted.items():
        true, value = getattr(truth, name), getattr(p, name)
        limit = float(most.split()[0]) / 100.0 * true if isinstance(most, str) else most
        if abs(value - true) > limit:
            off[name] = value - true
    return off


@functools.cache
def found(name: str) -> tuple[Made, recordings.RecordingFit]:
    """A recording of which the first 20 s are fitted, for all tests that look at one without a fault."""
    m = record(name, 28.0, seed=11)
    return m, recordings.fit_recording(*part(m, 0.0, 20.0), seed=1)


@pytest.mark.parametrize("name", ["Brette and Gerstner", "default"])  # benchmarks/recordings.py measures all of them
def test_the_neuron_is_found_and_predicts_spikes_that_were_not_fitted(name):
    m, fit = found(name)
    assert misses(fit.parameters, m.p, WANTED[name]) == {}
    assert fit.C == pytest.approx(m.p.tau / m.p.R, rel=0.01)
    assert fit.electrode == 0.0
    tested = recordings.validate(fit, *part(m, 20.0, 28.0), window=2.0 if WANTED[name] is EASY else 4.0)
    assert tested.coincidence >= (0.93 if WANTED[name] is EASY else 0.85)
    assert tested.rate == pytest.approx(tested.recorded_rate, rel=0.03)


@pytest.mark.parametrize(("rate", "seconds", "seed"), [(10.0, 12.0, 21), (50.0, 6.0, 22)])
def test_other_sampling_rates_serve_as_well(rate, seconds, seed):
    m = record("default", seconds, rate, seed=seed)
    fit = recordings.fit_recording(m.V, m.I, m.dt, seed=1)
    assert misses(fit.parameters, m.p, HARD) == {}


@pytest.mark.parametrize(("name", "electrode"), [("Brette and Gerstner", 5.0), ("default", 10.0)])
def test_an_electrode_that_was_not_compensated_is_found_and_taken_off(name, electrode):
    m = record(name, 8.0, seed=31, electrode=electrode)
    fit = recordings.fit_recording(m.V, m.I, m.dt, seed=1)
    assert fit.electrode == pytest.approx(electrode, abs=0.2)
    assert misses(fit.parameters, m.p, WANTED[name]) == {}


def test_an_electrode_that_is_told_is_taken_off():
    m = record("sharp", 8.0, seed=32, electrode=5.0)
    fit = recordings.fit_recording(m.V, m.I, m.dt, electrode=5.0, seed=1)
    assert fit.electrode == 5.0
    assert misses(fit.parameters, m.p, EASY) == {}


def test_noise_of_a_millivolt_does_no_harm():
    m = record("sharp", 8.0, seed=41, noise=1.0)
    fit = recordings.fit_recording(m.V, m.I, m.dt, seed=1)
    assert misses(fit.parameters, m.p, EASY) == {}
    assert fit.diagnostics.noise == pytest.approx(1.0, rel=0.02)


def test_noise_within_the_neuron_is_measured_and_the_intervals_say_what_it_costs():
    m = record("Brette and Gerstner", 15.0, seed=42, intrinsic=1.0)
    fit = recordings.fit_recording(m.V, m.I, m.dt, seed=1)
    assert fit.diagnostics.sigma == pytest.approx(1.0, rel=0.1)
    for name in ("V_rest", "V_T", "delta_T", "tau", "R"):
        low, high = getattr(fit.intervals, name)
        assert low <= getattr(m.p, name) <= high
        assert high - low > 0.002 * abs(getattr(m.p, name))


def test_what_the_project_simulates_is_fitted_too_though_no_spike_is_drawn():
    p = neuron("spiny")
    trace = simulate(p, stimuli.OrnsteinUhlenbeck(I=0.3, I_sd=0.6, tau_I=3.0), duration=8000.0, dt=0.05, seed=5)
    fit = recordings.fit_recording(trace.V, trace.I, 0.05, seed=1)
    assert misses(fit.parameters, p, HARD) == {}
    assert not [each for each in fit.sentences if "noise" in each]


def test_the_intervals_cover_the_truth():
    m, fit = found("Brette and Gerstner")
    truth = {**m.p.numbers()._asdict(), "C": m.p.tau / m.p.R, "electrode": 0.0}
    outside = [name for name, (low, high) in fit.intervals._asdict().items() if not low <= truth[name] <= high]
    assert len(outside) <= 1  # of nine at 95 %


def test_the_curve_is_the_drift_of_the_neuron():
    m, fit = found("Brette and Gerstner")
    curve, p = fit.curve, m.p
    drift = (p.V_rest - curve.V + p.delta_T * np.exp((curve.V - p.V_T) / p.delta_T)) / p.tau
    np.testing.assert_allclose(curve.fitted, drift, atol=0.02)
    low = curve.V < p.V_T  # above, a window of 0.6 ms is wider than a straight line
    assert np.mean(np.abs(curve.F - drift)[low] < 4.0 * curve.error[low]) > 0.95


def test_one_seed_is_one_result_and_nothing_in_it_can_be_set():
    m = record("sharp", 4.0, seed=53, target=20.0)
    first, second = (recordings.fit_recording(m.V, m.I, m.dt, seed=3) for _ in range(2))
    assert first.intervals == second.intervals
    assert first.parameters.numbers() == second.parameters.numbers()
    with pytest.raises(AttributeError):
        first.C = 1.0


def test_progress_is_told_and_cancelling_is_raising():
    m = record("sharp", 4.0, seed=53, target=20.0)
    told = []

    def tell(done, what):
        told.append((done, what))
        if len(told) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recordings.fit_recording(m.V, m.I, m.dt, progress=tell)
    assert [what for _, what in told] == ["checking the recording", "looking for spikes", "fitting the equation"]
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_smoothing_that_is_asked_for_is_taken():
    m = record("sharp", 6.0, seed=54, target=20.0)
    fit = recordings.fit_recording(m.V, m.I, m.dt, smooth=0.5, seed=1)
    assert fit.diagnostics.smoothing == pytest.approx(0.5, rel=0.01)
    assert misses(fit.parameters, m.p, EASY) == {}


def test_spikes_that_are_given_are_taken():
    m = record("sharp", 6.0, seed=54, target=20.0)
    fit = recordings.fit_recording(m.V, m.I, m.dt, spikes=m.spikes, seed=1)
    np.testing.assert_array_equal(fit.spikes, m.spikes)
