"""Recordings made for the tests, by an integrator of their own: Runge and Kutta, many small steps in each sample.

Nothing here comes from the project's simulation, so that an error there cannot hide one in the fit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from model import ExpIFParameters

FINE = 0.0125  # ms, the longest step of the integrator
SHAPE_RISE, SHAPE = 0.25, 1.0  # ms, how long a drawn spike rises, and lasts
PEAK = 35.0  # mV

NEURONS = {
    "Brette and Gerstner": (-70.6, -70.6, 20.0, -50.4, 2.0, 33.333, 9.3667, 0.0),
    "sharp": (-70.0, -62.0, 0.0, -50.0, 1.2, 80.0, 18.0, 2.0),
    "spiny": (-65.3, -65.3, 15.0, -60.2, 3.5, 10.0, 10.0, 2.8),
    "default": (-65.0, -68.0, -30.0, -59.9, 3.48, 1.0, 10.0, 1.7),
}
NAMES = ("V_rest", "V_reset", "V_th", "V_T", "delta_T", "R", "tau", "tau_ref")


class Made(NamedTuple):
    """A recording and the truth behind it."""

    V: np.ndarray
    I: np.ndarray
    dt: float
    spikes: np.ndarray
    p: ExpIFParameters


def neuron(name: str) -> ExpIFParameters:
    return ExpIFParameters(**dict(zip(NAMES, NEURONS[name], strict=True)))


@njit
def _slope(V, w, I, E, V_T, D, R, tau):
    return (E - V + D * np.exp(min((V - V_T) / D, 300.0)) + R * (I - w)) / tau


@njit
def _integrate(p, I, dt, parts, kicks, jump, tau_w):
    """V at the samples, and the spikes; I is held over each sample; `jump` of the adaptation current at each spike."""
    E, V_reset, V_th, V_T, D, R, tau, tau_ref = p
    h = dt / parts
    V, w, held = E, 0.0, -1.0
    out, spikes = np.empty(I.size), []
    for k in range(I.size):
        out[k] = V
        for j in range(parts):
            t = k * dt + j * h
            w -= w * h / tau_w
            if t + 1e-9 < held:
                continue
            a = _slope(V, w, I[k], E, V_T, D, R, tau)
            b = _slope(V + 0.5 * h * a, w, I[k], E, V_T, D, R, tau)
            c = _slope(V + 0.5 * h * b, w, I[k], E, V_T, D, R, tau)
            d = _slope(V + h * c, w, I[k], E, V_T, D, R, tau)
            V += h * (a + 2.0 * b + 2.0 * c + d) / 6.0
            if kicks.size:
                V += kicks[k * parts + j]
            if not V < V_th:
                spikes.append(t + h)
                V, held = V_reset, t + h + tau_ref
                w += jump
    return out, np.array(spikes)


def coloured(n: int, dt: float, memory: float, rng: np.random.Generator) -> np.ndarray:
    """An Ornstein-Uhlenbeck process with variance 1."""
    from scipy.signal import lfilter

    keep = np.exp(-dt / memory)
    return lfilter([np.sqrt(1.0 - keep**2)], [1.0, -keep], rng.standard_normal(n))


def record(
    p: ExpIFParameters | str, seconds: float = 45.0, rate: float = 20.0, *, seed: int = 1, noise: float = 0.2,
    mean: float = 0.6, spread: float | None = None, electrode: float = 0.0, late: int = 0, adaptation: float = 0.0,
    intrinsic: float = 0.0, drawn: bool = True, memory: float = 3.0, target: float = 12.0,
) -> Made:  # fmt: skip
    """A recording at `rate` kHz, driven by a current that fluctuates with a memory of `memory` ms.

    Its mean is `mean` times the rheobase, its spread such that `target` Hz come out, or `spread` nA. White measurement
    noise [mV], an electrode [MOhm], V late by `late` samples, an adaptation that each spike raises by `adaptation` nA,
    intrinsic noise as `sigma` of the project [mV], drawn spikes.
    """
    p = neuron(p) if isinstance(p, str) else p
    rng = np.random.default_rng(seed)
    numbers, dt = tuple(p.numbers()), 1.0 / rate
    n, parts = round(seconds * 1000.0 / dt), int(np.ceil(dt / FINE))
    distance = max(p.V_T - p.V_rest - p.delta_T, 0.5 * p.delta_T) / p.R
    wave, none = coloured(n, dt, memory, rng), np.empty(0)

    def spiking(spread: float, length: int, kicks: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        I = mean * distance + spread * wave[:length]
        return I, *_integrate(numbers, I, dt, parts, kicks, adaptation, 100.0)

    if spread is None:
        low, high, some = 0.0, 40.0 * distance, min(n, round(3000.0 / dt))
        for _ in range(10):
            spread = 0.5 * (low + high)
            low, high = (
                (low, spread) if 1000.0 * spiking(spread, some, none)[2].size / (some * dt) > target else (spread, high)
            )
    kicks = intrinsic * np.sqrt(2.0 * dt / parts / p.tau) * rng.standard_normal(n * parts) if intrinsic else none
    I, V, spikes = spiking(spread, n, kicks)
    if drawn:
        V = drawn_into(V, spikes, dt, p.V_th, p.V_reset)
    V = V + electrode * I
    V = np.concatenate([np.full(late, V[0]), V[: n - late]]) if late else V
    return Made(V + noise * rng.standard_normal(n), I, dt, spikes + late * dt, p)


def drawn_into(V: np.ndarray, spikes: np.ndarray, dt: float, V_th: float, V_reset: float) -> np.ndarray:
    """V with the shape of a spike from each crossing of V_th on."""
    V, t = V.copy(), np.arange(V.size) * dt
    for spike in spikes:
        first = int(np.ceil(spike / dt))
        since = t[first : first + round(SHAPE / dt) + 1] - spike
        shape = np.where(since < SHAPE_RISE, V_th + (PEAK - V_th) * since / SHAPE_RISE,
                         PEAK + (V_reset - PEAK) * (since - SHAPE_RISE) / (SHAPE - SHAPE_RISE))  # fmt: skip
        keep = since < SHAPE
        V[first : first + keep.sum()] = shape[keep]
    return V
