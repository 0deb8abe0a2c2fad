"""One step of the splitting for a tile: vector code where nothing happens, one neuron at a time where it does."""

import math

import numpy as np
from numba import njit

from model.integrators import strang
from model.kernels.endless import ENDLESS, measured
from model.kernels.exp2 import FAST, exp2, log
from model.kernels.normals import key, normal_pair, uniform_pair
from model.kernels.tile import DELTA_T, PER_MV

# Rows of a tile's flows, which hold while the input does; FREE is the end of the refractory period [ms], KICK is noise,
# and from CLOSE upwards [mV] noise may cross V_th between the ends of a kick.
KEEP, DRIVE, SPLIT, POLE, FOR_RI, FREE, KICK, CLOSE, FLOWS = range(9)
_AGAIN = 1 << 40  # apart from every neuron's number: further draws of one neuron within one step


@njit(error_model="numpy")
def numbers_of(p, i):
    """The parameters of neuron i as a tuple."""
    own = i if p.shape[1] > 1 else 0
    return p[0, own], p[1, own], p[2, own], p[3, own], p[4, own], p[5, own], p[6, own], p[7, own]


@njit(error_model="numpy")
def fill_flows(lo, size, h, p, RI, flows):
    """Constants of a step of length h, made anew for the neurons whose drive has changed."""
    for i in range(size):
        if flows[FOR_RI, i] != RI[i]:
            V_rest, _, _, V_T, delta_T, _, tau, _ = numbers_of(p, lo + i)
            keep, drive, V_split, V_pole = strang.flow(h, RI[i], V_rest, V_T, delta_T, tau)
            flows[KEEP, i], flows[DRIVE, i], flows[SPLIT, i], flows[POLE, i] = keep, drive, V_split, V_pole
            flows[FOR_RI, i] = RI[i]


@njit(error_model="numpy")
def fill_events(lo, size, h, sigma, p, t_last_spike, flows):
    """The end of each refractory period [ms], the standard deviation of half a step's noise, and what is close [mV]."""
    for i in range(size):
        _, _, V_th, _, _, _, tau, tau_ref = numbers_of(p, lo + i)
        flows[FREE, i] = t_last_spike[i] + tau_ref
        flows[KICK, i] = sigma * math.sqrt(math.tanh(h / tau))
        flows[CLOSE, i] = V_th - strang.NEAR * flows[KICK, i]


@njit(error_model="numpy")
def stream(noise, n, piece):
    """Where the random numbers of one piece of step n begin."""
    return key(noise.seed, noise.first + n, piece)


@njit(fastmath=FAST, error_model="numpy")
def kicks(lo, size, n, piece, noise, flows, before, after):
    """Fill the noise before and after the deterministic step [mV]."""
    start = stream(noise, n, piece)
    for i in range(size):
        a, b = normal_pair(start, lo + i)
        before[i], after[i] = a * flows[KICK, i], b * flows[KICK, i]


@njit(fastmath=FAST, error_model="numpy")
def split_step(size, t, constants, flows, before, after, V, event):
    """Move the neurons to which nothing happens; mark and count the others, which stay as they are.

    Something may happen where the neuron is refractory at the start, or so near V_th that noise may carry it there.
    """
    events = 0
    for i in range(size):
        V_old, V_split = V[i], flows[SPLIT, i]
        V_kicked = V_old + before[i]
        V_half = V_split + (V_kicked - V_split) * flows[KEEP, i]
        near = exp2((V_half - flows[POLE, i]) * constants[PER_MV, i])
        V_up = V_half + flows[DRIVE, i] - constants[DELTA_T, i] * log(1.0 - near)
        V_moved = V_split + (V_up - V_split) * flows[KEEP, i]
        V_new = V_moved + after[i]
        highest = max(max(V_old, V_kicked), max(V_moved, V_new))
        calm = (highest < flows[CLOSE, i]) & (near < 1.0) & (flows[FREE, i] <= t)
        V[i] = V_new if calm else V_old
        event[i] = 0 if calm else 1
        events += event[i]
    return events


@njit(error_model="numpy")
def settle_events(lo, n, piece, t, h, noise, p, RI, flows, event, V, spike, t_last_spike, count, t_first_spike):
    """Run the marked neurons through the step, one by one; False where one spikes without end."""
    eights = event.view(np.int64)
    start = stream(noise, n, piece)
    for eight in range(eights.size):
        if eights[eight] == 0:
            continue
        for i in range(8 * eight, 8 * eight + 8):
            if event[i]:
                numbers = numbers_of(p, lo + i)
                held = flows[FREE, i] - t
                V[i], t_first, t_last, spikes = run_one(V[i], t, held, h, RI[i], noise.sigma, start, lo + i, numbers)
                if spikes == ENDLESS:
                    return False
                if spikes > 0:
                    spike[i], t_last_spike[i], flows[FREE, i] = True, t_last, t_last + numbers[7]
                    if count[i] == 0:
                        t_first_spike[i] = t_first
                    count[i] += spikes
    return True


@njit(error_model="numpy")
def run_one(V, t, held, h, RI, sigma, start, neuron, numbers):
    """One neuron through a step in which it spikes, or is held for `held` [ms].

    Returns
    -------
    V : float
        Membrane potential after the step [mV].
    t_first, t_last : float
        Times of the first and the last spike [ms], nan where there was none.
    spikes : int
        Spikes within the step, or ENDLESS.
    """
    V_rest, V_reset, V_th, V_T, delta_T, _, tau, tau_ref = numbers
    left, t_first, t_last, spikes, draws, row, since = h, np.nan, np.nan, 0, 0, 0, h
    while left > 1e-12 * h:
        if V < V_th:
            if held >= left:
                break
            left -= max(held, 0.0)
            kick, a, b, u, w = 0.0, 0.0, 0.0, 1.0, 1.0
            if sigma > 0.0:
                kick = sigma * math.sqrt(math.tanh(left / tau))
                a, b = normal_pair(start, neuron + draws * _AGAIN)
                u, w = uniform_pair(start, neuron + draws * _AGAIN)
                draws += 1
            V, left = through(V, kick, a, b, u, w, left, RI, V_rest, V_th, V_T, delta_T, tau)
            if V < V_th:
                break
        if spikes == 0:
            t_first = t + (h - left)
        row, since, interval, more = measured(row, since, left, h)
        if more == ENDLESS:
            return V, t_first, t_last, ENDLESS
        spikes, left = spikes + 1 + more, left - more * interval  # so short that noise within it does not matter
        V, held, t_last = V_reset, tau_ref, t + (h - left)
    return V, t_first, t_last, spikes


@njit(error_model="numpy")
def through(V, kick, a, b, u, w, left, RI, V_rest, V_th, V_T, delta_T, tau):
    """Advance a free neuron by `left` [ms] or to its spike; return V, at least V_th for a spike, and the time left.

    The noise before and after the deterministic step is `kick` [mV] times the normal numbers a and b. Where one of them
    carries V to V_th, at its end or on its way, the uniform numbers u and w say so, and when in its half of the step.
    """
    V_kicked = V + kick * a
    chance = strang.crossed(V, V_kicked, V_th, kick * kick) if V_kicked < V_th else 1.0
    if u < chance:
        return V_th, left - 0.5 * left * (u / chance)
    keep, drive, V_split, V_pole = strang.flow(left, RI, V_rest, V_T, delta_T, tau)
    V_moved = strang.step(V_kicked, keep, drive, V_split, V_pole, delta_T)
    if V_moved >= V_th:
        return V_th, left - strang.crossing(V_kicked, left, RI, V_rest, V_th, V_T, delta_T, tau)
    V_end = V_moved + kick * b
    chance = strang.crossed(V_moved, V_end, V_th, kick * kick) if V_end < V_th else 1.0
    if w < chance:
        return V_th, 0.5 * left * (w / chance)
    return V_end, 0.0
