"""Averages of V, dV/dt and I over short windows: what the dynamic I-V curve is drawn from, and the first guess made.

V' is averaged with weights that fall to zero at both ends of a window, so that its average is one of V with other
weights: the equation holds for the averages as it does for each moment, however much noise they take away.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

HALF = 0.3  # ms, half a window
MOST = 40_000  # windows
STEEP = 6.0  # mV/ms; V is no straight line within a window where it is steeper


class Windows(NamedTuple):
    """Averages over windows, shape (windows,): V [mV], I [nA], dV/dt [mV/ms]; and half the length of one [ms]."""

    V: np.ndarray
    I: np.ndarray
    slope: np.ndarray
    reach: float

    def upswing(self, V_T: float, D: float) -> np.ndarray:
        """Return the average of exp((V - V_T)/D) over each window, in which V is nearly a straight line."""
        along = np.minimum(np.abs(self.slope) * self.reach / D, 20.0) + 1e-3
        spread = 3.0 * (along * np.cosh(along) - np.sinh(along)) / along**3
        return np.exp(np.minimum((self.V - V_T) / D, 50.0)) * spread


def windows(V: np.ndarray, I: np.ndarray, dt: float, runs: np.ndarray) -> Windows:
    """Return `Windows` within the runs of samples of V [mV], without its electrode, and I [nA]."""
    half = max(round(HALF / dt), 2)
    centres = np.concatenate([np.arange(a + half, b - half, half) for a, b in runs])
    centres = centres[:: max(1, centres.size // MOST)]
    steps = np.arange(-half, half + 1)
    weight = 1.0 - (steps / (half + 0.5)) ** 2
    weight /= weight.sum()
    around = centres[:, None] + steps
    near = V[around]
    line = near @ (steps / (steps**2).sum()) / dt
    gentle = np.abs(line) < STEEP
    flat = near[gentle] - line[gentle, None] * dt * steps  # its average is V in the middle, with the noise of all
    slope = near[gentle] @ _derivative(weight) / dt
    return Windows(flat @ weight, I[around[gentle]] @ weight, slope, (half + 0.5) * dt)


def _derivative(weight: np.ndarray) -> np.ndarray:
    """Return the weights whose average of V is the average of V' with `weight`, times dt; straight lines stay exact."""
    found = -np.gradient(np.pad(weight, 1))[1:-1]
    return found / (found @ np.arange(-(weight.size // 2), weight.size // 2 + 1))
