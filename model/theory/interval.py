"""The exact distribution of the interspike interval under white noise, by inversion of its Laplace transform.

Irregular firing: the transform is summed along a hyperbola that embraces its poles, all on the negative real axis
(Weideman & Trefethen, Math. Comp. 76:1341, 2007), one hyperbola for each eightfold range of time. Regular firing:
there the terms would cancel, but the density lies within few standard deviations, and its (damped) Fourier series is
short. The same series serves where a hyperbola fails at early times. Almost periodic firing: a normal distribution,
corrected for its skewness.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from model.parameters import ExpIFParameters, Numbers
from model.theory.diffusion import intervals
from model.theory.inputs import by_condition, current, finite, noise, numbers_of
from model.theory.response import FADE, panels, passages
from model.theory.upward import HUGE

RANGE = 8.0  # ratio of the last to the first time that one hyperbola serves
NODES = 32
ANGLE = 1.1  # of the hyperbola's asymptotes from the imaginary axis
CANCELLATION = 1e5  # terms this much larger than the result still leave 1e-8
RESIDUE = 1e-3  # what half the nodes may leave where nothing should be; all the nodes then leave its square
NARROW = 1e-3  # the CV below which the distribution is normal but for its skewness, to 1e-5
NORMAL = 1e-5  # the CV below which it is normal, to 1e-5
REGULAR = 0.2  # the CV below which the hyperbola is not tried
AFTER = 30.0  # standard deviations after the mean until when regular firing is over
MOST_HARMONICS = 1024
FADED = 1e-9
DAMPING = 18.0  # exp(-18) is 2e-8
BATCH = 64  # harmonics at a time
MOST_FOLDS = 600.0  # exp(-600) is still a float


def isi_density(p: ExpIFParameters | Numbers, I: Any, sigma: Any, t: Any) -> Any:
    """Return the density [1/ms] of the interspike interval at t [ms].

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

    Raises
    ------
    ValueError
        If an argument is not finite or out of range, or the noise is too weak for the result to be computed.
    """
    return _evaluate(p, I, sigma, t, 0)


def isi_distribution(p: ExpIFParameters | Numbers, I: Any, sigma: Any, t: Any) -> Any:
    """Return the probability that an interspike interval is at most t [ms]; arguments as `isi_density`.

    Raises
    ------
    ValueError
        As `isi_density`.
    """
    return _evaluate(p, I, sigma, t, 1)


def _evaluate(p: ExpIFParameters | Numbers, I: Any, sigma: Any, t: Any, power: int) -> Any:
    n = numbers_of(p)

    def compute(I: float, sigma: float, t: np.ndarray) -> np.ndarray:
        passage, variance = (float(part) for part in intervals(n._replace(tau_ref=0.0), I, sigma))
        values = np.zeros(t.size)
        later = t > n.tau_ref
        if passage > HUGE or not later.any():
            return values
        panels(n, I, sigma)  # refuses a neuron for which there is nothing to compute
        values[later] = _invert(n, I, sigma, t[later] - n.tau_ref, passage, math.sqrt(variance), power)
        return np.clip(values, 0.0, 1.0 if power else None)

    return by_condition(compute, current(n, I), noise(sigma, may_be_zero=False), finite(t, "t", "ms"), np.float64)


def _invert(n: Numbers, I: float, sigma: float, t: np.ndarray, mean: float, deviation: float, power: int) -> np.ndarray:
    """Density (power 0) or distribution (power 1) of the first passage at the times t (k,)."""
    if deviation < NARROW * mean:
        return _almost_normal(n, I, sigma, t, mean, deviation, power)
    earliest = _earliest(n, I, sigma, mean)
    last = float(t.max())
    if deviation > REGULAR * mean:
        values, last = _along_hyperbolas(n, I, sigma, t, earliest, power)
    else:
        values, last = np.full(t.size, float(power)), min(last, mean + AFTER * deviation)
    rest = (t > earliest) & (t <= last)
    values[t <= earliest] = 0.0
    if rest.any():
        values[rest] = _as_fourier_series(n, I, sigma, t[rest], earliest, power)
    return values


def _along_hyperbolas(
    n: Numbers, I: float, sigma: float, t: np.ndarray, earliest: float, power: int
) -> tuple[np.ndarray, float]:
    """Density (power 0) or distribution (power 1) at the times t (k,), and the time up to which it is missing."""
    values, last = np.zeros(t.size), float(t.max())
    while last > earliest:
        first = max(last / RANGE, earliest)
        window = (t <= last) & (t > first)
        found = _hyperbola(n, I, sigma, t[window], first, last, power)
        if found is None:
            return values, last
        values[window] = found
        last = float(t[t <= last / RANGE].max(initial=0.0))
    return values, 0.0


def _almost_normal(
    n: Numbers, I: float, sigma: float, t: np.ndarray, mean: float, deviation: float, power: int
) -> np.ndarray:
    """Density (power 0) or distribution (power 1) at the times t (k,), by the first term of Edgeworth's series."""
    skewness = 0.0
    if deviation > NORMAL * mean:
        omega = 0.5 / deviation
        transform = passages(n, I, sigma, np.array([1j * omega])).transform[0]
        skewness = float(np.angle(transform * np.exp(1j * omega * mean))) * 6.0 / 0.5**3
    z = np.clip((t - mean) / deviation, -40.0, 40.0)
    bell = np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
    if power:
        below = np.array([0.5 * math.erfc(-each / math.sqrt(2.0)) for each in z])
        return below - skewness / 6.0 * (z * z - 1.0) * bell
    return bell / deviation * (1.0 + skewness / 6.0 * z * (z * z - 3.0))


def _earliest(n: Numbers, I: float, sigma: float, mean: float) -> float:
    """A time before which a spike is less likely than FADED, by Chernoff's bound P(T <= t) <= exp(st) E[exp(-sT)]."""
    s = np.geomspace(1.0 / mean, 1e3 / n.tau + 100.0 / mean, 32)
    transform = np.maximum(passages(n, I, sigma, s).transform.real, 2.0 * math.exp(-FADE))
    return max(float(((math.log(FADED) - np.log(transform)) / s).max()), 0.0)


def _hyperbola(
    n: Numbers, I: float, sigma: float, t: np.ndarray, first: float, last: float, power: int
) -> np.ndarray | None:
    """The inverse transform at times t (k,) between first and last (at most RANGE times first); None if inaccurate."""
    ratio = ((math.pi - 2 * ANGLE) * RANGE + 4 * ANGLE - math.pi) / ((4 * ANGLE - math.pi) * math.sin(ANGLE))
    step = math.acosh(ratio) / NODES
    scale = (4 * math.pi * ANGLE - math.pi**2) / (step * last)
    u = (np.arange(NODES) + 0.5) * step
    s = scale * (1.0 + np.sin(1j * u - ANGLE))
    slope = scale * 1j * np.cos(1j * u - ANGLE)
    transform = passages(n, I, sigma, s).transform
    weighted = step / math.pi * transform * slope / s**power

    probes = np.array([first, min(max(first, last / 4.0), last / 2.0)])
    terms = weighted * np.exp(np.outer(probes, s))
    residue = np.abs((terms.real * (-1.0) ** np.arange(NODES)).sum(axis=1))  # every other node of the whole line
    if not (residue * (1.0 if power else probes) < RESIDUE).all():
        return None
    terms = weighted * np.exp(np.outer(t, s))
    if not (np.abs(terms).max(axis=1) * (1.0 if power else t) < CANCELLATION).all():
        return None
    return terms.imag.sum(axis=1)


def _as_fourier_series(n: Numbers, I: float, sigma: float, t: np.ndarray, start: float, power: int) -> np.ndarray:
    """Density (power 0) or distribution (power 1) at the times t (k,) after start, before which it is 0.

    The series is damped, so that what happens after its period, twice as long as needed, counts exp(-DAMPING).
    """
    later = t - start
    length = 2.0 * float(later.max())
    if start * DAMPING > MOST_FOLDS * length:  # so soon after start that there is still nothing
        return np.zeros(t.size)
    s, coefficients = _harmonics(n, I, sigma, start, length)
    coefficients[0] *= 0.5
    return 2.0 / length * (np.exp(np.outer(later, s)) @ (coefficients / s**power)).real


def _harmonics(n: Numbers, I: float, sigma: float, start: float, length: float) -> tuple[np.ndarray, np.ndarray]:
    """Rates s (k,) [1/ms] of a damped series with this period, and the transform there, until it has faded."""
    s, found = np.empty(0, np.complex128), np.empty(0, np.complex128)
    while s.size < MOST_HARMONICS:
        more = (DAMPING + 2j * math.pi * np.arange(s.size, s.size + BATCH)) / length
        s = np.append(s, more)
        transform = passages(n, I, sigma, more, fade=FADE + DAMPING * start / length).transform
        found = np.append(found, transform * np.exp(more * start))
        if abs(found[-1]) < FADED * math.exp(-0.5 * DAMPING):
            return s, found
    raise ValueError("The noise is too weak for the distribution of intervals; choose a larger sigma.")
