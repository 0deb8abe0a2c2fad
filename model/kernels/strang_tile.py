"""One step of the splitting for a tile: vector code where nothing happens, one neuron at a time where it does."""

import math

import numpy as np
from numba import njit

from model.integrators import strang
from model.kernels.exp2 import FAST, exp2, log
from model.kernels.normals import key, normal_pair
from model.kernels.tile import DELTA_T, PER_MV, V_TH

# Rows of a tile's flows, which hold while the input does; FREE is the end of the refractory period [ms], KICK is noise.
KEEP, DRIVE, SPLIT, POLE, FOR_RI, FREE, KICK, FLOWS = range(8)
MANY = 16  # spikes within one step from which the rest of the step is reckoned, not run
LEAST = 1e-6  # of a step: the shortest interval between spikes that is told from none
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
    """The end of each refractory period [ms], and the standard deviation of half a step's noise [mV]."""
    for i in range(size):
        tau, tau_ref = numbers_of(p, lo + i)[6:]
        flows[FREE, i] = t_last_spike[i] + tau_ref
        flows[KICK, i] = sigma * math.sqrt(math.tanh(h / tau))


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

    Something happens where the neuron is refractory at the start, or at or above V_th at any time.
    """
    events = 0
    for i in range(size):
        V_old, V_th, V_split = V[i], constants[V_TH, i], flows[SPLIT, i]
        V_kicked = V_old + before[i]
        V_half = V_split + (V_kicked - V_split) * flows[KEEP, i]
        near = exp2((V_half - flows[POLE, i]) * constants[PER_MV, i])
        V_up = V_half + flows[DRIVE, i] - constants[DELTA_T, i] * log(1.0 - near)
        V_moved = V_split + (V_up - V_split) * flows[KEEP, i]
        V_new = V_moved + after[i]
        highest = max(max(V_old, V_kicked), max(V_moved, V_new))
        calm = (highest < V_th) & (near < 1.0) & (flows[FREE, i] <= t)
        V[i] = V_new if calm else V_old
        event[i] = 0 if calm else 1
        events += event[i]
    return events


@njit(error_model="numpy")
def settle_events(lo, n, piece, t, h, noise, p, RI, flows, event, V, spike, t_last_spike, count, t_first_spike):
    """Run the marked neurons through the step, one by one."""
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
                if spikes > 0:
                    spike[i], t_last_spike[i], flows[FREE, i] = True, t_last, t_last + numbers[7]
                    if count[i] == 0:
                        t_first_spike[i] = t_first
                    count[i] += spikes


@njit(error_model="numpy")
def reckoned(spikes, interval, left, h):
    """The spikes of a piece of length h, and the time left, once all further intervals of one length have passed.

    Of intervals below LEAST * h only as many as of that length are counted: such a neuron spikes without end.
    """
    if interval < LEAST * h:
        return spikes + int(left / (LEAST * h)), 0.0
    repeats = int(left / interval)
    return spikes + repeats, left - repeats * interval


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
        Spikes within the step.
    """
    V_rest, V_reset, V_th, V_T, delta_T, _, tau, tau_ref = numbers
    left, t_first, t_last, spikes, draws = h, np.nan, np.nan, 0, 0
    while left > 1e-12 * h:
        earlier = left
        if V < V_th:
            if held >= left:
                break
            left -= max(held, 0.0)
            a, b = 0.0, 0.0
            if sigma > 0.0:
                kick = sigma * math.sqrt(math.tanh(left / tau))
                a, b = normal_pair(start, neuron + draws * _AGAIN)
                a, b, draws = kick * a, kick * b, draws + 1
            V, left = through(V, a, b, left, RI, V_rest, V_th, V_T, delta_T, tau)
            if V < V_th:
                break
        spikes += 1
        if spikes == MANY:  # the interval is so short that noise within it does not matter
            spikes, left = reckoned(spikes, earlier - left, left, h)
        if spikes == 1:
            t_first = t + (h - left)
        V, held, t_last = V_reset, tau_ref, t + (h - left)
    return V, t_first, t_last, spikes


@njit(error_model="numpy")
def through(V, a, b, left, RI, V_rest, V_th, V_T, delta_T, tau):
    """Advance a free neuron by `left` [ms] or to its spike; return V, at least V_th for a spike, and the time left."""
    V += a
    if V >= V_th:
        return V, left
    keep, drive, V_split, V_pole = strang.flow(left, RI, V_rest, V_T, delta_T, tau)
    V_moved = strang.step(V, keep, drive, V_split, V_pole, delta_T)
    if V_moved >= V_th:
        return V_th, left - strang.crossing(V, left, RI, V_rest, V_th, V_T, delta_T, tau)
    return V_moved + b, 0.0
