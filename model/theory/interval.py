"""The exact distribution of the interspike interval under white noise, by inversion of its Laplace transform.

Irregular firing: along hyperbolas, one for each eightfold range of time. Regular firing: there their terms would
cancel, but the density lies within few standard deviations, and its Fourier series is short. The same series serves
where a hyperbola fails. Almost periodic firing, and a reset far up in the upswing: formulas.

Whatever was inverted is accepted only if it rises from 0 to 1, between the times that were asked for too; if it does
not, the next way is tried, and where no way is left the answer is a refusal.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from model.parameters import ExpIFParameters, Numbers
from model.sentences import say
from model.theory.diffusion import IntervalMoments, interval_moments, refuse_an_endless_spike
from model.theory.inputs import as_numbers, by_condition, current_array, finite_array, noise_array
from model.theory.inversion import EXACT, RANGE, Earliest, Stretch, along_hyperbola, as_fourier_series, earliest
from model.theory.narrow import NARROW, almost_normal, inverse_gaussian
from model.theory.response import swift
from model.theory.upward import HUGE

REGULAR = 0.2  # the CV below which the hyperbola is not tried first
AFTER = 12.0  # standard deviations after the mean until when regular firing should be over


def isi_density(p: ExpIFParameters | Numbers, I: Any, sigma: Any, t: Any) -> Any:
    """Return the probability density [1/ms] of the interspike interval at t [ms].

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.
    I, sigma, t : float or array
        Current in nA, noise in mV (not 0), interval in ms. They broadcast.

    Returns
    -------
    float or ndarray
        0 up to tau_ref, and everywhere for a silent neuron.

    Notes
    -----
    Times before which a spike is less likely than 1e-9 have the density 0. For random legal neurons the density's
    integral was within 5e-9 of what the distribution rises by. Where the CV of the time after tau_ref is below 1e-3 the
    density is Edgeworth's first correction of the normal one, right to 1e-4 of its peak.

    Raises
    ------
    ValueError
        If an argument is not finite or out of range, the noise is too weak for the result to be computed, or the neuron
        spikes without end.
    """
    return _evaluate(p, I, sigma, t, 0)


def isi_distribution(p: ExpIFParameters | Numbers, I: Any, sigma: Any, t: Any) -> Any:
    """Return the probability that an interspike interval is at most t [ms].

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.
    I, sigma, t : float or array
        Current in nA, noise in mV (not 0), interval in ms. They broadcast.

    Returns
    -------
    float or ndarray
        Probability from 0 to 1; 0 up to tau_ref, and everywhere for a silent neuron.

    Notes
    -----
    For random legal neurons it never fell by more than 2e-12 from one time to the next, and a time asked for alone had
    the value that it has among others to 2.1e-9, which is what its Fourier series allows. Where the CV of the time
    after tau_ref is below 1e-3 the error is up to 1e-5.

    Raises
    ------
    ValueError
        As `isi_density`.
    """
    return _evaluate(p, I, sigma, t, 1)


def _evaluate(p: ExpIFParameters | Numbers, I: Any, sigma: Any, t: Any, power: int) -> Any:
    """Return the density [1/ms] (power 0) or the distribution (power 1) of the interspike interval at t [ms]."""
    n = as_numbers(p)

    def compute(I: float, sigma: float, t: np.ndarray) -> np.ndarray:
        passage = interval_moments(n._replace(tau_ref=0.0), I, sigma)
        refuse_an_endless_spike(float(passage.mean) + n.tau_ref)
        values = np.zeros(t.size)
        later = t > n.tau_ref
        if passage.mean <= HUGE and later.any():
            values[later] = _invert(n, I, sigma, t[later] - n.tau_ref, passage, power)
        return np.clip(values, 0.0, 1.0 if power else None)

    return by_condition(
        compute, current_array(n, I), noise_array(sigma, may_be_zero=False), finite_array(t, "t", "ms"), np.float64
    )


def _invert(n: Numbers, I: float, sigma: float, t: np.ndarray, passage: IntervalMoments, power: int) -> np.ndarray:
    """Return density [1/ms] (power 0) or distribution (power 1) of the first passage at the times t (k,) [ms]."""
    if swift(n, I, sigma):
        return inverse_gaussian(t, passage, power)
    mean, deviation = float(passage.mean), math.sqrt(float(passage.variance))
    if deviation < NARROW * mean:
        return almost_normal(n, I, sigma, t, passage, power)
    values = np.zeros(t.size)
    start = earliest(n, I, sigma, mean, deviation)
    wanted = t[t > start.time]
    if not wanted.size:
        return values
    parts, over = _stretches(n, I, sigma, wanted, mean, deviation, start)
    values[t > over] = float(power)
    reached = 1.0  # where the part after this one begins
    for part in parts:
        within = (t > part.first) & (t <= part.last)
        values[within] = part.values(t[within], power)
        first, last = part.values(np.array([part.first, part.last]), 1)
        if last > reached + 2.0 * EXACT:
            raise _refusal()
        reached = first
    return values


def _stretches(
    n: Numbers, I: float, sigma: float, t: np.ndarray, mean: float, deviation: float, start: Earliest
) -> tuple[list[Stretch], float]:
    """Return stretches that cover the times t (k,) [ms] after the start, last one first, and when all is over [ms]."""
    last = float(t.max())
    if deviation < REGULAR * mean:
        over = mean + AFTER * deviation
        part = _series(n, I, sigma, t[t <= over], min(last, over), start)
        if last <= over:
            return [part], math.inf
        if part.values(np.array([over]), 1)[0] > 1.0 - EXACT:
            return [part], over
    parts: list[Stretch] = []
    while last > start.time:
        first = max(last / RANGE, start.time)
        stretch = along_hyperbola(n, I, sigma, t[(t > first) & (t <= last)], first, last)
        if stretch is None:
            parts.append(_series(n, I, sigma, t[t <= last], last, start))
            break
        parts.append(stretch)
        last = float(t[t <= first].max(initial=0.0))
    return parts, math.inf


def _series(n: Numbers, I: float, sigma: float, t: np.ndarray, last: float, start: Earliest) -> Stretch:
    """Return a Fourier series up to `last` [ms] for the times t (k,): from the start or, should that fail, from 0."""
    for begin in (start, Earliest(0.0, math.inf)):
        part = as_fourier_series(n, I, sigma, last, begin)
        if part.rises(t):
            return part
    raise _refusal()


def _refusal() -> ValueError:
    """Return the error for a distribution that no way of inversion reaches."""
    return ValueError(say("This distribution of intervals is out of reach; choose a larger sigma."))
