"""Exponential Euler: the leak -V/tau exactly, everything else held over the step."""

from numba import njit

from model.integrators.exp2 import FAST, exp2

ORDER = 1


@njit(inline="always", fastmath=FAST, error_model="numpy")
def step(V, RI, V_rest, V_T, delta_T, per_mV, shrink):
    """Potential [mV] after one step; inf where the exponential overflows, which is a spike.

    Parameters
    ----------
    V, RI, V_rest, V_T, delta_T : float
        [mV]
    per_mV : float
        LOG2_E/delta_T [1/mV].
    shrink : float
        exp(-dt/tau) - 1.
    """
    target = V_rest + delta_T * exp2((V - V_T) * per_mV) + RI
    return V + (V - target) * shrink
