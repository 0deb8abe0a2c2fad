"""What may be an axis of a map: every quantity of the neuron, its input and its noise, as it is declared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from model.parameters import ExpIFParameters, Numbers, check_order
from model.quantity import Quantity, WholeNumber, shorten
from model.run_settings import RunSettings
from model.sentences import say
from model.stimuli import Constant, Stimulus

NOISE = ("sigma", "tau_noise")


class Axis(NamedTuple):
    """One axis of a map.

    Attributes
    ----------
    name : str
        The quantity that changes along it, as spelled in code.
    values : ndarray, shape (n,)
        Its values, each in the unit of the quantity.
    unit, long_name : str
        As its declaration has them.
    """

    name: str
    values: np.ndarray
    unit: str
    long_name: str


def axis_quantities(stimulus: Stimulus | None = None) -> dict[str, Quantity]:
    """Return every quantity that may be an axis, by name: of the neuron, the current, the noise and the stimulus.

    Parameters
    ----------
    stimulus : Stimulus, optional
        The input, whose quantities may be axes too; its I takes the place of a constant current.
    """
    owners: dict[str, Any] = dict.fromkeys(Numbers._fields, ExpIFParameters)
    owners |= {"I": Constant} | dict.fromkeys(NOISE, RunSettings)
    if stimulus is not None:
        kind = type(stimulus)
        owners |= {name: kind for name in kind.param if isinstance(kind.param[name], Quantity)}
    return {name: owner.param[name] for name, owner in owners.items()}


def checked_axis(name: str, values: Any, quantity: Quantity) -> Axis:
    """Return one axis, after every value has been checked.

    Raises
    ------
    ValueError
        If there is no value, one is not allowed, or two are equal.
    """
    array = np.atleast_1d(quantity.check_array(values))
    if array.ndim != 1 or not array.size:
        raise ValueError(say(
            "The axis {name} must be a list of one number or more; an array of shape {shape} was given.",
            name=name, shape=array.shape,
        ))  # fmt: skip
    if isinstance(quantity, WholeNumber) and (array != np.rint(array)).any():
        quantity.check(float(array[array != np.rint(array)][0]))
    if np.unique(array).size < array.size:
        raise ValueError(say("The axis {name} has a value twice; each may stand there once.", name=name))
    return Axis(name, array, quantity.unit, str(quantity.label))


def checked_axes(grid: Any, neuron: Numbers, stimulus: Stimulus | None = None) -> tuple[Axis, ...]:
    """Return the axes of a map, checked, in the order in which they were given.

    Parameters
    ----------
    grid : mapping of str to array
        Values of each axis, by the name of its quantity.
    neuron : Numbers
        What holds where no axis changes it.
    stimulus : Stimulus, optional
        The input.

    Raises
    ------
    ValueError
        If a name is no quantity, a value is not allowed, or V_reset would not lie below V_th everywhere.
    """
    if not isinstance(grid, Mapping) or not grid:
        raise ValueError(say(
            "grid must name at least one axis, as in {{'I': [0, 5, 10]}}; {given} was given.", given=shorten(grid)
        ))  # fmt: skip
    known = axis_quantities(stimulus)
    for name in grid:
        if name not in known:
            raise ValueError(say(
                "{name} cannot be an axis; axes are {all}.", name=shorten(name), all=", ".join(known)
            ))  # fmt: skip
    axes = tuple(checked_axis(name, values, known[name]) for name, values in grid.items())
    ends = {axis.name: axis.values for axis in axes}
    reset, top = ends.get("V_reset", np.array([neuron.V_reset])), ends.get("V_th", np.array([neuron.V_th]))
    check_order(float(reset.max()), float(top.min()))
    return axes
