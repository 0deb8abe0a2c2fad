"""The dynamic I-V curve: what V does at each potential, besides what the injected current makes it do."""

from __future__ import annotations

import numpy as np

from model.recordings.neurons import values_of
from model.recordings.results import DynamicIV
from model.recordings.windows import Windows

BINS = 50
LEAST = 20  # windows in a bin
NEAR = 1.0  # mV around the usual V, for the classical estimate of C


def dynamic_iv(w: Windows, theta: np.ndarray) -> tuple[DynamicIV, float]:
    """Return the curve, and the share of its root mean square that the fitted equation misses beyond chance."""
    E, V_T, D, _, tau, C, _ = values_of(theta)
    F = w.slope - w.I / C
    expected = (E - w.V + D * w.upswing(V_T, D)) / tau
    low, high = np.quantile(w.V, [0.0005, 0.9998])
    bins = np.clip(((w.V - low) / max(high - low, 1e-9) * BINS).astype(np.int64), -1, BINS)
    bins[(bins < 0) | (bins >= BINS)] = BINS
    count = np.bincount(bins, minlength=BINS + 1)[:BINS]
    enough = count >= LEAST

    def mean(values: np.ndarray) -> np.ndarray:
        return np.bincount(bins, values, minlength=BINS + 1)[:BINS][enough] / count[enough]

    measured, V = mean(F), mean(w.V)
    error = np.sqrt(np.maximum(mean(F * F) - measured**2, 0.0) / count[enough])
    off = (measured - mean(expected)) ** 2 - error**2
    missed = np.average(np.maximum(off, 0.0)) / max(np.average(measured**2), 1e-12)
    fitted = (E - V + D * np.exp(np.minimum((V - V_T) / D, 50.0))) / tau
    return DynamicIV(V, measured, error, fitted), float(np.sqrt(missed))


def classical_C(w: Windows) -> float:
    """Return the C [nF] with which dV/dt - I/C varies least near the usual V, as Badel et al. take it."""
    near = np.abs(w.V - np.median(w.V)) < NEAR
    I, slope = w.I[near] - w.I[near].mean(), w.slope[near]
    return float((I @ I) / (slope @ I))
