"""A map as a data set of xarray: each variable and axis with its unit and name, all that is fixed as attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from model import __version__
from model.maps.measures import FURTHER, Mapped
from model.maps.piece import further_values
from model.maps.request import Request, units_of_fixed

if TYPE_CHECKING:
    import xarray


class Column(NamedTuple):
    """One variable of a map.

    Attributes
    ----------
    name : str
    dims : tuple of str
        The axes, and behind them one that an option brings.
    shape : tuple of int
    attributes : dict
        Unit and long name.
    further : dict of ndarray
        Values of the axes that are no axes of the map, by name.
    further_attributes : dict
        Their units and long names.
    """

    name: str
    dims: tuple[str, ...]
    shape: tuple[int, ...]
    attributes: dict[str, str]
    further: dict[str, np.ndarray]
    further_attributes: dict[str, dict[str, str]]

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return int(np.prod(self.shape, dtype=np.int64))


def map_columns(request: Request, names: tuple[str, ...]) -> tuple[Column, ...]:
    """Return the variables of a map, from the names of what its measure gives."""
    known = {each.name: each for each in request.measure.results}
    return tuple(_column_of(request, known.get(name, Mapped(name, "", name))) for name in names)


def _column_of(request: Request, each: Mapped) -> Column:
    about = {"units": each.unit, "long_name": each.long_name}
    if not each.over:
        return Column(each.name, request.names, request.shape, about, {}, {})
    values, (unit, long_name) = further_values(request.measure, request.options, each.over), FURTHER[each.over]
    return Column(
        each.name, (*request.names, each.over), (*request.shape, values.size), about,
        {each.over: values}, {each.over: {"units": unit, "long_name": long_name}},
    )  # fmt: skip


def map_attributes(request: Request, note: str, complete: bool | None) -> dict[str, Any]:
    """Return what was asked for, by the names of the library, and where the map comes from.

    Parameters
    ----------
    request : Request
    note : str
        What there is to say about the numbers; "" where there is nothing.
    complete : bool, optional
        Whether all of it is done; None where that changes.
    """
    units = ", ".join(f"{name} {unit}" for name, unit in units_of_fixed(request).items())
    about = {
        "title": "A map of exponential integrate-and-fire (ExpIF) neurons", "source": f"expif-dashboard {__version__}",
        "version": __version__, "measure": request.measure.name, "seed": request.seed, "device": request.device,
        "parameter_units": units,
    }  # fmt: skip
    about |= {name: _storable(value) for name, value in request.fixed().items()}
    about |= {"note": str(note)} if note else {}
    return about | ({} if complete is None else {"complete": int(complete)})


def _storable(value: Any) -> Any:
    """Return a value as an attribute of a file can be: a number, a text or a list of numbers."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (tuple, list, np.ndarray)):
        return np.asarray(value, np.float64).tolist()
    return value if isinstance(value, (int, float, str)) else str(getattr(value, "text", None) or value)


def as_dataset(
    request: Request, columns: tuple[Column, ...], values: dict[str, np.ndarray], note: str, done: np.ndarray | None
) -> xarray.Dataset:
    """Return a map as a data set.

    Parameters
    ----------
    request : Request
    columns : tuple of Column
    values : dict of ndarray
        The numbers of each, by name.
    note : str
        As of `attributes`.
    done : ndarray of bool, optional
        Which points are done, where not all are; it becomes a variable of its own.
    """
    import xarray

    variables: dict[str, Any] = {each.name: (each.dims, values[each.name], each.attributes) for each in columns}
    if done is not None:
        variables["done"] = (request.names, done, {"long_name": "whether the point is computed"})
    coordinates: dict[str, Any] = {
        axis.name: (axis.name, axis.values, {"units": axis.unit, "long_name": axis.long_name}) for axis in request.axes
    }
    for each in columns:
        for name, further in each.further.items():
            coordinates[name] = (name, further, each.further_attributes[name])
    return xarray.Dataset(variables, coordinates, map_attributes(request, note, done is None))
