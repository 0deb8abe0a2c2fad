"""The rate that spikes are expected at, to know what a run will cost before it is made."""

from __future__ import annotations

from typing import Any

import numpy as np

from model import theory
from model.parameters import Numbers


def expected_rate(neuron: Numbers, I: Any, sigma: float) -> np.ndarray:
    """Return the rate [Hz] at the current I [nA], without noise where the theory of noise does not reach."""
    try:
        return np.asarray(theory.stationary_rate(neuron, I, sigma))
    except ValueError:
        return np.asarray(theory.firing_rate(neuron, I))


def highest_rate(neuron: Numbers, I: Any, sigma: float) -> np.ndarray:
    """Return the rate [Hz] that spikes may come at: a neuron that can both rest and fire may begin with firing."""
    return np.maximum(expected_rate(neuron, I, sigma), theory.firing_rate(neuron, I))
