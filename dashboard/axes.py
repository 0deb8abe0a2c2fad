"""Axes that mostly stand still while one drags."""

from __future__ import annotations

import math

from model import theory
from model.parameters import Numbers
from model.stimuli import CURRENT_BOUNDS


def nice(value: float) -> float:
    """Return the next round number at or above a positive value: axes that mostly stand still while one drags.

    It stays within the numbers that a plot can show: 1e-307 for smaller values, 1e307 for larger ones.
    """
    value = min(max(value, 1e-307), 1e307)  # below, a power of ten is 0; above, the next round number is infinite
    scale = 10.0 ** math.floor(math.log10(value))
    return float(next(scale * step for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if scale * step >= value * (1 - 1e-9)))


def current_range(neuron: Numbers, I: float) -> tuple[float, float]:
    """Return the currents [nA] the curve covers: about twelve rheobases, and always the present one."""
    rheobase = theory.rheobase(neuron)
    scale = rheobase if rheobase > 0 else neuron.delta_T / neuron.R
    low, high = (-nice(-1.1 * I) if I < 0 else 0.0), nice(max(12 * scale, 1.05 * I))
    return max(low, CURRENT_BOUNDS[0]), min(high, CURRENT_BOUNDS[1])
