"""What holds for every neuron: symmetries of the equation, bounds, finite results."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from model import ExpIFParameters, fi_curve, simulate, theory
from model.parameters import Numbers
from model.runs.budget import Budget

METHODS = st.sampled_from(["euler", "strang"])


def within(name):
    """Any value of one quantity, crowded neither at 0 nor at the bounds."""
    low, high = ExpIFParameters.param[name].bounds
    if low <= 0.0:
        return st.just(low) | st.floats(low, high) if low == 0.0 else st.floats(low, high) | st.floats(-80.0, -20.0)
    return st.floats(np.log(low), np.log(high)).map(lambda x: float(np.clip(np.exp(x), low, high)))


def softly(name):
    """Any value of one quantity that a slider reaches."""
    return st.floats(*ExpIFParameters.param[name].softbounds)


@st.composite
def neurons(draw, values):
    numbers = {name: draw(values(name)) for name in Numbers._fields}
    assume(numbers["V_reset"] < numbers["V_th"])
    return ExpIFParameters(**numbers)


@st.composite
def ordinary(draw):
    """A neuron within reach of the sliders that is reset below its threshold."""
    numbers = {name: draw(softly(name)) for name in Numbers._fields}
    numbers["V_reset"] = min(numbers["V_th"], numbers["V_T"]) - draw(st.floats(1.0, 30.0))
    return ExpIFParameters(**numbers)


legal, usual = neurons(within), ordinary()
QUICK = settings(max_examples=50)
SMALL = Budget(
    neuron_steps=10**6, output_points=10**5
)  # a million spikes would be refused too, but only after a second


def changed(p, **values):
    return ExpIFParameters(**{**p.numbers()._asdict(), **values})


@settings(max_examples=150)
@given(
    p=legal,
    I=st.floats(-1e4, 1e4) | st.floats(-10.0, 60.0),
    dt=st.sampled_from([0.001, 0.1, 1.0, 5.0]),
    steps=st.integers(20, 200),
    sigma=st.just(0.0) | st.floats(0.0, 100.0),
    method=METHODS,
)
def test_a_result_is_finite_and_in_order_or_the_run_is_refused(p, I, dt, steps, sigma, method):
    try:
        trace = simulate(p, I, steps * dt, dt, method, sigma=sigma, seed=1, budget=SMALL)
        curve = fi_curve(p, I, steps * dt, dt, method, sigma, 1)
    except ValueError as refusal:
        assert str(refusal).endswith(".")  # noqa: PT017 -- refusing is one of two good outcomes
        return
    assert np.isfinite(trace.V).all()
    assert (trace.V[1:] < p.V_th).all()
    assert (np.diff(trace.spikes) >= 0.0).all()
    assert ((trace.spikes >= 0.0) & (trace.spikes <= steps * dt * (1 + 1e-12))).all()
    assert np.isfinite(curve.rates).all()
    if sigma == 0.0:
        assert curve.counts[0] == pytest.approx(trace.spikes.size, abs=1)  # one at the very end may go either way


@QUICK
@given(p=usual, I=st.floats(0.0, 60.0))
def test_the_simulated_rate_is_the_exact_one(p, I):
    rate = theory.firing_rate(p, I / p.R)
    assume(rate > 0.5)
    curve = fi_curve(p, I / p.R, duration=max(200.0, 6000.0 / rate))
    error = abs(curve.rates[0] / rate - 1.0)
    assert error < 2e-2
    if p.tau >= 5.0 and rate <= 100.0:  # a hundred steps or more to an interval
        assert error < 1e-3


@QUICK
@given(p=usual, I=st.floats(0.0, 30.0), shift=st.floats(-20.0, 20.0), method=METHODS)
def test_only_differences_of_potential_matter(p, I, shift, method):
    moved = changed(p, **{name: getattr(p, name) + shift for name in ("V_rest", "V_reset", "V_th", "V_T")})
    here = simulate(p, I / p.R, 50.0, method=method, V_init=p.V_reset)
    there = simulate(moved, I / p.R, 50.0, method=method, V_init=moved.V_reset)
    first = min(here.spikes.size, there.spikes.size, 2)
    assert there.spikes[:first] == pytest.approx(here.spikes[:first], abs=1e-6 if method == "strang" else 0.11)


@QUICK
@given(p=usual, I=st.floats(0.0, 30.0), factor=st.sampled_from([0.25, 0.5, 2.0, 4.0]))
def test_only_the_drive_R_I_matters(p, I, factor):
    assume(p.R * factor <= 1e4)
    other = changed(p, R=p.R * factor)
    assert np.array_equal(simulate(other, I / factor).V, simulate(p, I).V)


@QUICK
@given(p=usual, I=st.floats(0.0, 30.0))
def test_current_and_resting_potential_are_one_drive(p, I):
    lifted = changed(p, V_rest=p.V_rest + I)
    here = simulate(p, I / p.R, 50.0, V_init=p.V_reset)
    there = simulate(lifted, 0.0, 50.0, V_init=p.V_reset)
    first = min(here.spikes.size, there.spikes.size, 2)
    assert there.spikes[:first] == pytest.approx(here.spikes[:first], abs=1e-6)


@QUICK
@given(p=usual, I=st.floats(0.0, 30.0), factor=st.sampled_from([0.5, 2.0]))
def test_a_slower_membrane_does_the_same_in_slower_time(p, I, factor):
    slow = changed(p, tau=p.tau * factor, tau_ref=p.tau_ref * factor)
    here = simulate(p, I / p.R, 100.0, 0.1)
    there = simulate(slow, I / p.R, 100.0 * factor, 0.1 * factor)
    assert np.array_equal(here.V, there.V)
    assert np.array_equal(here.spikes * factor, there.spikes)


@QUICK
@given(p=usual, method=METHODS)
def test_more_current_never_fires_less(p, method):
    I = np.linspace(0.0, 40.0, 30) / p.R
    rates = fi_curve(p, I, 2000.0, method=method, dt=0.05).rates
    exact_grid = 0.02 if method == "euler" else 1e-4  # euler counts whole steps
    assert (np.diff(rates) >= -exact_grid * rates[1:] - 1e-9).all()


@QUICK
@given(p=usual, I=st.floats(0.0, 1000.0), method=METHODS)
def test_no_interval_is_shorter_than_the_refractory_period(p, I, method):
    try:
        spikes = simulate(p, I, 20.0, method=method).spikes
    except ValueError:
        assume(False)
    assert (np.diff(spikes) >= p.tau_ref - 1e-9).all()


@QUICK
@given(p=usual, fraction=st.floats(0.0, 0.99))
def test_below_rheobase_a_neuron_at_rest_stays_silent(p, fraction):
    rheobase = theory.rheobase(p)
    assume(rheobase > 0.0)
    assert simulate(p, fraction * rheobase, 500.0).spikes.size == 0
