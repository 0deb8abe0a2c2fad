"""Forward Euler: the documented default scheme."""

from numba import njit

from model.integrators.drift import drift

ORDER = 1


@njit(inline="always")
def step(V, RI, dt, V_rest, V_T, delta_T, tau):
    """One step of the membrane equation; the upswing may overflow to inf, which is above every threshold."""
    return V + dt * drift(V, RI, V_rest, V_T, delta_T, tau)
