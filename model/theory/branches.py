"""The bifurcation diagram: fixed points over the current or over any parameter, and where the neuron goes on firing.

A current holds the membrane potential V where the drift is zero, at R I = V - V_rest - delta_T exp((V - V_T)/delta_T).
At V_T this is the rheobase, where the two fixed points meet (a saddle-node). A neuron with V_reset above V_T is thrown
beyond the unstable fixed point by its own reset as long as the current is larger than the one that holds V_reset:
between that current and the rheobase it is bistable.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from model.parameters import ExpIFParameters, Numbers
from model.sentences import say
from model.theory import passage
from model.theory.deterministic import rheobase
from model.theory.inputs import as_numbers, current_array, finite_array

HALVINGS = 80  # of a stretch with a change in it; then it is as narrow as two neighbouring floats
NEAR = 12  # more points on each side of a change, closer and closer: the branches meet like a square root


class Bistable(NamedTuple):
    """The currents [nA] between which a neuron can rest and fire, the upper one included; nan where there are none."""

    low: float
    high: float


class Branches(NamedTuple):
    """The fixed points over one quantity.

    Attributes
    ----------
    values : ndarray, shape (n,)
        Values of the quantity, rising, in its unit; among them is the exact place of every change.
    stable, unstable : ndarray, shape (n,)
        Fixed points [mV]; nan where there is none.
    fires : ndarray of bool, shape (n,)
        Whether the neuron, once it has fired, goes on firing.
    meetings : ndarray, shape (k,)
        Values at which the two fixed points meet: there the current is the rheobase.
    V_meetings : ndarray, shape (k,)
        Membrane potential at which they meet [mV]: V_T.
    """

    values: np.ndarray
    stable: np.ndarray
    unstable: np.ndarray
    fires: np.ndarray
    meetings: np.ndarray
    V_meetings: np.ndarray


def bistable_range(p: ExpIFParameters | Numbers) -> Bistable:
    """Return the currents between which the neuron can both rest and fire; its start decides which it does.

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.

    Returns
    -------
    Bistable
        The lowest and the highest such current [nA]; nan where there are none.

    Examples
    --------
    >>> from model import ExpIFParameters, theory
    >>> low, high = theory.bistable_range(ExpIFParameters(V_reset=-55.0))
    >>> round(low, 2), round(high, 2)
    (-4.23, 1.62)
    """
    n = as_numbers(p)
    low, high = float(_elementwise_onset(n)), rheobase(n)
    return Bistable(low, high) if low < high else Bistable(np.nan, np.nan)


def branches(p: ExpIFParameters | Numbers, over: str, low: float, high: float, I: float, points: int = 200) -> Branches:
    """Return the fixed points while one quantity goes from low to high and all others stay.

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.
    over : str
        "I", or the name of a parameter of the neuron.
    low, high : float
        Where the quantity begins and ends, in its unit. What makes no neuron, V_reset at or above V_th, is left out.
    I : float
        The constant current [nA]; it does not matter where `over` is "I".
    points : int
        How many values to take at least.

    Returns
    -------
    Branches
        The fixed points [mV] over the quantity, with every value at which their number, or whether the neuron goes on
        firing, changes.

    Raises
    ------
    ValueError
        If there is no such quantity, or low, high or I is not finite, or low is not below high.
    """
    n, I = as_numbers(p), float(current_array(as_numbers(p), I))
    if over != "I" and over not in Numbers._fields:
        raise ValueError(say(
            "over must be I or one of {all}; {given} was given.", all=", ".join(Numbers._fields), given=repr(over),
        ))  # fmt: skip
    unit = f"the unit of {over}"
    low, high = float(finite_array(low, "low", unit)), float(finite_array(high, "high", unit))
    if not low < high:
        raise ValueError(say("low must lie below high; {low:g} and {high:g} were given.", low=low, high=high))
    line = _Line(n, over, I)
    values = line.legal(np.linspace(low, high, points))
    meet, begin = line.changes(values, line.above_rheobase), line.changes(values, line.above_onset)
    around = (high - low) / points * np.linspace(-1.0, 1.0, 2 * NEAR + 1) ** 3
    close = (np.concatenate([meet, begin])[:, None] + around).ravel()
    close = close[(close > values.min(initial=high)) & (close < values.max(initial=low))]
    values = np.unique(np.concatenate([values, meet, begin, close]))
    stable, unstable = line.fixed_points(values)
    at = line.neurons(meet)
    met = np.broadcast_to(at.V_T <= at.V_th, meet.shape)  # else the neuron fires before they can meet
    V_T = np.broadcast_to(at.V_T, meet.shape)
    return Branches(values, stable, unstable, line.above_onset(values) > 0.0, meet[met], V_T[met])


class _Line(NamedTuple):
    """A neuron of which one quantity takes many values."""

    n: Numbers
    over: str
    I: float

    def neurons(self, values: np.ndarray) -> Numbers:
        """Return the numbers of all these neurons: the quantity is an array, unless it is the current."""
        one: dict[str, Any] = {} if self.over == "I" else {self.over: values}
        return self.n._replace(**one)

    def currents(self, values: np.ndarray) -> np.ndarray:
        """Return the current of each [nA], shaped like the values."""
        return values if self.over == "I" else np.full(values.shape, self.I)

    def legal(self, values: np.ndarray) -> np.ndarray:
        """Return the values that make a neuron, those with V_reset below V_th."""
        n = self.neurons(values)
        return values[np.broadcast_to(np.less(n.V_reset, n.V_th), values.shape)]

    def above_rheobase(self, values: np.ndarray) -> np.ndarray:
        """Return by how much the current of each exceeds its rheobase [nA]."""
        return self.currents(values) - _elementwise_rheobase(self.neurons(values))

    def above_onset(self, values: np.ndarray) -> np.ndarray:
        """Return by how much the current of each exceeds the least one at which firing goes on [nA]."""
        return self.currents(values) - _elementwise_onset(self.neurons(values))

    def changes(self, values: np.ndarray, function) -> np.ndarray:
        """Return, for each change of sign of a function, the last value on the side where it is not positive."""
        positive = function(values) > 0.0
        where = np.flatnonzero(positive[1:] != positive[:-1])
        silent, firing = values[where + positive[where]], values[where + 1 - positive[where]]
        for _ in range(HALVINGS if where.size else 0):
            middle = 0.5 * (silent + firing)
            beyond = function(middle) > 0.0
            silent, firing = np.where(beyond, silent, middle), np.where(beyond, middle, firing)
        return silent

    def fixed_points(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the stable and the unstable fixed point of each [mV]; nan where there is none."""
        stable, unstable = np.empty(values.size), np.empty(values.size)
        V_th = np.broadcast_to(self.neurons(values).V_th, values.shape)
        if self.over == "I":
            passage.fill_fixed_points(self.n, rheobase(self.n), values, stable, unstable)
        else:
            I = np.array([self.I])
            for k, value in enumerate(values.tolist()):
                n = self.n._replace(**{self.over: value})
                passage.fill_fixed_points(n, rheobase(n), I, stable[k : k + 1], unstable[k : k + 1])
        return np.minimum(stable, V_th), np.where(unstable < V_th, unstable, np.nan)


def _holding(n: Numbers, V: np.ndarray | float) -> np.ndarray:
    """Return the current [nA] at which dV/dt is zero at V [mV], for numbers that may be arrays."""
    with np.errstate(over="ignore"):
        return np.asarray((V - n.V_rest - n.delta_T * np.exp((V - n.V_T) / n.delta_T)) / n.R)


def _elementwise_rheobase(n: Numbers) -> np.ndarray:
    """Return `theory.rheobase` [nA] for numbers that may be arrays."""
    return _holding(n, np.minimum(n.V_th, n.V_T))


def _elementwise_onset(n: Numbers) -> np.ndarray:
    """Return the current [nA] above which the neuron, once it has fired, goes on firing."""
    return _holding(n, np.maximum(n.V_reset, np.minimum(n.V_th, n.V_T)))
