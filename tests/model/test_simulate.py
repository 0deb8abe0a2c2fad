"""One recorded run: the documented update rule to the letter, the splitting close to the exact solution."""

import json
from pathlib import Path

import numpy as np
import pytest

from model import ExpIF, ExpIFParameters, simulate, theory
from model.runs.budget import Budget
from model.stimuli import Constant, OrnsteinUhlenbeck, Step

DATA = Path(__file__).parent.parent / "data"
RECORDED = json.loads((DATA / "seed_traces.json").read_text())
EULER = sorted(name for name, about in RECORDED.items() if about["method"] == "euler")
OURS = ["euler", "strang"]
LEAKY = ExpIFParameters(V_T=150.0, V_th=190.0, delta_T=1.0)  # no upswing within reach: an Ornstein-Uhlenbeck process


@pytest.fixture(scope="module")
def arrays():
    with np.load(DATA / "seed_traces.npz") as stored:
        return dict(stored)


@pytest.mark.parametrize("name", EULER)
def test_euler_is_the_documented_update_rule(arrays, name):
    about = RECORDED[name]
    current = arrays.get(f"{name}/input", about["input"].get("value"))
    trace = simulate(
        ExpIFParameters(**about["params"]), current, about["duration"], about["dt"], "euler", V_init=about["V0"]
    )
    assert np.abs(trace.V - arrays[f"{name}/V"]).max() <= 1e-9
    assert np.array_equal(np.round(trace.spikes / about["dt"]).astype(int), arrays[f"{name}/spike_steps"])
    assert np.array_equal(trace.refractory, np.unpackbits(arrays[f"{name}/refractory"])[: trace.V.size].astype(bool))


def test_an_euler_spike_has_the_start_time_of_its_step_and_the_row_shows_the_reset():
    trace = simulate(ExpIFParameters(), 10.0, method="euler")
    rows = np.searchsorted(trace.t, trace.spikes)
    assert np.array_equal(trace.t[rows], trace.spikes)
    assert (trace.V[rows] == -68.0).all()
    assert trace.refractory[rows].all()


@pytest.mark.parametrize("method", OURS)
def test_below_rheobase_the_neuron_is_silent(method):
    trace = simulate(ExpIFParameters(), 1.61, 2000.0, method=method)
    assert trace.spikes.size == 0
    assert np.abs(trace.V[-1] - theory.fixed_points(ExpIFParameters(), 1.61).stable) < 0.05


@pytest.mark.parametrize(("method", "error"), [("euler", 1e-9), ("strang", 2e-5)])  # mV; strang's rest is of order dt²
def test_a_run_starts_at_rest(method, error):
    p = ExpIFParameters()
    V = simulate(p, 0.0, method=method).V
    assert np.abs(V - theory.fixed_points(p, 0.0).stable).max() < error


@pytest.mark.parametrize("method", OURS)
def test_a_neuron_without_rest_starts_at_its_reset(method):
    trace = simulate(ExpIFParameters(delta_T=8.0), 0.0, 0.2, method=method)
    assert abs(trace.V[0] - -68.0) < 0.1


@pytest.mark.parametrize("method", OURS)
def test_a_start_above_threshold_is_a_spike_at_once(method):
    trace = simulate(ExpIFParameters(), 0.0, V_init=0.0, method=method)
    assert list(trace.spikes) == [0.0]
    assert trace.V[1] == -68.0


def test_a_splitting_row_is_the_state_at_its_time():
    p = ExpIFParameters()
    trace = simulate(p, 0.0, 20.0, V_init=-70.0)
    fine = simulate(p, 0.0, 20.0, dt=0.001, V_init=-70.0)
    assert trace.V[0] == -70.0
    assert np.abs(trace.V - fine.V[::100]).max() < 1e-5


def test_intervals_are_the_exact_period_to_a_part_in_ten_thousand():
    p = ExpIFParameters()
    intervals = np.diff(simulate(p, 10.0, 1000.0).spikes)
    assert np.abs(intervals / theory.period(p, 10.0) - 1.0).max() < 1e-4


def test_the_first_spike_comes_at_the_exact_latency():
    p = ExpIFParameters()
    first = simulate(p, 10.0, V_init=-65.0).spikes[0]
    assert first == pytest.approx(theory.latency(p, 10.0, -65.0), rel=1e-4)


def test_after_a_spike_the_potential_is_held_for_tau_ref():
    trace = simulate(ExpIFParameters(tau_ref=5.03), 10.0)
    after = trace.t[:, None] - trace.spikes[None, :]
    held = ((after > 1e-9) & (after < 5.03 - 1e-9)).any(axis=1)
    free = ((after < -1e-9) | (after > 5.03 + 1e-9)).all(axis=1)
    assert (trace.V[held] == -68.0).all()
    assert trace.refractory[held].all()
    assert not trace.refractory[free].any()


@pytest.mark.parametrize("delta_T", [0.02, 3.48])
def test_many_spikes_within_one_step_are_all_found(delta_T):
    p = ExpIFParameters(tau_ref=0.0, delta_T=delta_T)
    spikes = simulate(p, 1e4, 2.0).spikes
    assert spikes.size == pytest.approx(2.0 / theory.period(p, 1e4), abs=2)
    assert np.diff(spikes) == pytest.approx(np.full(spikes.size - 1, theory.period(p, 1e4)), rel=1e-3)


def test_a_neuron_that_spikes_without_end_is_refused():
    p = ExpIFParameters(V_reset=-40.0, delta_T=0.02, tau_ref=0.0)
    with pytest.raises(ValueError, match="hundred thousand times"):
        simulate(p, 10.0)


def test_a_number_an_array_and_a_stimulus_are_the_same_current():
    p, n = ExpIFParameters(), 3000
    runs = [simulate(p, I) for I in (7, np.full(n, 7.0), [7.0] * n, Constant(I=7.0))]
    for run in runs[1:]:
        for ours, theirs in zip(run, runs[0], strict=True):
            assert np.array_equal(ours, theirs)


def test_the_current_of_a_stimulus_is_returned():
    trace = simulate(ExpIFParameters(), Step(I=3.0, onset=10.0, length=20.0), 50.0)
    assert trace.I[[99, 100, 299, 300]].tolist() == [0.0, 3.0, 3.0, 0.0]


def test_the_array_that_was_given_is_not_the_one_returned():
    given = np.zeros(10)
    trace = simulate(ExpIFParameters(), given, 1.0)
    trace.I[0] = 99.0
    assert given[0] == 0.0


@pytest.mark.parametrize(("duration", "steps"), [(1.06, 11), (1.04, 11), (0.25, 3), (0.3, 3), (300.0, 3000), (0.01, 1)])
def test_as_many_steps_are_made_as_cover_the_duration_whoever_makes_them(duration, steps):
    assert simulate(ExpIFParameters(), 0.0, duration, 0.1).t.size == steps
    group = ExpIF(1, monitors=["V"])
    group.run(duration, dt=0.1)
    assert group.mon.V.shape[0] == steps


@pytest.mark.parametrize("method", OURS)
def test_the_same_seed_gives_the_same_noise(method):
    def run(seed):
        return simulate(ExpIFParameters(), OrnsteinUhlenbeck(), 100.0, method=method, sigma=2.0, seed=seed)

    assert np.array_equal(run(5).V, run(5).V)
    assert np.array_equal(run(5).I, run(5).I)
    assert not np.array_equal(run(5).V, run(6).V)
    assert not np.array_equal(run(None).V, run(None).V)


@pytest.mark.parametrize(("method", "dt"), [("euler", 0.01), ("strang", 0.1), ("strang", 2.0)])
def test_noise_alone_gives_the_membrane_its_standard_deviation_and_memory(method, dt):
    V = simulate(LEAKY, 0.0, 400_000 * dt, dt, method, sigma=4.0, seed=1).V + 65.0
    effective = V.size * np.tanh(dt / 10.0)  # independent values in a process that remembers tau
    assert V.mean() == pytest.approx(0.0, abs=4.0 * 4.0 / np.sqrt(effective / 2))
    assert V.std() == pytest.approx(4.0, rel=4.0 / np.sqrt(2.0 * effective))
    step = round(5.0 / dt) or 1
    memory = np.mean(V[step:] * V[:-step]) / V.var()
    assert memory == pytest.approx(np.exp(-step * dt / 10.0), abs=4.0 / np.sqrt(effective))


def test_noise_pauses_while_the_neuron_is_refractory():
    trace = simulate(ExpIFParameters(), 10.0, sigma=5.0, seed=2)
    assert trace.spikes.size > 5
    assert (trace.V[trace.refractory] == -68.0).all()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("duration", -1.0, "duration must be between"),
        ("duration", float("nan"), "duration must be a finite number"),
        ("duration", 1e9, "duration must be between"),
        ("duration", "long", "is not a number"),
        ("dt", 0.0, "dt must be between"),
        ("dt", float("inf"), "dt must be a finite number"),
        ("dt", True, "is not a number"),
        ("method", "rk5", "method must be one of"),
        ("method", ["euler"], "method must be one of"),
        ("V_init", float("nan"), "V_init must be a finite number"),
        ("V_init", 1e5, "V_init must be between"),
        ("sigma", -1.0, "sigma must be between"),
        ("seed", -1, "seed must be a whole number"),
        ("seed", 1.5, "seed must be a whole number"),
        ("current", float("nan"), "I must be a finite number"),
        ("current", 1e6, "I must be between"),
        ("current", "ten", "is not a number"),
        ("current", np.zeros(5), "one value for each of the 3000 steps"),
        ("current", np.full(3000, np.inf), "between"),
        ("current", np.zeros((3000, 2)), "list of numbers"),
        ("p", {"delta_T": 1.0}, "ExpIFParameters"),
    ],
)
def test_what_is_not_allowed_is_refused_in_a_sentence(name, value, says):
    arguments = {"p": ExpIFParameters(), "current": 10.0, name: value}
    with pytest.raises(ValueError, match=says):
        simulate(**arguments)


def test_euler_is_refused_where_its_steps_are_too_long_for_the_membrane():
    with pytest.raises(ValueError, match=r"Choose a dt of at most 0\.2 ms"):
        simulate(ExpIFParameters(tau=0.1), 10.0, dt=0.3, method="euler")


def test_work_over_budget_is_refused_before_anything_is_allocated():
    with pytest.raises(ValueError, match="Choose a shorter duration"):
        simulate(ExpIFParameters(), 10.0, 1e6, 1e-4)
    with pytest.raises(ValueError, match="1001 steps"):
        simulate(ExpIFParameters(), 10.0, 100.1, budget=Budget(neuron_steps=1000, output_points=10**6))
    with pytest.raises(ValueError, match="would return"):
        simulate(ExpIFParameters(), 10.0, 100.0, budget=Budget(neuron_steps=1000, output_points=100))
