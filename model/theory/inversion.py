"""The inverse of a passage time's Laplace transform, on stretches of time that one set of rates serves.

Along a hyperbola that embraces the transform's poles, all on the negative real axis (Weideman & Trefethen, Math. Comp.
76:1341, 2007): 32 rates serve an eightfold range of time, but where spikes are regular, and at early times, the terms
cancel. As a damped Fourier series: as many rates as the distribution has detail, but no cancellation.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from model.parameters import Numbers
from model.sentences import say
from model.theory.response import FADE, passage_transforms

RANGE = 8.0  # ratio of the last to the first time that one hyperbola serves
NODES = 32
ANGLE = 1.1  # of the hyperbola's asymptotes from the imaginary axis
CANCELLATION = 1e5  # terms this much larger than the result still leave 1e-8
RESIDUE = 1e-3  # what half the nodes may leave where nothing should be; all the nodes then leave its square
MOST_HARMONICS = 4096
FADED = 1e-9
DAMPING = 20.0  # exp(-20) is 2e-9
ROOM = 3.0  # periods to a stretch: what is wrong with the transform, 1e-12, grows by exp(DAMPING / ROOM)
BATCH = 64  # harmonics at a time
MOST_FOLDS = 600.0  # exp(-600) is still a float
PROBES = 24
EXACT = 3e-8  # to which a distribution has to rise from 0 to 1


class Stretch(NamedTuple):
    """The density [1/ms] after `first` up to `last` [ms]: the real part of a sum of weights * exp(s (t - origin))."""

    first: float
    last: float
    origin: float
    s: np.ndarray
    weights: np.ndarray

    def values(self, t: np.ndarray, power: int) -> np.ndarray:
        """Return density [1/ms] (power 0) or distribution (power 1) at the times t (k,) [ms]."""
        return (np.exp(np.outer(t - self.origin, self.s)) @ (self.weights / self.s**power)).real

    def rises(self, t: np.ndarray) -> bool:
        """Return whether the distribution rises within 0 and 1, at the times t (k,) [ms] and between them.

        The density is its exact derivative, term by term, so that this vouches for both.
        """
        between = self.first + (self.last - self.first) * np.linspace(1e-3, 1.0, PROBES)
        reached = self.values(np.sort(np.concatenate([t, between])), 1)
        return bool(reached.min() > -EXACT and reached.max() < 1.0 + EXACT and np.diff(reached).min() > -EXACT)


class Earliest(NamedTuple):
    """A time [ms] before which a spike is less likely than `FADED`, and the rate [1/ms] of the bound that says so."""

    time: float
    rate: float


def earliest(n: Numbers, I: float, sigma: float, mean: float, deviation: float) -> Earliest:
    """Return the time before which no spike need be looked for, from mean and standard deviation [ms] of the passage.

    Chernoff's bound says P(T <= t) <= exp(st) E[exp(-sT)]. The rate is inf where the time is 0.
    """
    s = np.geomspace(1.0 / mean, 1e3 / n.tau + 100.0 / mean + 10.0 / deviation, 32)
    transform = passage_transforms(n, I, sigma, s, fade=MOST_FOLDS).transform.real
    transform = np.maximum(transform, 2.0 * math.exp(-MOST_FOLDS))
    bounds = (math.log(FADED) - np.log(transform)) / s
    best = int(bounds.argmax())
    return Earliest(float(bounds[best]), float(s[best])) if bounds[best] > 0.0 else Earliest(0.0, math.inf)


def along_hyperbola(n: Numbers, I: float, sigma: float, t: np.ndarray, first: float, last: float) -> Stretch | None:
    """Invert for the times t (k,) [ms] from first to last, at most RANGE times first; return None if inaccurate."""
    ratio = ((math.pi - 2 * ANGLE) * RANGE + 4 * ANGLE - math.pi) / ((4 * ANGLE - math.pi) * math.sin(ANGLE))
    step = math.acosh(ratio) / NODES
    scale = (4 * math.pi * ANGLE - math.pi**2) / (step * last)
    u = (np.arange(NODES) + 0.5) * step
    s = scale * (1.0 + np.sin(1j * u - ANGLE))
    slope = scale * 1j * np.cos(1j * u - ANGLE)
    weights = -1j * step / math.pi * passage_transforms(n, I, sigma, s).transform * slope

    probes = np.array([first, min(max(first, last / 4.0), last / 2.0)])
    for power in (0, 1):
        unit = 1.0 if power else probes
        terms = weights / s**power * np.exp(np.outer(probes, s))
        residue = np.abs((terms.imag * (-1.0) ** np.arange(NODES)).sum(axis=1))  # every other node of the whole line
        if not (residue * unit < RESIDUE).all() or not (np.abs(terms).max(axis=1) * unit < CANCELLATION).all():
            return None
    found = Stretch(first, last, 0.0, s, weights)
    return found if found.rises(t) else None


def as_fourier_series(n: Numbers, I: float, sigma: float, last: float, start: Earliest) -> Stretch:
    """Invert for the times [ms] from the start, before which there is no spike, up to `last`.

    The series repeats itself, but for its damping: what is a period later counts exp(-DAMPING) of what it is, what is
    a period earlier exp(DAMPING). The period is `ROOM` times as long as the stretch, and long enough for the bound that
    gave the start to fall by exp(-1.5 DAMPING) meanwhile, so that what was a period earlier is less than `FADED`.

    Raises
    ------
    ValueError
        If `MOST_HARMONICS` do not suffice.
    """
    length = max(ROOM * (last - start.time), 1.5 * DAMPING / start.rate, start.time * DAMPING / MOST_FOLDS)
    s, coefficients = _harmonics(n, I, sigma, start.time, length)
    coefficients[0] *= 0.5
    return Stretch(start.time, last, start.time, s, 2.0 / length * coefficients)


def _harmonics(n: Numbers, I: float, sigma: float, start: float, length: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the rates s (k,) [1/ms] of a damped series with the period `length` [ms], and the transform there.

    It ends where the transform has faded.
    """
    s, found = np.empty(0, np.complex128), np.empty(0, np.complex128)
    while s.size < MOST_HARMONICS:
        more = (DAMPING + 2j * math.pi * np.arange(s.size, s.size + BATCH)) / length
        s = np.append(s, more)
        transform = passage_transforms(n, I, sigma, more, fade=FADE + DAMPING * start / length).transform
        found = np.append(found, transform * np.exp(more * start))
        if abs(found[-1]) < FADED * math.exp(-DAMPING / ROOM):
            return s, found
    raise ValueError(say("The noise is too weak for the distribution of intervals; choose a larger sigma."))
