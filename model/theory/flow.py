"""The flow of the membrane potential on its line: the picture behind fixed points and rheobase."""

from __future__ import annotations

from typing import Any

import numpy as np

from model.integrators.equation import slope
from model.parameters import ExpIFParameters, Numbers
from model.theory.inputs import as_numbers, finite_array


def vector_field(p: ExpIFParameters | Numbers, V: Any, I: float) -> np.ndarray:
    """Return dV/dt [mV/ms], the vector field of the membrane equation, at the potential V [mV] and the current I [nA].

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.
    V : float or array
        Membrane potential in mV; taken at most 600 delta_T above V_T, where the upswing is still a number.
    I : float
        Current in nA.

    Returns
    -------
    ndarray
        Of the shape of V, finite.

    Raises
    ------
    ValueError
        If V or I is not finite.
    """
    n = as_numbers(p)
    V = np.minimum(finite_array(V, "V", "mV"), n.V_T + 600.0 * n.delta_T)
    return slope(V, n.R * float(finite_array(I, "I", "nA")), n)
