"""Strang splitting into two flows that are each solved exactly: leak, and upswing with drive.

The membrane equation tau V' = (V_split - V) + (D + delta_T exp((V - V_T)/delta_T)), with V_split = V_T + 3 delta_T and
D = V_rest + R I - V_split, is split at the two brackets. The first flow is an exponential. The second is linear in
w = exp(-(V - V_T)/delta_T), so it cannot overflow, and it reaches infinite V in finite time: the pole.
A step takes half the leak, the whole upswing, half the leak.

Two constants are chosen so that more than the order is right, at no cost per step:

* the drive acts for 2 sinh(h/2tau) instead of h/tau, which makes the flow without upswing exact;
* the strength of the upswing is scaled (by 1 + O((h/tau)^2)) so that the scheme's rheobase is the neuron's, at every
  step. The rate just above rheobase, where a small shift of it would be a large error, is then right.

Under noise half of a step's kick comes before the step and half after it. Rates are right to a part in a thousand while
the kick of a step, sigma sqrt(2h/tau), is within delta_T; at three delta_T they are one percent too low.

Splitting at V_split rather than at V_rest + R I gives the drive to the upswing, where the two compete: the leak is
small there, and so is the error. Three delta_T above V_T is where errors of weak and strong drive balance.
"""

import math

import numpy as np
from numba import njit

ORDER = 2
NEAR = 4.0  # kicks from V_th, beyond which no crossing is missed (one in exp(32))
SPLIT = 3.0  # delta_T above V_T
MOST_OF_TAU = 0.25  # longer steps, as a part of tau, are divided
X1, X2, X3, X4 = 5.0 / 24.0, 43.0 / 960.0, 2311.0 / 241920.0, 0.0022079010279  # for SPLIT = 3; see `flow`


@njit(inline="always")
def pieces(dt, tau):
    """The number of parts into which a step of dt is divided."""
    return math.ceil(dt / (MOST_OF_TAU * tau))


@njit(inline="always")
def log_growth(r):
    """log((exp(r) - 1)/r), without overflow or cancellation."""
    if abs(r) < 0.25:
        s = r * r
        return 0.5 * r + s / 24.0 * (1.0 - s / 120.0 * (1.0 - s / 63.0))
    if r > 30.0:
        return r - math.log(r)
    return math.log(math.expm1(r) / r)


@njit(inline="always")
def flow(h, RI, V_rest, V_T, delta_T, tau):
    """The constants of a step of length h, at most `MOST_OF_TAU` of tau: (keep, drive, V_split, V_pole).

    keep is what half a step leaves of a distance to V_split; drive is what the constant drive adds to V [mV]; from
    V_pole [mV] upwards, after the first half leak, the upswing passes its pole within the step.

    Notes
    -----
    With k = SPLIT, q = h/tau, S = 2 sinh(q/2), r = -drive/delta_T and G(r) = log((1 - exp(-r))/r), the strength of the
    upswing is exp(X + log_growth(-r)). The step from V to V has a double root, and so the scheme its rheobase, where
    the neuron has it (r = (1 + k) S) for X = log(1 - exp(-q)) - (q/S - 1 - k) exp(-q/2) - G((1 + k) S). X - log q is
    even in q; its series is used.
    """
    q = h / tau
    s = q * q
    keep = math.exp(-0.5 * q)
    V_split = V_T + SPLIT * delta_T
    drive = q * (1.0 + s / 24.0 * (1.0 + s / 80.0 * (1.0 + s / 168.0))) * (V_rest + RI - V_split)
    log_upswing = math.log(q) + (SPLIT - s * (X1 - s * (X2 - s * (X3 - s * X4))))
    return keep, drive, V_split, V_split - delta_T * (log_upswing + log_growth(drive / delta_T))


@njit(inline="always")
def step(V, keep, drive, V_split, V_pole, delta_T):
    """One step of the length for which `flow` was asked: V after it, inf where it passes the pole."""
    V_half = V_split + (V - V_split) * keep
    if V_half >= V_pole:
        return np.inf
    g = math.exp((V_half - V_pole) / delta_T)
    # far from the upswing, where nearly all steps are made, a short series does what the slow log1p would
    if g < 0.01:
        upswing = g + g * g * (1 / 2 + g * (1 / 3 + g * (1 / 4 + g * (1 / 5 + g * (1 / 6 + g * (1 / 7))))))
    else:
        upswing = -math.log1p(-g)
    V_up = V_half + drive + delta_T * upswing
    return V_split + (V_up - V_split) * keep


@njit
def crossing(V, h, RI, V_rest, V_th, V_T, delta_T, tau):
    """Length of the step that ends on V_th, for a step of length h that ends at or above it.

    With g the part of the way to the pole that the upswing of a step of length c makes, and e^u what V without that
    upswing lacks to V_th, the step ends on V_th where L = log(g + e^u) = 0. L is nearly a straight line in log c for
    weak drive and convex for strong drive, so Newton's method from c = h runs down to the root; a bracket catches
    what is left. Its slope leaves out factors 1 + O((h/tau)^2).
    """
    low, high, c = 0.0, h, h
    per_mV, half_rate = 1.0 / delta_T, 0.5 / (tau * delta_T)
    for _ in range(80):
        keep, drive, V_split, V_pole = flow(c, RI, V_rest, V_T, delta_T, tau)
        V_half, V_end = V_split + (V - V_split) * keep, V_split + (V_th - V_split) / keep
        log_g, u, r = (V_half - V_pole) * per_mV, (V_half + drive - V_end) * per_mV, drive * per_mV
        slope_g = half_rate * c * (V_split - V_half) + (
            1.0 + r * (0.5 + r * (1.0 / 12.0)) if abs(r) < 0.25 else r / -math.expm1(-r)
        )
        slope_u = half_rate * c * (2.0 * V_split - V_half - V_end) + r
        less = math.exp(-abs(log_g - u))
        L = max(log_g, u) + math.log(1.0 + less)
        slope = slope_g + less * slope_u if log_g > u else slope_u + less * slope_g
        if L > 0.0:
            high = c
        else:
            low = c
        change = -L * (1.0 + less) / slope if slope > 0.0 else -math.inf
        c *= math.exp(change)
        # such a change leaves 1e-7 of c, and 1e-5 at most; just below V_th, L is always small
        if abs(L) < 1e-2 and abs(change) < 3e-3:
            break
        if not low < c < high:
            c = 0.5 * (low + high)
        if high - low < 1e-14 * h:
            break
    return min(c, h)


@njit(inline="always")
def crossed(before, after, V_th, variance):
    """Probability that a random walk from `before` to `after`, both below V_th, was at V_th in between.

    Without it spikes are missed, and the rate is too low by an error of order sqrt(h), wherever noise alone can carry V
    to V_th. It is the law of the Brownian bridge.
    """
    return math.exp(-2.0 * (V_th - before) * (V_th - after) / variance) if variance > 0.0 else 0.0


@njit
def until_spike(V, held, left, RI, opening, closing, numbers):
    """Advance the neuron by `left` [ms], or to its next spike if that comes first.

    Half of a step's noise comes before the deterministic step and half after it, with the variance that gives the
    leaky membrane alone a standard deviation of exactly sigma.

    Parameters
    ----------
    V, held : float
        Membrane potential [mV], and for how long it is still held at V_reset [ms].
    left : float
        Time to advance [ms].
    RI : float
        Drive [mV].
    opening, closing : float
        Sigma [mV] times a normal random number each; 0 without noise.
    numbers : Numbers
        The neuron.

    Returns
    -------
    V, held, left : float
        The state after it, and the time not used.
    spiked : bool
        Whether the neuron spiked, `left` before the end.
    """
    V_rest, V_reset, V_th, V_T, delta_T, _, tau, tau_ref = numbers
    if V >= V_th:
        return V_reset, tau_ref, left, True
    if held >= left:
        return V, held - left, 0.0, False
    left -= held
    if opening != 0.0 or closing != 0.0:
        spread = math.sqrt(math.tanh(left / tau))
        opening, closing = spread * opening, spread * closing
    V += opening
    if V >= V_th:
        return V_reset, tau_ref, left, True
    keep, drive, V_split, V_pole = flow(left, RI, V_rest, V_T, delta_T, tau)
    V_next = step(V, keep, drive, V_split, V_pole, delta_T)
    if V_next >= V_th:
        return V_reset, tau_ref, left - crossing(V, left, RI, V_rest, V_th, V_T, delta_T, tau), True
    V_next += closing
    if V_next >= V_th:
        return V_reset, tau_ref, 0.0, True
    return V_next, 0.0, 0.0, False
