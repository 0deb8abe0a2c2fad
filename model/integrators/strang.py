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
from typing import NamedTuple

from numba import njit

from model.integrators.exp2 import FAST, LOG2_E, exp2, log

ORDER = 2
SPLIT = 3.0  # delta_T above V_T
MOST_OF_TAU = 0.25  # longer steps, as a part of tau, are divided
MOST_OF_MEMORY = 0.5  # and so, as a part of the memory of the noise
UPSWING_ALONE = 1e12  # times as strong as all else: nothing else counts
WEAK = 0.25  # delta_T that the drive moves V in a step; below it a series is enough
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
def log_growth_weak(r):
    """log((exp(r) - 1)/r) for r below `WEAK` in size."""
    s = r * r
    return 0.5 * r + s / 24.0 * (1.0 - s / 120.0 * (1.0 - s / 63.0))


@njit(inline="always")
def log_growth(r):
    """log((exp(r) - 1)/r), without overflow or cancellation."""
    if abs(r) < WEAK:
        return log_growth_weak(r)
    if r > 30.0:
        return r - math.log(r)
    return math.log(math.expm1(r) / r)


class Pace(NamedTuple):
    """What of a step depends on nothing but its length; see `pace`."""

    keep: float  # what half a step leaves of a distance to V_split
    growth: float  # times a constant drive it is what that adds to V
    log_upswing: float


class Split(NamedTuple):
    """What a step of one length with one drive is made of."""

    keep: float
    drive: float  # what the constant drive adds to V [mV]
    V_split: float  # mV
    V_pole: float  # mV; from here upwards, after the first half leak, the upswing passes its pole within the step


class Flow(NamedTuple):
    """The constants of a step of one length with one drive; see `flow`."""

    keep: float
    shift: float  # mV
    steepness: float  # 1/mV
    offset: float
    gain: float  # mV


@njit(inline="always", error_model="numpy")
def pace(h, tau):
    """The `Pace` of steps of length h, at most `MOST_OF_TAU` of tau [ms].

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
    return Pace(math.exp(-0.5 * q), growth, math.log(q) + (SPLIT - s * (X1 - s * (X2 - s * (X3 - s * X4)))))


@njit(inline="always", error_model="numpy")
def split(pace, RI, n):
    """The `Split` of a neuron n of `Numbers` for steps of this `Pace` with the drive RI [mV]."""
    drive = drive_of(pace, RI, n)
    return split_of(pace, drive, log_growth(drive / n.delta_T), n)


@njit(inline="always", error_model="numpy")
def drive_of(pace, RI, n):
    """What the drive RI [mV] adds to V in a step of this `Pace` [mV]."""
    return pace.growth * (n.V_rest + RI - (n.V_T + SPLIT * n.delta_T))


@njit(inline="always", error_model="numpy")
def split_of(pace, drive, growth, n):
    """The `Split` for what the drive adds to V [mV], and its `log_growth`."""
    V_split = n.V_T + SPLIT * n.delta_T
    return Split(pace.keep, drive, V_split, V_split - n.delta_T * (pace.log_upswing + growth))


@njit(inline="always", error_model="numpy")
def flow(pace, RI, n):
    """The `Flow` of a neuron n of `Numbers` for steps of this `Pace` with the drive RI [mV].

    The three flows of `split` put into one line, in which V waits for less:

        V_half = V_split + (V - V_split) keep,  g = exp((V_half - V_pole)/delta_T),
        V_up = V_half + drive - delta_T log(1 - g),  and then V_split + (V_up - V_split) keep.
    """
    return flow_of(split(pace, RI, n), n)


@njit(inline="always", error_model="numpy")
def flow_of(s, n):
    """The `Flow` of a neuron n of `Numbers` for the `Split` s."""
    per_mV, leak = LOG2_E / n.delta_T, s.V_split * (1.0 - s.keep)
    shift = leak * (1.0 + s.keep) + s.drive * s.keep
    return Flow(s.keep * s.keep, shift, s.keep * per_mV, (leak - s.V_pole) * per_mV, n.delta_T * s.keep)


@njit(error_model="numpy")
def flows_ahead(pace, I, n, shift, offset):
    """What of the `Flow` of a neuron depends on the current, for each of some currents [nA]; it becomes vector code."""
    strong = False
    for k in range(I.size):
        strong |= not abs(drive_of(pace, n.R * I[k], n) / n.delta_T) < WEAK
    for k in range(I.size if strong else 0):
        f = flow(pace, n.R * I[k], n)
        shift[k], offset[k] = f.shift, f.offset
    for k in range(0 if strong else I.size):
        drive = drive_of(pace, n.R * I[k], n)
        f = flow_of(split_of(pace, drive, log_growth_weak(drive / n.delta_T), n), n)
        shift[k], offset[k] = f.shift, f.offset


@njit(inline="always", fastmath=FAST, error_model="numpy")
def step(V, f):
    """One step of the `Flow` f: V after it, and whether it stays below the pole.

    Where the step passes the pole the first number means nothing.
    """
    g = exp2(V * f.steepness + f.offset)
    return V * f.keep + f.shift - f.gain * log(1.0 - g), g < 1.0


@njit(error_model="numpy")
def crossing(V, h, RI, n):
    """Length of the step that ends on V_th, for a step of length h that ends at or above it.

    With g the part of the way to the pole that the upswing of a step of length c makes, and e^u what V without that
    upswing lacks to V_th, the step ends on V_th where L = log(g + e^u) = 0. L is nearly a straight line in log c for
    weak drive and convex for strong drive, so Newton's method from c = h runs down to the root; a bracket catches
    what is left. Its slope leaves out factors 1 + O((h/tau)^2).
    """
    # so high up that nothing but the upswing counts the time is known at once, where Newton's method would be long
    x = (V - n.V_T) / n.delta_T
    others = abs(n.V_rest - V) + abs(n.V_th - V) + abs(RI)
    if x > 0.0 and n.delta_T * math.exp(min(x, 700.0)) > UPSWING_ALONE * others:
        return min(-n.tau * math.exp(-x) * math.expm1((V - n.V_th) / n.delta_T), h)
    low, high, c = 0.0, h, h
    per_mV, half_rate = 1.0 / n.delta_T, 0.5 / (n.tau * n.delta_T)
    for _ in range(80):
        f = split(pace(c, n.tau), RI, n)
        V_half, V_end = f.V_split + (V - f.V_split) * f.keep, f.V_split + (n.V_th - f.V_split) / f.keep
        log_g, u, r = (V_half - f.V_pole) * per_mV, (V_half + f.drive - V_end) * per_mV, f.drive * per_mV
        slope_g = half_rate * c * (f.V_split - V_half) + (
            1.0 + r * (0.5 + r * (1.0 / 12.0)) if abs(r) < 0.25 else r / -math.expm1(-r)
        )
        slope_u = half_rate * c * (2.0 * f.V_split - V_half - V_end) + r
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
