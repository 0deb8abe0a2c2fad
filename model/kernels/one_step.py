"""One step of any scheme without threshold, one neuron after the other."""

import math

import numpy as np
from numba import njit

from model.integrators import runge_kutta, strang
from model.integrators.equation import numbers_of
from model.integrators.schemes import STEPS
from model.kernels.choice import by_number
from model.kernels.compile import kernel
from model.kernels.layout import STRANG


def _free(constants, step):
    """Return a compiled step of one neuron by one scheme."""
    return njit(lambda V, RI, neuron, dt, w: step(V, RI, constants(neuron, dt), w), error_model="numpy")


on_grid = by_number([_free(constants, step) for _, constants, step in STEPS])


@kernel
def one_step(scheme, dt, p, V, current):
    """Move V [mV], shape (num,), by one step with the input `current` [nA]; inf where the upswing ran away."""
    weights = runge_kutta.as_tuple(scheme.weights * dt)
    for i in range(V.size):
        neuron = numbers_of(p, i)
        RI, moved, fine = neuron.R * current[i], V[i], True
        if scheme.kind == STRANG:
            pieces = strang.pieces(dt, neuron.tau, 0.0)
            flow = strang.flow(strang.pace(dt / pieces, neuron.tau), RI, neuron)
            for _ in range(pieces):
                moved, below_pole = strang.step(moved, flow)
                fine = fine and below_pole
        else:
            moved = on_grid(scheme.kind, moved, RI, neuron, dt, weights)
        V[i] = moved if fine and math.isfinite(moved) else np.inf
