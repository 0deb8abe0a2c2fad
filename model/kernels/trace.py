"""One neuron, every step recorded."""

import math

import numpy as np

from model.integrators import euler, strang
from model.kernels.coloured import advance, amplitude, increment, leak
from model.kernels.compile import kernel
from model.kernels.endless import ENDLESS, measured

FULL = -1  # instead of a number of spikes


@kernel
def trace_euler(V, I, dt, sigma, tau_noise, rng, numbers, trace, held, spikes):
    """Run the documented update rule; fill `trace` and `held`, and return the spikes found.

    Row k holds the state after the step that starts at k*dt. A spike has the start time of its step, and so has the
    comparison of the refractory period, made in floating point as the record has it.

    Parameters
    ----------
    V : float
        Membrane potential at the start [mV].
    I : float64 array, shape (steps,)
        Current held over each step [nA].
    dt, sigma, tau_noise : float
        Step [ms], noise [mV] and its memory [ms], 0 for white noise.
    rng : numpy.random.Generator
        Source of the noise.
    numbers : Numbers
        The neuron.
    trace, held, spikes : arrays, shape (steps,), (steps,), (steps,)
        Filled with V [mV], whether the neuron is refractory, and the spike times [ms].

    Returns
    -------
    int
        Number of spikes.
    """
    V_rest, V_reset, V_th, V_T, delta_T, R, tau, tau_ref = numbers
    kick, coloured, z = sigma * math.sqrt(2.0 * dt / tau), sigma > 0.0 and tau_noise > 0.0, 0.0
    if coloured:
        constants, z = increment(dt, tau_noise, amplitude(sigma, tau, tau_noise)), rng.standard_normal()
    t_last, count = -1e7, 0
    for k in range(I.size):
        t = k * dt
        refractory = t - t_last <= tau_ref
        if coloured:  # it goes on while the neuron is refractory
            z, push = advance(z, constants, rng.standard_normal(), rng.standard_normal())
        if not refractory:
            V = euler.step(V, R * I[k], dt, V_rest, V_T, delta_T, tau)
            if coloured:
                V += push
            elif sigma > 0.0:
                V += kick * rng.standard_normal()
        if V >= V_th:
            spikes[count] = t
            count += 1
            t_last, V, refractory = t, V_reset, True
        trace[k], held[k] = V, refractory
    return count


@kernel
def trace_strang(V, I, dt, sigma, tau_noise, rng, numbers, trace, held, spikes):
    """Run the splitting; fill `trace` and `held`, and return the spikes found.

    Row k holds the state at k*dt. Spikes and the end of the refractory period lie anywhere between the steps.
    Parameters as `trace_euler`; `spikes` may be of any length.

    Returns
    -------
    int
        Number of spikes; FULL where there are more than `spikes` can hold; ENDLESS where a step would hold too many.
    """
    V_rest, _, V_th, V_T, delta_T, R, tau, _ = numbers
    pieces = strang.pieces(dt, tau)
    h = dt / pieces
    spread = math.sqrt(math.tanh(h / tau))
    left_held, count, RI = 0.0, 0, math.nan
    opening, closing, push, rest, coloured, z = 0.0, 0.0, 0.0, 0.0, sigma > 0.0 and tau_noise > 0.0, 0.0
    variance = (spread * sigma) ** 2
    if coloured:
        constants = increment(0.5 * h, tau_noise, leak(h, tau) / spread * amplitude(sigma, tau, tau_noise))
        z, variance = rng.standard_normal(), spread**2 * (constants[3] ** 2 + constants[4] ** 2)
    V_near = V_th - strang.NEAR * math.sqrt(variance)
    for k in range(I.size):
        trace[k], held[k] = V, left_held > 0.0
        if R * I[k] != RI:
            RI = R * I[k]
            keep, drive, V_split, V_pole = strang.flow(h, RI, V_rest, V_T, delta_T, tau)
        for piece in range(pieces):
            if coloured:  # the two halves of the step
                z, opening = advance(z, constants, rng.standard_normal(), rng.standard_normal())
                z, closing = advance(z, constants, rng.standard_normal(), rng.standard_normal())
            elif sigma > 0.0:
                opening, closing = sigma * rng.standard_normal(), sigma * rng.standard_normal()
            V_start = V + spread * opening
            rest = spread * (opening + closing) * tau / h if coloured else 0.0
            if left_held == 0.0 and V < V_th and V_start < V_th:  # almost always: a whole step and no spike
                V_next = strang.step(V_start, keep, drive, V_split, V_pole, delta_T)
                V_end = V_next + spread * closing
                if max(V_next, V_end) < V_th:
                    if max(max(V, V_start), max(V_next, V_end)) < V_near:
                        V = V_end
                        continue
                    # noise that crossed V_th within a kick is as good as a kick beyond it
                    if rng.random() < strang.crossed(V, V_start, V_th, variance):
                        opening = np.inf
                    elif rng.random() < strang.crossed(V_next, V_end, V_th, variance):
                        closing = np.inf
                    else:
                        V = V_end
                        continue
            left, row, since = h, 0, h
            if coloured:  # from a part of the step it is felt like a constant drive
                push = rest if left_held > 0.0 else 0.0
                opening, closing = (0.0, 0.0) if left_held > 0.0 else (opening, closing)
            while left > 1e-12 * h:
                whole = left
                V, left_held, left, spiked = strang.until_spike(
                    V, left_held, left, RI + push, opening, closing, numbers
                )
                if spiked:
                    if sigma > 0.0 and left == 0.0:  # the closing kick did it, some time within its half of the step
                        left = 0.5 * whole * rng.random()
                    elif sigma > 0.0 and left == whole and k + piece > 0:  # so with the opening kick
                        left -= 0.5 * whole * rng.random()
                    if count == spikes.size:
                        return FULL
                    row, since, _, more = measured(row, since, left, h)
                    if more == ENDLESS:
                        return ENDLESS
                    t = k * dt + ((piece + 1) * h - left)
                    spikes[count] = max(t, spikes[count - 1]) if count else t  # rounding must not disorder them
                    count += 1
                    if coloured:
                        push, opening, closing = rest, 0.0, 0.0
                    elif sigma > 0.0:
                        opening, closing = sigma * rng.standard_normal(), sigma * rng.standard_normal()
    return count
