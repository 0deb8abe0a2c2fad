"""One step of any scheme without threshold, one neuron after the other."""

import math

import numpy as np

from model.integrators import exponential_euler, runge_kutta, strang
from model.kernels.compile import kernel
from model.kernels.layout import EXPONENTIAL_EULER, STRANG
from model.kernels.strang_tile import numbers_of


@kernel
def one_step(scheme, dt, p, V, current):
    """Move V [mV], shape (num,), by one step with the input `current` [nA]; inf where the upswing ran away."""
    stages = scheme.weights.shape[1]
    a, b, slopes = scheme.weights[:stages], scheme.weights[stages], np.empty(stages)
    for i in range(V.size):
        V_rest, _, _, V_T, delta_T, R, tau, _ = numbers_of(p, i)
        RI = R * current[i]
        if scheme.kind == EXPONENTIAL_EULER:
            moved = exponential_euler.step(V[i], RI, V_rest, V_T, delta_T, tau, dt)
        elif scheme.kind == STRANG:
            pieces = strang.pieces(dt, tau)
            keep, drive, V_split, V_pole = strang.flow(dt / pieces, RI, V_rest, V_T, delta_T, tau)
            moved = V[i]
            for _ in range(pieces):
                moved = strang.step(moved, keep, drive, V_split, V_pole, delta_T)
        else:
            moved = runge_kutta.step(V[i], RI, V_rest, V_T, delta_T, tau, dt, a, b, slopes)
        V[i] = moved if math.isfinite(moved) else np.inf
