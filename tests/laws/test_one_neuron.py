"""One neuron, whatever runs it: one seed gives one path, and every entry has the exact rate under noise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import ExpIF, ExpIFParameters, fi_curve, simulate, spike_trains, stimuli, theory
from model.runs.beginning import bistable

NEURONS = {
    "as documented": {},
    "cut off below the upswing": {"V_th": -62.0, "V_reset": -63.0, "tau_ref": 1.0},
    "sharp": {"delta_T": 0.3},
    "never refractory": {"V_th": -61.0, "V_reset": -62.0, "tau_ref": 0.0},
}


@pytest.mark.parametrize("sigma", [0.0, 4.0])
@pytest.mark.parametrize("dt", [0.1, 0.5])
@pytest.mark.parametrize("name", NEURONS)
def test_one_seed_and_one_neuron_are_one_path(name, dt, sigma):
    p, I, T = ExpIFParameters(**NEURONS[name]), 6.0, 200.0
    alone = simulate(p, I, T, dt, sigma=sigma, seed=5).spikes
    assert alone.size > 2
    together = [spike_trains(p, I, T, dt, sigma=sigma, seed=5, neurons=150, threads=n) for n in (1, 2, 5)]
    for trains in together:
        np.testing.assert_array_equal(trains.t[trains.neuron == 0], alone)
        np.testing.assert_array_equal(trains.t, together[0].t)
    listed = spike_trains(p, [I, 5.0], T, dt, sigma=sigma, seed=5)
    np.testing.assert_array_equal(listed.t[listed.neuron == 0], alone)
    curve = fi_curve(p, [I, 5.0], T, dt, sigma=sigma, seed=5)
    assert curve.counts[0] == alone.size
    assert curve.rates[0] == pytest.approx(1e3 * (alone.size - 1) / (alone[-1] - alone[0]), rel=1e-12)
    group = ExpIF(3, parameters=p, method="strang", V_init="rest", sigma=sigma, seed=5)
    group.run(T, dt=dt, inputs=("input", I))
    assert (group.count[0], group.t_first_spike[0], group.t_last_spike[0]) == (alone.size, alone[0], alone[-1])


@pytest.mark.parametrize("method", ["strang", "euler"])
@pytest.mark.parametrize("tau_noise", [0.0, 5.0])
def test_a_row_of_a_raster_can_be_opened_as_a_trace(method, tau_noise):
    p, settings = ExpIFParameters(), {"sigma": 4.0, "seed": 7, "tau_noise": tau_noise, "method": method}
    raster = spike_trains(p, 5.0, 200.0, neurons=300, **settings)
    for neuron in (0, 1, 127, 128, 299):
        opened = simulate(p, 5.0, 200.0, neuron=neuron, **settings)
        np.testing.assert_array_equal(opened.spikes, raster.t[raster.neuron == neuron])


def test_a_point_of_the_curve_can_be_opened_as_a_trace():
    p, I = ExpIFParameters(), np.array([2.0, 4.0, 8.0])
    curve = fi_curve(p, I, 500.0, sigma=3.0, seed=2, neurons=4)
    for k, current in enumerate(I):
        opened = [simulate(p, current, 500.0, sigma=3.0, seed=2, neuron=4 * k + i).spikes.size for i in range(4)]
        assert curve.counts[k] == sum(opened)


@pytest.mark.parametrize("kind", ["Ornstein-Uhlenbeck noise", "white noise", "sine"])
def test_neurons_that_share_a_current_feel_what_one_alone_would(kind):
    p, current = ExpIFParameters(), stimuli.KINDS[kind](I=6.0)
    trains = spike_trains(p, current, 300.0, neurons=40, seed=3)
    alone = simulate(p, current, 300.0, seed=3)
    assert alone.spikes.size > 3
    for neuron in (0, 39):  # without noise of their own they are all alike
        np.testing.assert_array_equal(trains.t[trains.neuron == neuron], alone.spikes)


def near_threshold(rng):
    """A neuron whose V_th is near V_T, and V_reset near V_th, where noise alone makes the spikes."""
    V_th = -59.9 + rng.uniform(-4.0, 4.0)
    return {
        "V_th": V_th, "V_reset": V_th - 10 ** rng.uniform(-0.5, 1.0), "tau_ref": rng.choice([0.0, 0.5, 2.0]),
        "delta_T": 10 ** rng.uniform(-0.7, 0.7), "tau": 10 ** rng.uniform(0.5, 1.5),
    }  # fmt: skip


def z_scores(dt, cases, neurons=1500, allowed=0.0):
    """Of the rates of random neurons, seen by each entry in turn, beyond the part of the rate that is allowed."""
    rng, z, beyond = np.random.default_rng(11), [], []
    while len(z) < cases:
        p, I, sigma = ExpIFParameters(**near_threshold(rng)), rng.uniform(0.0, 4.0), rng.uniform(1.5, 6.0)
        exact = float(theory.stationary_rate(p, I, sigma))
        if not 5.0 < exact < 1500.0 or bistable(p.numbers(), np.array([I]))[0]:
            continue  # what can both rest and fire remembers its start
        T = min(max(15e3 / exact, 10.0 * dt), 1500.0)
        rate, error = measured(len(z) % 3, p, I, sigma, dt, neurons, 15.0 * p.tau + 20.0, T)
        z.append((rate - exact) / error)
        beyond.append((abs(rate - exact) - 4.0 * error) / exact)
    assert max(beyond) < allowed
    return np.array(z)


def measured(entry, p, I, sigma, dt, neurons, warm_up, T):
    """Rate and standard error [Hz] after the warm-up, by `fi_curve`, `spike_trains` or `ExpIF`."""
    if entry == 0:
        curve = fi_curve(p, I, 5.0 * warm_up + T, dt, sigma=sigma, seed=4, neurons=neurons)
        return curve.rates[0], curve.errors[0]
    if entry == 1:
        trains = spike_trains(p, I, warm_up + T, dt, sigma=sigma, seed=4, neurons=neurons)
        counts = np.bincount(trains.neuron[trains.t > warm_up], minlength=neurons)
        lasted = T
    else:
        group = ExpIF(neurons, parameters=p, method="strang", V_init="rest", sigma=sigma, seed=4)
        group.run(warm_up, dt=dt, inputs=("input", I))
        before, since = group.count.copy(), group.t
        group.run(T, dt=dt, inputs=("input", I))
        counts, lasted = group.count - before, group.t - since
    rates = 1e3 * counts / lasted
    return rates.mean(), rates.std(ddof=1) / np.sqrt(neurons)


@pytest.mark.parametrize(("dt", "allowed"), [(0.1, 0.004), (0.5, 0.01)])
def test_every_entry_has_the_exact_rate_where_noise_alone_makes_the_spikes(dt, allowed):
    z = z_scores(dt, 12, allowed=allowed)
    assert (np.abs(z) < 5.0).all()


def test_a_neuron_that_is_reset_within_a_kick_of_its_threshold_is_not_refused():
    p = ExpIFParameters(V_th=-62.0, V_reset=-62.2, tau_ref=0.0)
    exact = float(theory.stationary_rate(p, 3.0, 4.0))
    assert exact == pytest.approx(1988.75, rel=1e-4)
    curve = fi_curve(p, 3.0, 300.0, 0.5, sigma=4.0, seed=1, neurons=1000)
    assert abs(curve.rates[0] - exact) < 4.0 * curve.errors[0] + 0.01 * exact
    t, neuron = spike_trains(p, 3.0, 100.0, 0.5, sigma=4.0, seed=1, neurons=50)
    assert (np.diff(t)[neuron[1:] == neuron[:-1]] > 0.0).all()  # no interval is zero


@settings(max_examples=25)
@given(sigma=st.floats(0.5, 8.0), dt=st.floats(0.02, 1.0), delta_T=st.floats(0.1, 6.0), V_th=st.floats(-64.0, -30.0))
def test_spikes_rise_and_keep_their_distance(sigma, dt, delta_T, V_th):
    p = ExpIFParameters(delta_T=delta_T, V_th=V_th)
    t, neuron = spike_trains(p, 4.0, 100.0, dt, sigma=sigma, seed=1, neurons=30)
    gaps = np.diff(t)[neuron[1:] == neuron[:-1]]
    assert (gaps > p.tau_ref).all()
    assert ((t >= 0.0) & (t <= 100.0 + dt)).all()


def test_the_two_white_noises_are_one():
    p, sigma = ExpIFParameters(V_th=-58.0), 4.0
    current = stimuli.WhiteNoise(I=3.0, I_noise=sigma * np.sqrt(2.0 * p.tau) / p.R)
    exact = float(theory.stationary_rate(p, 3.0, sigma))
    for dt in (0.1, 0.5):
        trace = simulate(p, current, 100_000.0, dt, seed=3)
        gaps = np.diff(trace.spikes)
        assert abs(1e3 / gaps.mean() - exact) < 4.0 * exact * theory.cv(p, 3.0, sigma) / np.sqrt(gaps.size)
        assert trace.I.mean() == pytest.approx(3.0, abs=4.0 * current.I_noise / np.sqrt(100_000.0))
        assert trace.I.std() == pytest.approx(current.I_noise / np.sqrt(dt), rel=0.01)


def test_noise_that_remembers_has_one_rate_at_every_step():
    p, settings = ExpIFParameters(V_th=-58.0), {"sigma": 5.0, "tau_noise": 2.0, "neurons": 2500}
    fine = fi_curve(p, 2.0, 1500.0, 0.02, seed=1, **settings)
    for dt in (0.1, 0.5, 2.0):
        curve = fi_curve(p, 2.0, 1500.0, dt, seed=2, **settings)
        error = np.hypot(curve.errors[0], fine.errors[0])
        assert error < 0.006 * fine.rates[0]
        assert abs(curve.rates[0] - fine.rates[0]) < 4.0 * error
        assert curve.note == ""


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"method": "euler", "sigma": 4.0}, "euler resets on the time grid"),
        ({"sigma": 4.0, "tau_noise": 0.001}, "dt is coarse: noise that remembers for 0.001 ms"),
        ({"current": stimuli.OrnsteinUhlenbeck(tau_I=0.1, I_sd=20.0), "dt": 0.5}, "dt is coarse: the current forgets"),
    ],
)
def test_a_run_whose_step_is_too_coarse_says_so(settings, says):
    given = {"current": 5.0, "seed": 1, **settings}
    assert simulate(ExpIFParameters(), **given).note.startswith(says)
    assert spike_trains(ExpIFParameters(), neurons=2, duration=100.0, **given).note.startswith(says)
    assert "delta_T" in simulate(ExpIFParameters(), **given).note
    fine = {**given, "method": "strang", "tau_noise": 0.0, "dt": 0.05}
    assert simulate(ExpIFParameters(), **fine).note == ""


def test_a_population_that_starts_at_rest_says_that_it_may_not_forget_it():
    p, I, sigma = ExpIFParameters(V_reset=-50.0, V_T=-55.0, delta_T=1.0, tau_ref=0.0), 5.0, 0.2
    exact = float(theory.stationary_rate(p, I, sigma))
    assert exact > 100.0
    silent = fi_curve(p, I, 500.0, sigma=sigma, seed=1, neurons=200)
    assert silent.rates[0] < 0.5 * exact
    assert "both rest and fire" in silent.note
    settled = fi_curve(p, I, 500.0, sigma=sigma, seed=1, neurons=2000, start="stationary")
    assert settled.note == ""
    assert abs(settled.rates[0] - exact) < 4.0 * settled.errors[0] + 0.004 * exact
    firing = fi_curve(p, I, 500.0, sigma=sigma, seed=1, neurons=200, start="reset")
    assert firing.rates[0] > 0.9 * exact
    assert "starts at reset" in firing.note


@pytest.mark.parametrize("name", NEURONS)
def test_a_stationary_start_is_stationary(name):
    p, I, sigma = ExpIFParameters(**NEURONS[name]), 2.0, 3.0
    exact = float(theory.stationary_rate(p, I, sigma))
    t, _ = spike_trains(p, I, 40.0, sigma=sigma, seed=6, neurons=6000, start="stationary")
    early, late = np.histogram(t, [0.0, 2.0, 40.0])[0] / 6000 / np.array([2.0, 38.0]) * 1e3
    assert early == pytest.approx(exact, abs=5.0 * np.sqrt(exact / (6000 * 2e-3)))
    assert late == pytest.approx(exact, abs=5.0 * np.sqrt(exact / (6000 * 38e-3)))


@pytest.mark.parametrize(("start", "says"), [("anywhere", "start must be one of"), ("stationary", "a sigma above 0")])
def test_a_start_that_there_is_not_is_refused(start, says):
    with pytest.raises(ValueError, match=says):
        fi_curve(ExpIFParameters(), 5.0, 100.0, start=start)


@pytest.mark.parametrize(("run", "more"), [(simulate, {}), (spike_trains, {"neurons": 2})])
def test_a_current_that_shakes_the_membrane_beyond_all_measure_is_refused_before_it_is_drawn(run, more):
    current = stimuli.WhiteNoise(I_noise=1e4)
    with pytest.raises(ValueError, match=r"would shake the membrane by .* 1000 mV are allowed"):
        run(ExpIFParameters(R=1e4), current=current, duration=1e6, dt=0.01, **more)


HARD = [
    ({"V_th": -39.766, "V_reset": -46.6826, "tau_ref": 0.5, "delta_T": 10.1563, "tau": 2.9613}, 0.788, 11.277),
    ({"V_th": -56.76, "V_reset": -59.1, "tau_ref": 0.05, "delta_T": 0.317, "tau": 7.25}, 1.33, 4.96),
    ({"delta_T": 0.02}, 3.0, 6.0),
    ({"delta_T": 1.0, "tau": 1.0}, 3.0, 5.0),
]  # found by searching for the largest error


@pytest.mark.parametrize("case", range(len(HARD)))
@pytest.mark.parametrize(("dt", "allowed"), [(0.1, 0.004), (0.5, 0.01)])
def test_the_hardest_neurons_found_have_the_exact_rate_too(case, dt, allowed):
    neuron, I, sigma = HARD[case]
    p = ExpIFParameters(**neuron)
    exact = float(theory.stationary_rate(p, I, sigma))
    curve = fi_curve(p, I, 400.0, dt, sigma=sigma, seed=3, neurons=3000, start="stationary")
    assert abs(curve.rates[0] - exact) < 4.0 * curve.errors[0] + allowed * exact


def test_intervals_of_a_few_steps_are_said_to_scatter_wrongly():
    p, settings = ExpIFParameters(V_th=-62.0, V_reset=-63.0, tau_ref=0.0), {"sigma": 4.0, "seed": 1}
    fast = 1e3 / theory.stationary_rate(p, 3.0, 4.0)
    for run, more in ((simulate, {}), (spike_trains, {"neurons": 20})):
        coarse = run(p, 3.0, 500.0, fast / 2.0, **settings, **more).note
        assert coarse.startswith("dt is coarse for intervals: V takes")
        assert run(p, 3.0, 500.0, fast / 12.0, **settings, **more).note == ""


def test_a_neuron_that_is_lifted_above_its_threshold_while_it_is_held_spikes_when_it_is_released():
    for dt in (0.1, 0.4, 0.5):
        group = ExpIF(1, method="strang", V_init="rest", tau_ref=1.7)
        group.run(20.0, dt=dt, inputs=("input", 20.0))
        first = group.t_last_spike[0]
        while group.t - first > group.tau_ref or not group.refractory[0]:
            group.run(dt, dt=dt, inputs=("input", 20.0))
            first = group.t_last_spike[0]
        group.V[:] = -20.0
        group.run(3.0, dt=dt)
        assert group.t_last_spike[0] == pytest.approx(first + 1.7, abs=1e-9)


def test_a_stationary_start_at_too_many_currents_is_refused_before_it_is_begun():
    with pytest.raises(ValueError, match="5000 different currents were given, and 1000 are allowed"):
        fi_curve(ExpIFParameters(), np.linspace(0.0, 5.0, 5000), 100.0, sigma=2.0, start="stationary")
