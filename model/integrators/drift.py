"""The membrane equation: as it is compiled, and as it is printed."""

from numba import njit

from model.integrators.exp2 import FAST, LOG2_E, exp2

LATEX = (
    r"\tau \frac{dV}{dt} = -(V - V_\mathrm{rest})"
    r" + \Delta_T \exp\!\left(\frac{V - V_T}{\Delta_T}\right) + R I"
)


@njit(inline="always", fastmath=FAST, error_model="numpy")
def drift(V, RI, V_rest, V_T, delta_T, rate, per_mV):
    """dV/dt [mV/ms] of the ExpIF neuron (Fourcaud-Trocme et al. 2003).

    Loops over neurons divide once: `rate` is 1/tau [1/ms], and `per_mV` is LOG2_E/delta_T [1/mV].
    """
    upswing = delta_T * exp2((V - V_T) * per_mV)
    return (V_rest - V + upswing + RI) * rate


def slope(V, RI, V_rest, V_T, delta_T, tau):
    """`drift` from the parameters as they are, for numbers and NumPy arrays."""
    return drift.py_func(V, RI, V_rest, V_T, delta_T, 1.0 / tau, LOG2_E / delta_T)
