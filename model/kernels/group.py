"""The neuron group in compiled code: inputs, one step of every neuron, records; time in the outer loop."""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from model.integrators import exponential_euler, runge_kutta

RUNGE_KUTTA, EXPONENTIAL_EULER = 0, 1
ADD, SUBTRACT, MULTIPLY, DIVIDE, ASSIGN = range(5)
TO_INPUT, TO_V = 0, 1
MOST_STAGES = 4


class State(NamedTuple):
    """What a group carries from one step to the next; every array has shape (num,)."""

    V: np.ndarray  # mV
    input: np.ndarray  # nA; cleared by every step
    spike: np.ndarray  # bool
    refractory: np.ndarray  # bool
    t_last_spike: np.ndarray  # ms
    count: np.ndarray  # int64, spikes so far


class Inputs(NamedTuple):
    """Inputs in the order in which they are applied.

    Row r of `table` is (operation, target, offset, step_stride, neuron_stride): at step n of the run neuron i
    takes `data[offset + n * step_stride + i * neuron_stride]`.
    """

    table: np.ndarray  # int64, shape (inputs, 5)
    data: np.ndarray  # float64
    limits: np.ndarray  # largest size of the input [nA] and of V [mV] that is accepted


class Record(NamedTuple):
    """Where one variable is written: row n / every, one column for each neuron in `who`."""

    every: int  # 0: not recorded
    who: np.ndarray  # int64
    rows: np.ndarray


class Records(NamedTuple):
    """One `Record` for each variable of the group."""

    V: Record
    input: Record
    spike: Record
    refractory: Record
    t_last_spike: Record


@njit
def apply_inputs(n, i, V, current, table, data):
    """V [mV] and current [nA] of neuron i once the inputs of step n have acted, in the order given."""
    for r in range(table.shape[0]):
        operation, target = table[r, 0], table[r, 1]
        value = data[table[r, 2] + n * table[r, 3] + i * table[r, 4]]
        x = current if target == TO_INPUT else V
        if operation == ADD:
            x += value
        elif operation == SUBTRACT:
            x -= value
        elif operation == MULTIPLY:
            x *= value
        elif operation == DIVIDE:
            x /= value
        else:
            x = value
        if target == TO_INPUT:
            current = x
        else:
            V = x
    return V, current


@njit
def integrate(kind, V, RI, V_rest, V_T, delta_T, tau, dt, a, b, slopes):
    """Potential [mV] after one step without a threshold; inf where the upswing ran away within the step."""
    if kind == EXPONENTIAL_EULER:
        V = exponential_euler.step(V, RI, V_rest, V_T, delta_T, tau, dt)
    else:
        V = runge_kutta.step(V, RI, V_rest, V_T, delta_T, tau, dt, a, b, slopes)
    return V if math.isfinite(V) else np.inf


@njit
def record(n, target, values):
    """Copy the chosen neurons of `values` into the row of step n, where step n is recorded."""
    if target.every > 0 and n % target.every == 0:
        row = n // target.every
        for column in range(target.who.size):
            target.rows[row, column] = values[target.who[column]]


@njit(nogil=True)
def advance(start, stop, first, origin, dt, kind, a, b, p, state, inputs, records):
    """Run steps `start` to `stop` of a run, in place.

    Parameters
    ----------
    start, stop : int
        Steps, counted from the start of the run.
    first : int
        Steps between `origin` and the start of the run; step n starts at origin + (first + n) * dt.
    origin, dt : float
        [ms]
    kind : int
        RUNGE_KUTTA (with its coefficients `a` and `b`) or EXPONENTIAL_EULER.
    p : ndarray, shape (8, 1) or (8, num)
        Parameters; rows in the order of `model.parameters.Numbers`.
    state : State
    inputs : Inputs
    records : Records

    Returns
    -------
    int
        -1, or the step at which an input or V left its limits: the run is then worth nothing.
    """
    V, current, spike, refractory, t_last_spike, count = state
    table, data, limits = inputs
    acting = np.empty_like(current)
    slopes = np.empty(MOST_STAGES)
    for n in range(start, stop):
        t = origin + (first + n) * dt
        for i in range(V.size):
            own = i if p.shape[1] > 1 else 0
            V_rest, V_reset, V_th, V_T = p[0, own], p[1, own], p[2, own], p[3, own]
            delta_T, R, tau, tau_ref = p[4, own], p[5, own], p[6, own], p[7, own]
            v, I = apply_inputs(n, i, V[i], current[i], table, data)
            if not (abs(I) <= limits[0] and abs(v) <= limits[1]):
                return n
            held = t - t_last_spike[i] <= tau_ref
            if not held:
                v = integrate(kind, v, R * I, V_rest, V_T, delta_T, tau, dt, a, b, slopes)
            spiked = v >= V_th
            if spiked:
                t_last_spike[i] = t
                count[i] += 1
                v = V_reset
            V[i], current[i], spike[i], refractory[i] = v, 0.0, spiked, held or spiked
            acting[i] = I
        record(n, records.V, V)
        record(n, records.input, acting)
        record(n, records.spike, spike)
        record(n, records.refractory, refractory)
        record(n, records.t_last_spike, t_last_spike)
    return -1
