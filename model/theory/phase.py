"""The exact phase response: how much a small kick of the membrane potential advances the next spike."""

from __future__ import annotations

from typing import Any

import numpy as np

from model.parameters import ExpIFParameters, Numbers
from model.sentences import say
from model.theory import passage
from model.theory.deterministic import period
from model.theory.inputs import as_numbers, by_condition, current_array, finite_array


def phase_response(p: ExpIFParameters | Numbers, I: Any, phase: Any) -> Any:
    """Return the phase response [cycles per mV] of regular firing at the constant current I [nA].

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.
    I, phase : float or array
        Current in nA, and the time since the last spike as a fraction of the period, 0 to 1. They broadcast.

    Returns
    -------
    float or ndarray
        tau/(T f(V)) at the V reached at this phase, T being the period; 0 while refractory. The largest value is
        tau/(T R (I - I_rheobase)), at V_T.

    Raises
    ------
    ValueError
        If an argument is not finite, a phase is outside 0 to 1, or the neuron is silent at one of the currents.
    """
    n = as_numbers(p)
    phase = finite_array(phase, "The phase", "cycles")
    if ((phase < 0.0) | (phase > 1.0)).any():
        raise ValueError(say("The phase must be between 0 (a spike) and 1 (the next one)."))

    def compute(I: float, _: float, phase: np.ndarray) -> np.ndarray:
        T = period(n, I)
        if not 0.0 < T < np.inf:
            raise ValueError(say("At I = {I:g} nA the neuron does not fire regularly, so that it has no phase.", I=I))
        values = np.zeros(phase.size)
        active = phase * T >= n.tau_ref
        V, advance = np.empty(int(active.sum())), np.empty(int(active.sum()))
        passage.fill_potentials(n, I, np.minimum(T * (1.0 - phase[active]), T - n.tau_ref), V)
        passage.fill_advances(n, I, V, advance)
        values[active] = advance / T
        return values

    return by_condition(compute, current_array(n, I), np.array(0.0), phase, np.float64)
