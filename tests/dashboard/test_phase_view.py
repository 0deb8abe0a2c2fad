"""The phase line shows which way V flows, where the levels are, and how far the fixed points are from meeting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.result import compute
from dashboard.session import Session
from dashboard.views import fi, phase
from model import ExpIFParameters, theory
from model.theory.flow import vector_field


def result(**choices):
    session = Session()
    assert session.choose(choices) == {}
    return compute(session.snapshot())


def distance(shown):
    """How far the minimum lies from zero [mV/ms], as the line between the two says."""
    drawn = phase.columns(shown)["phase_distance"]
    assert drawn["dV"] == [0.0]
    return float(drawn["dV_end"][0])


@given(I=st.floats(-20, 20), V_T=st.floats(-75, -45), delta_T=st.floats(0.2, 8))
def test_the_minimum_stands_at_V_T_and_as_far_from_zero_as_the_current_from_the_rheobase(I, V_T, delta_T):
    shown = result(I=I, V_T=V_T, delta_T=delta_T)
    columns = phase.columns(shown)
    assert columns["phase_minimum"]["V"] == [V_T]
    assert columns["phase_minimum"]["dV"][0] <= columns["phase_line"]["dV"].min() + 1e-9
    away = shown.neuron.R * (shown.I - theory.rheobase(shown.neuron)) / shown.neuron.tau
    assert distance(shown) == pytest.approx(away, abs=1e-9)


def test_at_the_rheobase_both_fixed_points_and_the_minimum_are_one():
    shown = result(I=theory.rheobase(ExpIFParameters()))
    columns = phase.columns(shown)
    assert distance(shown) == pytest.approx(0, abs=1e-12)
    for name in ("stable", "unstable", "phase_minimum"):
        assert columns[name]["V"] == pytest.approx([-59.9], abs=1e-6)


@pytest.mark.parametrize(("I", "said"), [(10.0, "min +0.838 mV/ms"), (0.0, "min −0.162 mV/ms")])
def test_the_distance_is_said_in_numbers(I, said):
    assert phase.columns(result(I=I))["phase_names"]["text"][-1] == said


@pytest.mark.parametrize("choices", [{"I": 0.0}, {"I": 1.0}, {"I": 10.0}, {"I": 2.0, "V_th": -55.0}, {"I": -40.0}])
def test_arrows_point_where_V_goes(choices):
    shown = result(**choices)
    columns, neuron = phase.columns(shown), shown.neuron
    V, turned = columns["flow"]["V"], columns["flow"]["angle"]
    up, down = V[turned < 0], V[turned > 0]
    assert (vector_field(neuron, up, shown.I) > 0).all()
    assert (vector_field(neuron, down, shown.I) < 0).all()
    assert max(*up, *down) < neuron.V_th
    if np.isfinite(shown.phase.unstable):  # towards the stable one from both sides, away from the other
        assert ((down > shown.phase.stable) & (down < shown.phase.unstable)).any()
        assert (up < shown.phase.stable).any()
    else:
        assert up.size > 5


@given(V_reset=st.floats(-199, -41), V_th=st.floats(-40, 199), V_T=st.floats(-90, 0))
def test_every_level_is_on_the_axis_and_has_its_name(V_reset, V_th, V_T):
    shown = result(V_reset=V_reset, V_th=V_th, V_T=V_T, I=1.0)
    (low, high), (bottom, top) = phase.ranges(shown)
    names = {column: held[:3] for column, held in phase.columns(shown)["phase_names"].items()}
    assert dict(zip(names["text"].tolist(), names["V"].tolist(), strict=True)) == {
        "V_reset": V_reset, "V_th": V_th, "V_T": V_T,
    }  # fmt: skip
    assert low < min(names["V"])
    assert max(names["V"]) < high
    assert (names["dV"] > bottom).all()
    assert (names["dV"] <= top).all()


def test_names_of_levels_that_are_close_stand_one_below_the_other():
    names = phase.columns(result(V_reset=-60.0, V_T=-59.9, V_th=-59.0))["phase_names"]
    assert len(set(names["dV"][:3])) == 3


@pytest.mark.parametrize("I", [0.0, 10.0, 100.0])
def test_the_minimum_and_zero_are_always_seen(I):
    shown = result(I=I)
    bottom, top = phase.ranges(shown)[1]
    assert bottom < min(0.0, distance(shown))
    assert max(0.0, distance(shown)) < top


def test_the_f_I_curve_has_a_tick_at_the_rheobase_where_its_axis_reaches_it():
    tick = fi.columns(result())["fi_rheobase"]
    assert tick == {"I": [theory.rheobase(ExpIFParameters())], "rate": [0.0]}
    assert fi.columns(result())["fi_rheobase_name"]["text"].tolist() == ["rheobase"]
    assert fi.columns(result(delta_T=8.0))["fi_rheobase"]["I"].size == 0
