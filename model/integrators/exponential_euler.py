"""Exponential Euler: the leak -V/tau exactly, everything else held over the step."""

from typing import NamedTuple

import numpy as np
from numba import njit

from model.integrators.exp2 import FAST, LOG2_E, exp2
from model.integrators.scheme import OnGrid


class Constants(NamedTuple):
    """What a step needs of a neuron, with each division and exponential that can be made beforehand."""

    V_rest: float  # mV
    V_T: float  # mV
    delta_T: float  # mV
    per_mV: float  # LOG2_E/delta_T [1/mV]
    shrink: float  # exp(-dt/tau) - 1


@njit(inline="always", error_model="numpy")
def constants(n, dt):
    """Return the `Constants` of a neuron n of `Numbers` for steps of dt [ms]."""
    return Constants(n.V_rest, n.V_T, n.delta_T, LOG2_E / n.delta_T, np.expm1(-dt / n.tau))


@njit(inline="always", fastmath=FAST, error_model="numpy")
def step(V, RI, c, w):
    """Return V [mV] after one step with the drive RI [mV]; inf where the exponential overflows, which is a spike."""
    target = c.V_rest + c.delta_T * exp2((V - c.V_T) * c.per_mV) + RI
    return V + (V - target) * c.shrink


SCHEMES = {"exponential_euler": OnGrid(Constants, constants, step)}
