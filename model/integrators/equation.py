"""The neuron in one place: its numbers, what it carries from step to step, its equation as compiled and as printed."""

from typing import Annotated, Any, NamedTuple, get_type_hints

import numpy as np
from numba import njit

from model.integrators.exp2 import FAST, LOG2_E, exp2
from model.integrators.rows import reader

LATEX = (
    r"\tau \frac{dV}{dt} = -(V - V_\mathrm{rest})"
    r" + \Delta_T \exp\!\left(\frac{V - V_T}{\Delta_T}\right) + R I"
)
NEVER = -1e7  # ms; time of a spike that has not been yet


class Numbers(NamedTuple):
    """The values of `ExpIFParameters` as plain floats: what compiled code takes, and what can be hashed."""

    V_rest: float
    V_reset: float
    V_th: float
    V_T: float
    delta_T: float
    R: float
    tau: float
    tau_ref: float


R, TAU = Numbers._fields.index("R"), Numbers._fields.index("tau")  # their rows in a table of parameters
_column = reader(Numbers)


@njit(inline="always", error_model="numpy")
def numbers_of(p, i):
    """Return the `Numbers` of neuron i, from a table (parameters, neurons), or (parameters, 1) for like neurons."""
    return _column(p, i if p.shape[1] > 1 else 0)


class Variable(NamedTuple):
    """The declaration of one array of `State`: what it is, its type, its first value, whether it can be recorded."""

    doc: str
    dtype: Any  # None: the precision of the run
    fresh: float = 0.0  # of a neuron that has not spiked yet
    shown: bool = True  # whether it can be recorded


class State(NamedTuple):
    """What neurons carry from step to step; every array has shape (num,). Those that can be recorded come first."""

    V: Annotated[np.ndarray, Variable("Membrane potential [mV].", None)]
    input: Annotated[np.ndarray, Variable("Input that acts in the next step [nA]; every step clears it.", np.float64)]
    spike: Annotated[np.ndarray, Variable("Whether the neuron spiked in the last step.", np.bool_)]
    refractory: Annotated[np.ndarray, Variable("Whether the neuron was refractory in the last step.", np.bool_)]
    t_last_spike: Annotated[
        np.ndarray, Variable("Time of the last spike [ms]; -1e7 before the first.", np.float64, NEVER)
    ]
    count: Annotated[  # type: ignore[assignment] # hides the method of tuples
        np.ndarray, Variable("Spikes so far.", np.int64, shown=False)
    ]
    t_first_spike: Annotated[
        np.ndarray,
        Variable("Time of the first spike that `count` counts [ms]; -1e7 before it.", np.float64, NEVER, shown=False),
    ]


VARIABLES: dict[str, Variable] = {
    name: hint.__metadata__[0] for name, hint in get_type_hints(State, include_extras=True).items()
}
SHOWN = tuple(name for name, variable in VARIABLES.items() if variable.shown)


def fresh_state(num: int, V: Any, dtype: Any = np.float64) -> State:
    """Return neurons with the membrane potential V [mV], a number or an array (num,), that have not spiked yet."""
    arrays = {name: np.full(num, one.fresh, one.dtype or dtype) for name, one in VARIABLES.items()}
    arrays["V"][...] = V
    return State(**arrays)


class DriftConstants(NamedTuple):
    """What `drift` needs of a neuron, with each division made beforehand: a loop over steps only multiplies."""

    V_rest: float  # mV
    V_T: float  # mV
    delta_T: float  # mV
    rate: float  # 1/tau [1/ms]
    per_mV: float  # LOG2_E/delta_T [1/mV]


@njit(inline="always", error_model="numpy")
def drift_constants(n):
    """Return the `DriftConstants` of a neuron n of `Numbers`."""
    return DriftConstants(n.V_rest, n.V_T, n.delta_T, 1.0 / n.tau, LOG2_E / n.delta_T)


@njit(inline="always", fastmath=FAST, error_model="numpy")
def drift(V, RI, c):
    """Return dV/dt [mV/ms] of the ExpIF neuron (Fourcaud-Trocme et al. 2003) at V [mV], driven by RI [mV]."""
    upswing = c.delta_T * exp2((V - c.V_T) * c.per_mV)
    return (c.V_rest - V + upswing + RI) * c.rate


def slope(V, RI, n):
    """Return `drift` [mV/ms] for a neuron n of `Numbers`, outside compiled code; all can be numbers or NumPy arrays."""
    return drift.py_func(V, RI, drift_constants.py_func(n))
