"""The splitting: spikes and the end of the refractory period lie anywhere between the steps.

Neurons to which nothing can happen within a part of a step go through it in vector code; the few others, one by one.
"""

import math

import numpy as np
from numba import njit

from model.integrators import strang
from model.integrators.equation import TAU, numbers_of
from model.integrators.exp2 import FAST
from model.integrators.rows import reader
from model.kernels import noise as noises
from model.kernels.endless import ENDLESS, measured
from model.kernels.event import NEAR, divide_from, until_spike
from model.kernels.normals import key, normal_pairs
from model.kernels.tile import columns_of, note, receive, receive_one, record_all

# Rows of a tile's flows, which hold while the input does. FREE is the end of the refractory period [ms]; from CLOSE
# upwards [mV] noise may cross V_th between the ends of a kick; from DIVIDE upwards a step is divided.
FLOW = len(strang.Flow._fields)  # so many rows are the `Flow` of each neuron
FREE, CLOSE, DIVIDE, FOR_RI, FLOWS = range(FLOW, FLOW + 5)
flow_of = reader(strang.Flow)


@njit(inline="always", error_model="numpy")
def fill_flows(lo, size, h, p, RI, flows):
    """Constants of a step of length h, made anew where the drive has changed; like neurons have the same."""
    for i in range(size):
        if flows[FOR_RI, i] == RI[i]:
            continue
        flows[FOR_RI, i] = RI[i]
        if i > 0 and p.shape[1] == 1 and RI[i - 1] == RI[i]:
            for row in range(FLOW):
                flows[row, i] = flows[row, i - 1]
        else:
            flow = strang.flow(h, RI[i], numbers_of(p, lo + i))
            for row in range(FLOW):
                flows[row, i] = flow[row]


@njit(error_model="numpy")
def fill_limits(lo, size, p, t_last_spike, kicks, noise, flows):
    """What lies near enough for something to happen; see above."""
    for i in range(size):
        neuron, kick = numbers_of(p, lo + i), math.sqrt(2.0) * math.sqrt(kicks.scale[i] ** 2 + kicks.variance[i])
        flows[FREE, i] = t_last_spike[i] + neuron.tau_ref
        flows[CLOSE, i] = neuron.V_th - NEAR * kick
        flows[DIVIDE, i] = divide_from(kick, neuron)


@njit(inline="always", fastmath=FAST, error_model="numpy")
def moved(i, V_old, opening, closing, t, h, flows):
    """V of neuron i after a part of a step with these kicks [mV]; inf where something may happen to it in between."""
    V_kicked = V_old + opening
    V_moved, below_pole = strang.step(V_kicked, flow_of(flows, i))
    V_new = V_moved + closing
    highest = max(max(V_old, V_kicked), max(V_moved, V_new))
    calm = below_pole & (highest < flows[CLOSE, i]) & (V_old < flows[DIVIDE, i]) & (flows[FREE, i] <= t)
    V = V_new if calm else np.inf
    return V_old if flows[FREE, i] >= t + h else V


@njit(fastmath=FAST, error_model="numpy")
def quiet_step(size, t, h, flows, V, before):
    """Move the neurons without noise; count those to which something may happen, which are marked by inf.

    `before` [mV] takes V before the step. Marks in an array of flags would not become vector code.
    """
    events = 0
    for i in range(size):
        V_old = V[i]
        V_new, below_pole = strang.step(V_old, flow_of(flows, i))
        calm = below_pole & (max(V_old, V_new) < flows[CLOSE, i]) & (flows[FREE, i] <= t)
        after = V_new if calm else np.inf
        after = V_old if flows[FREE, i] >= t + h else after
        before[i], V[i] = V_old, after
        events += after == np.inf
    return events


@njit(fastmath=FAST, error_model="numpy")
def white_step(size, t, h, flows, kicks, V, before):
    """The same with white noise of each neuron. Handed its arrays one by one it would not become vector code."""
    events = 0
    for i in range(size):
        V_old = V[i]
        opening, closing = kicks.scale[i] * kicks.first[i], kicks.scale[i] * kicks.second[i]
        after = moved(i, V_old, opening, closing, t, h, flows)
        before[i], V[i] = V_old, after
        events += after == np.inf
    return events


@njit(fastmath=FAST, error_model="numpy")
def noisy_step(size, t, h, flows, kicks, V, before):
    """The same with every kind of noise."""
    events = 0
    for i in range(size):
        V_old = V[i]
        opening = kicks.given[0, i] + kicks.scale[i] * kicks.first[i]
        closing = kicks.given[1, i] + kicks.scale[i] * kicks.second[i]
        after = moved(i, V_old, opening, closing, t, h, flows)
        before[i], V[i] = V_old, after
        events += after == np.inf
    return events


@njit(error_model="numpy")
def settle(lo, size, t, h, stream, draws, noise, p, RI, flows, kicks, before, state, spikes):
    """Run the marked neurons through a part of a step, one by one; False where one spikes without end."""
    sigma = 0.0 if noise.tau_noise > 0.0 else noise.sigma
    for i in range(size):
        if state.V[i] == np.inf:
            numbers = numbers_of(p, lo + i)
            V, held, left, row, since, drawn = before[i], flows[FREE, i] - t, h, 0, h, draws
            given, variance = (kicks.given[0, i], kicks.given[1, i]), kicks.variance[i]
            total_sigma, divide = math.sqrt(noise.sigma**2 + noise.shared_sigma**2), flows[DIVIDE, i] < np.inf
            drawer = noise.neuron + lo + i if noise.sigma > 0.0 else 0  # without own noise all neurons are alike
            while left > 0.0:
                V, held, left, drawn, spiked = until_spike(
                    V, held, left, h, RI[i], sigma, given, variance, divide, stream, drawer, drawn, numbers
                )
                if not spiked:
                    break
                t_first = t + (h - left)
                note(spikes, t_first, lo + i)
                row, since, interval, more = measured(row, since, left, h, total_sigma, numbers)
                if more == ENDLESS:
                    return False
                for k in range(more if spikes.t.size > 0 else 0):
                    note(spikes, t_first + (k + 1) * interval, lo + i)
                left -= more * interval
                if state.count[i] == 0:
                    state.t_first_spike[i] = t_first
                state.count[i] += 1 + more
                state.spike[i], state.t_last_spike[i] = True, t_first + more * interval
                flows[FREE, i] = state.t_last_spike[i] + numbers.tau_ref
            state.V[i] = V
    return True


@njit(error_model="numpy")
def run(lo, start, stop, clock, noise, p, state, inputs, records, spikes):
    """Run one tile; `state` holds the tile's part, the rest is as for `advance`."""
    V, current, spike = state.V, state.input, state.spike
    refractory, t_last_spike = state.refractory, state.t_last_spike
    size = V.size
    pieces = strang.pieces(clock.dt, p[TAU].min(), noise.tau_noise if noise.sigma > 0.0 else 0.0)
    h = clock.dt / pieces
    flows, acting, RI = np.full((FLOWS, size), np.nan), np.empty(size), np.empty(size)
    kicks, noisy = noises.room(lo, size, noise, h, True, p), noise.sigma > 0.0 or noise.shared.shape[0] > 0
    given = noise.tau_noise > 0.0 or noise.shared.shape[0] > 0
    first, second, high, low = kicks.first, kicks.second, kicks.bits[0], kicks.bits[1]
    fill_limits(lo, size, p, t_last_spike, kicks, noise, flows)
    before, columns = np.empty(size), columns_of(lo, size, records)
    for n in range(start, stop):
        t = clock.origin + (clock.first + n) * clock.dt
        for i in range(size):
            spike[i] = False
        if n < start + 2 or not inputs.steady:
            if inputs.alone and n > start + 1:
                fine = receive_one(n, lo, size, inputs, p, acting, RI)
            else:
                fine = receive(n, lo, size, inputs, p, V, current, acting, RI)
            if not fine:
                return n
            fill_flows(lo, size, h, p, RI, flows)
        for piece in range(pieces):
            stream, draws = np.uint64(0), 0
            if noisy:
                stream = key(noise.seed, noise.first + n, piece)
                if given:
                    draws = noises.fill(lo, size, stream, n * pieces + piece, noise, True, kicks)
                    events = noisy_step(size, t + piece * h, h, flows, kicks, V, before)
                else:  # as nearly always
                    normal_pairs(stream, noise.neuron + lo, high, low, first, second)
                    events = white_step(size, t + piece * h, h, flows, kicks, V, before)
            else:
                events = quiet_step(size, t + piece * h, h, flows, V, before)
            if events > 0:
                ended = settle(
                    lo, size, t + piece * h, h, stream, draws, noise, p, RI, flows, kicks, before, state, spikes
                )
                if not ended:
                    return ENDLESS
        if n == stop - 1 or records.any:
            t_end = clock.origin + (clock.first + n + 1) * clock.dt
            for i in range(size):
                refractory[i] = spike[i] or flows[FREE, i] > t_end
            record_all(n, lo, columns, records, V, acting, spike, refractory, t_last_spike)
    return -1
