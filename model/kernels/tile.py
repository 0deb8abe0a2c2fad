"""Parts of one step of a tile of neurons: small loops that the compiler turns into vector code.

What is rare (a spike) is done one neuron at a time.
"""

import math

import numpy as np
from numba import njit

from model.kernels.exp2 import FAST, LOG2_E, exp2
from model.kernels.layout import ADD, DIVIDE, MULTIPLY, SUBTRACT, TO_INPUT

# Rows of a tile's constants, in the precision of the run.
V_REST, V_T, DELTA_T, RATE, PER_MV, SHRINK, V_TH, R, CONSTANTS = range(9)


@njit
def last_held(origin, first, dt, n, t_spike, tau_ref):
    """The last step at which t - t_spike <= tau_ref, compared in floating point as documented; -1 before step n."""
    latest = n - 1 + max(0, int((t_spike + tau_ref - (origin + (first + n) * dt)) / dt))
    while origin + (first + latest + 1) * dt - t_spike <= tau_ref:
        latest += 1
    while latest >= n and origin + (first + latest) * dt - t_spike > tau_ref:
        latest -= 1
    return latest if latest >= n else -1


@njit(fastmath=FAST, error_model="numpy")
def fill_constants(lo, size, dt, p, constants):
    """Turn the parameters of a tile into what its loops need: no division, and 2**y for the exponential."""
    for i in range(size):
        own = lo + i if p.shape[1] > 1 else 0
        constants[V_REST, i], constants[V_TH, i], constants[V_T, i] = p[0, own], p[2, own], p[3, own]
        constants[DELTA_T, i], constants[R, i], constants[RATE, i] = p[4, own], p[5, own], 1.0 / p[6, own]
        constants[PER_MV, i], constants[SHRINK, i] = LOG2_E / p[4, own], math.expm1(-dt / p[6, own])


@njit(fastmath=FAST, error_model="numpy")
def act(size, operation, x, data, start, stride):
    """Let one input act on a tile: element start + i * stride of `data` on neuron i."""
    if operation == ADD:
        for i in range(size):
            x[i] += data[start + i * stride]
    elif operation == SUBTRACT:
        for i in range(size):
            x[i] -= data[start + i * stride]
    elif operation == MULTIPLY:
        for i in range(size):
            x[i] *= data[start + i * stride]
    elif operation == DIVIDE:
        for i in range(size):
            x[i] /= data[start + i * stride]
    else:
        for i in range(size):
            x[i] = data[start + i * stride]


@njit(fastmath=FAST, error_model="numpy")
def within(size, x, limit):
    """Whether every number is at most `limit` in size; nan is not."""
    outside = 0
    for i in range(size):
        outside += 0 if abs(x[i]) <= limit else 1
    return outside == 0


@njit(fastmath=FAST, error_model="numpy")
def drive(size, constants, current, RI):
    """R * I [mV]."""
    for i in range(size):
        RI[i] = constants[R, i] * current[i]


@njit(fastmath=FAST, error_model="numpy")
def slope(size, y, RI, constants, slopes, stage):
    """dV/dt [mV/ms] at the potentials y: `drift`, for a tile."""
    for i in range(size):
        upswing = constants[DELTA_T, i] * exp2((y[i] - constants[V_T, i]) * constants[PER_MV, i])
        slopes[stage, i] = (constants[V_REST, i] - y[i] + upswing + RI[i]) * constants[RATE, i]


@njit(fastmath=FAST, error_model="numpy")
def combine(size, V, weights, row, slopes, out):
    """V + the slopes so far, weighted by a row of the tableau."""
    for i in range(size):
        out[i] = V[i]
    for stage in range(min(row, weights.shape[1])):
        if weights[row, stage] != 0.0:
            for i in range(size):
                out[i] += weights[row, stage] * slopes[stage, i]


@njit(fastmath=FAST, error_model="numpy")
def forward(size, V, RI, constants, weights, out):
    """One step of Euler, the documented default: `combine` and `slope` in one loop."""
    for i in range(size):
        upswing = constants[DELTA_T, i] * exp2((V[i] - constants[V_T, i]) * constants[PER_MV, i])
        change = (constants[V_REST, i] - V[i] + upswing + RI[i]) * constants[RATE, i]
        out[i] = V[i] + weights[1, 0] * change


@njit(fastmath=FAST, error_model="numpy")
def shrink(size, V, RI, constants, out):
    """One step of exponential Euler."""
    for i in range(size):
        upswing = constants[DELTA_T, i] * exp2((V[i] - constants[V_T, i]) * constants[PER_MV, i])
        out[i] = V[i] + (V[i] - (constants[V_REST, i] + upswing + RI[i])) * constants[SHRINK, i]


@njit
def runge_kutta(size, V, RI, constants, weights, slopes, y, out):
    """One step of the Runge-Kutta family; the last row of `weights` makes the step, each in units of dt.

    A stage may leap past the pole of the upswing, where the exponential overflows and inf - inf is nan.
    """
    stages = weights.shape[1]
    for stage in range(stages):
        combine(size, V, weights, stage, slopes, y)
        slope(size, y, RI, constants, slopes, stage)
    combine(size, V, weights, stages, slopes, out)


@njit(fastmath=FAST, error_model="numpy")
def settle(size, n, new, until, constants, V, spike):
    """Accept the new potentials outside the refractory period; return how many neurons have spiked.

    What is not below V_th has spiked; so has nan, which an upswing leaves that ran away within the step.
    """
    spikes = 0
    for i in range(size):
        held, moved = V[i], new[i]  # both are read, or the loop would not become vector code
        v = held if n <= until[i] else moved
        V[i] = v
        spike[i] = 0 if v < constants[V_TH, i] else 1
        spikes += spike[i]
    return spikes


@njit
def reset(lo, n, clock, p, until, spike, V, t_last_spike, count, t_first_spike):
    """Put the neurons that spiked in step n to V_reset; they are few, so eight flags are looked at together."""
    eights = spike.view(np.int64)
    for eight in range(eights.size):
        if eights[eight] == 0:
            continue
        for i in range(8 * eight, 8 * eight + 8):
            if spike[i]:
                own = lo + i if p.shape[1] > 1 else 0
                V[i] = p[1, own]
                t = clock.origin + (clock.first + n) * clock.dt
                t_last_spike[i] = t
                if count[i] == 0:
                    t_first_spike[i] = t
                count[i] += 1
                until[i] = last_held(clock.origin, clock.first, clock.dt, n, t, p[7, own])


@njit
def record(n, lo, size, target, values):
    """Copy the chosen neurons of a tile into the row of step n, where step n is recorded."""
    if target.every > 0 and n % target.every == 0:
        row = n // target.every
        for column in range(np.searchsorted(target.who, lo), np.searchsorted(target.who, lo + size)):
            target.rows[row, column] = values[target.who[column] - lo]


@njit
def receive(n, lo, size, inputs, constants, V, current, acting, RI):
    """Let the inputs of step n act on a tile; False where one leaves its limits.

    What was in `input` before the run acts in the first step, so a steady input is added up in the first two only.
    """
    acting[:] = current
    for r in range(inputs.table.shape[0]):
        offset = inputs.table[r, 2] + n * inputs.table[r, 3] + lo * inputs.table[r, 4]
        if inputs.table[r, 1] == TO_INPUT:
            act(size, inputs.table[r, 0], acting, inputs.data, offset, inputs.table[r, 4])
        else:
            act(size, inputs.table[r, 0], V, inputs.data, offset, inputs.table[r, 4])
    current[:] = 0.0
    drive(size, constants, acting, RI)
    return within(size, acting, inputs.limits[0]) and within(size, V, inputs.limits[1])


@njit
def record_all(n, lo, size, records, V, acting, spike, refractory, t_last_spike):
    """Record every variable of a tile after step n."""
    record(n, lo, size, records.V, V)
    record(n, lo, size, records.input, acting)
    record(n, lo, size, records.spike, spike)
    record(n, lo, size, records.refractory, refractory)
    record(n, lo, size, records.t_last_spike, t_last_spike)
