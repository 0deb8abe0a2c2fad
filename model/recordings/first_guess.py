"""A first neuron, from straight lines: the spike slope factor searched, everything else by least squares.

Good to some percent, and a start for `model.recordings.equation_fit`.
"""

from __future__ import annotations

import math

import numpy as np

from model.recordings.windows import windows
from model.sentences import say

FACTORS = np.geomspace(0.3, 12.0, 28)  # mV
JUMPS = 300_000  # steps from a sample to the next
LATEST = 10  # samples by which V may be late, or early
ALIKE = 1.5  # times dt/C, which an electrode must have to be told from a sample of delay
SURE = 40.0  # how much better, in the logarithm of the likelihood, a delay must be
SLOWEST = 300.0  # ms, a first time constant where the leak is not seen


def noise_of(V: np.ndarray, runs: np.ndarray) -> float:
    """Return the standard deviation [mV] of what is independent from sample to sample."""
    third = np.diff(V, 3)
    inside = np.zeros(V.size + 1, dtype=np.int64)
    np.add.at(inside, runs[:, 0], 1)
    np.add.at(inside, runs[:, 1] - 3, -1)
    third = third[np.cumsum(inside)[: third.size] > 0]
    return float(1.4826 * np.median(np.abs(third)) / math.sqrt(20.0))


def lag_and_electrode(V: np.ndarray, I: np.ndarray, runs: np.ndarray) -> tuple[int, float]:
    """Return by how many samples V is late, and the resistance of the electrode [MOhm], from jumps of V and of I."""
    before = np.concatenate([np.arange(a, b - 1) for a, b in runs])
    before = before[(before > LATEST) & (before < V.size - LATEST - 2)]
    before = before[:: max(1, before.size // JUMPS)]
    before = before[V[before] < np.quantile(V[before], 0.9)]
    jump = V[before + 1] - V[before]
    found = []
    for lag in range(-LATEST, LATEST + 1):
        I0, I1 = I[before - lag], I[before - lag + 1]
        X = np.stack([np.ones(jump.size), V[before], I0, I1 - I0])
        solution = _least_squares(X @ X.T, X @ jump)
        alike = abs(solution[3]) < ALIKE * abs(solution[2])  # a current that is a sample late would look like it
        found.append((float(jump @ jump - solution @ (X @ jump)), lag, 0.0 if alike else float(solution[3])))
    none, best = found[LATEST], min(found)
    better = jump.size * math.log(max(none[0], 1e-300) / max(best[0], 1e-300))
    _, lag, electrode = best if better > SURE else none
    return lag, electrode


def first_guess(V: np.ndarray, I: np.ndarray, dt: float, runs: np.ndarray) -> np.ndarray:
    """Return the unknowns of `model.recordings.following` for V [mV], without its electrode, and I [nA].

    Raises
    ------
    ValueError
        If the current drives V the wrong way.
    """
    w = windows(V, I, dt, runs)
    top = float(np.quantile(w.V, 0.9999))
    trust = 1.0 / (1.0 + 4.0 * np.exp(np.minimum((w.V - top) / 3.0, 1.0)))  # where V is steep, errors are large
    best = (math.inf, np.zeros(4), 1.0)
    for D in FACTORS:
        X = np.stack([np.ones(w.V.size), w.V, w.I, w.upswing(top, D)]) * trust
        y = w.slope * trust
        solution = _least_squares(X @ X.T, X @ y)
        left = float(((y - solution @ X) ** 2).sum())
        if left < best[0] and solution[3] > 0.0:
            best = (left, solution, float(D))
    return _unknowns(best[1], best[2], top)


def _least_squares(A: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Solve a small system whose rows may depend on each other."""
    scale = np.sqrt(np.maximum(np.diag(A), 1e-300))
    return np.linalg.lstsq(A / np.outer(scale, scale), b / scale, rcond=1e-12)[0] / scale


def _unknowns(solution: np.ndarray, D: float, top: float) -> np.ndarray:
    """Return the unknowns for V' = a + b V + per_C I + c exp((V - top)/D)."""
    a, b, per_C, c = solution
    if per_C <= 0.0:
        raise ValueError(
            say(
                "The current has the wrong sign: V falls where I rises. Multiply I by -1, or check that it is "
                "the current that was injected."
            )
        )
    rate = max(-b, 1.0 / SLOWEST)
    E = a / rate
    V_T = top - D * math.log(max(c, 1e-6) / (rate * D))
    return np.array([E, math.log(rate), V_T, math.log(D), math.log(per_C), 0.0])
