"""The smallest pulse of current that makes a resting neuron fire: strength and duration."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.optimize import brentq

from model.parameters import ExpIFParameters, Numbers
from model.theory.deterministic import fixed_points, latency, rheobase
from model.theory.inputs import LARGEST_DRIVE, as_numbers, current_array, finite_array, number_or_array

STRONGER = 2.0  # by how much the search for a pulse that is strong enough goes up at a time
EXACT = 1e-12  # of the current


def smallest_pulse(p: ExpIFParameters | Numbers, width: Any, I_base: float = 0.0) -> Any:
    """Return the current [nA] of the weakest pulse that makes the neuron fire out of rest.

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.
    width : float or array
        How long the pulse lasts [ms], above 0.
    I_base : float
        The current before and after the pulse [nA].

    Returns
    -------
    float or ndarray
        The current during the pulse; nan where the neuron has no rest at `I_base`, or no current is strong enough.

    Raises
    ------
    ValueError
        If a width is not finite and above 0, or `I_base` is not one finite number.

    Notes
    -----
    The pulse must carry V from the stable to the unstable fixed point of `I_base` while it lasts: from there the
    neuron fires by itself. At the current I that takes tau times the integral of dV/f(V) between the two, the
    difference of two latencies; I is found by Brent's method. The longer the pulse, the nearer is I to the rheobase;
    the charge (I - I_base) * width of a short one is nearly constant.

    Examples
    --------
    >>> from model import ExpIFParameters, theory
    >>> theory.smallest_pulse(ExpIFParameters(), [1.0, 10.0, 100.0]).round(2)
    array([69.98,  7.99,  1.98])
    """
    n = as_numbers(p)
    width, base = finite_array(width, "width", "ms"), np.asarray(current_array(n, I_base))
    if base.ndim:
        raise ValueError("The smallest pulse needs one I_base; only width may be an array.")
    if not (width > 0.0).all():
        raise ValueError(f"width must be above 0 ms; {width.min():g} was given.")
    stable, unstable = fixed_points(n, float(base))
    beyond = n.V_th if math.isnan(unstable) else float(unstable)  # where V_th lies lower, it is what must be reached
    found = [_smallest(n, float(stable), beyond, each) for each in width.ravel()]
    return number_or_array(np.array(found).reshape(width.shape))


def _smallest(n: Numbers, stable: float, beyond: float, width: float) -> float:
    """Return the current [nA] that carries V from `stable` to `beyond` [mV] in just `width` ms."""
    if math.isnan(stable):
        return math.nan

    def late(I: float) -> float:
        needed = latency(n, I, stable) - latency(n, I, beyond)
        return min(float(needed), 1e9) - width  # brentq needs finite numbers; a rest takes for ever

    low, most = rheobase(n), 0.5 * LARGEST_DRIVE / n.R
    high = low + 1.0 / n.R
    while late(high) > 0.0:
        if high >= most:
            return math.nan
        low, high = high, min(most, low + STRONGER * (high - low))
    return float(brentq(late, low, high, rtol=EXACT)) if late(low) > 0.0 else low
