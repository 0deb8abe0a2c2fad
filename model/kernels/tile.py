"""What both loops over neurons share: their inputs and their records, for one tile of neurons.

A tile is as many neurons as stay in the first-level cache for a whole run. Loops over it become vector code.
"""

import numpy as np
from numba import njit

from model.integrators.equation import R, State
from model.integrators.exp2 import FAST
from model.integrators.rows import cutter
from model.kernels.layout import ADD, DIVIDE, MULTIPLY, SUBTRACT, TO_INPUT

WIDTH = 128  # neurons
LANES = 16  # which the widest vector code takes at once: two vectors of eight float64


@njit
def lanes_of(size):
    """How many lanes a tile of so many neurons fills: one, or whole vectors, as a rest would go through a slow loop."""
    return 1 if size == 1 else -(-size // LANES) * LANES


part = cutter(State)  # the state of neurons lo to hi; it shares memory with the whole


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


@njit(inline="always", fastmath=FAST, error_model="numpy")
def act(size, operation, x, data, start, stride):
    """Let one input act on a tile: element start + i * stride of `data` on neuron i."""
    for i in range(size):
        x[i] = acted(x[i], operation, data[start + i * stride])


@njit(error_model="numpy")
def receive(n, lo, size, inputs, p, V, current, acting, RI):
    """Let the inputs of step n act on a tile; False where one leaves its limits.

    What was in `input` before the run acts in the first step, so a steady input is added up in the first two only.
    """
    outside = 0
    for i in range(size):
        acting[i], current[i] = current[i], 0.0
    for r in range(inputs.table.shape[0]):
        operation, stride = inputs.table[r, 0], inputs.table[r, 4]
        offset = inputs.table[r, 2] + n * inputs.table[r, 3] + lo * stride
        if inputs.table[r, 1] == TO_INPUT:
            act(size, operation, acting, inputs.data, offset, stride)
        else:
            act(size, operation, V, inputs.data, offset, stride)
    for i in range(size):  # with `numbers_of` it would not become vector code
        RI[i] = p[R, lo + i if p.shape[1] > 1 else 0] * acting[i]
        outside += 0 if abs(acting[i]) <= inputs.limits[0] and abs(V[i]) <= inputs.limits[1] else 1
    return outside == 0


@njit(inline="always", error_model="numpy")
def receive_one(n, lo, size, inputs, p, acting, RI):
    """The same where all neurons feel one current and nothing else; a call with so many arrays would cost a step."""
    value = inputs.data[inputs.table[0, 2] + n * inputs.table[0, 3]]
    if value != acting[0]:
        for i in range(size):
            acting[i], RI[i] = value, p[R, lo + i if p.shape[1] > 1 else 0] * value
    return abs(value) <= inputs.limits[0]


@njit
def columns_of(lo, size, records):
    """For each variable, which columns of its record belong to a tile: from, to."""
    columns = np.zeros((6, 2), np.int64)
    _find(lo, size, records.V, columns[0])
    _find(lo, size, records.input, columns[1])
    _find(lo, size, records.spike, columns[2])
    _find(lo, size, records.refractory, columns[3])
    _find(lo, size, records.t_last_spike, columns[4])
    _find(lo, size, records.memory, columns[5])
    return columns


@njit
def _find(lo, size, record, column):
    column[0], column[1] = np.searchsorted(record.who, lo), np.searchsorted(record.who, lo + size)


@njit(inline="always")
def record(n, lo, begin, end, target, values):
    """Copy the neurons of a tile that belong to the columns from `begin` to `end` into the row of step n."""
    if end > begin:
        row = n
        if target.every > 1:
            row = n // target.every
            if n != row * target.every:
                end = begin
        for c in range(begin, end):
            target.rows[row, c] = values[target.who[c] - lo]


@njit(inline="always")
def record_all(n, lo, columns, records, V, acting, spike, refractory, t_last_spike, memory):
    """Record every variable of a tile after step n; `memory` is that of all neurons."""
    record(n, lo, columns[0, 0], columns[0, 1], records.V, V)
    record(n, lo, columns[1, 0], columns[1, 1], records.input, acting)
    record(n, lo, columns[2, 0], columns[2, 1], records.spike, spike)
    record(n, lo, columns[3, 0], columns[3, 1], records.refractory, refractory)
    record(n, lo, columns[4, 0], columns[4, 1], records.t_last_spike, t_last_spike)
    record(n, 0, columns[5, 0], columns[5, 1], records.memory, memory)


@njit(inline="always")
def note(spikes, t, who):
    """Write down a spike, as far as there is room, and count it."""
    if spikes.t.size > 0:
        if spikes.noted[0] < spikes.t.size:
            spikes.t[spikes.noted[0]], spikes.who[spikes.noted[0]] = t, who
        spikes.noted[0] += 1
