import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from model import theory
from model.parameters import ExpIFParameters, Numbers
from tests.model.theory.neurons import any_neuron, plausible_neuron
from tests.model.theory.reference import worst_error

DEFAULTS = ExpIFParameters().numbers()
DISTANCES = st.floats(-4, 4).map(lambda power: 10.0**power)  # mV of R*I above rheobase


def drift(n, V, I):
    return n.V_rest - V + n.delta_T * math.exp((V - n.V_T) / n.delta_T) + n.R * I


def test_rheobase_and_fixed_points_equal_the_reference():
    assert worst_error("rheobase_I", lambda n, I, row: theory.rheobase(n)) <= 1
    assert worst_error("V_stable", lambda n, I, row: theory.fixed_points(n, I).stable) <= 1
    assert worst_error("V_unstable", lambda n, I, row: theory.fixed_points(n, I).unstable) <= 1


@pytest.mark.parametrize("quantity", ["period_ms", "period_ms_at_Vth", "period_ms_at_delta_T"])
def test_periods_equal_the_reference(quantity):
    assert worst_error(quantity, lambda n, I, row: theory.period(n, I)) <= 1


def test_rates_and_latencies_equal_the_reference():
    assert worst_error("rate_hz", lambda n, I, row: theory.firing_rate(n, I)) <= 1
    assert worst_error("latency_from_V_rest_ms", lambda n, I, row: theory.latency(n, I, n.V_rest)) <= 1
    rested = "latency_from_V_stable(I=0)_ms"
    assert worst_error(rested, lambda n, I, row: theory.latency(n, I, theory.fixed_points(n, 0).stable)) <= 1


@settings(deadline=None, max_examples=60)
@given(plausible_neuron(), DISTANCES)
def test_the_latency_is_the_integral_of_dv_over_drift(n, distance):
    I = theory.rheobase(n) + distance / n.R
    V0 = min(n.V_reset, n.V_th - 1.0)
    width = math.sqrt(2 * n.delta_T * distance)
    marks = {min(max(n.V_T + side * width * 4.0**k, V0), n.V_th) for side in (-1, 0, 1) for k in range(-1, 12)}
    if n.V_th < n.V_T or V0 > n.V_T:  # the slow end is then an end of the way
        edge, inward = (n.V_th, -1) if n.V_th < n.V_T else (V0, 1)
        marks |= {min(max(edge + inward * distance * 4.0**k, V0), n.V_th) for k in range(-1, 25)}
    marks = sorted(marks | {V0, n.V_th})
    parts = [
        quad(lambda V: n.tau / drift(n, V, I), a, b, epsabs=0, epsrel=1e-12, limit=200)[0]
        for a, b in pairwise(marks)
        if b > a
    ]
    assert theory.latency(n, I, V0) == pytest.approx(sum(parts), rel=2e-9, abs=1e-300)


@settings(deadline=None)
@given(any_neuron(), DISTANCES)
def test_every_legal_neuron_fires_above_rheobase_and_rests_below(n, distance):
    rheobase = theory.rheobase(n)
    above, below = rheobase + distance / n.R, rheobase - distance / n.R
    start = min(n.V_T, n.V_th) - 1.0
    assert 0.0 < theory.latency(n, above, start) < math.inf
    assert theory.latency(n, [below, rheobase], start).tolist() == [math.inf, math.inf]
    assert math.isnan(theory.fixed_points(n, above).stable)
    rest = theory.fixed_points(n, below).stable
    assert rest <= min(n.V_th, n.V_T)
    assert theory.latency(n, below, rest - 1e-6) == math.inf


@settings(deadline=None)
@given(any_neuron(), st.lists(st.floats(-1e12, 1e12), min_size=2, max_size=20))
def test_for_every_legal_neuron_the_rate_is_a_number_that_rises_with_the_current(n, drives):
    currents = np.sort(np.array(drives)) / n.R
    rates = theory.firing_rate(n, currents)
    assert not np.isnan(rates).any()
    known = rates[rates < 1e12]  # Hz; beyond, the passage is the difference of two nearly equal numbers
    assert (np.diff(known) >= -1e-12 * known[1:]).all()
    if n.tau_ref > 0:
        assert (rates <= 1000 / n.tau_ref).all()


@settings(deadline=None)
@given(plausible_neuron(), DISTANCES)
def test_fixed_points_are_where_the_drift_vanishes(n, distance):
    I = theory.rheobase(n) - distance / n.R
    stable, unstable = theory.fixed_points(n, I)
    assert drift(n, stable, I) == pytest.approx(0, abs=1e-10 * (1 + distance))
    assert stable <= n.V_T
    if not math.isnan(unstable):
        assert n.V_T <= unstable < n.V_th
        slope = math.expm1((unstable - n.V_T) / n.delta_T)
        assert drift(n, unstable, I) == pytest.approx(0, abs=1e-12 * (100 + distance) * (1 + slope))


def test_at_rheobase_the_period_is_infinite_and_just_above_it_follows_the_square_root_law():
    I = theory.rheobase(DEFAULTS)
    assert theory.period(DEFAULTS, I) == math.inf
    assert theory.firing_rate(DEFAULTS, I) == 0.0
    law = DEFAULTS.tau * math.pi * math.sqrt(2 * DEFAULTS.delta_T / 1e-10)
    assert theory.period(DEFAULTS, I + 1e-10) == pytest.approx(law, rel=1e-5)


def test_reset_above_the_unstable_point_keeps_a_neuron_firing_below_rheobase():
    n = DEFAULTS._replace(V_reset=-50.0)
    I = theory.rheobase(n) - 1.0
    assert theory.fixed_points(n, I).unstable < n.V_reset
    assert theory.latency(n, I, n.V_rest) == math.inf
    expected = quad(lambda V: n.tau / drift(n, V, I), n.V_reset, n.V_th, epsabs=0, epsrel=1e-12)[0]
    assert theory.period(n, I) == pytest.approx(n.tau_ref + expected, rel=1e-11)


def test_a_sharp_upswing_far_above_it_is_the_leaky_neuron_with_threshold_v_t():
    sharp = DEFAULTS._replace(delta_T=0.02, V_th=DEFAULTS.V_T - 0.5)
    leaky = sharp.tau_ref + sharp.tau * math.log((-65 + 10 - sharp.V_reset) / (-65 + 10 - sharp.V_th))
    assert theory.period(sharp, 10.0) == pytest.approx(leaky, rel=1e-9)


def test_a_neuron_without_rest_has_a_negative_rheobase_and_fires_at_zero_current():
    n = DEFAULTS._replace(delta_T=6.0)
    assert theory.rheobase(n) < 0
    assert theory.firing_rate(n, 0.0) > 0


def test_extreme_drives_and_resets_give_the_refractory_limit():
    assert theory.period(DEFAULTS, 1e10) == pytest.approx(DEFAULTS.tau_ref, rel=1e-6)
    assert theory.firing_rate(DEFAULTS, -1e10) == 0.0
    steep = Numbers(-65.0, 50.0, 60.0, -60.0, 0.02, 1.0, 10.0, 0.0)
    assert theory.period(steep, 0.0) == 0.0
    assert theory.firing_rate(steep, 0.0) == math.inf


@settings(max_examples=30)
@given(n=plausible_neuron(), distance=DISTANCES)
def test_the_regular_density_is_one_in_all(n, distance):
    I = theory.rheobase(n) + distance / n.R
    period = theory.period(n, I)
    turn = [n.V_T] if n.V_reset < n.V_T < n.V_th else None  # where V is slowest
    free, _ = quad(lambda V: theory.regular_density(n, I, V), n.V_reset, n.V_th, points=turn, limit=500)
    assert free + n.tau_ref / period == pytest.approx(1.0, rel=1e-4)


def test_the_regular_density_is_nowhere_below_the_reset_nor_above_the_cut_off_nor_in_silence():
    assert theory.regular_density(DEFAULTS, 10.0, [-68.1, -30.0, 0.0]).tolist() == [0.0, 0.0, 0.0]
    assert theory.regular_density(DEFAULTS, 1.0, [-65.0, -60.0]).tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match="one current"):
        theory.regular_density(DEFAULTS, [5.0, 10.0], -60.0)


def test_numbers_give_numbers_and_arrays_give_arrays_of_the_same_shape():
    assert isinstance(theory.firing_rate(ExpIFParameters(), 10), float)
    assert theory.firing_rate(DEFAULTS, np.full((2, 3), 10)).shape == (2, 3)
    assert theory.firing_rate(DEFAULTS, []).shape == (0,)
    assert theory.latency(DEFAULTS, 10.0, [-65.0, -30.0, 0.0]).tolist()[1:] == [0.0, 0.0]


@pytest.mark.parametrize("bad", [math.nan, math.inf, "10", None, [1.0, [2.0]], True, 1j, 1e300])
def test_a_current_that_is_none_is_refused_in_a_sentence(bad):
    with pytest.raises(ValueError, match="current I"):
        theory.firing_rate(DEFAULTS, bad)


def test_something_else_than_a_neuron_is_refused_in_a_sentence():
    with pytest.raises(TypeError, match="ExpIFParameters"):
        theory.rheobase({"V_rest": -65})
