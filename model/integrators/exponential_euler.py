"""Exponential Euler: the leak -V/tau exactly, everything else held over the step."""

import numpy as np
from numba import njit

ORDER = 1


@njit
def step(V, RI, V_rest, V_T, delta_T, tau, dt):
    """Potential [mV] after one step; inf where the exponential overflows, which is a spike.

    Parameters
    ----------
    V, RI, V_rest, V_T, delta_T : float
        [mV]
    tau, dt : float
        [ms]
    """
    target = V_rest + delta_T * np.exp((V - V_T) / delta_T) + RI
    return V + (V - target) * np.expm1(-dt / tau)
