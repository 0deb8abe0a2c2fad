"""The explicit Runge-Kutta family: one step, and a table of coefficients. Euler, the documented default, is of it."""

from typing import NamedTuple

import numpy as np
from numba import njit

from model.integrators import equation
from model.integrators.equation import DriftConstants, drift
from model.integrators.exp2 import FAST
from model.integrators.scheme import OnGrid

MOST_STAGES = 4


class Tableau(NamedTuple):
    """The coefficients of an explicit Runge-Kutta scheme (its Butcher tableau).

    Attributes
    ----------
    order : int
        The error of a smooth solution over a fixed time shrinks as dt**order.
    a : ndarray, shape (stages, stages)
        Row s holds what each earlier slope contributes to the potential of stage s.
    b : ndarray, shape (stages,)
        What each slope contributes to the step.
    """

    order: int
    a: np.ndarray
    b: np.ndarray

    @property
    def weights(self) -> np.ndarray:
        """The weights that `step` takes, shape (WEIGHTS,): `a` below its diagonal, row by row, then `b`; else 0."""
        a, b, stages = np.zeros((MOST_STAGES, MOST_STAGES)), np.zeros(MOST_STAGES), self.b.size
        a[:stages, :stages], b[:stages] = self.a, self.b
        return np.concatenate([a[np.tril_indices(MOST_STAGES, -1)], b])


def tableau(order: int, rows: tuple, weights: tuple) -> Tableau:
    """Return a tableau; `rows` leaves out the empty first row and the zeros on and above the diagonal."""
    a = np.zeros((len(weights), len(weights)))
    for stage, row in enumerate(rows, start=1):
        a[stage, : len(row)] = row
    return Tableau(order, a, np.array(weights, dtype=np.float64))


_TWO_THIRDS = tableau(2, ((2 / 3,),), (1 / 4, 3 / 4))
_RALSTON4_ROWS = ((0.4,), (0.29697761, 0.15875964), (0.21810040, -3.05096516, 3.83286476))

TABLEAUS = {
    "euler": tableau(1, (), (1.0,)),
    "midpoint": tableau(2, ((1 / 2,),), (0.0, 1.0)),
    "heun2": tableau(2, ((1.0,),), (1 / 2, 1 / 2)),
    "ralston2": _TWO_THIRDS,
    "rk2": _TWO_THIRDS,
    "rk3": tableau(3, ((1 / 2,), (-1.0, 2.0)), (1 / 6, 2 / 3, 1 / 6)),
    "heun3": tableau(3, ((1 / 3,), (0.0, 2 / 3)), (1 / 4, 0.0, 3 / 4)),
    "ralston3": tableau(3, ((1 / 2,), (0.0, 3 / 4)), (2 / 9, 1 / 3, 4 / 9)),
    "ssprk3": tableau(3, ((1.0,), (1 / 4, 1 / 4)), (1 / 6, 1 / 6, 2 / 3)),
    "rk4": tableau(4, ((1 / 2,), (0.0, 1 / 2), (0.0, 0.0, 1.0)), (1 / 6, 1 / 3, 1 / 3, 1 / 6)),
    "rk4_38rule": tableau(4, ((1 / 3,), (-1 / 3, 1.0), (1.0, -1.0, 1.0)), (1 / 8, 3 / 8, 3 / 8, 1 / 8)),
    "ralston4": tableau(4, _RALSTON4_ROWS, (0.17476028, -0.55148066, 1.20553560, 0.17118478)),
}


def amplification(scheme: Tableau, h: float) -> float:
    """Return the factor by which one step multiplies the distance from rest of a membrane that only leaks.

    Beyond 1 in size the numbers grow without end although the membrane decays.

    Parameters
    ----------
    scheme : Tableau
        The scheme.
    h : float
        Length of the step in membrane time constants.
    """
    stages = np.eye(scheme.b.size) + h * scheme.a
    return float(1.0 - h * scheme.b @ np.linalg.solve(stages, np.ones(scheme.b.size)))


def longest_stable_step(scheme: Tableau) -> float:
    """Return the longest step, in membrane time constants, in which the leak alone does not grow."""
    low, high = 0.0, 10.0  # none of these schemes follows the leak for so long
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if abs(amplification(scheme, middle)) <= 1.0 + 1e-9 else (low, middle)
    return low


@njit(inline="always", fastmath=FAST, error_model="numpy")
def step(V, RI, c, w, stages):
    """Return the membrane potential [mV] after one explicit Runge-Kutta step, with the input held.

    A stage may leap past the pole of the upswing, where the exponential overflows and inf - inf is nan. Whoever
    calls must read every result that is not finite as an upswing that ran away within the step: a spike.

    Parameters
    ----------
    V, RI : float
        Membrane potential and drive [mV].
    c : DriftConstants
        The constants of the neuron, as for `drift`.
    w : tuple of float
        The weights of a `Tableau` times dt [ms].
    stages : int
        How many stages the scheme has. Each number of stages has a function of its own, in which the branches vanish.
    """
    a10, a20, a21, a30, a31, a32, b0, b1, b2, b3 = w
    k0 = drift(V, RI, c)
    moved = V + b0 * k0
    if stages > 1:
        k1 = drift(V + a10 * k0, RI, c)
        moved += b1 * k1
        if stages > 2:
            k2 = drift(V + a20 * k0 + a21 * k1, RI, c)
            moved += b2 * k2
            if stages > 3:
                last = V + a30 * k0 + a31 * k1 + a32 * k2
                moved += b3 * drift(last, RI, c)
    return moved


@njit(inline="always", error_model="numpy")
def constants(n, dt):
    """Return the `DriftConstants` of a neuron n of `Numbers`: a step of any length dt [ms] needs the same."""
    return equation.drift_constants(n)


def _step_of(stages):
    """Return the step with this number of stages."""

    @njit(inline="always", fastmath=FAST, error_model="numpy")
    def step_of(V, RI, c, w):
        return step(V, RI, c, w, stages)

    return step_of


_STEPS = {stages: _step_of(stages) for stages in range(1, MOST_STAGES + 1)}
SCHEMES = {
    name: OnGrid(DriftConstants, constants, _STEPS[tableau.b.size], tableau.weights, tableau.b.size)
    for name, tableau in TABLEAUS.items()
}


@njit
def as_tuple(w):
    """Return an array of weights, already multiplied by dt, as the tuple that `step` takes."""
    return w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8], w[9]
