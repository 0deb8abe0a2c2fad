"""The neuron group in compiled code: every neuron of a group over many steps.

Neurons are taken in tiles that stay in the first-level cache for the whole run.
"""

import numpy as np
from numba import njit

from model.integrators import strang
from model.kernels.compile import kernel
from model.kernels.endless import ENDLESS
from model.kernels.layout import EXPONENTIAL_EULER, State
from model.kernels.strang_tile import FLOWS, FREE, fill_events, fill_flows, kicks, settle_events, split_step
from model.kernels.tile import (
    CONSTANTS,
    fill_constants,
    forward,
    last_held,
    receive,
    record_all,
    reset,
    runge_kutta,
    settle,
    shrink,
)

TILE = 2048  # bytes of one variable: a tile's working memory fits into the first-level cache


@njit(error_model="numpy")
def run_on_grid(lo, start, stop, clock, scheme, p, state, inputs, records):
    """Run one tile by the documented update rule; `state` holds the tile's part, the rest is as for `advance`."""
    V, current, spike, refractory, t_last_spike, count, t_first_spike = state
    size, real = V.size, V.dtype
    constants, weights = np.empty((CONSTANTS, size), real), np.empty(scheme.weights.shape, real)
    fill_constants(lo, size, clock.dt, p, constants)
    weights[:] = scheme.weights * clock.dt
    slopes = np.empty((weights.shape[1], size), real)
    acting, RI, y, new = np.empty(size), np.empty(size, real), np.empty(size, real), np.empty(size, real)
    spiked, until = np.zeros((size + 7) // 8 * 8, np.int8), np.empty(size, np.int32)
    for i in range(size):
        tau_ref = p[7, lo + i if p.shape[1] > 1 else 0]
        until[i] = last_held(clock.origin, clock.first, clock.dt, start, t_last_spike[i], tau_ref)
    for n in range(start, stop):
        fresh = n < start + 2 or not inputs.steady
        if fresh and not receive(n, lo, size, inputs, constants, V, current, acting, RI):
            return n
        if scheme.kind == EXPONENTIAL_EULER:
            shrink(size, V, RI, constants, new)
        elif weights.shape[1] == 1:
            forward(size, V, RI, constants, weights, new)
        else:
            runge_kutta(size, V, RI, constants, weights, slopes, y, new)
        if settle(size, np.int32(n), new, until, constants, V, spiked) > 0:
            reset(lo, n, clock, p, until, spiked, V, t_last_spike, count, t_first_spike)
        if n == stop - 1 or records.any:
            for i in range(size):
                spike[i], refractory[i] = spiked[i] != 0, n <= until[i]
            record_all(n, lo, size, records, V, acting, spike, refractory, t_last_spike)
    return -1


@njit(error_model="numpy")
def run_between(lo, start, stop, clock, noise, p, state, inputs, records):
    """Run one tile by the splitting: spikes and the end of the refractory period lie between the steps."""
    V, current, spike, refractory, t_last_spike, count, t_first_spike = state
    size = V.size
    constants, flows = np.empty((CONSTANTS, size)), np.full((FLOWS, size), np.nan)
    fill_constants(lo, size, clock.dt, p, constants)
    pieces = strang.pieces(clock.dt, p[6].min())
    h = clock.dt / pieces
    fill_events(lo, size, h, noise.sigma, p, t_last_spike, flows)
    acting, RI = np.empty(size), np.empty(size)
    before, after = np.zeros(size), np.zeros(size)
    event = np.zeros((size + 7) // 8 * 8, np.int8)
    for n in range(start, stop):
        t = clock.origin + (clock.first + n) * clock.dt
        spike[:] = False
        if n < start + 2 or not inputs.steady:
            if not receive(n, lo, size, inputs, constants, V, current, acting, RI):
                return n
            fill_flows(lo, size, h, p, RI, flows)
        for piece in range(pieces):
            t_piece = t + piece * h
            if noise.sigma > 0.0:
                kicks(lo, size, n, piece, noise, flows, before, after)
            if split_step(size, t_piece, constants, flows, before, after, V, event) > 0:
                fine = settle_events(
                    lo, n, piece, t_piece, h, noise, p, RI, flows, event, V, spike, t_last_spike, count, t_first_spike
                )
                if not fine:
                    return ENDLESS
        if n == stop - 1 or records.any:
            t_end = clock.origin + (clock.first + n + 1) * clock.dt
            for i in range(size):
                refractory[i] = spike[i] or flows[FREE, i] > t_end
            record_all(n, lo, size, records, V, acting, spike, refractory, t_last_spike)
    return -1


@njit
def part(state, lo, hi):
    """The state of neurons lo to hi; it shares memory with the whole."""
    return State(
        state.V[lo:hi], state.input[lo:hi], state.spike[lo:hi],
        state.refractory[lo:hi], state.t_last_spike[lo:hi], state.count[lo:hi],
        state.t_first_spike[lo:hi],
    )  # fmt: skip


@kernel
def advance_on_grid(start, stop, clock, scheme, p, state, inputs, records):
    """Run steps `start` to `stop` of a run by the documented update rule, in place.

    Parameters
    ----------
    start, stop : int
        Steps, counted from the start of the run.
    clock : Clock
    scheme : Scheme
    p : ndarray, shape (8, 1) or (8, num)
        Parameters; rows in the order of `model.parameters.Numbers`.
    state : State
    inputs : Inputs
    records : Records

    Returns
    -------
    int
        -1, or a step at which an input or V left its limits, or ENDLESS: the run is then worth nothing.
    """
    width = TILE // state.V.itemsize
    for lo in range(0, state.V.size, width):
        tile = part(state, lo, min(lo + width, state.V.size))
        failed = run_on_grid(lo, start, stop, clock, scheme, p, tile, inputs, records)
        if failed != -1:
            return failed
    return -1


@kernel
def advance_between(start, stop, clock, noise, p, state, inputs, records):
    """Run steps `start` to `stop` of a run by the splitting, with `noise`; the rest is as for `advance_on_grid`."""
    width = TILE // state.V.itemsize
    for lo in range(0, state.V.size, width):
        tile = part(state, lo, min(lo + width, state.V.size))
        failed = run_between(lo, start, stop, clock, noise, p, tile, inputs, records)
        if failed != -1:
            return failed
    return -1
