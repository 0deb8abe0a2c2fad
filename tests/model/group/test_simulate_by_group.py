"""simulate and fi_curve take every scheme of the group."""

import json
from pathlib import Path

import numpy as np
import pytest

from model import ExpIF, ExpIFParameters, fi_curve, simulate, theory
from model.run_settings import METHODS
from model.runs.schemes import SCHEMES

DATA = Path(__file__).parents[2] / "data"
CASES = json.loads((DATA / "seed_traces.json").read_text())
TRACES = np.load(DATA / "seed_traces.npz")


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case["input"]["kind"] == "const"])
def test_simulate_reproduces_every_recorded_trace(name):
    case = CASES[name]
    trace = simulate(
        ExpIFParameters(**case["params"]),
        case["input"]["value"],
        case["duration"],
        case["dt"],
        case["method"],
        case["V0"],
    )
    np.testing.assert_allclose(trace.V, TRACES[f"{name}/V"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(trace.spikes, TRACES[f"{name}/spike_steps"] * case["dt"], atol=1e-9)


def test_the_page_offers_every_scheme_that_there_is():
    assert set(METHODS) == set(SCHEMES)


@pytest.mark.parametrize("method", [*SCHEMES, "exp_euler"])
def test_the_rate_of_every_scheme_is_near_the_exact_one(method):
    p, currents = ExpIFParameters(), np.array([0.0, 5.0, 20.0])
    curve = fi_curve(p, currents, duration=500.0, dt=0.02, method=method)
    assert curve.rates[0] == 0.0
    np.testing.assert_allclose(curve.rates[1:], theory.firing_rate(p, currents[1:]), rtol=0.01)


def test_a_curve_by_the_group_counts_as_the_group_does():
    p, currents = ExpIFParameters(), np.linspace(0.0, 20.0, 7)
    group = ExpIF(7, parameters=p, method="rk4", V_init="rest")
    group.run(200.0, inputs=("input", currents))
    curve = fi_curve(p, currents, duration=200.0, method="rk4")
    np.testing.assert_array_equal(curve.counts, group.count)
    fast = curve.counts >= 2
    expected = 1000.0 * (group.count - 1) / (group.t_last_spike - group.t_first_spike + (~fast))
    np.testing.assert_allclose(curve.rates[fast], expected[fast])


def test_what_is_not_allowed_is_refused_in_a_sentence():
    p = ExpIFParameters()
    for call in (simulate, fi_curve):
        with pytest.raises(ValueError, match="Noise needs"):
            call(p, 10.0, method="rk4", sigma=1.0)
        with pytest.raises(ValueError, match="method must be one of"):
            call(p, 10.0, method="magic")
    with pytest.raises(ValueError, match="too long for rk4"):
        simulate(ExpIFParameters(tau=0.5), 10.0, dt=2.0, method="rk4")
    with pytest.raises(ValueError, match="device must be one of"):
        fi_curve(p, 10.0, device="moon")
    assert fi_curve(p, [], method="rk4").counts.size == 0
