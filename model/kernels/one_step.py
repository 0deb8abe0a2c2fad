"""One step of any scheme without threshold, one neuron after the other."""

import math

import numpy as np

from model.integrators import exponential_euler, runge_kutta, strang
from model.integrators.exp2 import LOG2_E
from model.kernels.compile import kernel
from model.kernels.layout import EXPONENTIAL_EULER, STRANG
from model.kernels.tile import numbers_of


@kernel
def one_step(scheme, dt, p, V, current):
    """Move V [mV], shape (num,), by one step with the input `current` [nA]; inf where the upswing ran away."""
    weights = runge_kutta.as_tuple(scheme.weights * dt)
    for i in range(V.size):
        V_rest, _, _, V_T, delta_T, R, tau, _ = numbers_of(p, i)
        RI, per_mV, moved, fine = R * current[i], LOG2_E / delta_T, V[i], True
        if scheme.kind == EXPONENTIAL_EULER:
            moved = exponential_euler.step(moved, RI, V_rest, V_T, delta_T, per_mV, math.expm1(-dt / tau))
        elif scheme.kind == STRANG:
            pieces = strang.pieces(dt, tau, 0.0)
            flow = strang.flow(strang.pace(dt / pieces, tau), RI, V_rest, V_T, delta_T)
            for _ in range(pieces):
                moved, below_pole = strang.step(moved, flow)
                fine = fine and below_pole
        else:
            moved = runge_kutta.step(moved, RI, V_rest, V_T, delta_T, 1.0 / tau, per_mV, weights, scheme.stages)
        V[i] = moved if fine and math.isfinite(moved) else np.inf
