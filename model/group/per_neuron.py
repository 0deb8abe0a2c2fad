"""Parameters of a group: one number for all neurons, or one for each."""

from __future__ import annotations

from typing import Any

import numpy as np

from model.parameters import ExpIFParameters, Numbers
from model.runs.arguments import start_of


class GroupParameters:
    """The parameters of `num` neurons.

    What all neurons share stands in `shared`, an ordinary `ExpIFParameters` that may be bound to sliders. Values per
    neuron are kept beside it, and `shared` then shows their mean; a number that is set in `shared` later holds for
    all neurons again.

    Parameters
    ----------
    shared : ExpIFParameters
        The object to use; it is not copied.
    shape : tuple of int
        Geometry of the group.
    values : dict
        Numbers, or arrays of shape (num,) or `shape`, by name of the parameter.
    """

    def __init__(self, shared: ExpIFParameters, shape: tuple[int, ...], values: dict[str, Any]) -> None:
        self.shared, self.shape, self.num = shared, shape, int(np.prod(shape))
        self._own: dict[str, tuple[float, np.ndarray]] = {}
        self.set(values)

    def set(self, values: dict[str, Any]) -> None:
        """Set several parameters at once: all of them, or none.

        Parameters
        ----------
        values : dict
            Numbers, or arrays of shape (num,) or `shape`, by name of the parameter.

        Raises
        ------
        ValueError
            If a value is not allowed, or V_reset would not lie below V_th in every neuron; nothing is changed then.
        """
        checked = {name: self._checked(name, value) for name, value in values.items()}
        table = {name: checked.get(name, self[name]) for name in Numbers._fields}
        self._check_together(table["V_reset"], table["V_th"])
        means = {name: float(np.mean(value)) for name, value in checked.items()}
        self.shared.change(**means)
        for name, value in checked.items():
            self._own.pop(name, None)
            if isinstance(value, np.ndarray):
                self._own[name] = (means[name], value)

    def __getitem__(self, name: str) -> float | np.ndarray:
        """Return the number, or the array of shape (num,), that holds for a parameter."""
        shown = float(getattr(self.shared, name))
        mean, own = self._own.get(name, (shown, shown))
        return own if mean == shown else shown

    def numbers(self) -> Numbers:
        """Return all parameters by name; each is a number, or an array of shape (num,)."""
        values: Any = (self[name] for name in Numbers._fields)
        return Numbers(*values)

    def columns(self) -> np.ndarray:
        """Return all parameters for the kernels, shape (parameters, 1), or (parameters, num) if any is per neuron."""
        values = [np.atleast_1d(value) for value in self.numbers()]
        self._check_together(self["V_reset"], self["V_th"])
        width = max(value.size for value in values)
        return np.array([np.broadcast_to(value, width) for value in values])

    def resting(self) -> np.ndarray:
        """Return where each neuron rests without input [mV], shape (num,); V_reset where it has no rest below V_th.

        V = V_T + delta_T x with x = -c - W(-exp(-c)), c = (V_T - V_rest)/delta_T and W Lambert's function.
        """
        if self.columns().shape[1] == 1:  # where a single run starts, to the last digit
            return np.full(self.num, start_of(self.shared))
        n = self.numbers()
        c = (n.V_T - n.V_rest) / n.delta_T
        from scipy.special import lambertw  # imported here: half of what the import of the model would take

        rest = n.V_T + n.delta_T * (-c - lambertw(-np.exp(-np.maximum(c, 1.0))).real)
        return np.broadcast_to(np.where((c >= 1.0) & (rest < n.V_th), rest, n.V_reset), self.num).copy()

    def _checked(self, name: str, value: Any) -> float | np.ndarray:
        """Return a number, or an array of shape (num,), that the parameter allows."""
        quantity = self.shared.param[name]
        if not isinstance(value, (list, tuple, np.ndarray)):
            quantity.check(value)
            return float(value)
        array = quantity.check_array(value)
        if array.shape not in ((self.num,), self.shape):
            raise ValueError(
                f"{name} must be one number or one per neuron, of shape {(self.num,)}; its shape is {array.shape}."
            )
        return array.ravel()

    def _check_together(self, V_reset: Any, V_th: Any) -> None:
        """Raise ValueError unless V_reset [mV] lies below V_th [mV] in every neuron."""
        wrong = np.flatnonzero(~np.less(V_reset, V_th))
        if wrong.size:
            raise ValueError(
                f"V_reset must lie below V_th for every neuron, or it would spike without end; "
                f"it does not for neuron {wrong[0]}."
            )


class OwnParameter:
    """A parameter as an attribute of the group: a number, or an array of shape (num,)."""

    def __init__(self, name: str) -> None:
        self.name = name
        quantity = ExpIFParameters.param[name]
        self.__doc__ = f"{quantity.doc} [{quantity.unit}]; one number, or one per neuron."

    def __get__(self, group: Any, owner: type | None = None) -> Any:
        return self if group is None else group._parameters[self.name]

    def __set__(self, group: Any, value: Any) -> None:
        group._parameters.set({self.name: value})
