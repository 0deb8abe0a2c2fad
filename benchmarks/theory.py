"""Exact theory against the usual ways to compute the same numbers, one core, one run.

`python benchmarks/theory.py` prints one table. The usual ways: adaptive quadrature of the period (SciPy), and threshold
integration on a uniform grid of 0.01 mV (Richardson 2007), compiled with plain numba. "differ by" is the largest
relative difference between the two columns, and is the error of the usual way.
"""

from __future__ import annotations

import math
import os
import platform
import time

import numpy as np
from numba import njit
from scipy.integrate import quad

from model import theory
from model.parameters import ExpIFParameters

STEP = 0.01  # mV
n = ExpIFParameters().numbers()


@njit
def drift(n, RI, V):
    """f(V) [mV]."""
    return n.V_rest - V + n.delta_T * math.exp((V - n.V_T) / n.delta_T) + RI


@njit
def uniform_rate(n, RI, sigma, low, step):
    """Rate [1/ms] by one sweep downward."""
    p, total = 0.0, 0.0
    steps = round((n.V_th - low) / step)
    for k in range(steps):
        V = n.V_th - (k + 0.5) * step
        g = -drift(n, RI, V) / sigma**2 * step
        p *= math.exp(g)
        if n.V_reset < V:
            p += step * n.tau / sigma**2 * (math.expm1(g) / g if g != 0.0 else 1.0)
        total += step * p
    return 1.0 / (n.tau_ref + total)


@njit
def uniform_response(n, RI, sigma, low, step, omega, r0):
    """Response [1/(ms mV)] by two sweeps downward."""
    p0, pr, pe, jr, je = 0.0, 0j, 0j, 1.0 + 0j, 0j
    steps = round((n.V_th - low) / step)
    reset = round((n.V_th - n.V_reset) / step)
    for k in range(steps):
        V = n.V_th - (k + 0.5) * step
        g = -drift(n, RI, V) / sigma**2 * step
        grow, load = math.exp(g), step * (math.expm1(g) / g if g != 0.0 else 1.0)
        j0 = r0 if k < reset else 0.0
        nr = pr * grow + load * n.tau / sigma**2 * jr
        ne = pe * grow + load * (n.tau * je - p0) / sigma**2
        jr += step * 1j * omega * pr
        je += step * 1j * omega * pe
        if k + 1 == reset:
            jr -= np.exp(-1j * omega * n.tau_ref)
        p0, pr, pe = p0 * grow + load * n.tau / sigma**2 * j0, nr, ne
    return -je / jr


def fastest(function, repeats):
    """Shortest of many runs [ms], and the result."""
    result, best = function(), math.inf
    for _ in range(repeats):
        start = time.perf_counter()
        result = function()
        best = min(best, time.perf_counter() - start)
    return 1e3 * best, result


def row(what, goal, ours, usual):
    """Print one comparison."""
    (fast, found), (slow, rough) = fastest(ours, 50), fastest(usual, 3)
    difference = np.max(np.abs(np.asarray(rough) / np.asarray(found) - 1))
    print(f"| {what} | {fast:.3g} | {goal} | {slow:.3g} | {slow / fast:.3g} | {difference:.1e} |")


def main():
    """Print the table."""
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}; milliseconds\n")
    print("| what | here | goal | usual way | times faster | differ by |\n|---|---|---|---|---|---|")
    currents = np.linspace(1.65, 50, 200)
    slow = [lambda V, I=I: n.tau / (n.V_rest - V + n.delta_T * math.exp((V - n.V_T) / n.delta_T) + I) for I in currents]
    row(
        "firing rate, 200 currents",
        "0.3",
        lambda: theory.firing_rate(n, currents),
        lambda: [1e3 / (n.tau_ref + quad(f, n.V_reset, n.V_th, points=[n.V_T], epsrel=1e-12)[0]) for f in slow],
    )
    currents = np.linspace(-3, 20, 100)
    for sigma in (1.0, 4.0):
        low = n.V_rest - 3 - 9 * sigma
        row(
            f"stationary rate, 100 currents, sigma {sigma:g}",
            "10",
            lambda sigma=sigma: theory.stationary_rate(n, currents, sigma),
            lambda sigma=sigma, low=low: [1e3 * uniform_rate(n, I, sigma, low, STEP) for I in currents],
        )
    f = np.geomspace(1, 2000, 60)
    rate = theory.stationary_rate(n, 1.0, 4.0) / 1e3
    row(
        "response, 60 frequencies",
        "60",
        lambda: theory.susceptibility(n, 1.0, 4.0, f),
        lambda: [1e3 * uniform_response(n, 1.0, 4.0, -105.0, STEP, 2e-3 * math.pi * each, rate) for each in f],
    )
    for what, ours in {
        "density, 500 potentials": lambda: theory.density(n, 1.0, 4.0, np.linspace(-85, -30, 500)),
        "intervals, 300 times": lambda: theory.isi_density(n, 1.0, 4.0, np.linspace(0, 400, 300)),
        "spectrum, 60 frequencies": lambda: theory.spectrum(n, 1.0, 4.0, f),
        "phase response, 300 phases": lambda: theory.phase_response(n, 10.0, np.linspace(0, 1, 300)),
    }.items():
        print(f"| {what} | {fastest(ours, 20)[0]:.3g} | | | | |")


if __name__ == "__main__":
    main()
