"""The documented update rule: a step on the time grid, then a spike where V is not below V_th."""

import numpy as np
from numba import njit

from model.integrators import runge_kutta
from model.integrators.equation import numbers_of
from model.integrators.exp2 import FAST
from model.integrators.rows import reader
from model.integrators.schemes import STEPS
from model.kernels import noise as noises
from model.kernels.choice import by_number
from model.kernels.normals import key
from model.kernels.tile import columns_of, note, receive, receive_one, record_all

V_TH = max(len(kind._fields) for kind, _, _ in STEPS)  # row of a tile's constants, after those of its scheme
ROWS = V_TH + 1


@njit(error_model="numpy")
def last_held(origin, first, dt, n, t_spike, tau_ref):
    """The last step at which t - t_spike <= tau_ref, compared in floating point as documented; -1 before step n."""
    latest = n - 1 + max(0, int((t_spike + tau_ref - (origin + (first + n) * dt)) / dt))
    while origin + (first + latest + 1) * dt - t_spike <= tau_ref:
        latest += 1
    while latest >= n and origin + (first + latest) * dt - t_spike > tau_ref:
        latest -= 1
    return latest if latest >= n else -1


@njit(inline="always", fastmath=FAST, error_model="numpy")
def settled(held, free, n, until, V_th, infinity):
    """V after step n: `infinity`, in the precision of V, marks a spike.

    What is not below V_th has spiked; so has nan, which an upswing leaves that ran away within the step.
    """
    v = held if n <= until else free
    return v if v < V_th else infinity


def _filler(constants):
    """Return a compiled function that turns the parameters of a tile into what the steps of one scheme need."""

    @njit(error_model="numpy")
    def fill(lo, size, dt, p, c):
        for i in range(size):
            neuron = numbers_of(p, lo + i)
            ready = constants(neuron, dt)
            for row in range(len(ready)):
                c[row, i] = ready[row]
            c[V_TH, i] = neuron.V_th

    return fill


def _tile_step(kind, step):
    """Return a compiled step of a tile by one scheme, which counts the spikes; so each has vector code of its own."""
    constants_of = reader(kind)

    @njit(fastmath=FAST, error_model="numpy")
    def tile_step(size, n, V, RI, c, w, push, until, infinity):
        spikes = 0
        for i in range(size):
            free = step(V[i], RI[i], constants_of(c, i), w) + push[i]
            V[i] = settled(V[i], free, n, until[i], c[V_TH, i], infinity)
            spikes += V[i] == infinity
        return spikes

    return tile_step


_FILLERS = {constants: _filler(constants) for _, constants, _ in STEPS}
fill_constants = by_number([_FILLERS[constants] for _, constants, _ in STEPS])
step = by_number([_tile_step(kind, step) for kind, _, step in STEPS])


@njit(error_model="numpy")
def reset(lo, size, start, n, clock, p, until, state, spikes):
    """Put the neurons that spiked in step n to V_reset."""
    t = clock.origin + (clock.first + n) * clock.dt
    for i in range(size):
        if state.V[i] == np.inf:
            neuron = numbers_of(p, lo + i)
            state.V[i], state.spike[i], state.t_last_spike[i] = neuron.V_reset, True, t
            if state.count[i] == 0:
                state.t_first_spike[i] = t
            state.count[i] += 1
            until[i] = last_held(clock.origin, clock.first, clock.dt, n, t, neuron.tau_ref) - start
            note(spikes, t, lo + i)


@njit(error_model="numpy")
def run(lo, start, stop, clock, scheme, noise, p, state, inputs, records, spikes):
    """Run one tile; `state` holds the tile's part, the rest is as for `advance`."""
    V, current, spike = state.V, state.input, state.spike
    refractory, t_last_spike = state.refractory, state.t_last_spike
    size, real = V.size, V.dtype
    constants, typed = np.empty((ROWS, size), real), np.empty(scheme.weights.size, real)
    fill_constants(scheme.kind, lo, size, clock.dt, p, constants)
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
        tau_ref = numbers_of(p, lo + i).tau_ref
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
        if step(scheme.kind, size, np.int32(n - start), V, RI, constants, weights, push, until, infinity) > 0:
            reset(lo, size, start, n, clock, p, until, state, spikes)
        if shown:
            for i in range(size):
                refractory[i] = n - start <= until[i]
            record_all(n, lo, columns, records, V, acting, spike, refractory, t_last_spike)
    return -1
