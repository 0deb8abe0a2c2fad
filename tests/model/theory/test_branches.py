import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import fi_curve, theory
from model.parameters import ExpIFParameters, Numbers
from model.theory.flow import vector_field
from tests.model.theory.neurons import any_neuron, plausible_neuron

DEFAULTS = ExpIFParameters().numbers()
SOFT = {name: ExpIFParameters.param[name].get_soft_bounds() for name in Numbers._fields} | {"I": (-10.0, 20.0)}
OVER = st.sampled_from(list(SOFT))


def neuron_at(n, over, value, I):
    """The neuron and the current at one value of the quantity."""
    return (n, value) if over == "I" else (n._replace(**{over: value}), I)


@settings(max_examples=60)
@given(n=plausible_neuron(), over=OVER, I=st.floats(-20, 20))
def test_branches_are_the_fixed_points_and_the_firing_at_every_value(n, over, I):
    found = theory.branches(n, over, *SOFT[over], I, points=30)
    assert (np.diff(found.values) > 0).all()
    for k in range(0, found.values.size, 5):
        there, current = neuron_at(n, over, float(found.values[k]), I)
        expected = theory.fixed_points(there, current)
        assert [found.stable[k], found.unstable[k]] == pytest.approx(list(expected), nan_ok=True)
        distance = current - max(theory.rheobase(there), theory.bistable_range(there).low)
        if abs(distance) > 1e-9 * (1 + abs(current)) and not math.isfinite(theory.bistable_range(there).low):
            assert found.fires[k] == (theory.firing_rate(there, current) > 0)


@settings(max_examples=60)
@given(n=plausible_neuron(), over=OVER, I=st.floats(-20, 20))
def test_where_the_branches_meet_the_current_is_the_rheobase_and_V_is_V_T(n, over, I):
    found = theory.branches(n, over, *SOFT[over], I)
    for value, V in zip(found.meetings, found.V_meetings, strict=True):
        there, current = neuron_at(n, over, float(value), I)
        scale = 1 + abs(current) + abs(there.V_rest / there.R)
        assert theory.rheobase(there) == pytest.approx(current, abs=1e-9 * scale)
        assert there.V_T == V
        k = np.flatnonzero(found.values == value)[0]
        assert found.stable[k] == pytest.approx(V, abs=1e-4 * (1 + abs(there.delta_T)))


def test_over_the_current_the_branches_meet_once_at_the_rheobase():
    found = theory.branches(DEFAULTS, "I", 0.0, 20.0, 5.0)
    assert found.meetings == pytest.approx([theory.rheobase(DEFAULTS)], rel=1e-12)
    assert np.isfinite(found.stable[found.values < 1.62 - 1e-9]).all()
    assert np.isnan(found.stable[found.values > 1.62 + 1e-9]).all()
    away = np.abs(found.values - 1.62) > 1e-9
    assert np.array_equal(found.fires[away], found.values[away] > 1.62)


def test_the_branches_come_together_without_a_gap():
    """Near the meeting they are a parabola: values at even distances would leave it open."""
    found = theory.branches(DEFAULTS, "I", 0.0, 20.0, 5.0)
    closing = (found.unstable - found.stable)[np.isfinite(found.stable)]
    assert closing[-1] < 1e-5
    assert np.abs(np.diff(closing)).max() < 0.15 * closing[0]


@pytest.mark.parametrize("V_reset", [-58.0, -50.0, -40.0])
def test_between_the_bistable_currents_the_start_decides_and_outside_it_does_not(V_reset):
    p = ExpIFParameters(V_reset=V_reset)
    low, high = theory.bistable_range(p)
    assert high == theory.rheobase(p)
    wide = high - low
    inside, outside = [low + 0.2 * wide, 0.5 * (low + high), high - 1e-3], [low - 0.1 * wide, high + 0.1]
    rest, reset = (fi_curve(p, inside, duration=500.0, start=start) for start in ("rest", "reset"))
    assert (rest.rates == 0).all()
    assert reset.rates == pytest.approx(theory.firing_rate(p, inside), rel=5e-3)
    rest, reset = (fi_curve(p, outside, duration=2000.0, start=start) for start in ("rest", "reset"))
    assert rest.rates == pytest.approx(reset.rates, rel=1e-2)
    assert reset.rates[0] == 0.0


@given(n=any_neuron())
def test_a_neuron_is_bistable_exactly_if_it_is_reset_above_V_T_and_cut_off_beyond(n):
    low, high = theory.bistable_range(n)
    assert (low < high) or (math.isnan(low) and math.isnan(high))
    if n.V_reset <= n.V_T:
        assert math.isnan(low)
    if n.V_reset > n.V_T + 1e-6:
        assert low < high


def test_at_the_lower_end_of_the_bistable_currents_the_unstable_point_is_the_reset():
    n = DEFAULTS._replace(V_reset=-50.0)
    low, _ = theory.bistable_range(n)
    assert theory.fixed_points(n, low).unstable == pytest.approx(-50.0)
    assert vector_field(n, -50.0, low) == pytest.approx(0.0, abs=1e-12)


def test_values_that_make_no_neuron_are_left_out():
    found = theory.branches(DEFAULTS, "V_reset", -90.0, 30.0, 0.0)
    assert found.values.max() < DEFAULTS.V_th
    assert found.fires[-1]
    assert not found.fires[0]


@pytest.mark.parametrize(("arguments", "said"), [
    (("nothing", 0.0, 1.0, 0.0), "over must be I or one of V_rest"),
    (("I", 1.0, 1.0, 0.0), "low must lie below high"),
    (("I", 0.0, math.inf, 0.0), "high must be finite"),
    (("R", 0.1, 1.0, math.nan), "current I"),
])  # fmt: skip
def test_what_cannot_be_drawn_is_refused_in_a_sentence(arguments, said):
    with pytest.raises(ValueError, match=said):
        theory.branches(DEFAULTS, *arguments)
