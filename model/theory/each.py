"""Exact results for many different neurons at once: what a map asks for, at the speed of compiled code.

They are those of `rheobase` and `firing_rate`, to the last bit; only the loop over the neurons is compiled too.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from model.parameters import Numbers
from model.theory import passage
from model.theory.inputs import SMALLEST_CURRENT, current_array


def rheobases(p: Numbers) -> np.ndarray:
    """Return the rheobase of many neurons.

    Parameters
    ----------
    p : Numbers
        The neurons: every field a number or an array, all of which broadcast to the shape of the result.

    Returns
    -------
    ndarray
        Currents [nA], as of `model.theory.rheobase`.
    """
    table, shape = _as_table(p)
    return _rheobases(table).reshape(shape)


def firing_rates(p: Numbers, I: Any) -> np.ndarray:
    """Return the firing rate of many neurons, each at a constant current of its own, without noise.

    Parameters
    ----------
    p : Numbers
        The neurons: every field a number or an array.
    I : float or array
        Constant currents [nA]. They and the fields broadcast to the shape of the result.

    Returns
    -------
    ndarray
        Rates [Hz], as of `model.theory.firing_rate`.

    Raises
    ------
    ValueError
        If a current is not a finite number, or R*I is too large.
    """
    table, shape = _as_table(p, I)
    current_array(Numbers(*table.max(axis=1)), I)  # the largest R allows the smallest currents
    currents = np.ascontiguousarray(np.broadcast_to(np.asarray(I, np.float64), shape)).reshape(-1).copy()
    currents[np.abs(currents) < SMALLEST_CURRENT] = 0.0
    times, names = np.empty(currents.size), Numbers._fields
    starts = table[names.index("V_reset")].copy()
    passage.fill_latencies_of_each(table, _rheobases(table), currents, starts, times)
    times += table[names.index("tau_ref")]
    with np.errstate(divide="ignore", over="ignore"):
        return np.divide(1000.0, times).reshape(shape)


def _as_table(p: Numbers, *others: Any) -> tuple[np.ndarray, tuple[int, ...]]:
    """Return the neurons as a table (parameters, n), and the shape to which all broadcast."""
    shape = np.broadcast_shapes(*(np.shape(each) for each in (*p, *others)))
    return np.array([np.broadcast_to(np.asarray(each, np.float64), shape).reshape(-1) for each in p]), shape


def _rheobases(table: np.ndarray) -> np.ndarray:
    found = np.empty(table.shape[1])
    passage.fill_rheobases(table, SMALLEST_CURRENT, found)
    return found
