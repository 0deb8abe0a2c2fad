"""The f-I curve: as exact as promised, the same as single runs, and reproducible."""

import json
from pathlib import Path

import numpy as np
import pytest

from model import ExpIFParameters, fi_curve, simulate, spike_trains, theory
from model.integrators import strang
from model.integrators.runge_kutta import TABLEAUS

REFERENCE = json.loads((Path(__file__).parent.parent / "data" / "theory.json").read_text())["values"]
SETS = {v["set"]: v["params"] for v in REFERENCE}
OURS = ["euler", "strang"]


def exact(name):
    """Currents [nA] and periods [ms] listed for one parameter set."""
    rows = [v for v in REFERENCE if v["set"] == name and v["quantity"] == "period_ms"]
    return np.array([v["m"] for v in rows]) / SETS[name]["R"], np.array([v["value"] for v in rows])


def test_the_default_neuron_is_right_to_one_in_ten_thousand():
    p, I = ExpIFParameters(), np.concatenate([np.linspace(1.8, 50.0, 483), np.geomspace(1.8, 50.0, 100)])
    curve = fi_curve(p, I)
    assert np.abs(curve.rates / theory.firing_rate(p, I) - 1.0).max() < 1e-4


@pytest.mark.parametrize("name", SETS)
def test_every_reference_set_is_right_to_one_in_a_thousand(name):
    I, period = exact(name)
    for current, expected in zip(I, period, strict=True):
        curve = fi_curve(ExpIFParameters(**SETS[name]), current, duration=max(1000.0, 4.0 * expected))
        assert curve.rates[0] == pytest.approx(1000.0 / expected, rel=1e-3 if name != "seed" else 1e-4)


@pytest.mark.parametrize(("method", "order"), [("euler", TABLEAUS["euler"].order), ("strang", strang.ORDER)])
def test_the_upswing_converges_with_the_order_of_the_scheme(method, order):
    p, dt = ExpIFParameters(), np.array([0.2, 0.1, 0.05, 0.025, 0.0125])

    def at_12_ms(dt):  # the spike comes at 13.1 ms
        trace = simulate(p, 10.0, 13.0, dt, method, V_init=-65.0)
        return trace.V[np.searchsorted(trace.t + (dt if method == "euler" else 0.0), 12.0 - 1e-9)]

    errors = np.abs([at_12_ms(h) - at_12_ms(0.001 if method == "strang" else 0.0001) for h in dt])
    assert np.polyfit(np.log(dt), np.log(errors), 1)[0] == pytest.approx(order, abs=0.1)


def test_the_rate_of_the_splitting_converges_with_its_order():
    p, dt = ExpIFParameters(), np.array([0.2, 0.1, 0.05, 0.025, 0.0125])
    errors = [abs(fi_curve(p, 10.0, 20_000.0, h).rates[0] / theory.firing_rate(p, 10.0) - 1.0) for h in dt]
    # The steps next to the pole, ever shorter ones, add a logarithm: the error goes as dt² log(1/dt).
    order = np.polyfit(np.log(dt), np.log(errors / np.log(10.0 / dt)), 1)[0]
    assert order == pytest.approx(strang.ORDER, abs=0.1)


@pytest.mark.parametrize("dt", [0.01, 0.1, 0.5, 2.0])
@pytest.mark.parametrize("name", SETS)
def test_the_splitting_has_the_rheobase_of_the_neuron_at_every_step(name, dt):
    p = ExpIFParameters(**SETS[name])
    V = np.linspace(-4.0, 4.0, 20_001) * p.delta_T * min(0.5, dt / p.tau) ** 0.5 + p.V_T

    def least_progress(drive):
        flow = strang.flow(strang.pace(dt, p.tau), drive, p.numbers())
        return min(strang.step(v, flow)[0] - v for v in V)

    margin = 1e-6 * p.delta_T
    assert least_progress(theory.rheobase(p) * p.R - margin) < 0.0
    assert least_progress(theory.rheobase(p) * p.R + margin) > 0.0


@pytest.mark.parametrize("method", OURS)
def test_a_point_of_the_curve_is_a_single_run(method):
    p, I = ExpIFParameters(), np.array([0.0, 1.7, 5.0, 23.0, 300.0])
    curve = fi_curve(p, I, method=method)
    for current, rate, count in zip(curve.currents, curve.rates, curve.counts, strict=True):
        spikes = simulate(p, current, 1000.0, method=method).spikes
        assert spikes.size == count
        if count > 1:
            assert rate == pytest.approx(1000.0 * (count - 1) / (spikes[-1] - spikes[0]), rel=1e-10)


def test_the_first_of_many_neurons_does_not_depend_on_the_others():
    p, I = ExpIFParameters(), np.linspace(0.0, 20.0, 131)
    assert np.array_equal(fi_curve(p, I[:1]).rates, fi_curve(p, I).rates[:1])


@pytest.mark.parametrize("sigma", [0.0, 2.0])
@pytest.mark.parametrize("method", OURS)
def test_threads_change_nothing(method, sigma):
    p, I = ExpIFParameters(), np.linspace(0.0, 20.0, 300)
    one = fi_curve(p, I, 200.0, method=method, sigma=sigma, seed=4, threads=1)
    many = fi_curve(p, I, 200.0, method=method, sigma=sigma, seed=4, threads=3)
    assert np.array_equal(one.counts, many.counts)
    assert np.array_equal(one.rates, many.rates)


def test_fewer_than_two_spikes_are_no_rate():
    curve = fi_curve(ExpIFParameters(), [-5.0, 1.0, 10.0], duration=14.0)
    assert curve.counts.tolist() == [0, 0, 1]
    assert curve.rates.tolist() == [0.0, 0.0, 0.0]


def test_the_rate_is_that_of_the_intervals_not_of_the_window():
    p = ExpIFParameters()
    assert fi_curve(p, 10.0, 60.0).rates[0] == pytest.approx(theory.firing_rate(p, 10.0), rel=1e-4)


def test_without_refractory_period_a_strong_current_fires_many_times_a_step():
    p = ExpIFParameters(tau_ref=0.0)
    curve = fi_curve(p, 1e4, 100.0)
    assert curve.counts[0] == pytest.approx(100.0 / theory.period(p, 1e4), rel=1e-3)
    assert curve.rates[0] == pytest.approx(theory.firing_rate(p, 1e4), rel=1e-3)


def test_a_reset_that_rounding_would_lift_to_threshold_is_still_below_it():
    p = ExpIFParameters(V_reset=-5e-300, V_th=0.0, V_T=-30.0, tau_ref=1.0)
    curve = fi_curve(p, np.full(9, 10.0), 50.0, method="euler")
    assert (curve.counts == simulate(p, 10.0, 50.0, method="euler").spikes.size).all()


def test_a_refractory_period_is_the_ceiling():
    assert fi_curve(ExpIFParameters(tau_ref=5.0), 1e4).rates[0] < 200.0


@pytest.mark.parametrize(("I", "sigma", "rate"), [(1.0, 4.0, 13.84884709), (3.0, 2.0, 18.804), (10.0, 4.0, 57.228006)])
def test_under_noise_the_rate_agrees_with_the_exact_one_within_three_standard_errors(I, sigma, rate):
    p, neurons, duration = ExpIFParameters(), 1920, 4000.0
    trains = spike_trains(p, np.full(neurons, I), duration, sigma=sigma, seed=20)
    settled = trains.neuron[trains.t > 500.0]
    rates = np.bincount(settled, minlength=neurons) / (duration - 500.0) * 1000.0
    error = rates.std(ddof=1) / np.sqrt(neurons)
    assert error < 0.0034 * rate  # or a bias of one percent would not show
    assert abs(rates.mean() - rate) < 3.0 * error


def test_euler_takes_noise_too():
    p, I = ExpIFParameters(), np.full(640, 3.0)
    rates = fi_curve(p, I, 2000.0, 0.005, "euler", sigma=2.0, seed=1).rates
    assert rates.mean() == pytest.approx(theory.stationary_rate(p, 3.0, 2.0), rel=0.02)


def test_spike_trains_are_the_counted_spikes():
    p, I = ExpIFParameters(), np.linspace(0.0, 20.0, 100)
    curve, trains = fi_curve(p, I, sigma=2.0, seed=3), spike_trains(p, I, sigma=2.0, seed=3)
    assert np.array_equal(np.bincount(trains.neuron, minlength=100), curve.counts)
    one = trains.t[trains.neuron == 77]
    assert (np.diff(one) > 0.0).all()
    assert curve.rates[77] == pytest.approx(1000.0 * (one.size - 1) / (one[-1] - one[0]), rel=1e-12)


def test_more_spikes_than_expected_are_all_returned():
    p = ExpIFParameters(tau_ref=0.0)
    assert spike_trains(p, [1e4], 200.0).t.size == fi_curve(p, [1e4], 200.0).counts[0] > 5000


def test_a_curve_without_currents_is_empty():
    assert fi_curve(ExpIFParameters(), []).rates.size == 0


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("currents", [1.0, float("nan")], "element 1 is nan"),
        ("currents", "many", "must be numbers"),
        ("currents", [[1.0]], "list of numbers"),
        ("currents", [1e5], "between -10000 and 10000"),
        ("duration", float("inf"), "finite number"),
        ("dt", -0.1, "dt must be between"),
        ("method", "magic", "method must be one of"),
        ("sigma", 1e3, "sigma must be between"),
        ("seed", "lucky", "seed must be a whole number"),
        ("threads", 0, "threads must be a whole number"),
        ("device", "abacus", "device must be"),
    ],
)
def test_what_is_not_allowed_is_refused_in_a_sentence(name, value, says):
    arguments = {"p": ExpIFParameters(), "currents": [10.0], name: value}
    with pytest.raises(ValueError, match=says):
        fi_curve(**arguments)


@pytest.mark.parametrize("how", [{}, {"sigma": 2.0}, {"method": "rk4"}])
def test_a_table_of_currents_is_refused_in_the_same_words_however_it_would_run(how):
    with pytest.raises(ValueError, match=r"^currents must be a list of numbers in nA; an array of shape \(1, 2\)"):
        fi_curve(ExpIFParameters(), [[1.0, 2.0]], **how)


def test_too_many_neuron_steps_are_refused():
    with pytest.raises(ValueError, match="fewer neurons"):
        fi_curve(ExpIFParameters(), np.zeros(100_000), 1e6)
