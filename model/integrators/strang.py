"""Strang splitting into two flows that are each solved exactly: leak, and upswing with drive.

The membrane equation tau V' = (V_split - V) + (D + delta_T exp((V - V_T)/delta_T)), with V_split = V_T + 3 delta_T and
D = V_rest + R I - V_split, is split at the two brackets. The first flow is an exponential. The second is linear in
w = exp(-(V - V_T)/delta_T), so it cannot overflow, and it reaches infinite V in finite time: the pole.
A step takes half the leak, the whole upswing, half the leak.

Two constants are chosen so that more than the order is right, at no cost per step:

* the drive acts for 2 sinh(h/2tau) instead of h/tau, which makes the flow without upswing exact;
* the strength of the upswing is scaled (by 1 + O((h/tau)^2)) so that the scheme's rheobase is the neuron's, at every
  step. The rate just above rheobase, where a small shift of it would be a large error, is then right.

Splitting at V_split rather than at V_rest + R I gives the drive to the upswing, where the two compete: the leak is
small there, and so is the error. Three delta_T above V_T is where errors of weak and strong drive balance.
"""

import math

from numba import njit

from model.integrators.exp2 import FAST, LOG2_E, exp2, log

ORDER = 2
SPLIT = 3.0  # delta_T above V_T
MOST_OF_TAU = 0.25  # longer steps, as a part of tau, are divided
MOST_OF_MEMORY = 0.5  # and so, as a part of the memory of the noise
UPSWING_ALONE = 1e12  # times as strong as all else: nothing else counts
MOST_PIECES = 64  # by the memory of the noise; where more were needed, it is taken for nearly white
X1, X2, X3, X4 = 5.0 / 24.0, 43.0 / 960.0, 2311.0 / 241920.0, 0.0022079010279  # for SPLIT = 3; see `pace`


@njit
def pieces(dt, tau, tau_noise):
    """The number of parts into which a step of dt is divided; tau_noise is 0 for white noise and for none."""
    parts = dt / (MOST_OF_TAU * tau)
    if dt <= MOST_PIECES * MOST_OF_MEMORY * tau_noise:
        parts = max(parts, dt / (MOST_OF_MEMORY * tau_noise))
    return math.ceil(parts)


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
def pace(h, tau):
    """What of a step depends on nothing but its length h, at most `MOST_OF_TAU` of tau: (keep, growth, log_upswing).

    keep is what half a step leaves of a distance to V_split; growth times a constant drive is what that adds to V.

    Notes
    -----
    With k = SPLIT, q = h/tau, S = 2 sinh(q/2), r = -drive/delta_T and G(r) = log((1 - exp(-r))/r), the strength of the
    upswing is exp(X + log_growth(-r)). The step from V to V has a double root, and so the scheme its rheobase, where
    the neuron has it (r = (1 + k) S) for X = log(1 - exp(-q)) - (q/S - 1 - k) exp(-q/2) - G((1 + k) S). X - log q is
    even in q; its series is used.
    """
    q = h / tau
    s = q * q
    growth = q * (1.0 + s / 24.0 * (1.0 + s / 80.0 * (1.0 + s / 168.0)))
    return math.exp(-0.5 * q), growth, math.log(q) + (SPLIT - s * (X1 - s * (X2 - s * (X3 - s * X4))))


@njit(inline="always")
def split(pace, RI, V_rest, V_T, delta_T):
    """What a step with this `pace` is made of: (keep, drive, V_split, V_pole).

    drive is what the constant drive adds to V [mV]; from V_pole [mV] upwards, after the first half leak, the upswing
    passes its pole within the step.
    """
    keep, growth, log_upswing = pace
    V_split = V_T + SPLIT * delta_T
    drive = growth * (V_rest + RI - V_split)
    return keep, drive, V_split, V_split - delta_T * (log_upswing + log_growth(drive / delta_T))


@njit(inline="always")
def flow(pace, RI, V_rest, V_T, delta_T):
    """The five constants of `step`, for steps with this `pace`.

    The three flows of `split` put into one line, in which V waits for less:

        V_half = V_split + (V - V_split) keep,  g = exp((V_half - V_pole)/delta_T),
        V_up = V_half + drive - delta_T log(1 - g),  and then V_split + (V_up - V_split) keep.
    """
    half, drive, V_split, V_pole = split(pace, RI, V_rest, V_T, delta_T)
    per_mV, leak = LOG2_E / delta_T, V_split * (1.0 - half)
    return half * half, leak * (1.0 + half) + drive * half, half * per_mV, (leak - V_pole) * per_mV, delta_T * half


@njit(inline="always", fastmath=FAST, error_model="numpy")
def step(V, constants):
    """One step with the constants of `flow`: V after it, and whether it stays below the pole.

    Where the step passes the pole the first number means nothing.
    """
    keep, shift, steepness, offset, gain = constants
    g = exp2(V * steepness + offset)
    return V * keep + shift - gain * log(1.0 - g), g < 1.0


@njit
def crossing(V, h, RI, V_rest, V_th, V_T, delta_T, tau):
    """Length of the step that ends on V_th, for a step of length h that ends at or above it.

    With g the part of the way to the pole that the upswing of a step of length c makes, and e^u what V without that
    upswing lacks to V_th, the step ends on V_th where L = log(g + e^u) = 0. L is nearly a straight line in log c for
    weak drive and convex for strong drive, so Newton's method from c = h runs down to the root; a bracket catches
    what is left. Its slope leaves out factors 1 + O((h/tau)^2).
    """
    # so high up that nothing but the upswing counts the time is known at once, where Newton's method would be long
    x = (V - V_T) / delta_T
    if x > 0.0 and delta_T * math.exp(min(x, 700.0)) > UPSWING_ALONE * (abs(V_rest - V) + abs(V_th - V) + abs(RI)):
        return min(-tau * math.exp(-x) * math.expm1((V - V_th) / delta_T), h)
    low, high, c = 0.0, h, h
    per_mV, half_rate = 1.0 / delta_T, 0.5 / (tau * delta_T)
    for _ in range(80):
        keep, drive, V_split, V_pole = split(pace(c, tau), RI, V_rest, V_T, delta_T)
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
