"""The membrane equation: as it is compiled, and as it is printed."""

import numpy as np
from numba import njit

LATEX = (
    r"\tau \frac{dV}{dt} = -(V - V_\mathrm{rest})"
    r" + \Delta_T \exp\!\left(\frac{V - V_T}{\Delta_T}\right) + R I"
)


@njit(inline="always")
def drift(V, RI, V_rest, V_T, delta_T, tau):
    """dV/dt [mV/ms] of the ExpIF neuron (Fourcaud-Trocme et al. 2003)."""
    upswing = delta_T * np.exp((V - V_T) / delta_T)
    return (V_rest - V + upswing + RI) / tau
