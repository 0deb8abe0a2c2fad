"""Exact results in the frequency domain: the response to a modulated current, and the spectrum of the spike train."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from model.parameters import ExpIFParameters, Numbers
from model.sentences import say
from model.theory import transform, upward
from model.theory.deterministic import fixed_points
from model.theory.diffusion import MOST_PANELS, POISSON, IntervalMoments, cv, interval_moments, refuse_an_endless_spike
from model.theory.inputs import as_numbers, by_condition, current_array, finite_array, noise_array

HIGHEST = 1e5  # Hz
FADE = 80.0  # e-folds; a transform smaller than exp(-80) counts as 0
STILL = 1e-290  # Hz; slower is constant, even for intervals of 1e280 ms


class PassageTransforms(NamedTuple):
    """What `passage_transforms` found for every rate s [1/ms], for the time T from V_reset to the spike.

    Attributes
    ----------
    transform : ndarray of complex
        E[exp(-s T)].
    delay : ndarray of complex
        (1 - E[exp(-s T)])/s [ms]; the mean of T at s = 0.
    gain : ndarray of complex
        The expected integral of u'/(s tau) until the spike.
    """

    transform: np.ndarray
    delay: np.ndarray
    gain: np.ndarray

    def interval_delay(self, s: np.ndarray, tau_ref: float) -> np.ndarray:
        """Return (1 - E[exp(-s (T + tau_ref))])/s [ms] for imaginary s [1/ms]; the mean interval at s = 0."""
        z = s * tau_ref
        small = np.abs(z) < 1e-2
        held = np.where(small, 1 - z / 2 * (1 - z / 3 * (1 - z / 4 * (1 - z / 5 * (1 - z / 6)))), 0)
        held[~small] = -np.expm1(-z[~small]) / z[~small]
        return self.delay + tau_ref * held * self.transform


def swift(n: Numbers, I: float, sigma: float) -> bool:
    """Return whether V_reset lies so far up in the upswing that the whole passage is upswing; I in nA, sigma in mV."""
    return upward.span(n, n.R * I, sigma, *fixed_points(n, I))[1] <= n.V_reset


def exponent(passage: IntervalMoments, s: np.ndarray) -> np.ndarray:
    """Return log E[exp(-s T)] of a passage T of which only the mean and the variance matter, at the rates s [1/ms].

    Inverse Gaussian: exact for a constant drift, which is what a short way through the upswing sees.
    """
    mean, variance = float(passage.mean), float(passage.variance)
    ratio = variance / mean if mean > 0.0 else 0.0
    return -2.0 * s * mean / (1.0 + np.sqrt(1.0 + 2.0 * s * ratio))


def _swift_transforms(n: Numbers, I: float, sigma: float, s: np.ndarray) -> PassageTransforms:
    """Return the `passage_transforms` of a `swift` neuron, for which the panels would have no room."""
    passage = interval_moments(n._replace(tau_ref=0.0), I, sigma)
    z = exponent(passage, s)
    mean = float(passage.mean)
    some = s != 0.0
    delay = np.full(s.size, mean, np.complex128)
    delay[some] = -np.expm1(z[some]) / s[some]
    start, end = ((V - n.V_T) / n.delta_T for V in (n.V_reset, n.V_th))
    gain = -n.tau / n.delta_T / 2.0 * np.exp(-2.0 * start) * np.expm1(2.0 * (start - end))  # tau times that of 1/f^2
    return PassageTransforms(np.exp(z), delay, np.full(s.size, gain, np.complex128))


def panel_edges(n: Numbers, I: float, sigma: float) -> tuple[np.ndarray, int]:
    """Return the panel edges [mV] of the upward march, and the index of V_reset among them; not if `swift`."""
    RI = n.R * I
    bottom, top = upward.span(n, RI, sigma, *fixed_points(n, I))
    stops = np.array([bottom, n.V_reset, top])
    edges = np.empty(MOST_PANELS)
    start = n.tau / upward.voltage_drift(n, RI, bottom)
    # As for the variance, because at a low frequency the imaginary part of u climbs as high as that does.
    count = upward.march(n, RI, sigma, stops, start, 0.0, True, np.empty((3, 3)), edges)
    edges = edges[: count + 1].copy()
    return edges, int(np.searchsorted(edges, n.V_reset))


def passage_transforms(
    n: Numbers, I: float, sigma: float, s: np.ndarray, response: bool = False, fade: float = FADE
) -> PassageTransforms:
    """Return `PassageTransforms` for every complex rate s (k,) [1/ms] at one current I [nA] and noise sigma [mV].

    Raises
    ------
    ValueError
        If the numbers leave the range of floats.
    """
    s = s.astype(np.complex128)
    if swift(n, I, sigma):
        return _swift_transforms(n, I, sigma, s)
    edges, reset = panel_edges(n, I, sigma)
    found = PassageTransforms(*(np.empty(s.size, np.complex128) for _ in range(3)))
    if not transform.fill_passage_transforms(n, n.R * I, sigma, edges, reset, s, response, fade, *found):
        raise ValueError(say(
            "The noise is too weak for this result to be computed; choose a larger sigma or, where there is one, a "
            "lower frequency."
        ))  # fmt: skip
    return found


def frequency_array(f: Any) -> np.ndarray:
    """Return the frequency f [Hz] as a float64 array.

    Raises
    ------
    ValueError
        If f is not finite, negative, or beyond `HIGHEST`.
    """
    array = finite_array(f, "The frequency f", "Hz")
    if ((array < 0) | (array > HIGHEST)).any():
        raise ValueError(say("The frequency f must be between 0 and {highest:g} Hz.", highest=HIGHEST))
    return array


def susceptibility(p: ExpIFParameters | Numbers, I: Any, sigma: Any, f: Any) -> Any:
    """Return the linear response of the rate to a weak modulation of the current, complex, in Hz per nA.

    A current I + i cos(2 pi f t) gives the rate r0 + i |S| cos(2 pi f t + arg S).

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.
    I, sigma, f : float or array
        Mean current in nA, noise in mV (not 0), modulation frequency in Hz. They broadcast.

    Returns
    -------
    complex or ndarray of complex
        At f = 0 the slope of `stationary_rate`; 0 where the neuron is silent.

    Raises
    ------
    ValueError
        If an argument is not finite or out of range, or the result out of reach.
    """
    n = as_numbers(p)

    def compute(I: float, sigma: float, f: np.ndarray) -> np.ndarray:
        mean = float(interval_moments(n, I, sigma).mean)
        refuse_an_endless_spike(mean)
        if mean > upward.HUGE:
            return np.zeros(f.size, np.complex128)
        s = 2e-3j * np.pi * f
        fade = FADE + np.log1p(mean / n.tau)  # because V stays longer where u is smaller
        found = passage_transforms(n, I, sigma, s, True, fade)
        return 1000.0 * n.R / mean * found.gain / found.interval_delay(s, n.tau_ref)

    return by_condition(
        compute, current_array(n, I), noise_array(sigma, may_be_zero=False), frequency_array(f), np.complex128
    )


def spectrum(p: ExpIFParameters | Numbers, I: Any, sigma: Any, f: Any) -> Any:
    """Return the power spectrum of the spike train [Hz], two-sided, without its peak at 0.

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.
    I, sigma, f : float or array
        Current in nA, noise in mV (not 0), frequency in Hz. They broadcast.

    Returns
    -------
    float or ndarray
        rate * (1 - |F|^2)/|1 - F|^2 with F the Fourier transform of the interval density: rate * CV^2 at f = 0,
        the rate at high f.

    Notes
    -----
    Of a neuron that rarely falls back to rest, rate * CV^2 is the limit only for frequencies far below that of leaving
    the rest, which may be many orders of magnitude below the rate.

    Raises
    ------
    ValueError
        If an argument is not finite or out of range, or the result out of reach.
    """
    n = as_numbers(p)

    def compute(I: float, sigma: float, f: np.ndarray) -> np.ndarray:
        mean = float(interval_moments(n, I, sigma).mean)
        refuse_an_endless_spike(mean)
        if mean > POISSON:
            return np.full(f.size, 1000.0 / mean)
        moving = f > STILL
        s = 2e-3j * np.pi * f[moving]
        values = np.empty(f.size)
        if not moving.all():
            values[~moving] = cv(n, I, sigma) ** 2
        if swift(n, I, sigma):  # so regular that the difference below would be lost in rounding
            z = exponent(interval_moments(n._replace(tau_ref=0.0), I, sigma), s)
            values[moving] = -np.expm1(2.0 * z.real) / np.abs(np.expm1(z - s * n.tau_ref)) ** 2
        else:
            delay = passage_transforms(n, I, sigma, s).interval_delay(s, n.tau_ref)
            values[moving] = 2.0 * (1.0 / delay).imag / s.imag - 1.0
        return 1000.0 / mean * values

    return by_condition(
        compute, current_array(n, I), noise_array(sigma, may_be_zero=False), frequency_array(f), np.float64
    )
