"""One neuron through a part of a step in which it may spike: by the splitting, with noise that may cross V_th.

Half of the noise of a step acts before its deterministic flow, and half after it. Between the ends of a step V is like
a random walk with drift; whether it was at V_th in between, and when, follows from the laws of the Brownian bridge, in
which the drift does not matter. Where the upswing carries V to V_th, faster than the noise, its exact flow says when.
A step is divided where V is near V_T and the noise of a whole step would carry it
past all of the upswing's beginning; and where V is near V_th and the noise would carry it past V_reset and back.

Noise that a whole step already has - coloured, or felt by all neurons - is `given` as the two kicks of its halves; a
part of the step has its share, and where it is white, what a bridge adds to that.
"""

import math

from numba import njit

from model.integrators import strang
from model.kernels.normals import AGAIN, normal_pair, uniform_pair

NEAR = 4.0  # kicks of a step from V_th, beyond which no crossing is missed (one in exp(32))
COARSE = 0.5  # delta_T; a larger kick, where V is near V_T, has its step divided
CLOSER = 0.35  # of the way to V_T, or to V_th, that such a kick may go in any case
BEYOND = 0.2  # of the way back to V_T, where the upswing has begun
AHEAD = 0.7  # of the way from V_reset to V_th; a larger kick, where V is near V_th, has its step divided
FINEST = 1.0 / 64.0  # of the kick of the whole step; a finer one is not asked for, or one step could take for ever
SHORTEST = 0.01  # of a step; this does not divide it further
_NOT_YET = 1e-12  # of a step; less is rounding


@njit(error_model="numpy")
def crossed(before, after, V_th, variance):
    """Probability that a random walk from `before`, below V_th, to `after` was at V_th in between."""
    if after >= V_th:
        return 1.0
    return math.exp(-2.0 * (V_th - before) * (V_th - after) / variance) if variance > 0.0 else 0.0


@njit(error_model="numpy")
def crossing_time(before, after, V_th, variance, start, counter):
    """When such a walk that was at V_th was there first, as a part of its time.

    With a and c the distances of its ends from V_th, r = t/(1 - t) has the inverse Gaussian distribution of mean a/c
    and shape a^2/variance (the bridge is a walk with drift, in another time); it is drawn as by Michael, Schucany and
    Haas (1976). Without variance the way is straight.
    """
    a, c = V_th - before, abs(V_th - after)
    if not a > 0.0:
        return 0.0
    z, _ = normal_pair(start, counter)
    u, _ = uniform_pair(start, counter)
    c = max(c, 1e-12 * a)
    spread = variance / (a * c) * z * z
    ratio = 2.0 / (2.0 + spread + math.sqrt(spread * (4.0 + spread)))
    r = a / c * (ratio if u * (1.0 + ratio) <= 1.0 else 1.0 / ratio)
    return r / (1.0 + r)


@njit(error_model="numpy")
def divide_from(kick, n):
    """V [mV] from which a step whose noise has the standard deviation `kick` [mV] is divided; inf where none is."""
    lowest = math.inf
    if kick > COARSE * n.delta_T:
        lowest = n.V_T
    if kick > AHEAD * (n.V_th - n.V_reset):
        lowest = min(lowest, n.V_th)
    return lowest - NEAR * kick


@njit(error_model="numpy")
def length_near(V, left, h, sigma, n):
    """Length of the next part of a step [ms]: all that is left, or less where the kick of it would be too large."""
    finest = FINEST * sigma * math.sqrt(2.0 * h / n.tau)
    kick = max(COARSE * n.delta_T, CLOSER * (n.V_T - V), BEYOND * (V - n.V_T), finest)
    longest = 0.5 * n.tau * (kick / sigma) ** 2
    kick = max(AHEAD * (n.V_th - n.V_reset), CLOSER * (n.V_th - V))
    longest = min(longest, max(0.5 * n.tau * (kick / sigma) ** 2, SHORTEST * h))
    return left if longest >= left else left / math.ceil(left / longest)


def parts_per_ms(neuron, h, sigma):
    """How many parts of divided steps, of length h [ms], a neuron makes in a ms, at most.

    V is within dV of a place with a probability of about 0.4 dV/sigma at most, and a part there has the kick of
    `length_near`.
    """
    kick, per_mV = sigma * math.sqrt(2.0 * h / neuron.tau), 0.8 * sigma / neuron.tau
    parts = 0.0
    if kick > COARSE * neuron.delta_T:
        parts += 4.0 / (CLOSER * COARSE * max(neuron.delta_T, FINEST / COARSE * kick))
    ahead = AHEAD * (neuron.V_th - neuron.V_reset)
    if kick > ahead:
        parts += min(2.0 / (CLOSER * ahead), 1.0 / (SHORTEST * h * per_mV))
    return per_mV * parts


@njit(inline="always")
def share(given, start, end, h):
    """What of two kicks, those of the halves of a step of length h, falls between two times of it."""
    half = 0.5 * h
    first, second = max(min(end, half) - start, 0.0), max(end - max(start, half), 0.0)
    return (given[0] * first + given[1] * second) / half


@njit(error_model="numpy")
def until_spike(V, held, left, h, RI, sigma, given, given_variance, divide, start, neuron, draws, n):
    """Advance one neuron to the end of a step, or to its next spike if that comes first.

    Parameters
    ----------
    V, held : float
        Membrane potential [mV], and for how long it is still held at V_reset [ms].
    left, h : float
        What is left of the step, and its length [ms].
    RI : float
        Drive [mV].
    sigma : float
        White noise of its own [mV].
    given : tuple of float
        Two more kicks [mV], of the halves of the whole step.
    given_variance : float
        Variance of each of these [mV^2], as far as it comes from within this step.
    divide : bool
        Whether a step near V_T is divided.
    start, neuron, draws : int
        Stream and number of the neuron, and how often it drew from them in this step.
    n : Numbers
        The neuron.

    Returns
    -------
    V, held, left : float
        The state after it, and the time not used.
    draws : int
    spiked : bool
        Whether the neuron spiked, `left` before the end.
    """
    noisy = sigma > 0.0 or given_variance > 0.0 or given[0] != 0.0 or given[1] != 0.0
    while V < n.V_th:
        if held >= left:
            return V, held - left, 0.0, draws, False
        left, held = left - max(held, 0.0), 0.0
        if left <= _NOT_YET * h:
            return V, 0.0, 0.0, draws, False
        part, opening, closing, variance, u = left, 0.0, 0.0, 0.0, 1.0
        counter = neuron + draws * AGAIN
        if noisy:
            if divide:
                part = length_near(V, left, h, math.sqrt(sigma**2 + given_variance * n.tau / h), n)
            private = sigma * sigma * math.tanh(part / n.tau)
            phi, begin = part / h, h - left
            within = given_variance * phi
            a, b = normal_pair(start, counter)
            u, _ = uniform_pair(start, counter)
            scatter = math.sqrt(private + within * (1.0 - phi)) if phi < 1.0 else math.sqrt(private)
            opening = share(given, begin, begin + 0.5 * part, h) + scatter * a
            closing = share(given, begin + 0.5 * part, begin + part, h) + scatter * b
            variance = private + within
            draws += 1
        V_kicked = V + opening
        V_moved, below_pole = strang.step(V_kicked, strang.flow(strang.pace(part, n.tau), RI, n))
        # the upswing did it; asked in this order, most spikes do not wait for the root
        if not below_pole or (V_moved >= n.V_th and V_moved - V_kicked > math.sqrt(2.0 * variance)):
            if V_kicked < n.V_th:
                passed = strang.crossing(V_kicked, part, RI, n)
            else:
                passed = 0.5 * part * crossing_time(V, V_kicked, n.V_th, variance, start, neuron + draws * AGAIN)
            return n.V_reset, n.tau_ref, left - passed, draws + 1, True
        V_end = V_moved + closing
        if noisy and u < crossed(V, V_end, n.V_th, 2.0 * variance):
            at = crossing_time(V, V_end, n.V_th, 2.0 * variance, start, neuron + draws * AGAIN)
            return n.V_reset, n.tau_ref, left - part * at, draws + 1, True
        V, left = V_end, left - part
    if held >= left:  # put above V_th from outside, while it is held
        return V, held - left, 0.0, draws, False
    return n.V_reset, n.tau_ref, left - max(held, 0.0), draws, True
