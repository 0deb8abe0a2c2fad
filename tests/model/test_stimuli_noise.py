"""The noise that wanders: a sample is the mean of an Ornstein-Uhlenbeck process over its step, in its exact law."""

from decimal import Decimal, localcontext

import numpy as np
import pytest

from model.stimuli import OrnsteinUhlenbeck

# dt [ms] and tau_I [ms]: from steps that are nothing beside the memory to a memory that is nothing beside a step
LENGTHS = [
    (1e-4, 1e5),
    (1e-4, 50.0),
    (0.01, 5.0),
    (0.1, 5.0),
    (0.5, 5.0),
    (0.6, 5.0),
    (5.0, 5.0),
    (5.0, 0.1),
    (5.0, 1e-3),
]


def sampled(stimulus, dt, steps, rng):
    return stimulus.sample(np.arange(steps) * dt, dt, rng)


class OneNumber:
    """Of all normal numbers that are drawn, the one at `place` is 1 and every other is 0."""

    def __init__(self, place):
        self.place, self.drawn = place, 0

    def standard_normal(self, size=None):
        numbers = self.drawn + np.arange(np.prod(size or 1, dtype=int))
        self.drawn += numbers.size
        chosen = (numbers == self.place).astype(float)
        return chosen.reshape(size) if size else float(chosen[0])


def covariance(dt, tau_I, steps):
    """Of the means, from what each of the normal numbers adds to them."""
    unit, counter = OrnsteinUhlenbeck(I=0.0, I_sd=1.0, tau_I=tau_I), OneNumber(-1)
    assert not sampled(unit, dt, steps, counter).any()
    each = np.array([sampled(unit, dt, steps, OneNumber(place)) for place in range(counter.drawn)])
    return each.T @ each


def closed_form(dt, tau_I, lag):
    """The covariance of two means that are `lag` steps apart, in fifty digits because its terms cancel."""
    with localcontext(prec=50):
        q = Decimal(dt) / Decimal(tau_I)
        if lag == 0:
            return float(2 * (q - 1 + (-q).exp()) / q**2)
        return float((1 - (-q).exp()) ** 2 / q**2 * (-(lag - 1) * q).exp())


@pytest.mark.parametrize(("dt", "tau_I"), LENGTHS)
def test_the_means_have_the_variance_and_the_memory_of_the_process(dt, tau_I):
    found = covariance(dt, tau_I, 6)
    expected = [[closed_form(dt, tau_I, abs(i - j)) for j in range(6)] for i in range(6)]
    np.testing.assert_allclose(found, expected, rtol=2e-11, atol=1e-300)  # the series of `increment` ends there


@pytest.mark.parametrize(("dt", "tau_I"), [(0.1, 5.0), (2.0, 5.0), (5.0, 0.5)])
def test_a_long_run_has_the_variance_and_the_memory_of_the_process(dt, tau_I):
    steps = 400_000
    I = sampled(OrnsteinUhlenbeck(I=4.0, I_sd=3.0, tau_I=tau_I), dt, steps, np.random.default_rng(3))
    independent = steps * np.tanh(dt / tau_I)
    away = I - 4.0
    assert abs(away.mean()) < 4.0 * 3.0 * np.sqrt(2.0 / independent)
    for lag in (0, 1, 2, 7):
        found, expected = np.mean(away[lag:] * away[: steps - lag]) / 9.0, closed_form(dt, tau_I, lag)
        assert abs(found - expected) < 4.0 * closed_form(dt, tau_I, 0) * np.sqrt(2.0 / independent)


def test_the_means_of_long_steps_are_those_of_short_ones_in_law():
    short, long = covariance(0.5, 3.0, 8), covariance(1.0, 3.0, 4)
    pairs = np.kron(np.eye(4), [0.5, 0.5])
    np.testing.assert_allclose(pairs @ short @ pairs.T, long, rtol=1e-12)


def test_the_same_seed_gives_the_same_current_and_another_one_another():
    first, again, other = (sampled(OrnsteinUhlenbeck(), 0.1, 500, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.isclose(first, other).any()


def test_a_longer_run_begins_like_a_shorter_one():
    short, long = (sampled(OrnsteinUhlenbeck(), 0.1, steps, np.random.default_rng(1)) for steps in (1, 500))
    middle = sampled(OrnsteinUhlenbeck(), 0.1, 200, np.random.default_rng(1))
    assert np.array_equal(long[:1], short)
    assert np.array_equal(long[:200], middle)
