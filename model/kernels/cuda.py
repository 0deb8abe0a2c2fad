"""The neuron group on an NVIDIA GPU: one thread a neuron, the time loop inside the kernel, state in registers.

The steps are those of the CPU: `tile` for the update rule, `strang_tile` for the splitting. Only the exponentials are
CUDA's own, so results agree within rounding.
"""

import math

import numpy as np
from numba import config, cuda

from model.integrators import strang
from model.kernels.endless import ENDLESS, measured
from model.kernels.layout import (
    ADD,
    DIVIDE,
    EXPONENTIAL_EULER,
    MULTIPLY,
    STRANG,
    SUBTRACT,
    TO_INPUT,
)
from model.kernels.normals import key, pair_from, uniform_pair
from model.kernels.strang_tile import through
from model.kernels.tile import last_held

exp = np.exp if config.ENABLE_CUDASIM else math.exp  # the simulator is Python, whose math.exp raises where it overflows
THREADS = 128  # in a block
MOST_STAGES = 4
# Rows of a neuron's constants, in the precision of the run.
V_REST, V_RESET, V_TH, V_TURN, DELTA_T, R, RATE, PER_MV, SHRINK, CONSTANTS = range(10)
_AGAIN = 1 << 40


@cuda.jit(device=True)
def slope(V, RI, V_rest, V_T, delta_T, rate, per_mV):
    """dV/dt [mV/ms]."""
    return (V_rest - V + delta_T * exp((V - V_T) * per_mV) + RI) * rate


@cuda.jit(device=True)
def runge_kutta(V, RI, V_rest, V_T, delta_T, rate, per_mV, weights, stages):
    """One step of the explicit Runge-Kutta family; unused rows of `weights` are not read, its last makes the step."""
    w = weights
    k1 = slope(V, RI, V_rest, V_T, delta_T, rate, per_mV)
    moved = V + w[MOST_STAGES, 0] * k1
    if stages > 1:
        k2 = slope(V + w[1, 0] * k1, RI, V_rest, V_T, delta_T, rate, per_mV)
        moved = moved + w[MOST_STAGES, 1] * k2
        if stages > 2:
            k3 = slope(V + w[2, 0] * k1 + w[2, 1] * k2, RI, V_rest, V_T, delta_T, rate, per_mV)
            moved = moved + w[MOST_STAGES, 2] * k3
            if stages > 3:
                y = V + w[3, 0] * k1 + w[3, 1] * k2 + w[3, 2] * k3
                moved = moved + w[MOST_STAGES, 3] * slope(y, RI, V_rest, V_T, delta_T, rate, per_mV)
    return moved


@cuda.jit(device=True)
def acted(x, operation, value):
    """What one input makes of the current or of V."""
    if operation == ADD:
        return x + value
    if operation == SUBTRACT:
        return x - value
    if operation == MULTIPLY:
        return x * value
    if operation == DIVIDE:
        return x / value
    return value


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
def record(n, column, every, rows, value):
    """Write one variable of one neuron, where it is recorded at step n."""
    if column >= 0 and n % every == 0:
        rows[n // every, column] = value


@cuda.jit
def on_grid(
    start, stop, origin, first, dt, exponential, stages, weights, constants, tau_ref,
    V_all, input_all, spike_all, refractory_all, t_last_all, count_all, t_first_all,
    table, data, limits, steady, columns, every, rows_V, rows_input, rows_spike, rows_refractory, rows_t_last, failed,
):  # fmt: skip
    """Run one neuron by the documented update rule; see `model.kernels.group.advance_on_grid`."""
    i = cuda.grid(1)
    if i >= V_all.size:
        return
    own = i if constants.shape[1] > 1 else 0
    V_rest, V_reset, V_th = constants[V_REST, own], constants[V_RESET, own], constants[V_TH, own]
    V_T, delta_T, resistance = constants[V_TURN, own], constants[DELTA_T, own], constants[R, own]
    rate, per_mV, shrink = constants[RATE, own], constants[PER_MV, own], constants[SHRINK, own]
    V, t_last, count = V_all[i], t_last_all[i], count_all[i]
    until = last_held(origin, first, dt, start, t_last, tau_ref[own])
    waiting, acting, RI, spiked = input_all[i], 0.0, V_rest, False
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
        if n > until:
            if exponential:
                target = V_rest + delta_T * exp((V - V_T) * per_mV) + RI
                V = V + (V - target) * shrink
            else:
                V = runge_kutta(V, RI, V_rest, V_T, delta_T, rate, per_mV, weights, stages)
        spiked = not (V < V_th)
        if spiked:
            V = V_reset
            t_last = origin + (first + n) * dt
            if count == 0:
                t_first_all[i] = t_last
            count += 1
            until = last_held(origin, first, dt, n, t_last, tau_ref[own])
        record(n, columns[0, i], every[0], rows_V, V)
        record(n, columns[1, i], every[1], rows_input, acting)
        record(n, columns[2, i], every[2], rows_spike, spiked)
        record(n, columns[3, i], every[3], rows_refractory, n <= until)
        record(n, columns[4, i], every[4], rows_t_last, t_last)
    V_all[i], input_all[i], spike_all[i], refractory_all[i] = V, 0.0, spiked, stop - 1 <= until
    t_last_all[i], count_all[i] = t_last, count


@cuda.jit(device=True)
def normal_pair(start, counter):
    """As `normals.normal_pair`, with CUDA's own logarithm, sine and cosine."""
    uniform, angle, side, turned = pair_from(start, counter)
    radius = side * math.sqrt(-2.0 * math.log(uniform))
    sin, cos = math.sin(angle), math.cos(angle)
    if turned:
        return -radius * sin, radius * cos
    return radius * cos, radius * sin


@cuda.jit(device=True)
def split_step(V, t, held, h, RI, sigma, start, neuron, keep, drive, V_split, V_pole,
               V_rest, V_reset, V_th, V_T, delta_T, tau, tau_ref):  # fmt: skip
    """One piece of a step: V, the times of its first and last spike [ms], their number. See `strang_tile.run_one`."""
    left, t_first, t_last, spikes, draws, row, since = h, np.nan, np.nan, 0, 0, 0, h
    if held <= 0.0 and V < V_th:
        kick, a, b = 0.0, 0.0, 0.0
        if sigma > 0.0:
            kick = sigma * math.sqrt(math.tanh(h / tau))
            a, b = normal_pair(start, neuron)
            a, b = kick * a, kick * b
        V_moved = strang.step(V + a, keep, drive, V_split, V_pole, delta_T)
        if max(max(V, V + a), max(V_moved, V_moved + b)) < V_th - strang.NEAR * kick:
            return V_moved + b, t_first, t_last, spikes
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
        spikes, left = spikes + 1 + more, left - more * interval
        V, held, t_last = V_reset, tau_ref, t + (h - left)
    return V, t_first, t_last, spikes


@cuda.jit
def between(
    start, stop, origin, first, dt, pieces, sigma, seed, first_stream, p,
    V_all, input_all, spike_all, refractory_all, t_last_all, count_all, t_first_all,
    table, data, limits, steady, columns, every, rows_V, rows_input, rows_spike, rows_refractory, rows_t_last, failed,
):  # fmt: skip
    """Run one neuron by the splitting; see `model.kernels.group.advance_between`. The arithmetic is float64."""
    i = cuda.grid(1)
    if i >= V_all.size:
        return
    own = i if p.shape[1] > 1 else 0
    V_rest, V_reset, V_th, V_T = p[0, own], p[1, own], p[2, own], p[3, own]
    delta_T, resistance, tau, tau_ref = p[4, own], p[5, own], p[6, own], p[7, own]
    h = dt / pieces
    V, t_last, count = np.float64(V_all[i]), t_last_all[i], count_all[i]
    waiting, acting, RI, spiked = input_all[i], 0.0, math.nan, False
    keep, drive, V_split, V_pole = 0.0, 0.0, 0.0, 0.0
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
                keep, drive, V_split, V_pole = strang.flow(h, RI, V_rest, V_T, delta_T, tau)
        spiked = False
        for piece in range(pieces):
            stream = np.uint64(key(seed, first_stream + n, piece))
            held = t_last + tau_ref - (t + piece * h)
            V, t_first, t_now, spikes = split_step(
                V, t + piece * h, held, h, RI, sigma, stream, i, keep, drive, V_split, V_pole,
                V_rest, V_reset, V_th, V_T, delta_T, tau, tau_ref,
            )  # fmt: skip
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
        record(n, columns[0, i], every[0], rows_V, V)
        record(n, columns[1, i], every[1], rows_input, acting)
        record(n, columns[2, i], every[2], rows_spike, spiked)
        record(n, columns[3, i], every[3], rows_refractory, refractory)
        record(n, columns[4, i], every[4], rows_t_last, t_last)
        refractory_all[i] = refractory
    V_all[i], input_all[i], spike_all[i], t_last_all[i], count_all[i] = V, 0.0, spiked, t_last, count


def advance(start, stop, clock, scheme, noise, p, state, inputs, records):
    """Run steps `start` to `stop` on the GPU; parameters and result as `model.kernels.group.advance_on_grid`.

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
    columns = np.full((5, num), -1, np.int32)
    for variable, one in enumerate(records[:5]):
        columns[variable, one.who] = np.arange(one.who.size)
    every = np.array([max(one.every, 1) for one in records[:5]], np.int64)
    failed = cuda.to_device(np.full(1, -1, np.int64))
    table = inputs.table if len(inputs.table) else np.empty((0, 5), np.int64)
    data = inputs.data if inputs.data.size else np.zeros(1)
    common = (*on_device, table, data, inputs.limits, inputs.steady, columns, every, *rows_on_device, failed)
    shape = (-(-num // THREADS), THREADS)
    if scheme.kind == STRANG:
        pieces = strang.pieces(clock.dt, p[6].min())
        settings = (start, stop, clock.origin, clock.first, clock.dt, pieces, noise.sigma, noise.seed, noise.first, p)
        between[shape](*settings, *common)
    else:
        stages = scheme.weights.shape[1]
        weights = np.zeros((MOST_STAGES + 1, MOST_STAGES), real)
        weights[:stages, :stages] = scheme.weights[:stages] * clock.dt
        weights[MOST_STAGES, :stages] = scheme.weights[stages] * clock.dt
        settings = (start, stop, clock.origin, clock.first, clock.dt, scheme.kind == EXPONENTIAL_EULER, stages)
        on_grid[shape](*settings, weights, _constants(p, clock.dt, real), p[7].copy(), *common)
    for array, on in zip([*state, *rows], [*on_device, *rows_on_device], strict=True):
        on.copy_to_host(array)
    return int(failed.copy_to_host()[0])


def _constants(p, dt, real):
    """What the update rule needs of each neuron, divided and exponentiated once."""
    rows = np.empty((CONSTANTS, p.shape[1]))
    rows[[V_REST, V_RESET, V_TH, V_TURN, DELTA_T, R]] = p[:6]
    rows[RATE], rows[PER_MV], rows[SHRINK] = 1.0 / p[6], 1.0 / p[4], np.expm1(-dt / p[6])
    return rows.astype(real)
