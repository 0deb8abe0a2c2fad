"""Noise that remembers: an Ornstein-Uhlenbeck process z of unit variance, and the kicks it gives the membrane.

The membrane feels tau dV = (...) dt + eta dt with eta = sigma sqrt(tau/tau_noise) z, and z forgets within tau_noise.
As tau_noise goes to 0 the integral of eta becomes sigma sqrt(2 tau) W, the white noise of the same sigma. z and its
integral over any time are jointly normal, so both are advanced exactly (Gillespie 1996, Phys. Rev. E 54:2084).
"""

import math

from numba import njit


@njit
def amplitude(sigma, tau, tau_noise):
    """Kick [mV] for each ms of z = 1."""
    return sigma / math.sqrt(tau * tau_noise)


@njit
def leak(h, tau):
    """What of a kick at the middle stands for noise spread over a step of length h, most of which leaks away the same.

    With it the leaky membrane under noise that is short beside the step has the standard deviation sigma exactly.
    """
    return math.sqrt(math.tanh(h / tau) / (h / tau))


@njit
def increment(length, tau_noise, scale):
    """The constants of an advance of z by `length` [ms], with its integral times `scale`.

    Returns
    -------
    keep, new, drift, along, across : float
        For independent normal a and b: the kick is drift z + along a + across b, and then z becomes keep z + new a.
    """
    q = length / tau_noise
    keep, less, half = math.exp(-q), -math.expm1(-q), math.tanh(0.5 * q)
    # q - 2 tanh(q/2), which cancels for small q
    rest = q - 2.0 * half if q > 0.1 else q * q * q / 12.0 * (1.0 - q * q * (0.1 - q * q * 17.0 / 1680.0))
    s = scale * tau_noise
    return keep, math.sqrt(less * (1.0 + keep)), s * less, s * less * math.sqrt(half), s * math.sqrt(2.0 * rest)


@njit(inline="always")
def advance(z, constants, a, b):
    """z after an advance, and the kick that it gave: two normal numbers a and b are used up."""
    keep, new, drift, along, across = constants
    return keep * z + new * a, drift * z + along * a + across * b
