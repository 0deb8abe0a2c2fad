"""The rate that spikes are expected at, to know what a run will cost before it is made."""

from __future__ import annotations

from typing import Any

import numpy as np

from model import theory
from model.parameters import Numbers


def expected_rate(neuron: Numbers, I: Any, sigma: float) -> np.ndarray:
    """Return the exact rate [Hz] at the current I [nA], without the noise where the theory of noise gives no answer."""
    try:
        return np.asarray(theory.stationary_rate(neuron, I, sigma))
    except ValueError:
        return np.asarray(theory.firing_rate(neuron, I))


def highest_rate(neuron: Numbers, I: Any, sigma: float) -> np.ndarray:
    """Return the highest rate [Hz] to be expected: a neuron that can both rest and fire may begin with firing."""
    return np.maximum(expected_rate(neuron, I, sigma), theory.firing_rate(neuron, I))
