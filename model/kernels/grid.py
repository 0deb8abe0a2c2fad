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
from model.kernels.normals import key, normal_pairs, normal_pairs_ahead
from model.kernels.tile import WIDTH, columns_of, lanes_of, note, receive, receive_one, record_all

# Rows of a tile, in the precision of the run: V before the step, the drive RI, the kick of the noise, the last step in
# which a neuron is held (counted from the start), V_th, and the constants of the scheme. The compiler knows how long a
# row is, so it needs no check whether rows overlap.
V_NOW, DRIVE, PUSH, UNTIL, V_TH, FIRST = range(6)
ROWS = FIRST + max(len(kind._fields) for kind, _, _ in STEPS)


@njit(error_model="numpy")
def last_held(origin, first, dt, n, t_spike, tau_ref):
    """The last step at which t - t_spike <= tau_ref, compared in floating point as documented; -1 before step n."""
    latest = n - 1 + max(0, int((t_spike + tau_ref - (origin + (first + n) * dt)) / dt))
    while origin + (first + latest + 1) * dt - t_spike <= tau_ref:
        latest += 1
    while latest >= n and origin + (first + latest) * dt - t_spike > tau_ref:
        latest -= 1
    return latest if latest >= n else -1


def _filler(constants):
    """Return a compiled function that turns parameters into the rows of `constants`: no division is left to a step."""

    @njit(error_model="numpy")
    def fill(lo, size, lanes, dt, p, tile):
        for i in range(lanes):
            neuron = numbers_of(p, lo + min(i, size - 1))
            ready = constants(neuron, dt)
            for row in range(len(ready)):
                tile[FIRST + row, i] = ready[row]
            tile[V_TH, i] = neuron.V_th

    return fill


_FILLERS = {constants: _filler(constants) for _, constants, _ in STEPS}
fill_constants = by_number([_FILLERS[constants] for _, constants, _ in STEPS])


@njit(error_model="numpy")
def fill_lanes(lo, size, lanes, p, V, tile):
    """Put V into its row; lanes without a neuron are like the last one, held at V_reset for ever."""
    for i in range(lanes):
        tile[V_NOW, i], tile[UNTIL, i] = numbers_of(p, lo + min(i, size - 1)).V_reset, np.inf
        tile[DRIVE, i], tile[PUSH, i] = 0.0, 0.0
    for i in range(size):
        tile[V_NOW, i] = V[i]


@njit(inline="always", fastmath=FAST, error_model="numpy")
def settled(held, free, n, until, V_th, infinity):
    """V after step n: `infinity`, in the precision of V, marks a spike.

    What is not below V_th has spiked; so has nan, which an upswing leaves that ran away within the step.
    """
    v = held if n <= until else free
    return v if v < V_th else infinity


@njit(inline="always", fastmath=FAST, error_model="numpy")
def settle(i, n, tile, free, infinity):
    """Put neuron i to where step n leaves it, if it is not held; return whether it has spiked."""
    V = settled(tile[V_NOW, i], free + tile[PUSH, i], n, tile[UNTIL, i], tile[V_TH, i], infinity)
    tile[V_NOW, i] = V
    return V == infinity


def _tile_step(kind, step):
    """Return a compiled step of a tile by one scheme, vector code of its own; it says whether a neuron has spiked."""
    constants_of = reader(kind, FIRST)

    @njit(forceinline=True, fastmath=FAST, error_model="numpy")
    def tile_step(lanes, n, tile, w, infinity):
        spiked = False
        for i in range(lanes):
            free = step(tile[V_NOW, i], tile[DRIVE, i], constants_of(tile, i), w)
            spiked |= settle(i, n, tile, free, infinity)
        return spiked

    return tile_step


step = by_number([_tile_step(kind, step) for kind, _, step in STEPS])


@njit(forceinline=True, error_model="numpy")
def reset(lo, size, start, n, clock, p, tile, state, spikes):
    """Put the neurons that spiked in step n to V_reset."""
    t = clock.origin + (clock.first + n) * clock.dt
    for i in range(size):
        if tile[V_NOW, i] == np.inf:
            neuron = numbers_of(p, lo + i)
            tile[V_NOW, i], state.spike[i], state.t_last_spike[i] = neuron.V_reset, True, t
            if state.count[i] == 0:
                state.t_first_spike[i] = t
            state.count[i] += 1
            tile[UNTIL, i] = last_held(clock.origin, clock.first, clock.dt, n, t, neuron.tau_ref) - start
            note(spikes, t, lo + i)


@njit(error_model="numpy")
def run(lo, start, stop, clock, scheme, noise, p, state, inputs, records, spikes):
    """Run one tile; `state` holds the tile's part, the rest is as for `advance`."""
    current, spike, refractory, t_last_spike = state.input, state.spike, state.refractory, state.t_last_spike
    size, real = state.V.size, state.V.dtype
    lanes = lanes_of(size)
    tile, typed = np.empty((ROWS, WIDTH), real), np.empty(scheme.weights.size, real)
    fill_constants(scheme.kind, lo, size, lanes, clock.dt, p, tile)
    fill_lanes(lo, size, lanes, p, state.V, tile)
    V, RI, acting = tile[V_NOW, :size], tile[DRIVE, :size], np.empty(size)
    typed[:] = scheme.weights * clock.dt
    weights = runge_kutta.as_tuple(typed)
    typed[0], typed[1] = np.inf, 0.0
    infinity = typed[0]
    columns = columns_of(lo, size, records)
    noisy, given = noise.sigma > 0.0 or noise.shared.shape[0] > 0, noise.tau_noise > 0.0 or noise.shared.shape[0] > 0
    alone = size == 1 and not given
    kicks = noises.room(lo, size, lanes, noise, clock.dt, False, alone, p)
    first, second, high, low = kicks.first, kicks.second, kicks.bits[0], kicks.bits[1]
    for i in range(size):
        tau_ref = numbers_of(p, lo + i).tau_ref
        tile[UNTIL, i] = last_held(clock.origin, clock.first, clock.dt, start, t_last_spike[i], tau_ref) - start
    for n in range(start, stop):
        if n < start + 2 or not inputs.steady:
            if inputs.alone and n > start + 1:
                fine = receive_one(n, lo, size, inputs, p, acting, RI)
            else:
                fine = receive(n, lo, size, inputs, p, V, current, acting, RI)
            if not fine:
                return n
        if noisy:
            stream = key(noise.seed, noise.first + n, 0)
            if given:
                noises.fill(lo, size, stream, n, noise, False, kicks)
            elif not alone:
                normal_pairs(stream, noise.neuron + lo, high, low, first, second)
            elif (n - start) % noises.AHEAD == 0:
                normal_pairs_ahead(noise.seed, noise.first + n, noise.neuron + lo, high, low, first, second)
            else:
                first[0] = first[(n - start) % noises.AHEAD]
            for i in range(size):
                tile[PUSH, i] = kicks.given[0, i] + kicks.scale[i] * first[i]
        shown = records.any or n == stop - 1
        if shown:
            for i in range(size):
                spike[i] = False
        typed[1] = n - start  # in the precision of the run
        if step(scheme.kind, lanes, typed[1], tile, weights, infinity):
            reset(lo, size, start, n, clock, p, tile, state, spikes)
        if shown:
            for i in range(size):
                refractory[i] = n - start <= tile[UNTIL, i]
            record_all(n, lo, columns, records, V, acting, spike, refractory, t_last_spike, noise.memory)
    state.V[:] = V
    return -1
