"""Two neurons, or two currents, are seen on the same axes, so that the eye can compare them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.axes import EDGE, current_range, reaching, slider_range, with_edge
from dashboard.result import compute
from dashboard.session import Session
from dashboard.views import current, fi, phase
from model import ExpIFParameters, theory
from model.stimuli import KINDS

finite = st.floats(-1e4, 1e4)


def result(**choices):
    session = Session()
    assert session.choose(choices) == {}
    return compute(session.snapshot())


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_axis_of_the_current_is_the_range_of_its_slider(kind):
    low, high = slider_range(kind)
    seen = current.ranges(result(kind=kind, I=0.5 * high))[1]
    assert seen[0] < low
    assert seen[1] > high
    if kind == "constant":
        assert {current.ranges(result(I=I))[1] for I in (0, 2, 4, 8, 20)} == {seen}


@pytest.mark.parametrize("I", [-30.0, 55.0])
def test_the_axis_of_the_current_grows_where_the_current_leaves_the_range_of_its_slider(I):
    low, high = current.ranges(result(I=I))[1]
    assert low < I < high


def test_a_change_of_the_spike_slope_is_seen_on_one_axis_of_the_f_I_curve():
    spans = {fi.ranges(result(delta_T=delta_T))[0] for delta_T in (0.2, 2.0, 3.48, 8.0)}
    assert spans == {with_edge((0.0, 20.0))}


def test_the_curve_shows_where_firing_begins_however_far_that_is():
    neuron = ExpIFParameters(V_T=-45.0).numbers()
    assert current_range(neuron, 10.0)[1] > 3 * theory.rheobase(neuron)


def test_a_silent_neuron_has_its_mark_above_the_edge_of_the_plot():
    (_, _), (bottom, top) = fi.ranges(result(I=0.0))
    assert bottom == pytest.approx(-EDGE * (top - bottom) / (1 + 2 * EDGE))


def test_the_phase_line_keeps_its_axis_for_small_changes_of_its_slope():
    assert len({phase.ranges(result(delta_T=delta_T))[0] for delta_T in (3.3, 3.4, 3.5, 3.6)}) == 1


@given(low=finite, high=finite)
def test_a_span_grows_to_cover_what_it_must_and_not_otherwise(low, high):
    low, high = min(low, high), max(low, high)
    start, end = reaching((0.0, 20.0), low, high)
    assert start <= min(low, 0.0)
    assert end >= max(high, 20.0)
    if 0 <= low <= high <= 20:
        assert (start, end) == (0.0, 20.0)
