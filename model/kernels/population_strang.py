"""Many independent neurons by the splitting: each with its own constant current, or all with one that changes."""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from model.integrators import strang
from model.kernels import coloured, random
from model.kernels.compile import kernel
from model.kernels.endless import ENDLESS, measured
from model.kernels.exp2 import exp2, log
from model.kernels.tally import note

WIDTH = 64  # neurons that go through the steps together


class Input(NamedTuple):
    """What flows in, and how it fluctuates.

    Attributes
    ----------
    I : float64 array, shape (n,)
        Current of each neuron [nA].
    over_time : float64 array, shape (steps,) or (0,)
        Current of all neurons in each step [nA], in place of `I`.
    pieces : int
        Parts into which each step is divided.
    sigma, tau_noise, scale : float
        Noise [mV], its memory [ms], and its `coloured.amplitude` with the leak of a whole step.
    """

    I: np.ndarray
    over_time: np.ndarray
    pieces: int
    sigma: float
    tau_noise: float
    scale: float


@njit(inline="always")
def current(inputs, i, k):
    """Current [nA] of neuron i in piece k, or in the last one where k is beyond it."""
    if inputs.over_time.size == 0:
        return inputs.I[i]
    return inputs.over_time[min(k // inputs.pieces, inputs.over_time.size - 1)]


@njit
def coloured_kick(length, inputs, state, memory, j):
    """Advance the noise of lane j by `length` [ms]; return the kick [mV] that it gave."""
    constants = coloured.increment(length, inputs.tau_noise, inputs.scale)
    a, b = random.one_normal(state, j), random.one_normal(state, j)
    memory[j], kick = coloured.advance(memory[j], constants, a, b)
    return kick


@njit
def after_spike(left, k, h, i, inputs, state, memory, j, numbers):
    """Hold neuron i, in lane j, that spiked `left` before the end of step k; finish the step of its release.

    The noise of the lane, at the middle of step k + 1, goes on while the neuron is held; when that is shorter than the
    noise is ahead, it stays. Then it is at the middle of the step after the release.

    Returns
    -------
    V : float
        Membrane potential at the end of that step, with the opening kick of the next [mV].
    left, k : float, int
        The time not used, and the step.
    spiked : bool
        Whether it spiked again, `left` before the end of step k.
    """
    held, spiked_before = numbers.tau_ref, left
    if held > left:
        held -= left
        whole = math.floor(held / h)
        k += 1 + int(whole)
        left = h - (held - whole * h)
    else:
        left -= held
    RI, sigma = numbers.R * current(inputs, i, k), inputs.sigma
    if sigma > 0.0 and inputs.tau_noise > 0.0:
        keep, new, _, _, _ = coloured.increment(
            max(numbers.tau_ref - spiked_before - 0.5 * h, 0.0), inputs.tau_noise, 0.0
        )
        memory[j] = keep * memory[j] + new * random.one_normal(state, j)
        V = numbers.V_reset + coloured_kick(0.5 * left, inputs, state, memory, j)
        V, _, rest, spiked = strang.until_spike(V, 0.0, left, RI, 0.0, 0.0, numbers)
        if not spiked:
            V += coloured_kick(0.5 * (left + h), inputs, state, memory, j)
        return V, rest, k, spiked or V >= numbers.V_th
    opening = sigma * random.one_normal(state, j) if sigma > 0.0 else 0.0
    V, _, rest, spiked = strang.until_spike(numbers.V_reset, 0.0, left, RI, opening, 0.0, numbers)
    if spiked or sigma == 0.0:
        return V, rest, k, spiked
    spread = math.sqrt(math.tanh(left / numbers.tau) + math.tanh(h / numbers.tau))
    V += sigma * spread * random.one_normal(state, j)
    return V, 0.0, k, V >= numbers.V_th


@njit(inline="always")
def spikes_from(V, k, total, h, i, inputs, state, memory, j, numbers, tally):
    """Note the spikes of neuron i in lane j, of which step k from V [mV] is known to hold the first.

    Returns
    -------
    V, wake : float, int
        Membrane potential at the start of step `wake`, until which the neuron needs no attention.
    fine : bool
        False where it spikes without end within one step.
    """
    row, since, spiked, RI = 0, h, True, numbers.R * current(inputs, i, k)
    if inputs.sigma == 0.0 and V < numbers.V_th:
        n = numbers
        left = h - strang.crossing(V, h, RI, n.V_rest, n.V_th, n.V_T, n.delta_T, n.tau)
    else:
        V, _, left, spiked = strang.until_spike(V, 0.0, h, RI, 0.0, 0.0, numbers)
        if not spiked:  # the kick at the end of the step did it, some time within half a step of that end
            left, spiked = h * (random.one_uniform(state, j) - 0.5) if k + 1 < total else 0.0, True
    while spiked and k < total:
        row, since, interval, repeats = measured(row, since, left, h)
        if repeats == ENDLESS:
            return V, k, False
        note(tally, i, (k + 1) * h - left, repeats, interval)
        before = k
        V, left, k, spiked = after_spike(left - repeats * interval, k, h, i, inputs, state, memory, j, numbers)
        if k > before:
            row = 0
    return V, k + 1, True


@njit
def flows(h, RI, numbers):
    """The constants drive and V_pole [mV] of `strang.flow`, for every drive [mV]."""
    drives, poles = np.empty(RI.size), np.empty(RI.size)
    for k in range(RI.size):
        _, drives[k], _, poles[k] = strang.flow(h, RI[k], numbers.V_rest, numbers.V_T, numbers.delta_T, numbers.tau)
    return drives, poles


@njit(inline="always")
def one_step(y, keep, drive, pole, kick, y_th):
    """y before and after the kick that ends a step, and whether it is below y_th at the start and at both."""
    up = y * keep
    g = exp2(up - pole)
    after = (up + drive - log(1.0 - g) / math.log(2.0)) * keep
    return after, after + kick, (g < 1.0) & (max(max(after, after + kick), y) < y_th)


@kernel(vector=True)
def run(V, I, over_time, steps, dt, sigma, tau_noise, states, numbers, tally):
    """Run all neurons from V [mV] and note their spikes; parameters as `population_euler.run`.

    In y = (V - V_split)/delta_T log2(e) a step is `strang.step`; the noise at its end and the noise at the start of the
    next step are one kick. A neuron that passes the pole or comes near V_th, where noise may cross it between the ends
    of a kick, is marked by inf, and dealt with after the inner loop.

    Returns
    -------
    bool
        False where a neuron spikes without end within one step.
    """
    V_rest, _, V_th, V_T, delta_T, R, tau, _ = numbers
    pieces = strang.pieces(dt, tau)
    h, total = dt / pieces, steps * pieces
    unit, V_split = math.log(2.0) * delta_T, V_T + strang.SPLIT * delta_T
    keep, y_th, to_log2 = math.exp(-0.5 * h / tau), (V_th - V_split) / unit, -1.0 / math.log(2.0)
    highest = np.nextafter(y_th, -np.inf)  # of what is below V_th, however closely, and may be rounded up to it
    opening = sigma * math.sqrt(math.tanh(h / tau)) / unit
    kick = math.sqrt(2.0) * opening
    remembers, scale = sigma > 0.0 and tau_noise > 0.0, 0.0
    if remembers:
        scale, kick = coloured.leak(h, tau) * coloured.amplitude(sigma, tau, tau_noise), 1.0 / unit
        constants = coloured.increment(h, tau_noise, scale)
    jump = math.sqrt(constants[3] ** 2 + constants[4] ** 2) / unit if remembers else kick
    y_near, variance = y_th - strang.NEAR * jump, jump**2
    inputs = Input(I, over_time, pieces, sigma, tau_noise, scale)
    drives, poles = flows(h, R * over_time, numbers)
    y, moved, wake = np.empty(WIDTH), np.empty(WIDTH), np.empty(WIDTH)
    drive, pole = np.empty(WIDTH), np.empty(WIDTH)
    z, bits = np.zeros(WIDTH, np.float32), np.empty(WIDTH, np.uint32)
    memory, z_too = np.zeros(WIDTH), np.empty(WIDTH, np.float32)
    for start in range(0, I.size, WIDTH):
        state = states[start // WIDTH].copy()
        if sigma > 0.0:
            random.normals(state, bits, z)
        if remembers:  # z is up to here its stationary state; then the kick of the first half of a step
            memory[:] = z
            for j in range(WIDTH):
                z[j] = coloured_kick(0.5 * h, inputs, state, memory, j)
        for j in range(WIDTH):
            i = min(start + j, I.size - 1)
            _, push, _, V_pole = strang.flow(h, R * I[i], V_rest, V_T, delta_T, tau)
            drive[j], pole[j] = push / unit, (V_pole - V_split) / unit
            y[j] = min((V - V_split) / unit, highest) + (kick if remembers else opening) * z[j]
            wake[j] = 0.0 if start + j < I.size else np.inf  # lanes without a neuron sleep for ever
        for k in range(total):
            if sigma > 0.0:
                random.normals(state, bits, z)
            if remembers:
                random.normals(state, bits, z_too)
                for j in range(WIDTH):
                    moved_on, kick_j = coloured.advance(memory[j], constants, z[j], z_too[j])
                    memory[j], z[j] = moved_on if k >= wake[j] else memory[j], kick_j
            if over_time.size and k % pieces == 0:
                drive[:], pole[:] = drives[k // pieces] / unit, (poles[k // pieces] - V_split) / unit
            eventful = 0
            for j in range(WIDTH):
                up = y[j] * keep
                g = exp2(up - pole[j])
                after = (up + drive[j] + to_log2 * log(1.0 - g)) * keep
                kicked = after + kick * z[j]
                below = (g < 1.0) & (max(max(after, kicked), y[j]) < y_near)
                kicked = kicked if below else np.inf
                now = kicked if k >= wake[j] else y[j]
                moved[j] = now
                eventful += now == np.inf
            for j in range(WIDTH if eventful > 0 else 0):
                if moved[j] == np.inf:
                    if sigma > 0.0:
                        after, kicked, below = one_step(y[j], keep, drive[j], pole[j], kick * z[j], y_th)
                        if below and random.one_uniform(state, j) >= strang.crossed(after, kicked, y_th, variance):
                            moved[j] = kicked
                            continue
                    V_j, next_step, fine = spikes_from(
                        y[j] * unit + V_split, k, total, h, start + j, inputs, state, memory, j, numbers, tally
                    )
                    if not fine:
                        return False
                    moved[j], wake[j] = min((V_j - V_split) / unit, highest), next_step
            y, moved = moved, y
    return True
