"""Exact results for a constant current with white noise: the rate, the CV, the density of the membrane potential.

tau dV = f(V) dt + sigma sqrt(2 tau) dW, so that sigma is the standard deviation [mV] of the leaky membrane alone.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from model.parameters import ExpIFParameters, Numbers
from model.sentences import say
from model.theory import upward
from model.theory.deterministic import fixed_points, period
from model.theory.inputs import as_numbers, current_array, finite_array, noise_array, number_or_array, together

MOST_PANELS = 20_000
SHORTEST = 1e-100  # ms; of shorter intervals the squares are no numbers any more
POISSON = 1e100  # ms; intervals this long are exponential to rounding error, and V is in equilibrium


class IntervalMoments(NamedTuple):
    """Mean [ms] and variance [ms^2] of the interspike interval; both are infinite where the neuron is silent."""

    mean: np.ndarray
    variance: np.ndarray


def interval_moments(p: ExpIFParameters | Numbers, I: Any, sigma: Any) -> IntervalMoments:
    """Return mean and variance of the interspike interval at a constant current with white noise.

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.
    I, sigma : float or array
        Mean current in nA, and noise in mV, which may be 0. They broadcast.

    Returns
    -------
    IntervalMoments
        Mean [ms] and variance [ms^2], each an array of the common shape.

    Raises
    ------
    ValueError
        If I or sigma is not finite, sigma is out of range, or the noise is so weak beside two stable states
        (resting and firing) that the answer is out of reach.
    """
    n = as_numbers(p)
    I, sigma = together(current_array(n, I), noise_array(sigma, may_be_zero=True))
    mean, variance = np.empty(I.size), np.zeros(I.size)
    noisy = sigma.ravel() > 0.0
    quiet = I.ravel()[~noisy]
    mean[~noisy] = period(n, quiet)
    currents = I.ravel()[noisy]
    means, variances = np.empty(currents.size), np.empty(currents.size)
    points = fixed_points(n, currents)
    drive = n.R * currents
    edges = np.empty(MOST_PANELS)
    if not upward.fill_interval_moments(n, drive, sigma.ravel()[noisy], *points, edges, means, variances):
        raise ValueError(say(
            "The noise is too weak to say how often a neuron that can both rest and fire changes between the two; "
            "choose a larger sigma, or 0."
        ))  # fmt: skip
    mean[noisy], variance[noisy] = means, variances
    return IntervalMoments(mean.reshape(I.shape), variance.reshape(I.shape))


def refuse_an_endless_spike(mean: float) -> None:
    """Raise ValueError, in a sentence, where a mean interval [ms] of as good as 0 leaves no statistics of spikes."""
    if mean < SHORTEST:
        raise ValueError(say(
            "The neuron spikes without end: V_reset lies so far above V_T that the way to V_th takes no time, and "
            "tau_ref is 0; choose a lower V_reset, or a tau_ref above 0."
        ))  # fmt: skip


def stationary_rate(p: ExpIFParameters | Numbers, I: Any, sigma: Any) -> Any:
    """Return the firing rate [Hz] at the constant current I [nA] under white noise sigma [mV].

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.
    I, sigma : float or array
        Mean current in nA, and the standard deviation in mV that the noise would give the leaky membrane alone.
        They broadcast. sigma = 0 gives `firing_rate`.

    Returns
    -------
    float or ndarray
        1000 over the mean interval; 0 where that is beyond 1e280 ms, inf where tau_ref = 0 and the passage is
        shorter than any float.

    Notes
    -----
    The relative error is below 1e-12 up to 1e12 Hz, which is far beyond any neuron: to exceed it, tau_ref must be 0 and
    V_reset twenty e-folds up in the upswing. There the passage is the difference of two nearly equal numbers, and
    rounding has been seen to reach 2e-12.

    Raises
    ------
    ValueError
        If I or sigma is not finite, sigma is out of range, or the noise is so weak beside two stable states
        (resting and firing) that the answer is out of reach.

    Examples
    --------
    >>> from model import ExpIFParameters, theory
    >>> theory.stationary_rate(ExpIFParameters(), [0.0, 1.0, 5.0], sigma=2.0).round(2)
    array([ 2.01,  6.17, 31.22])
    """
    with np.errstate(divide="ignore", over="ignore"):
        return number_or_array(np.divide(1000.0, interval_moments(p, I, sigma).mean))


def cv(p: ExpIFParameters | Numbers, I: Any, sigma: Any) -> Any:
    """Return the coefficient of variation of the interspike intervals at a constant current with white noise.

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.
    I, sigma : float or array
        Mean current in nA, and noise in mV. They broadcast.

    Returns
    -------
    float or ndarray
        Standard deviation over mean; 1 in the limit of rare spikes. 0 where sigma = 0 and the neuron fires, nan where
        it then has no intervals.

    Raises
    ------
    ValueError
        As `stationary_rate`, or if the variance is beyond 1e280 ms^2, from falls to rest that are rare but last for
        ever.
    """
    mean, variance = interval_moments(p, I, sigma)
    rare = mean > POISSON
    if (~np.isfinite(variance) & ~rare).any():
        raise ValueError(say(
            "The noise is too weak for a CV: very rarely the neuron falls back to rest, and then stays longer than "
            "numbers can say; choose a larger sigma, 0, or a V_reset further from the unstable fixed point."
        ))  # fmt: skip
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(mean > 0.0, np.sqrt(variance) / mean, 0.0)
    silent = (np.asarray(sigma) == 0.0) & np.isinf(mean)
    return number_or_array(np.where(silent, np.nan, np.where(rare, 1.0, ratio)))


def density(p: ExpIFParameters | Numbers, I: Any, sigma: Any, V: Any) -> Any:
    """Return the stationary density [1/mV] of the membrane potential outside the refractory period.

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.
    I, sigma : float
        One current in nA, one noise amplitude in mV (not 0: the density is then no function).
    V : float or array
        Where to evaluate it, in mV.

    Returns
    -------
    float or ndarray
        Shaped like V; 0 at and above V_th. Its integral plus rate * tau_ref is 1.

    Raises
    ------
    ValueError
        As `stationary_rate`, or if I or sigma is not a single number, or if the neuron spikes without end.
    """
    n = as_numbers(p)
    I, sigma = current_array(n, I), noise_array(sigma, may_be_zero=False)
    if I.ndim or sigma.ndim:
        raise ValueError(say("The density needs one current I and one sigma; only V may be an array."))
    V = finite_array(V, "V", "mV")
    I, sigma = float(I), float(sigma)
    mean = float(interval_moments(n, I, sigma).mean)
    refuse_an_endless_spike(mean)
    at = _at_rest(n, I, sigma, V.ravel()) if mean > POISSON else _while_firing(n, I, sigma, mean, V.ravel())
    return number_or_array(at.reshape(V.shape))


def _while_firing(n: Numbers, I: float, sigma: float, mean: float, V: np.ndarray) -> np.ndarray:
    """Return the density [1/mV] at V (m,) [mV] of a neuron that fires, with the mean interval [ms].

    It is marched down from V_th to V_reset; below, it falls by a Boltzmann factor.
    """
    RI = n.R * I
    values = np.zeros(V.size)
    _, top = upward.span(n, RI, sigma, np.nan, np.nan)
    top = max(top, n.V_reset)
    upswing = (V >= top) & (V < n.V_th)
    with np.errstate(over="ignore"):
        values[upswing] = n.tau / (n.delta_T * np.exp((V[upswing] - n.V_T) / n.delta_T))
    within = (V >= n.V_reset) & (V < top)
    stops = np.concatenate([[top], np.sort(V[within])[::-1], [n.V_reset]])
    found = np.empty((stops.size, 3))
    forgotten = top < n.V_th
    start = n.tau / upward.voltage_drift(n, RI, top) if forgotten else 0.0
    edges = np.empty(MOST_PANELS + stops.size)
    if upward.march(n, RI, sigma, stops, start, 2 * upward.FORGOTTEN * forgotten, False, found, edges) < 0:
        raise ValueError(say("The noise is too weak for the density to be computed; choose a larger sigma."))
    values[within] = np.interp(V[within], stops[::-1], found[::-1, 0])
    below = n.V_reset > V
    factors = np.empty(int(below.sum()))
    upward.fill_climbs(n, RI, sigma, n.V_reset, V[below], factors)
    values[below] = found[-1, 0] * np.exp(factors)
    return values / mean


def _at_rest(n: Numbers, I: float, sigma: float, V: np.ndarray) -> np.ndarray:
    """Return the density [1/mV] at V (m,) [mV] of a neuron that as good as never fires.

    It is Boltzmann's, around the stable fixed point.
    """
    RI = n.R * I
    stable, unstable = fixed_points(n, I)
    saddle = n.V_th if np.isnan(unstable) else unstable
    width = sigma / np.sqrt(-np.expm1((stable - n.V_T) / n.delta_T))
    nodes, weights = np.polynomial.legendre.leggauss(12)
    edges = np.linspace(stable - 9.0 * width, min(stable + 20.0 * width, saddle), 81)
    half = 0.5 * np.diff(edges)
    grid = (0.5 * (edges[1:] + edges[:-1])[:, None] + half[:, None] * nodes).ravel()
    factors = np.empty(grid.size)
    upward.fill_climbs(n, RI, sigma, stable, grid, factors)
    total = (half[:, None] * weights * np.exp(factors).reshape(half.size, -1)).sum()
    values, factors = np.zeros(V.size), np.empty(V.size)
    upward.fill_climbs(n, RI, sigma, stable, V, factors)
    near = saddle > V
    values[near] = np.exp(factors[near]) / total
    return values
