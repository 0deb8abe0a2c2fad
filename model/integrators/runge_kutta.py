"""The explicit Runge-Kutta family: one step, and a table of coefficients."""

from typing import NamedTuple

import numpy as np
from numba import njit

from model.integrators.drift import drift


class Tableau(NamedTuple):
    """Coefficients of an explicit Runge-Kutta scheme.

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
        """The rows of `a` with `b` below them, shape (stages + 1, stages)."""
        return np.vstack([self.a, self.b])


def tableau(order: int, rows: tuple, weights: tuple) -> Tableau:
    """Fill a tableau; `rows` leaves out the empty first row and the zeros on and above the diagonal."""
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
    """Factor by which one step of `h` time constants multiplies a distance from rest (leak alone).

    Beyond 1 in size the numbers grow without end although the membrane decays.
    """
    stages = np.eye(scheme.b.size) + h * scheme.a
    return float(1.0 - h * scheme.b @ np.linalg.solve(stages, np.ones(scheme.b.size)))


@njit
def step(V, RI, V_rest, V_T, delta_T, tau, dt, a, b, slopes):
    """Potential [mV] after one explicit Runge-Kutta step, the input held.

    A stage may leap past the pole of the upswing, where the exponential overflows and inf - inf is nan. Whoever
    calls must read every result that is not finite as an upswing that ran away within the step: a spike.

    Parameters
    ----------
    V, RI, V_rest, V_T, delta_T : float
        [mV]
    tau, dt : float
        [ms]
    a, b : ndarray
        A `Tableau`.
    slopes : ndarray, shape (stages,) or longer
        Room for the slopes [mV/ms], overwritten.
    """
    change = 0.0
    for s in range(b.size):
        y = 0.0
        for j in range(s):
            y += a[s, j] * slopes[j]
        slopes[s] = drift(V + dt * y, RI, V_rest, V_T, delta_T, tau)
        change += b[s] * slopes[s]
    return V + dt * change
