"""The f-I curve: 200 currents for 1000 ms, beside the plain loop anybody would write."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from timing import least, machine, table

from model import ExpIFParameters, fi_curve, theory
from model.integrators import strang
from model.kernels.event import until_spike

P = ExpIFParameters()
START = theory.fixed_points(P, 0.0).stable
I = np.linspace(0.0, 20.0, 200)


@njit
def plain_euler(V0, I, steps, dt, p):
    """The documented update rule, one neuron after the other."""
    counts = np.zeros(I.size, np.int64)
    for j in range(I.size):
        V, t_last = V0, -1e7
        for k in range(steps):
            t = k * dt
            if t - t_last > p.tau_ref:
                upswing = p.delta_T * math.exp((V - p.V_T) / p.delta_T)
                V += dt * (p.V_rest - V + upswing + p.R * I[j]) / p.tau
            if V >= p.V_th:
                V, t_last = p.V_reset, t
                counts[j] += 1
    return counts


@njit
def plain_strang(V0, I, steps, dt, p):
    """The splitting, one neuron after the other, with the exponential and logarithm of the C library."""
    counts = np.zeros(I.size, np.int64)
    for j in range(I.size):
        V, held = V0, 0.0
        flow = strang.split(strang.pace(dt, p.tau), p.R * I[j], p)
        for _ in range(steps):
            if held == 0.0:
                half = flow.V_split + (V - flow.V_split) * flow.keep
                g = math.exp((half - flow.V_pole) / p.delta_T)
                up = half + flow.drive - p.delta_T * math.log1p(-g)
                end = flow.V_split + (up - flow.V_split) * flow.keep if g < 1.0 else np.inf
                if end < p.V_th:
                    V = end
                    continue
            left, draws = dt, 0
            while left > 0.0:
                V, held, left, draws, spiked = until_spike(
                    V, held, left, dt, p.R * I[j], 0.0, (0.0, 0.0), 0.0, False, np.uint64(0), j, draws, p
                )
                counts[j] += spiked
    return counts


def main() -> None:
    """Measure and print."""
    n = P.numbers()
    euler = least(
        {
            "plain scalar loop": lambda: plain_euler(START, I, 100_000, 0.01, n),
            "fi_curve, one thread": lambda: fi_curve(P, I, 1000.0, 0.01, "euler", threads=1),
            "fi_curve, all cores": lambda: fi_curve(P, I, 1000.0, 0.01, "euler"),
        }
    )
    splitting = least(
        {
            "plain scalar loop": lambda: plain_strang(START, I, 10_000, 0.1, n),
            "fi_curve, one thread": lambda: fi_curve(P, I, 1000.0, 0.1, threads=1),
            "fi_curve, all cores": lambda: fi_curve(P, I, 1000.0, 0.1),
        },
        repeats=40,
    )
    print(machine())
    table("euler, dt 0.01 ms, float64", euler, "plain scalar loop", 2e7)
    table("strang, dt 0.1 ms, float64", splitting, "plain scalar loop", 2e6)
    ours = fi_curve(P, I[I >= 1.8])
    error = np.abs(ours.rates / theory.firing_rate(P, ours.currents) - 1.0).max()
    print(f"\nLargest error of the strang rates against the exact ones, I >= 1.8 nA: {error:.1e}")


if __name__ == "__main__":
    main()
