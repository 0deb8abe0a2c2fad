"""Passage times whose distribution is a formula: almost periodic firing, and passages through the upswing alone."""

from __future__ import annotations

import math

import numpy as np

from model.parameters import Numbers
from model.sentences import say
from model.theory.deterministic import fixed_points
from model.theory.diffusion import IntervalMoments
from model.theory.response import passage_transforms

NARROW = 1e-3  # the CV below which the distribution is normal but for its skewness, to 1e-5
NORMAL = 1e-5  # the CV below which it is normal, to 1e-5
LEAST_CV = 1e-150  # whose inverse is still a number
AT = 0.5  # standard deviations times the frequency at which the skewness is read from the transform


def almost_normal(
    n: Numbers, I: float, sigma: float, t: np.ndarray, passage: IntervalMoments, power: int
) -> np.ndarray:
    """Return density [1/ms] (power 0) or distribution (power 1) of a narrow passage time at the times t (k,) [ms].

    It is the normal one with the first term of Edgeworth's series, which corrects for the skewness.

    Raises
    ------
    ValueError
        If the distribution is not almost normal, because the variance is that of very rare and long intervals.
    """
    mean, deviation = float(passage.mean), math.sqrt(float(passage.variance))
    skewness = 0.0
    may_rest = fixed_points(n, I).stable < n.V_th  # then the variance need not be that of the usual interval
    if deviation > NORMAL * mean or may_rest:
        omega = AT / deviation
        transform = passage_transforms(n, I, sigma, np.array([1j * omega])).transform[0]
        skewness = float(np.angle(transform * np.exp(1j * omega * mean))) * 6.0 / AT**3
        if abs(abs(transform) - math.exp(-0.5 * AT**2)) > 1e-3:
            raise ValueError(say("The noise is too weak for the distribution of intervals; choose a larger sigma."))
    z = np.clip((t - mean) / deviation, -40.0, 40.0)
    bell = np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
    if power:
        below = np.array([0.5 * math.erfc(-each / math.sqrt(2.0)) for each in z])
        return below - skewness / 6.0 * (z * z - 1.0) * bell
    return bell / deviation * (1.0 + skewness / 6.0 * z * (z * z - 3.0))


def inverse_gaussian(t: np.ndarray, passage: IntervalMoments, power: int) -> np.ndarray:
    """Return density [1/ms] (power 0) or distribution (power 1) at t (k,) > 0 [ms] of a passage at a constant drift.

    A passage that takes no time at all is over at every t; its density is 0 there.
    """
    mean, variance = float(passage.mean), float(passage.variance)
    if mean == 0.0:
        return np.full(t.size, float(power))
    spread = max(math.sqrt(variance) / mean, LEAST_CV)
    x = np.clip(t / mean, 1e-100, 1e100)
    width = spread * np.sqrt(x)
    z = np.clip((x - 1.0) / width, -40.0, 40.0)
    bell = np.exp(-0.5 * z * z)
    if not power:
        return bell / (math.sqrt(2.0 * math.pi) * width * x) / mean
    from scipy.special import erfcx, ndtr  # imported here: it would be half of what the import of the model takes

    return ndtr(z) + 0.5 * bell * erfcx((x + 1.0) / width / math.sqrt(2.0))
