"""Neurons on an NVIDIA GPU: one thread a neuron, the time loop inside the kernel, state in registers.

The steps, the noise and the events are those of the CPU, compiled once more; results agree within rounding.
"""

import math

import numpy as np
from numba import cuda

from model.integrators import exponential_euler, runge_kutta, strang
from model.integrators.exp2 import LOG2_E
from model.kernels.endless import ENDLESS, measured
from model.kernels.event import NEAR, divide_from, until_spike
from model.kernels.grid import last_held, settled
from model.kernels.layout import EXPONENTIAL_EULER, STRANG, TO_INPUT
from model.kernels.normals import key, normal_pair
from model.kernels.tile import acted

THREADS = 128  # in a block
# Rows of a neuron's constants, in the precision of the run.
V_REST, V_RESET, V_TH, V_TURN, DELTA_T, R, RATE, PER_MV, SHRINK, CONSTANTS = range(10)


@cuda.jit(device=True)
def receive(n, i, V, current, table, data):
    """V [mV] and current [nA] of neuron i once the inputs of step n have acted."""
    for r in range(table.shape[0]):
        value = data[table[r, 2] + n * table[r, 3] + i * table[r, 4]]
        if table[r, 1] == TO_INPUT:
            current = acted(current, table[r, 0], value)
        else:
            V = acted(V, table[r, 0], value)
    return V, current


@cuda.jit(device=True)
def columns_of(columns, i):
    """Column of neuron i in each record, -1 where it is in none. Asked in the loop, memory would be read each step."""
    own = i if columns.shape[1] > 1 else 0
    return columns[0, own], columns[1, own], columns[2, own], columns[3, own], columns[4, own]


@cuda.jit(device=True)
def record(n, column, every, rows, value):
    """Write one variable of one neuron, where it is recorded at step n."""
    if column >= 0 and n % every == 0:
        rows[n // every, column] = value


@cuda.jit
def on_grid(
    start, stop, origin, first, dt, sigma, seed, first_stream, neuron, exponential, stages, weights, constants,
    tau_ref, tau,
    V_all, input_all, spike_all, refractory_all, t_last_all, count_all, t_first_all,
    table, data, limits, steady, columns, every, rows_V, rows_input, rows_spike, rows_refractory, rows_t_last, failed,
):  # fmt: skip
    """Run one neuron by the documented update rule; see `model.kernels.advance.advance_on_grid`."""
    i = cuda.grid(1)
    if i >= V_all.size:
        return
    own = i if constants.shape[1] > 1 else 0
    V_rest, V_reset, V_th = constants[V_REST, own], constants[V_RESET, own], constants[V_TH, own]
    V_T, delta_T, resistance = constants[V_TURN, own], constants[DELTA_T, own], constants[R, own]
    rate, per_mV, shrink = constants[RATE, own], constants[PER_MV, own], constants[SHRINK, own]
    V, t_last, count = V_all[i], t_last_all[i], count_all[i]
    w = (
        weights[0], weights[1], weights[2], weights[3], weights[4], weights[5], weights[6], weights[7], weights[8],
        weights[9],
    )  # fmt: skip
    until = last_held(origin, first, dt, start, t_last, tau_ref[own])
    waiting, acting, RI, spiked = input_all[i], 0.0, V_rest, False
    shown = columns_of(columns, i)
    seen = max(shown[0], shown[1], shown[2], shown[3], shown[4]) >= 0
    for n in range(start, stop):
        if n < start + 2 or not steady:
            V_in, acting = receive(n, i, np.float64(V), waiting, table, data)
            if not (abs(acting) <= limits[0] and abs(V_in) <= limits[1]):
                failed[0] = n
                return
            if not steady:
                V = V_all.dtype.type(V_in)
            waiting = 0.0
            RI = V_all.dtype.type(resistance * acting)
        if exponential:
            moved = exponential_euler.step(V, RI, V_rest, V_T, delta_T, per_mV, shrink)
        else:
            moved = runge_kutta.step(V, RI, V_rest, V_T, delta_T, rate, per_mV, w, stages)
        if sigma > 0.0:
            z, _ = normal_pair(np.uint64(key(seed, first_stream + n, 0)), neuron + i)
            moved += V_all.dtype.type(sigma * math.sqrt(2.0 * dt / tau[own]) * z)
        V = settled(V, moved, n, until, V_th, V_all.dtype.type(np.inf))
        spiked = V == np.inf
        if spiked:
            V = V_reset
            t_last = origin + (first + n) * dt
            if count == 0:
                t_first_all[i] = t_last
            count += 1
            until = last_held(origin, first, dt, n, t_last, tau_ref[own])
        if seen:
            record(n, shown[0], every[0], rows_V, V)
            record(n, shown[1], every[1], rows_input, acting)
            record(n, shown[2], every[2], rows_spike, spiked)
            record(n, shown[3], every[3], rows_refractory, n <= until)
            record(n, shown[4], every[4], rows_t_last, t_last)
    V_all[i], input_all[i], spike_all[i], refractory_all[i] = V, 0.0, spiked, stop - 1 <= until
    t_last_all[i], count_all[i] = t_last, count


@cuda.jit(device=True)
def reach(sigma, h, numbers):
    """Kick of half a step of length h [ms]; V from which a step is divided; V from which noise may cross V_th [mV]."""
    kick = sigma * math.sqrt(math.tanh(h / numbers[6]))
    divide = divide_from(math.sqrt(2.0) * kick, numbers) if sigma > 0.0 else np.inf
    return kick, divide, numbers[2] - NEAR * math.sqrt(2.0) * kick


@cuda.jit(device=True)
def split_step(V, t, held, h, RI, sigma, start, neuron, flows, limits_of_noise, numbers):
    """One piece of a step: V, the times of its first and last spike [ms], their number."""
    t_first, t_last, spikes, draws, row, since, left = np.nan, np.nan, 0, 0, 0, h, h
    kick, divide, close = limits_of_noise
    if held <= 0.0 and V < divide:
        a, b = 0.0, 0.0
        if sigma > 0.0:
            a, b = normal_pair(start, neuron)
            a, b = kick * a, kick * b
        V_moved, below_pole = strang.step(V + a, flows)
        if below_pole and max(max(V, V + a), max(V_moved, V_moved + b)) < close:
            return V_moved + b, t_first, t_last, spikes
    while left > 0.0:
        V, held, left, draws, spiked = until_spike(
            V, held, left, h, RI, sigma, (0.0, 0.0), 0.0, divide < np.inf, start, neuron, draws, numbers
        )
        if not spiked:
            break
        if spikes == 0:
            t_first = t + (h - left)
        t_last = t + (h - left)
        row, since, interval, more = measured(row, since, left, h, sigma, numbers)
        if more == ENDLESS:
            return V, t_first, t_last, ENDLESS
        spikes, left, t_last = spikes + 1 + more, left - more * interval, t_last + more * interval
    return V, t_first, t_last, spikes


@cuda.jit
def between(
    start, stop, origin, first, dt, pieces, sigma, seed, first_stream, neuron, p,
    V_all, input_all, spike_all, refractory_all, t_last_all, count_all, t_first_all,
    table, data, limits, steady, columns, every, rows_V, rows_input, rows_spike, rows_refractory, rows_t_last, failed,
):  # fmt: skip
    """Run one neuron by the splitting; see `model.kernels.advance.advance_between`. The arithmetic is float64."""
    i = cuda.grid(1)
    if i >= V_all.size:
        return
    own = i if p.shape[1] > 1 else 0
    numbers = (
        p[0, own], p[1, own], p[2, own], p[3, own], p[4, own], p[5, own], p[6, own], p[7, own],
    )  # fmt: skip
    V_rest, _, _, V_T, delta_T, resistance, tau, tau_ref = numbers
    h = dt / pieces
    V, t_last, count = np.float64(V_all[i]), t_last_all[i], count_all[i]
    waiting, acting, RI, spiked = input_all[i], 0.0, math.nan, False
    flows, limits_of_noise = (0.0, 0.0, 0.0, 0.0, 0.0), reach(sigma, h, numbers)
    shown = columns_of(columns, i)
    seen = max(shown[0], shown[1], shown[2], shown[3], shown[4]) >= 0
    for n in range(start, stop):
        t = origin + (first + n) * dt
        if n < start + 2 or not steady:
            V, acting = receive(n, i, V, waiting, table, data)
            if not (abs(acting) <= limits[0] and abs(V) <= limits[1]):
                failed[0] = n
                return
            waiting = 0.0
            if RI != resistance * acting:
                RI = resistance * acting
                flows = strang.flow(strang.pace(h, tau), RI, V_rest, V_T, delta_T)
        spiked = False
        for piece in range(pieces):
            stream = np.uint64(key(seed, first_stream + n, piece))
            held = t_last + tau_ref - (t + piece * h)
            V, t_first, t_now, spikes = split_step(
                V, t + piece * h, held, h, RI, sigma, stream, neuron + i, flows, limits_of_noise, numbers
            )
            if spikes == ENDLESS:
                failed[0] = ENDLESS
                return
            if spikes > 0:
                spiked, t_last = True, t_now
                if count == 0:
                    t_first_all[i] = t_first
                count += spikes
            V = np.float64(V_all.dtype.type(V))
        refractory = spiked or t_last + tau_ref > origin + (first + n + 1) * dt
        if seen:
            record(n, shown[0], every[0], rows_V, V)
            record(n, shown[1], every[1], rows_input, acting)
            record(n, shown[2], every[2], rows_spike, spiked)
            record(n, shown[3], every[3], rows_refractory, refractory)
            record(n, shown[4], every[4], rows_t_last, t_last)
        refractory_all[i] = refractory
    V_all[i], input_all[i], spike_all[i], t_last_all[i], count_all[i] = V, 0.0, spiked, t_last, count


def advance(start, stop, clock, scheme, noise, p, state, inputs, records):
    """Run steps `start` to `stop` on the GPU; parameters and result as `model.kernels.advance.advance_on_grid`.

    Raises
    ------
    MemoryError
        If the GPU has not enough memory.
    """
    try:
        return _advance(start, stop, clock, scheme, noise, p, state, inputs, records)
    except Exception as problem:
        if "OUT_OF_MEMORY" in str(problem):
            raise MemoryError(
                f"The GPU has not enough memory for {state.V.size} neurons and what they record. "
                f"Take fewer neurons, record less, or use device='cpu'."
            ) from problem
        raise


def _advance(start, stop, clock, scheme, noise, p, state, inputs, records):
    num, real = state.V.size, state.V.dtype
    on_device = [cuda.to_device(array) for array in state]
    rows = [record.rows if record.every else np.empty((1, 1), record.rows.dtype) for record in records[:5]]
    rows_on_device = [cuda.to_device(array) for array in rows]
    columns = np.full((5, num if records.any else 1), -1, np.int32)
    for variable, one in enumerate(records[:5]):
        columns[variable, one.who] = np.arange(one.who.size)  # of nobody where nothing is recorded
    every = np.array([max(one.every, 1) for one in records[:5]], np.int64)
    failed = cuda.to_device(np.full(1, -1, np.int64))
    table = inputs.table if len(inputs.table) else np.empty((0, 5), np.int64)
    data = inputs.data if inputs.data.size else np.zeros(1)
    common = (*on_device, table, data, inputs.limits, inputs.steady, columns, every, *rows_on_device, failed)
    shape = (-(-num // THREADS), THREADS)
    settings = (start, stop, clock.origin, clock.first, clock.dt)
    shaken = (noise.sigma, noise.seed, noise.first, noise.neuron)
    if scheme.kind == STRANG:
        between[shape](*settings, strang.pieces(clock.dt, p[6].min(), 0.0), *shaken, p, *common)
    else:
        weights = (scheme.weights * clock.dt).astype(real)
        how = (scheme.kind == EXPONENTIAL_EULER, scheme.stages, weights, _constants(p, clock.dt, real))
        on_grid[shape](*settings, *shaken, *how, p[7].copy(), p[6].copy(), *common)
    for array, on in zip([*state, *rows], [*on_device, *rows_on_device], strict=True):
        on.copy_to_host(array)
    return int(failed.copy_to_host()[0])


def _constants(p, dt, real):
    """What the update rule needs of each neuron, divided and exponentiated once."""
    rows = np.empty((CONSTANTS, p.shape[1]))
    rows[[V_REST, V_RESET, V_TH, V_TURN, DELTA_T, R]] = p[:6]
    rows[RATE], rows[PER_MV], rows[SHRINK] = 1.0 / p[6], LOG2_E / p[4], np.expm1(-dt / p[6])
    return rows.astype(real)
