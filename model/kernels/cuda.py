"""Neurons on an NVIDIA GPU: one thread a neuron, the time loop inside the kernel, state in registers.

The steps, the noise and the events are those of the CPU, compiled once more; results agree within rounding.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import cuda

from model.integrators import runge_kutta, strang
from model.integrators.equation import SHOWN, TAU, numbers_of
from model.integrators.rows import reader
from model.integrators.schemes import STEPS
from model.kernels.endless import ENDLESS, measured
from model.kernels.event import NEAR, divide_from, until_spike
from model.kernels.grid import FIRST, ROWS, V_TH, fill_constants, last_held, settled
from model.kernels.layout import STRANG, TO_INPUT
from model.kernels.normals import key, normal_pair
from model.kernels.tile import acted

THREADS = 128  # in a block


class _Noise(NamedTuple):
    """White noise of each neuron; see `model.kernels.layout.Noise`."""

    sigma: float  # mV
    seed: int
    first: int
    neuron: int


@cuda.jit(device=True)
def receive(n, i, V, current, inputs):
    """V [mV] and current [nA] of neuron i once the inputs of step n have acted."""
    table = inputs.table
    for r in range(table.shape[0]):
        value = inputs.data[table[r, 2] + n * table[r, 3] + i * table[r, 4]]
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


@cuda.jit(device=True)
def record_all(n, shown, every, rows, values):
    """Write the variables of one neuron, in the order of `SHOWN`."""
    record(n, shown[0], every[0], rows[0], values[0])
    record(n, shown[1], every[1], rows[1], values[1])
    record(n, shown[2], every[2], rows[2], values[2])
    record(n, shown[3], every[3], rows[3], values[3])
    record(n, shown[4], every[4], rows[4], values[4])


def _on_grid(kind, step):
    """Return the kernel of one scheme, which its first call compiles."""
    constants_of = reader(kind, FIRST)

    @cuda.jit
    def kernel(start, stop, clock, noise, neurons, state, inputs, columns, every, rows, failed):
        """Run one neuron by the documented update rule; see `model.kernels.advance.advance_on_grid`."""
        i = cuda.grid(1)
        if i >= state.V.size:
            return
        real = state.V.dtype.type
        p, constants, weights = neurons
        own = i if constants.shape[1] > 1 else 0
        neuron, c, w = numbers_of(p, i), constants_of(constants, own), runge_kutta.as_tuple(weights)
        V_th, resistance = constants[V_TH, own], real(neuron.R)
        V, t_last, count = state.V[i], state.t_last_spike[i], state.count[i]
        until = last_held(clock.origin, clock.first, clock.dt, start, t_last, neuron.tau_ref)
        waiting, acting, RI, spiked = state.input[i], 0.0, V, False
        shown = columns_of(columns, i)
        seen = max(shown[0], shown[1], shown[2], shown[3], shown[4]) >= 0
        for n in range(start, stop):
            if n < start + 2 or not inputs.steady:
                V_in, acting = receive(n, i, np.float64(V), waiting, inputs)
                if not (abs(acting) <= inputs.limits[0] and abs(V_in) <= inputs.limits[1]):
                    failed[0] = n
                    return
                if not inputs.steady:
                    V = real(V_in)
                waiting = 0.0
                RI = real(resistance * acting)
            moved = step(V, RI, c, w)
            if noise.sigma > 0.0:
                z, _ = normal_pair(np.uint64(key(noise.seed, noise.first + n, 0)), noise.neuron + i)
                moved += real(noise.sigma * math.sqrt(2.0 * clock.dt / neuron.tau) * z)
            V = settled(V, moved, n, until, V_th, real(np.inf))
            spiked = V == np.inf
            if spiked:
                V = real(neuron.V_reset)
                t_last = clock.origin + (clock.first + n) * clock.dt
                if count == 0:
                    state.t_first_spike[i] = t_last
                count += 1
                until = last_held(clock.origin, clock.first, clock.dt, n, t_last, neuron.tau_ref)
            if seen:
                record_all(n, shown, every, rows, (V, acting, spiked, n <= until, t_last))
        state.V[i], state.input[i], state.spike[i], state.refractory[i] = V, 0.0, spiked, stop - 1 <= until
        state.t_last_spike[i], state.count[i] = t_last, count

    return kernel


on_grid = [_on_grid(kind, step) for kind, _, step in STEPS]


@cuda.jit(device=True)
def reach(sigma, h, numbers):
    """Kick of half a step of length h [ms]; V from which a step is divided; V from which noise may cross V_th [mV]."""
    kick = sigma * math.sqrt(math.tanh(h / numbers.tau))
    divide = divide_from(math.sqrt(2.0) * kick, numbers) if sigma > 0.0 else np.inf
    return kick, divide, numbers.V_th - NEAR * math.sqrt(2.0) * kick


@cuda.jit(device=True)
def split_step(V, t, held, h, RI, sigma, start, neuron, flow, limits_of_noise, numbers):
    """One piece of a step: V, the times of its first and last spike [ms], their number."""
    t_first, t_last, spikes, draws, row, since, left = np.nan, np.nan, 0, 0, 0, h, h
    kick, divide, close = limits_of_noise
    if held <= 0.0 and V < divide:
        a, b = 0.0, 0.0
        if sigma > 0.0:
            a, b = normal_pair(start, neuron)
            a, b = kick * a, kick * b
        V_moved, below_pole = strang.step(V + a, flow)
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
def between(start, stop, clock, pieces, noise, neurons, state, inputs, columns, every, rows, failed):
    """Run one neuron by the splitting; see `model.kernels.advance.advance_between`. The arithmetic is float64."""
    i = cuda.grid(1)
    if i >= state.V.size:
        return
    neuron, h = numbers_of(neurons[0], i), clock.dt / pieces
    V, t_last, count = np.float64(state.V[i]), state.t_last_spike[i], state.count[i]
    waiting, acting, RI, spiked = state.input[i], 0.0, 0.0, False
    flow = strang.flow(strang.pace(h, neuron.tau), RI, neuron)
    limits_of_noise = reach(noise.sigma, h, neuron)
    shown = columns_of(columns, i)
    seen = max(shown[0], shown[1], shown[2], shown[3], shown[4]) >= 0
    for n in range(start, stop):
        t = clock.origin + (clock.first + n) * clock.dt
        if n < start + 2 or not inputs.steady:
            V, acting = receive(n, i, V, waiting, inputs)
            if not (abs(acting) <= inputs.limits[0] and abs(V) <= inputs.limits[1]):
                failed[0] = n
                return
            waiting = 0.0
            if RI != neuron.R * acting:
                RI = neuron.R * acting
                flow = strang.flow(strang.pace(h, neuron.tau), RI, neuron)
        spiked = False
        for piece in range(pieces):
            stream, now = np.uint64(key(noise.seed, noise.first + n, piece)), t + piece * h
            held = t_last + neuron.tau_ref - now
            V, t_first, t_now, spikes = split_step(
                V, now, held, h, RI, noise.sigma, stream, noise.neuron + i, flow, limits_of_noise, neuron
            )
            if spikes == ENDLESS:
                failed[0] = ENDLESS
                return
            if spikes > 0:
                spiked, t_last = True, t_now
                if count == 0:
                    state.t_first_spike[i] = t_first
                count += spikes
            V = np.float64(state.V.dtype.type(V))
        refractory = spiked or t_last + neuron.tau_ref > clock.origin + (clock.first + n + 1) * clock.dt
        if seen:
            record_all(n, shown, every, rows, (V, acting, spiked, refractory, t_last))
        state.refractory[i] = refractory
    state.V[i], state.input[i], state.spike[i] = V, 0.0, spiked
    state.t_last_spike[i], state.count[i] = t_last, count


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
    shape = (-(-state.V.size // THREADS), THREADS)
    recorded = [getattr(records, name) for name in SHOWN]
    rows = tuple(one.rows if one.every else np.empty((1, 1), one.rows.dtype) for one in recorded)
    columns = np.full((len(SHOWN), state.V.size if records.any else 1), -1, np.int32)
    for variable, one in enumerate(recorded):
        columns[variable, one.who] = np.arange(one.who.size)  # of nobody where nothing is recorded
    every = np.array([max(one.every, 1) for one in recorded], np.int64)
    failed = cuda.to_device(np.full(1, -1, np.int64))
    state_there, rows_there = _copied(state), _copied(rows)
    inputs_there = inputs._replace(
        table=cuda.to_device(inputs.table if len(inputs.table) else np.empty((0, 5), np.int64)),
        data=cuda.to_device(inputs.data if inputs.data.size else np.zeros(1)),
        limits=cuda.to_device(inputs.limits),
    )
    common = (state_there, inputs_there, columns, every, rows_there, failed)
    its = _Noise(noise.sigma, noise.seed, noise.first, noise.neuron)
    if scheme.kind == STRANG:
        pieces = strang.pieces(clock.dt, p[TAU].min(), 0.0)
        between[shape](start, stop, clock, pieces, its, (p,), *common)
    else:
        constants = np.empty((ROWS, p.shape[1]), state.V.dtype)
        fill_constants(scheme.kind, 0, p.shape[1], p.shape[1], clock.dt, p, constants)
        weights = (scheme.weights * clock.dt).astype(state.V.dtype)
        on_grid[scheme.kind][shape](start, stop, clock, its, (p, constants, weights), *common)
    for array, on in zip([*state, *rows], [*state_there, *rows_there], strict=True):
        on.copy_to_host(array)
    return int(failed.copy_to_host()[0])


def _copied(arrays):
    """A tuple of arrays, on the GPU."""
    there = [cuda.to_device(array) for array in arrays]
    return arrays._make(there) if hasattr(arrays, "_make") else tuple(there)
