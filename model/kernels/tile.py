"""What both loops over neurons share: their inputs and their records, for one tile of neurons.

A tile is as many neurons as stay in the first-level cache for a whole run. Loops over it become vector code.
"""

import numpy as np
from numba import njit

from model.integrators.exp2 import FAST
from model.kernels.layout import ADD, DIVIDE, MULTIPLY, SUBTRACT, TO_INPUT, State

WIDTH = 128  # neurons


@njit(error_model="numpy")
def numbers_of(p, i):
    """The parameters of neuron i as a tuple."""
    own = i if p.shape[1] > 1 else 0
    return p[0, own], p[1, own], p[2, own], p[3, own], p[4, own], p[5, own], p[6, own], p[7, own]


@njit
def part(state, lo, hi):
    """The state of neurons lo to hi; it shares memory with the whole."""
    return State(
        state.V[lo:hi], state.input[lo:hi], state.spike[lo:hi], state.refractory[lo:hi], state.t_last_spike[lo:hi],
        state.count[lo:hi], state.t_first_spike[lo:hi],
    )  # fmt: skip


@njit(inline="always", error_model="numpy")
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


@njit(fastmath=FAST, error_model="numpy")
def act(size, operation, x, data, start, stride):
    """Let one input act on a tile: element start + i * stride of `data` on neuron i."""
    for i in range(size):
        x[i] = acted(x[i], operation, data[start + i * stride])


@njit(fastmath=FAST, error_model="numpy")
def within(size, x, limit):
    """Whether every number is at most `limit` in size; nan is not."""
    outside = 0
    for i in range(size):
        outside += 0 if abs(x[i]) <= limit else 1
    return outside == 0


@njit(error_model="numpy")
def receive(n, lo, size, inputs, p, V, current, acting, RI):
    """Let the inputs of step n act on a tile; False where one leaves its limits.

    What was in `input` before the run acts in the first step, so a steady input is added up in the first two only.
    """
    for i in range(size):
        acting[i], current[i] = current[i], 0.0
    for r in range(inputs.table.shape[0]):
        offset = inputs.table[r, 2] + n * inputs.table[r, 3] + lo * inputs.table[r, 4]
        if inputs.table[r, 1] == TO_INPUT:
            act(size, inputs.table[r, 0], acting, inputs.data, offset, inputs.table[r, 4])
        else:
            act(size, inputs.table[r, 0], V, inputs.data, offset, inputs.table[r, 4])
    for i in range(size):
        RI[i] = p[5, lo + i if p.shape[1] > 1 else 0] * acting[i]
    return within(size, acting, inputs.limits[0]) and within(size, V, inputs.limits[1])


@njit
def columns_of(lo, size, records):
    """For each variable, which columns of its record belong to a tile: from, to."""
    columns = np.zeros((5, 2), np.int64)
    _find(lo, size, records.V, columns[0])
    _find(lo, size, records.input, columns[1])
    _find(lo, size, records.spike, columns[2])
    _find(lo, size, records.refractory, columns[3])
    _find(lo, size, records.t_last_spike, columns[4])
    return columns


@njit
def _find(lo, size, record, column):
    column[0], column[1] = np.searchsorted(record.who, lo), np.searchsorted(record.who, lo + size)


@njit(inline="always")
def record(n, lo, column, target, values):
    """Copy the chosen neurons of a tile into the row of step n, where step n is recorded."""
    if column[1] > column[0] and (target.every == 1 or n % target.every == 0):
        row = n // target.every
        for c in range(column[0], column[1]):
            target.rows[row, c] = values[target.who[c] - lo]


@njit
def record_all(n, lo, columns, records, V, acting, spike, refractory, t_last_spike):
    """Record every variable of a tile after step n."""
    record(n, lo, columns[0], records.V, V)
    record(n, lo, columns[1], records.input, acting)
    record(n, lo, columns[2], records.spike, spike)
    record(n, lo, columns[3], records.refractory, refractory)
    record(n, lo, columns[4], records.t_last_spike, t_last_spike)


@njit(inline="always")
def note(spikes, t, who):
    """Write down a spike, as far as there is room, and count it."""
    if spikes.t.size > 0:
        if spikes.noted[0] < spikes.t.size:
            spikes.t[spikes.noted[0]], spikes.who[spikes.noted[0]] = t, who
        spikes.noted[0] += 1
