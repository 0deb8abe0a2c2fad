"""A sample is the mean of the declared current over its step, to rounding, wherever the edges lie."""

from fractions import Fraction
from math import ceil

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from model.stimuli import CURRENT_BOUNDS, KINDS, Constant, Pulses, Ramp, Samples, Sine, Step, WhiteNoise

EPS = np.finfo(np.float64).eps
CURRENTS = st.floats(*CURRENT_BOUNDS)
STEPS = st.floats(1e-4, 5.0)
RUNS = st.integers(1, 40)
FIRST = st.integers(0, 10**6)  # the number of the first step: a group goes on where it was


def sampled(stimulus, dt, steps, first=0):
    t = (first + np.arange(steps)) * dt
    return t, stimulus.sample(t, dt, np.random.default_rng(0))


def overlap(begin, end, t, dt):
    """Of [begin, end] with the step from t, exactly."""
    return max(Fraction(0), min(end, Fraction(t) + Fraction(dt)) - max(begin, Fraction(t)))


def rounding(stimulus, t, dt, edges=2):
    """What the mean may be wrong by where times are wrong by ten units in their last place."""
    jump = abs(stimulus.I - stimulus.I_base)
    held = max(abs(stimulus.I), abs(stimulus.I_base), 1e-300)
    return 10.0 * EPS * jump * edges * (t + dt) / dt + 4.0 * EPS * held


def assert_share(stimulus, share, got, error):
    expected = Fraction(stimulus.I_base) + (Fraction(stimulus.I) - Fraction(stimulus.I_base)) * share
    assert abs(got - float(expected)) <= error


@given(
    I=CURRENTS, I_base=CURRENTS, onset=st.floats(0.0, 200.0), length=st.floats(0.0, 50.0), dt=STEPS, steps=RUNS,
    ahead=st.integers(0, 30),
)  # fmt: skip
@example(I=10.0, I_base=2.0, onset=0.23, length=0.04, dt=0.1, steps=5, ahead=2)  # shorter than a step, and within it
@example(I=10.0, I_base=2.0, onset=0.23, length=0.0, dt=0.1, steps=5, ahead=2)
def test_a_step_of_current_counts_for_as_long_as_it_lasts(I, I_base, onset, length, dt, steps, ahead):
    step = Step(I=I, I_base=I_base, onset=onset, length=length)
    times, got = sampled(step, dt, steps, max(0, int(onset / dt) - ahead))
    for t, mean in zip(times, got, strict=True):
        on = overlap(Fraction(onset), Fraction(onset) + Fraction(length), t, dt)
        assert_share(step, on / Fraction(dt), mean, rounding(step, t, dt))


@given(
    I=CURRENTS, I_base=CURRENTS, onset=st.floats(0.0, 200.0), length=st.floats(0.001, 50.0), dt=STEPS, steps=RUNS,
    ahead=st.integers(0, 30),
)  # fmt: skip
@example(I=10.0, I_base=2.0, onset=0.23, length=0.04, dt=0.1, steps=5, ahead=2)
def test_a_ramp_counts_with_its_area(I, I_base, onset, length, dt, steps, ahead):
    ramp = Ramp(I=I, I_base=I_base, onset=onset, length=length)
    times, got = sampled(ramp, dt, steps, max(0, int(onset / dt) - ahead))
    foot, top = Fraction(onset), Fraction(onset) + Fraction(length)
    for t, mean in zip(times, got, strict=True):
        begin, end = Fraction(t), Fraction(t) + Fraction(dt)
        low, high = min(max(begin, foot), top), min(max(end, foot), top)
        area = (high - low) * ((low + high) / 2 - foot) / Fraction(length) + overlap(top, end, t, dt)
        assert_share(ramp, area / Fraction(dt), mean, rounding(ramp, t, min(dt, length)))


@given(
    I=CURRENTS, I_base=CURRENTS, onset=st.floats(0.0, 200.0), width=st.floats(0.0, 12.0),
    interval=st.floats(0.05, 10.0), count=st.integers(1, 30), dt=STEPS, steps=RUNS, ahead=st.integers(-40, 30),
)  # fmt: skip
@example(I=9.0, I_base=1.0, onset=3.03, width=0.3, interval=0.7, count=9, dt=5.0, steps=4, ahead=1)  # many in a step
@example(I=9.0, I_base=1.0, onset=3.03, width=0.7, interval=0.7, count=9, dt=0.25, steps=40, ahead=1)  # they join
@example(I=9.0, I_base=1.0, onset=3.03, width=9.0, interval=0.7, count=9, dt=0.25, steps=40, ahead=1)  # they overlap
@example(I=9.0, I_base=1.0, onset=3.03, width=0.69, interval=0.7, count=9, dt=0.25, steps=40, ahead=1)
def test_pulses_count_for_as_long_as_they_last(I, I_base, onset, width, interval, count, dt, steps, ahead):
    pulses = Pulses(I=I, I_base=I_base, onset=onset, width=width, interval=interval, count=count)
    times, got = sampled(pulses, dt, steps, max(0, int(onset / dt) - ahead))
    begins = [Fraction(onset) + number * Fraction(interval) for number in range(count)]
    lasts = min(Fraction(width), Fraction(interval))  # until the next, and the last one no longer than the others
    for t, mean in zip(times, got, strict=True):
        on = sum(overlap(begin, begin + lasts, t, dt) for begin in begins)
        assert_share(pulses, on / Fraction(dt), mean, rounding(pulses, t, dt, 2 + 2 * ceil(dt / interval)))


NODES, WEIGHTS = np.polynomial.legendre.leggauss(400)  # exact for the fifty swings that a step may hold


@given(I=st.floats(-5e3, 5e3), I_swing=st.floats(-5e3, 5e3), f=st.floats(0.0, 1e4), dt=STEPS, steps=RUNS, first=FIRST)
def test_a_sine_counts_with_its_mean(I, I_swing, f, dt, steps, first):
    t, got = sampled(Sine(I=I, I_swing=I_swing, frequency=f), dt, steps, first)
    inner = t[:, None] + 0.5 * dt * (1.0 + NODES)
    expected = I + I_swing * np.sin(2e-3 * np.pi * f * inner) @ WEIGHTS / 2.0
    phase = 2e-3 * np.pi * f * (t + dt)
    error = 4.0 * EPS * (abs(I) + abs(I_swing) * (100.0 + phase))  # of 400 terms, and of times as a part of a swing
    error += np.finfo(float).tiny  # numbers below it have few digits
    assert (abs(got - expected) <= error).all()


def test_a_sine_that_swings_once_in_a_step_is_its_mean():
    _, got = sampled(Sine(I=5.0, I_swing=3.0, frequency=200.0), 5.0, 10)
    np.testing.assert_allclose(got, 5.0, atol=1e-13)


@pytest.mark.parametrize("dt", [0.0001, 0.01, 0.025, 0.1, 0.3, 2.5])
@given(begin=st.integers(0, 5000), length=st.integers(1, 300), apart=st.integers(10, 300), first=FIRST)
def test_edges_on_the_time_grid_leave_no_trace_in_other_steps(dt, begin, length, apart, first):
    def time(steps):
        return round(steps * dt, 9)  # as a person writes it; steps * dt is something else

    k = first % 5000 + np.arange(1000)
    step = Step(I=7.3, I_base=0.1, onset=time(begin), length=time(length))
    on = (k >= begin) & (k < begin + length)
    assert np.array_equal(sampled(step, dt, k.size, k[0])[1], np.where(on, 7.3, 0.1))
    interval = length + apart
    pulses = Pulses(I=7.3, I_base=0.1, onset=time(begin), width=time(length), interval=time(interval), count=5)
    on = (k >= begin) & (k < begin + 5 * interval) & ((k - begin) % interval < length)
    assert np.array_equal(sampled(pulses, dt, k.size, k[0])[1], np.where(on, 7.3, 0.1))


def test_pulses_that_join_are_one_current_without_a_seam():
    _, got = sampled(Pulses(I=7.3, I_base=0.1, onset=1.03, width=0.77, interval=0.7, count=40), 0.1, 400)
    assert (got[11:290] == 7.3).all()  # from 1.03 to 29.03
    assert got[[9, 10, 290, 291]] == pytest.approx([0.1, 0.1 + 0.7 * 7.2, 0.1 + 0.3 * 7.2, 0.1])
    assert np.unique(got).size == 4


def test_a_ramp_ends_at_its_final_current_exactly():
    _, got = sampled(Ramp(I=0.7, I_base=0.1, onset=1.03, length=2.0), 0.1, 50)
    assert (got[:10] == 0.1).all()
    assert (got[31:] == 0.7).all()


@pytest.mark.parametrize("steps", [100, 3000])
@pytest.mark.parametrize("stimulus", [Step(onset=3.07), Ramp(onset=3.07), Sine(), Pulses(onset=3.07)])
def test_the_charge_of_a_run_depends_on_no_time_step(stimulus, steps):
    _, got = sampled(stimulus, 300.0 / steps, steps)
    _, fine = sampled(stimulus, 0.001, 300_000)
    assert got.mean() == pytest.approx(fine.mean(), rel=1e-10)  # the rounding of a sum of 300,000


@pytest.mark.parametrize("kind", KINDS)
@given(I=CURRENTS, dt=STEPS, first=FIRST, seed=st.integers(0, 100))
def test_no_sample_is_out_of_bounds(kind, I, dt, first, seed):
    stimulus = KINDS[kind](I=I)
    for name in {"I_base", "I_swing", "I_sd", "I_noise"} & set(stimulus.param):
        setattr(stimulus, name, -1e4 if name in ("I_base", "I_swing") else 1e4)
    got = stimulus.sample((first + np.arange(30)) * dt, dt, np.random.default_rng(seed))
    assert got.shape == (30,)
    assert (abs(got) <= 1e4).all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_without_steps_has_no_samples(kind):
    assert sampled(KINDS[kind](), 0.1, 0)[1].shape == (0,)


def test_what_is_held_over_a_step_anyway_is_as_it_was():
    t = np.arange(200) * 0.1
    assert (Constant(I=3.3).sample(t, 0.1, np.random.default_rng(0)) == 3.3).all()
    values = np.random.default_rng(1).normal(size=150)
    assert np.array_equal(
        Samples(values).sample(t, 0.1, np.random.default_rng(0)), np.append(values, [values[-1]] * 50)
    )
    jumps = 2.0 + 4.0 / np.sqrt(0.1) * np.random.default_rng(5).standard_normal(200)
    assert np.array_equal(WhiteNoise(I=2.0, I_noise=4.0).sample(t, 0.1, np.random.default_rng(5)), jumps)
