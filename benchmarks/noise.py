"""Noise: 1000 neurons for 1000 ms at dt 0.05, sigma 2 mV, all spikes recorded. `python benchmarks/noise.py`."""

from __future__ import annotations

import numpy as np
from numba import njit
from timing import least, machine, table

from model import ExpIFParameters, spike_trains
from model.kernels.normals import key, normal_pairs

P = ExpIFParameters()
I = np.full(1000, 1.0)


@njit
def numbas_normals(n):
    """The generator numba compiles for np.random."""
    total = 0.0
    for _ in range(n):
        total += np.random.standard_normal()  # noqa: NPY002 -- this is what is compared with
    return total


@njit(nogil=True, error_model="numpy")
def our_normals(n):
    """The counters, hashed and turned into pairs."""
    first, second, bits = np.empty(64, np.float32), np.empty(64, np.float32), np.empty((2, 64), np.uint32)
    total = np.float32(0.0)
    for k in range(n // 128):
        normal_pairs(key(1, k, 0), 0, bits[0], bits[1], first, second)
        total += first[k % 64]
    return total


def main() -> None:
    """Measure and print."""
    n, numpys = 2_000_000, np.random.default_rng(1)
    normals = least(
        {
            "np.random in numba": lambda: numbas_normals(n),
            "numpy's Generator": lambda: numpys.standard_normal(n),
            "hashed counters in pairs": lambda: our_normals(n),
        }
    )
    population = least(
        {
            "no noise, one thread": lambda: spike_trains(P, I, 1000.0, 0.05, threads=1),
            "noise, one thread": lambda: spike_trains(P, I, 1000.0, 0.05, sigma=2.0, seed=1, threads=1),
            "noise, all cores": lambda: spike_trains(P, I, 1000.0, 0.05, sigma=2.0, seed=1),
        }
    )
    print(machine())
    table("normal numbers, 2 million", normals, "np.random in numba", n)
    table("strang, 1000 neurons, all spikes recorded (6 Hz with noise)", population, "noise, one thread", 2e7)


if __name__ == "__main__":
    main()
