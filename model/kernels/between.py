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
from model.kernels.normals import key, normal_pairs, normal_pairs_ahead
from model.kernels.tile import columns_of, lanes_of, note, receive, receive_one, record_all

# Rows of a tile. The first are its flows, which hold while the input does. FREE is the end of the refractory period
# [ms]; from CLOSE upwards [mV] noise may cross V_th between the ends of a kick; from DIVIDE upwards a step is divided;
# BEFORE takes V before a step [mV].
FLOW, PACE = len(strang.Flow._fields), len(strang.Pace._fields)  # so many rows are the `Flow`, the `Pace` of a neuron
FREE, CLOSE, DIVIDE, FOR_RI, BEFORE, PACED = range(FLOW, FLOW + 6)
ROWS = PACED + PACE
SHIFT, OFFSET = strang.Flow._fields.index("shift"), strang.Flow._fields.index("offset")
flow_of, pace_of = reader(strang.Flow), reader(strang.Pace, PACED)


@njit(inline="always", error_model="numpy")
def fill_flows(lo, size, p, RI, flows):
    """Constants of a step, made anew where the drive has changed; like neurons have the same."""
    for i in range(size):
        if flows[FOR_RI, i] == RI[i]:
            continue
        flows[FOR_RI, i] = RI[i]
        if i > 0 and p.shape[1] == 1 and RI[i - 1] == RI[i]:
            for row in range(FLOW):
                flows[row, i] = flows[row, i - 1]
        else:
            flow = strang.flow(pace_of(flows, i), RI[i], numbers_of(p, lo + i))
            for row in range(FLOW):
                flows[row, i] = flow[row]


@njit(error_model="numpy")
def fill_constants(lo, size, lanes, h, p, t_last_spike, kicks, flows):
    """What holds for the whole run, for steps of length h; see above. Lanes without a neuron are held for ever."""
    flows[:, :lanes] = 1.0
    flows[FREE, :lanes] = np.inf
    for i in range(size):
        neuron = numbers_of(p, lo + i)
        pace = strang.pace(h, neuron.tau)
        for row in range(PACE):
            flows[PACED + row, i] = pace[row]
        kick = math.sqrt(2.0) * math.sqrt(kicks.scale[i] ** 2 + kicks.variance[i])
        flows[FREE, i], flows[FOR_RI, i] = t_last_spike[i] + neuron.tau_ref, np.nan
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


@njit(forceinline=True, fastmath=FAST, error_model="numpy")
def quiet_step(lanes, t, h, flows, V):
    """Move the neurons without noise. Those to which something may happen are marked by inf; return whether any is.

    Marks in an array of flags would not become vector code.
    """
    events = False
    for i in range(lanes):
        V_old = V[i]
        V_new, below_pole = strang.step(V_old, flow_of(flows, i))
        calm = below_pole & (max(V_old, V_new) < flows[CLOSE, i]) & (flows[FREE, i] <= t)
        after = V_new if calm else np.inf
        after = V_old if flows[FREE, i] >= t + h else after
        flows[BEFORE, i], V[i] = V_old, after
        events |= after == np.inf
    return events


@njit(forceinline=True, fastmath=FAST, error_model="numpy")
def white_step(lanes, t, h, flows, kicks, V):
    """The same with white noise of each neuron."""
    events = False
    for i in range(lanes):
        V_old = V[i]
        opening, closing = kicks.scale[i] * kicks.first[i], kicks.scale[i] * kicks.second[i]
        after = moved(i, V_old, opening, closing, t, h, flows)
        flows[BEFORE, i], V[i] = V_old, after
        events |= after == np.inf
    return events


@njit(forceinline=True, fastmath=FAST, error_model="numpy")
def noisy_step(lanes, t, h, flows, kicks, V):
    """The same with every kind of noise."""
    events = False
    for i in range(lanes):
        V_old = V[i]
        opening = kicks.given[0, i] + kicks.scale[i] * kicks.first[i]
        closing = kicks.given[1, i] + kicks.scale[i] * kicks.second[i]
        after = moved(i, V_old, opening, closing, t, h, flows)
        flows[BEFORE, i], V[i] = V_old, after
        events |= after == np.inf
    return events


@njit(forceinline=True, error_model="numpy")
def settle(lo, size, t, h, stream, draws, noise, p, V, RI, flows, kicks, state, spikes):
    """Run the marked neurons through a part of a step, one by one; False where one spikes without end."""
    sigma = 0.0 if noise.tau_noise > 0.0 else noise.sigma
    for i in range(size):
        if V[i] == np.inf:
            numbers = numbers_of(p, lo + i)
            V_now, held, left, row, since, drawn = flows[BEFORE, i], flows[FREE, i] - t, h, 0, h, draws
            given, variance = (kicks.given[0, i], kicks.given[1, i]), kicks.variance[i]
            total_sigma, divide = math.sqrt(noise.sigma**2 + noise.shared_sigma**2), flows[DIVIDE, i] < np.inf
            drawer = noise.neuron + lo + i if noise.sigma > 0.0 else 0  # without own noise all neurons are alike
            while left > 0.0:
                V_now, held, left, drawn, spiked = until_spike(
                    V_now, held, left, h, RI[i], sigma, given, variance, divide, stream, drawer, drawn, numbers
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
            V[i] = V_now
    return True


@njit(error_model="numpy")
def run(lo, start, stop, clock, noise, p, state, inputs, records, spikes):
    """Run one tile; `state` holds the tile's part, the rest is as for `advance`."""
    current, spike, refractory, t_last_spike = state.input, state.spike, state.refractory, state.t_last_spike
    size = state.V.size
    lanes = lanes_of(size)
    pieces = strang.pieces(clock.dt, p[TAU].min(), noise.tau_noise if noise.sigma > 0.0 else 0.0)
    h = clock.dt / pieces
    flows, all_V, acting, RI = np.empty((ROWS, lanes)), np.zeros(lanes, state.V.dtype), np.empty(size), np.empty(size)
    V = all_V[:size]
    V[:] = state.V
    noisy, given = noise.sigma > 0.0 or noise.shared.shape[0] > 0, noise.tau_noise > 0.0 or noise.shared.shape[0] > 0
    alone = size == 1 and pieces == 1 and not given
    kicks = noises.room(lo, size, lanes, noise, h, True, alone, p)
    first, second, high, low = kicks.first, kicks.second, kicks.bits[0], kicks.bits[1]
    fill_constants(lo, size, lanes, h, p, t_last_spike, kicks, flows)
    columns = columns_of(lo, size, records)
    # of a neuron alone whose current changes from step to step, flows would be made one by one
    ahead = size == 1 and inputs.alone and inputs.table[0, 3] == 1
    begun, shifts, offsets = start - noises.AHEAD, np.empty(noises.AHEAD), np.empty(noises.AHEAD)
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
            if n < start + 2 or not ahead:
                fill_flows(lo, size, p, RI, flows)
            else:
                if n - begun >= noises.AHEAD:
                    begun, offset = n, inputs.table[0, 2]
                    I = inputs.data[offset + n : offset + min(n + noises.AHEAD, stop)]
                    strang.flows_ahead(pace_of(flows, 0), I, numbers_of(p, lo), shifts, offsets)
                flows[SHIFT, 0], flows[OFFSET, 0] = shifts[n - begun], offsets[n - begun]
        for piece in range(pieces):
            stream, draws, begin = np.uint64(0), 0, t + piece * h
            if noisy:
                if not alone:
                    stream = key(noise.seed, noise.first + n, piece)
                if given:
                    draws = noises.fill(lo, size, stream, n * pieces + piece, noise, True, kicks)
                    events = noisy_step(lanes, begin, h, flows, kicks, all_V)
                else:  # as nearly always
                    if not alone:
                        normal_pairs(stream, noise.neuron + lo, high, low, first, second)
                    elif (n - start) % noises.AHEAD == 0:
                        normal_pairs_ahead(noise.seed, noise.first + n, noise.neuron + lo, high, low, first, second)
                    else:
                        first[0], second[0] = first[(n - start) % noises.AHEAD], second[(n - start) % noises.AHEAD]
                    events = white_step(lanes, begin, h, flows, kicks, all_V)
            else:
                events = quiet_step(lanes, begin, h, flows, all_V)
            if events and noisy and alone:
                stream = key(noise.seed, noise.first + n, piece)
            if events and not settle(lo, size, begin, h, stream, draws, noise, p, V, RI, flows, kicks, state, spikes):
                return ENDLESS
        if n == stop - 1 or records.any:
            t_end = clock.origin + (clock.first + n + 1) * clock.dt
            for i in range(size):
                refractory[i] = spike[i] or flows[FREE, i] > t_end
            record_all(n, lo, columns, records, V, acting, spike, refractory, t_last_spike, noise.memory)
    state.V[:] = V
    return -1
