"""Many independent neurons with constant currents: spikes counted, nothing recorded."""

import math

from model.integrators import euler, strang
from model.kernels.compile import kernel

MANY = 16  # spikes in one step from which the rest of the step is reckoned, not run


@kernel
def sweep_euler(V, I, steps, dt, sigma, rng, numbers, count, first, last):
    """Run the documented update rule for each current; fill spike counts and the first and last spike time [ms]."""
    V_rest, V_reset, V_th, V_T, delta_T, R, tau, tau_ref = numbers
    kick = sigma * math.sqrt(2.0 * dt / tau)
    V_init = V
    for j in range(I.size):
        V, t_last = V_init, -1e7
        for k in range(steps):
            t = k * dt
            if t - t_last > tau_ref:
                V = euler.step(V, R * I[j], dt, V_rest, V_T, delta_T, tau)
                if sigma > 0.0:
                    V += kick * rng.standard_normal()
            if V >= V_th:
                if count[j] == 0:
                    first[j] = t
                last[j] = t
                count[j] += 1
                t_last, V = t, V_reset


@kernel
def sweep_strang(V, I, steps, dt, sigma, rng, numbers, count, first, last):
    """Run the splitting for each current; fill spike counts and the first and last spike time [ms]."""
    V_rest, _, V_th, V_T, delta_T, R, tau, _ = numbers
    pieces = math.ceil(dt / (strang.MOST_OF_TAU * tau))
    h = dt / pieces
    V_init = V
    for j in range(I.size):
        V, held, RI = V_init, 0.0, R * I[j]
        keep, drive, V_split, V_pole = strang.flow(h, RI, V_rest, V_T, delta_T, tau)
        for k in range(steps * pieces):
            if sigma == 0.0 and held == 0.0 and V < V_th:
                V_next = strang.step(V, keep, drive, V_split, V_pole, delta_T)
                if V_next < V_th:
                    V = V_next
                    continue
            left, in_step = h, 0
            while left > 1e-12 * h:
                before = left
                V, held, left, spiked = strang.until_spike(V, held, left, RI, sigma, rng, numbers)
                if spiked:
                    in_step += 1
                    repeats = 1
                    if in_step == MANY:  # the interval is so short that noise within it does not matter
                        interval = before - left
                        repeats += int(left / interval)
                        left -= (repeats - 1) * interval
                    if count[j] == 0:
                        first[j] = (k + 1) * h - left
                    last[j] = (k + 1) * h - left
                    count[j] += repeats
