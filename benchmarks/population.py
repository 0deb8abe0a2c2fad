"""A million neurons for 100 ms, dt 0.1, each with its own current, spikes counted. `python benchmarks/population.py`.

Candidates that need long are given fewer neurons; the table compares nanoseconds per step of a neuron on one core.
Other simulators are measured by `peers.py`, in an environment of their own.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numba import njit
from timing import least, machine

from model import ExpIF, ExpIFParameters

P = ExpIFParameters().numbers()
DT, STEPS = 0.1, 1000
MILLION, SOME = 1_000_000, 10_000


def currents(n: int) -> np.ndarray:
    """From silence to 180 Hz."""
    return np.linspace(0.0, 50.0, n)


@njit
def plain_numba(I, counts):
    """The documented update rule as anybody would write it."""
    for i in range(I.size):
        V, t_last = -65.0, -1e7
        for k in range(STEPS):
            t = k * DT
            if t - t_last > P.tau_ref:
                V += DT * (P.V_rest - V + P.delta_T * math.exp((V - P.V_T) / P.delta_T) + P.R * I[i]) / P.tau
            if V >= P.V_th:
                V, t_last = P.V_reset, t
                counts[i] += 1


def plain_numpy(I: np.ndarray) -> np.ndarray:
    """The same, with an array operation for each part of the step."""
    V, t_last, counts = np.full(I.size, -65.0), np.full(I.size, -1e7), np.zeros(I.size, np.int64)
    for k in range(STEPS):
        t = k * DT
        change = DT * (P.V_rest - V + P.delta_T * np.exp((V - P.V_T) / P.delta_T) + P.R * I) / P.tau
        V = np.where(t - t_last <= P.tau_ref, V, V + change)
        spike = V >= P.V_th
        V, t_last = np.where(spike, P.V_reset, V), np.where(spike, t, t_last)
        counts += spike
    return counts


def group_of(n: int, **arguments: object):
    """A run of the group: it goes on in time at every repetition."""
    group, inputs = ExpIF(n, V_init=-65.0, **arguments), ("input", currents(n))
    return lambda: group.run(STEPS * DT, dt=DT, inputs=inputs)


def main() -> None:
    """Measure and print."""
    some, counts = currents(SOME), np.zeros(SOME, np.int64)
    candidates = {
        "plain numba": (SOME, lambda: plain_numba(some, counts)),
        "plain numpy": (SOME, lambda: plain_numpy(some)),
        "ExpIF, euler, float64": (MILLION, group_of(MILLION)),
        "ExpIF, euler, float32": (MILLION, group_of(MILLION, dtype="float32")),
        "ExpIF, euler, float64, tau per neuron": (MILLION, group_of(MILLION, tau=np.linspace(8.0, 12.0, MILLION))),
        "ExpIF, rk4, float64": (SOME, group_of(SOME, method="rk4")),
        "ExpIF, strang, float64": (SOME, group_of(SOME, method="strang")),
        "ExpIF, strang with noise, float64": (SOME, group_of(SOME, method="strang", sigma=2.0, seed=1)),
    }
    show(candidates)


def show(candidates: dict[str, tuple[int, Callable[[], object]]]) -> None:
    """Measure candidates, each with its number of neurons, and print one table."""
    seconds = least({name: run for name, (_, run) in candidates.items()}, repeats=5)
    print(f"{machine()}\n\n{'':42}{'neurons':>10}{'ms':>10}{'ns/step':>10}{'ratio':>8}")
    step = {name: 1e9 * t / (candidates[name][0] * STEPS) for name, t in seconds.items()}
    for name, ns in step.items():
        print(f"{name:42}{candidates[name][0]:10d}{1e3 * seconds[name]:10.1f}{ns:10.3f}{step['plain numba'] / ns:8.1f}")


if __name__ == "__main__":
    main()
