"""Many independent neurons by the documented update rule."""

import math

import numpy as np

from model.kernels import coloured, random
from model.kernels.compile import kernel
from model.kernels.exp2 import exp2
from model.kernels.tally import note

WIDTH = 64  # neurons that go through the steps together


@kernel(vector=True)
def run(V, I, over_time, steps, dt, sigma, tau_noise, states, numbers, tally):
    """Run all neurons from V [mV] and note their spikes, each at the start of its step.

    In y = (V - V_T)/delta_T log2(e) a step is y + dt/tau (rest - y + drive) + dt/tau log2(e) 2**y. Neurons go through
    the steps in blocks whose inner loop is free of branches; a spike, which is rare, is dealt with after it.

    Parameters
    ----------
    V : float
        Membrane potential at the start, below V_th [mV].
    I : float64 array, shape (n,)
        Current of each neuron [nA].
    over_time : float64 array, shape (steps,) or (0,)
        Current of each step [nA], the same for all neurons; where it is given, only the length of I matters.
    steps, dt, sigma, tau_noise : int, float, float, float
        Number of steps, step [ms], noise [mV] and its memory [ms], 0 for white noise.
    states : uint32 array, shape (at least n/WIDTH, 4, WIDTH)
        Where the generators of each block start; left as it is. See `random.lanes`.
    numbers : Numbers
        The neuron.
    tally : Tally
        Takes the spikes.

    Returns
    -------
    bool
        True.
    """
    V_rest, V_reset, V_th, V_T, delta_T, R, tau, tau_ref = numbers
    unit, part = 1.0 / (math.log(2.0) * delta_T), dt / tau
    keep, gain = 1.0 - part, part / math.log(2.0)
    y_th = (V_th - V_T) * unit
    highest = np.nextafter(y_th, -np.inf)  # of what is below V_th, however closely, and may be rounded up to it
    y_start, y_reset = min((V - V_T) * unit, highest), min((V_reset - V_T) * unit, highest)
    remembers = sigma > 0.0 and tau_noise > 0.0
    kick = unit if remembers else sigma * math.sqrt(2.0 * part) * unit
    if remembers:
        constants = coloured.increment(dt, tau_noise, coloured.amplitude(sigma, tau, tau_noise))
    y, t_last, push = np.empty(WIDTH), np.empty(WIDTH), np.empty(WIDTH)
    z, bits = np.zeros(WIDTH, np.float32), np.empty(WIDTH, np.uint32)
    memory, z_too = np.zeros(WIDTH, np.float32), np.empty(WIDTH, np.float32)
    for start in range(0, I.size, WIDTH):
        state = states[start // WIDTH].copy()
        if remembers:
            random.normals(state, bits, memory)
        for j in range(WIDTH):
            i = min(start + j, I.size - 1)
            push[j], y[j] = part * (V_rest + R * I[i] - V_T) * unit, y_start
            t_last[j] = -1e7 if start + j < I.size else np.inf  # lanes without a neuron are held for ever
        for k in range(steps):
            t, spiked = k * dt, 0
            if sigma > 0.0:
                random.normals(state, bits, z)
            if remembers:
                random.normals(state, bits, z_too)
                for j in range(WIDTH):
                    memory[j], z[j] = coloured.advance(memory[j], constants, z[j], z_too[j])
            if over_time.size:
                push[:] = part * (V_rest + R * over_time[k] - V_T) * unit
            for j in range(WIDTH):
                moved = y[j] * keep + push[j] + gain * exp2(y[j]) + kick * z[j]
                y[j] = y[j] if t - t_last[j] <= tau_ref else moved
                spiked |= y[j] >= y_th
            if spiked:
                for j in range(WIDTH):
                    if y[j] >= y_th:
                        y[j], t_last[j] = y_reset, t
                        note(tally, start + j, t, 0, 0.0)
    return True
