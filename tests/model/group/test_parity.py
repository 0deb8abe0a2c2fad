"""The group reproduces what was recorded from the documented system."""

import json
from pathlib import Path

import numpy as np
import pytest

from model import ExpIF

DATA = Path(__file__).parents[2] / "data"
CASES = json.loads((DATA / "seed_traces.json").read_text())
TRACES = np.load(DATA / "seed_traces.npz")


def current_of(case):
    if case["input"]["kind"] == "const":
        return ("input", case["input"]["value"])
    return ("input", TRACES[f"{case['id']}/input"], "iter")


def run_case(case):
    group = ExpIF(1, **case["params"], method=case["method"], V_init=case["V0"], monitors=["V", "spike", "refractory"])
    group.run(case["duration"], dt=case["dt"], inputs=current_of(case))
    return group


@pytest.mark.parametrize("name", CASES)
def test_every_recorded_trace_is_reproduced(name):
    mon = run_case(CASES[name]).mon
    assert mon.V.shape == (CASES[name]["steps"], 1)
    np.testing.assert_allclose(mon.V[:, 0], TRACES[f"{name}/V"], rtol=0, atol=1e-9)
    np.testing.assert_array_equal(np.flatnonzero(mon.spike), TRACES[f"{name}/spike_steps"])


@pytest.mark.parametrize("name", [name for name in CASES if f"{name}/refractory" in TRACES])
def test_every_recorded_refractory_step_is_reproduced(name):
    mon = run_case(CASES[name]).mon
    recorded = np.unpackbits(TRACES[f"{name}/refractory"])[: CASES[name]["steps"]]
    np.testing.assert_array_equal(mon.refractory[:, 0], recorded.astype(bool))


def test_the_documented_example_runs_and_plots():
    group = ExpIF(1, monitors=["V"])
    seconds = group.run(300.0, inputs=("input", 10.0))
    assert isinstance(seconds, float)
    assert seconds > 0
    np.testing.assert_allclose(group.mon.V[:, 0], TRACES["const_I10/V"], rtol=0, atol=1e-9)
    np.testing.assert_array_equal(group.mon.ts, np.arange(3000) * 0.1)
    curve = group.plot()
    np.testing.assert_array_equal(curve.dimension_values("V"), group.mon.V[:, 0])
    np.testing.assert_array_equal(curve.dimension_values("t"), group.mon.ts)


def test_many_neurons_each_follow_the_recorded_trace_of_one():
    group = ExpIF(600, monitors=["V"])  # more than one tile
    group.run(300.0, inputs=("input", np.where(np.arange(600) % 2, 10.0, 20.0)))
    for neuron, trace in ((0, "const_I20/V"), (1, "const_I10/V"), (598, "const_I20/V"), (599, "const_I10/V")):
        np.testing.assert_allclose(group.mon.V[:, neuron], TRACES[trace], rtol=0, atol=1e-9)


def test_exp_euler_is_another_name_of_exponential_euler():
    case = CASES["num_exponential_euler_dt0.1_V0rest_I10"]
    mon = run_case({**case, "method": "exp_euler"}).mon
    np.testing.assert_allclose(mon.V[:, 0], TRACES[f"{case['id']}/V"], rtol=0, atol=1e-9)


def test_runge_kutta_4_fires_where_the_documented_system_turns_to_nan_and_falls_silent():
    group = ExpIF(1, method="rk4", monitors=["V", "spike"])  # V starts at 0, far up the upswing
    group.run(300.0, inputs=("input", 10.0))
    assert np.isfinite(group.mon.V).all()
    assert group.mon.spike[0, 0]
    reference = run_case(CASES["num_rk4_dt0.1_V0rest_I10"])
    assert abs(group.count[0] - 1 - reference.count[0]) <= 1  # the artefact, and then the same rhythm
