"""The documented update rule: a step on the time grid, then a spike where V is not below V_th."""

import math

import numpy as np
from numba import njit

from model.integrators import exponential_euler, runge_kutta
from model.integrators.exp2 import FAST, LOG2_E
from model.kernels import noise as noises
from model.kernels.layout import EXPONENTIAL_EULER
from model.kernels.normals import key
from model.kernels.tile import columns_of, note, receive, receive_one, record_all

# Rows of a tile's constants, in the precision of the run.
V_REST, V_T, DELTA_T, RATE, PER_MV, SHRINK, V_TH, CONSTANTS = range(8)


@njit(error_model="numpy")
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
        constants[DELTA_T, i], constants[RATE, i] = p[4, own], 1.0 / p[6, own]
        constants[PER_MV, i], constants[SHRINK, i] = LOG2_E / p[4, own], math.expm1(-dt / p[6, own])


@njit(inline="always", fastmath=FAST, error_model="numpy")
def moved(i, V, RI, c, w, stages):
    """V of neuron i after a step of the Runge-Kutta family."""
    return runge_kutta.step(V[i], RI[i], c[V_REST, i], c[V_T, i], c[DELTA_T, i], c[RATE, i], c[PER_MV, i], w, stages)


@njit(inline="always", fastmath=FAST, error_model="numpy")
def settled(held, free, n, until, V_th, infinity):
    """V after step n: `infinity`, in the precision of V, marks a spike.

    What is not below V_th has spiked; so has nan, which an upswing leaves that ran away within the step.
    """
    v = held if n <= until else free
    return v if v < V_th else infinity


@njit(fastmath=FAST, error_model="numpy")
def one_stage(size, n, V, RI, c, w, push, until, infinity):
    """A step of a tile; count the spikes. What the compiler knows it unrolls: a loop for each number of stages."""
    spikes = 0
    for i in range(size):
        V[i] = settled(V[i], moved(i, V, RI, c, w, 1) + push[i], n, until[i], c[V_TH, i], infinity)
        spikes += V[i] == infinity
    return spikes


@njit(fastmath=FAST, error_model="numpy")
def two_stages(size, n, V, RI, c, w, push, until, infinity):
    """A step of a tile."""
    spikes = 0
    for i in range(size):
        V[i] = settled(V[i], moved(i, V, RI, c, w, 2) + push[i], n, until[i], c[V_TH, i], infinity)
        spikes += V[i] == infinity
    return spikes


@njit(fastmath=FAST, error_model="numpy")
def three_stages(size, n, V, RI, c, w, push, until, infinity):
    """A step of a tile."""
    spikes = 0
    for i in range(size):
        V[i] = settled(V[i], moved(i, V, RI, c, w, 3) + push[i], n, until[i], c[V_TH, i], infinity)
        spikes += V[i] == infinity
    return spikes


@njit(fastmath=FAST, error_model="numpy")
def four_stages(size, n, V, RI, c, w, push, until, infinity):
    """A step of a tile."""
    spikes = 0
    for i in range(size):
        V[i] = settled(V[i], moved(i, V, RI, c, w, 4) + push[i], n, until[i], c[V_TH, i], infinity)
        spikes += V[i] == infinity
    return spikes


@njit(fastmath=FAST, error_model="numpy")
def shrink(size, n, V, RI, c, push, until, infinity):
    """A step of a tile by exponential Euler."""
    spikes = 0
    for i in range(size):
        free = exponential_euler.step(V[i], RI[i], c[V_REST, i], c[V_T, i], c[DELTA_T, i], c[PER_MV, i], c[SHRINK, i])
        V[i] = settled(V[i], free + push[i], n, until[i], c[V_TH, i], infinity)
        spikes += V[i] == infinity
    return spikes


@njit
def step(size, n, scheme, V, RI, c, w, push, until, infinity):
    """A step of a tile by any scheme; return how many neurons have spiked."""
    if scheme.kind == EXPONENTIAL_EULER:
        return shrink(size, n, V, RI, c, push, until, infinity)
    if scheme.stages == 1:
        return one_stage(size, n, V, RI, c, w, push, until, infinity)
    if scheme.stages == 2:
        return two_stages(size, n, V, RI, c, w, push, until, infinity)
    if scheme.stages == 3:
        return three_stages(size, n, V, RI, c, w, push, until, infinity)
    return four_stages(size, n, V, RI, c, w, push, until, infinity)


@njit(error_model="numpy")
def reset(lo, size, start, n, clock, p, until, state, spikes):
    """Put the neurons that spiked in step n to V_reset."""
    t = clock.origin + (clock.first + n) * clock.dt
    for i in range(size):
        if state.V[i] == np.inf:
            own = lo + i if p.shape[1] > 1 else 0
            state.V[i], state.spike[i], state.t_last_spike[i] = p[1, own], True, t
            if state.count[i] == 0:
                state.t_first_spike[i] = t
            state.count[i] += 1
            until[i] = last_held(clock.origin, clock.first, clock.dt, n, t, p[7, own]) - start
            note(spikes, t, lo + i)


@njit(error_model="numpy")
def run(lo, start, stop, clock, scheme, noise, p, state, inputs, records, spikes):
    """Run one tile; `state` holds the tile's part, the rest is as for `advance`."""
    V, current, spike, refractory, t_last_spike, _, _ = state
    size, real = V.size, V.dtype
    constants, typed = np.empty((CONSTANTS, size), real), np.empty(scheme.weights.size, real)
    fill_constants(lo, size, clock.dt, p, constants)
    typed[:] = scheme.weights * clock.dt
    weights = runge_kutta.as_tuple(typed)
    acting, RI, push = np.empty(size), np.empty(size, real), np.zeros(size, real)
    limit = np.full(1, np.inf).astype(real)
    infinity = limit[0]
    until = np.empty(size, np.int32)  # counted from `start`
    columns = columns_of(lo, size, records)
    noisy = noise.sigma > 0.0 or noise.shared.size > 0
    kicks = noises.room(lo, size, noise, clock.dt, False, p)
    for i in range(size):
        tau_ref = p[7, lo + i if p.shape[1] > 1 else 0]
        until[i] = last_held(clock.origin, clock.first, clock.dt, start, t_last_spike[i], tau_ref) - start
    for n in range(start, stop):
        if n < start + 2 or not inputs.steady:
            if inputs.alone and n > start + 1:
                fine = receive_one(n, lo, size, inputs, p, acting, RI)
            else:
                fine = receive(n, lo, size, inputs, p, V, current, acting, RI)
            if not fine:
                return n
        if noisy:
            noises.fill(lo, size, key(noise.seed, noise.first + n, 0), n, noise, False, kicks)
            for i in range(size):
                push[i] = kicks.given[0, i] + kicks.scale[i] * kicks.first[i]
        shown = records.any or n == stop - 1
        if shown:
            for i in range(size):
                spike[i] = False
        if step(size, np.int32(n - start), scheme, V, RI, constants, weights, push, until, infinity) > 0:
            reset(lo, size, start, n, clock, p, until, state, spikes)
        if shown:
            for i in range(size):
                refractory[i] = n - start <= until[i]
            record_all(n, lo, columns, records, V, acting, spike, refractory, t_last_spike)
    return -1
