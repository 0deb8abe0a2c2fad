"""A piece of a map, and how it is computed: the same numbers, wherever and in whatever company.

A piece is divided into tiles of 64 neighbouring currents, counted from the beginning of the map; where the current is
no axis, a tile is one point. The seed of a tile is made of the map's seed and the number of the tile. So no number
depends on how the map is cut into pieces.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from model.maps.measures import Mapped, Measure, seed_from
from model.maps.request import Request
from model.parameters import Numbers
from model.quantity import shorten
from model.sentences import say

TILE = {"cpu": 64, "cuda": 16_384}  # neighbouring currents; a graphics card needs many to be busy


class MapPiece(NamedTuple):
    """A part of a map that is computed, and kept, at once.

    Attributes
    ----------
    request : Request
        As it was asked for, but for its axes, which hold this part only.
    start : tuple of int
        Where the part begins along each axis.
    whole : tuple of int
        The shape of the whole map.
    """

    request: Request
    start: tuple[int, ...]
    whole: tuple[int, ...]


class MapPart(NamedTuple):
    """What a piece became: its numbers by name, shaped like the piece (and further axes behind), and a sentence."""

    values: dict[str, np.ndarray]
    note: str = ""


class _Tile(NamedTuple):
    """Some neighbouring points: where they are in the piece, what the neuron is, and what the measure is told."""

    place: tuple[Any, ...]
    p: Numbers
    I: np.ndarray
    seed: int
    options: dict[str, Any]


def cut(request: Request, start: tuple[int, ...], stop: tuple[int, ...]) -> MapPiece:
    """Return the part of a map from start to stop along each axis."""
    axes = (axis._replace(values=axis.values[a:b]) for axis, a, b in zip(request.axes, start, stop, strict=True))
    return MapPiece(request._replace(axes=tuple(axes)), start, request.shape)


def computed(piece: MapPiece, stopped: Callable[[], bool] = lambda: False) -> MapPart | None:
    """Return the numbers of a piece; None where `stopped` said so in between.

    Raises
    ------
    ValueError
        If the measure returns what cannot be part of a map.
    """
    request = piece.request
    if request.measure.wide:
        return _computed_at_once(request)
    values: dict[str, np.ndarray] = {}
    note = ""
    for tile in _tiles(piece):
        if stopped():
            return None
        found, said = _of_tile(request.measure, tile)
        note = note or said
        for name, column in found.items():
            if name not in values:
                values[name] = np.full((*request.shape, *column.shape[1:]), np.nan)
            values[name][tile.place] = column if request.along is not None else column[0]
    return MapPart(values, note)


def _computed_at_once(request: Request) -> MapPart:
    """Return the numbers of a measure that takes all neurons at once, and no seed."""
    mesh = dict(zip(request.names, np.meshgrid(*(axis.values for axis in request.axes), indexing="ij"), strict=True))
    flat = {name: values.ravel() for name, values in mesh.items()}
    options = dict(request.options)
    I = flat.pop("I", options.pop("I", 0.0))
    p = request.neuron._replace(**{name: flat.pop(name) for name in Numbers._fields if name in flat})
    answer = request.measure.compute(p, I, request.seed, **flat, **options)
    found, note = columns_of_measure(request.measure, answer, request.points)
    return MapPart({name: column.reshape(request.shape) for name, column in found.items()}, note)


def _tiles(piece: MapPiece) -> Iterator[_Tile]:
    """Yield the tiles of a piece, one after the other."""
    request, along = piece.request, piece.request.along
    rest = [k for k in range(len(request.axes)) if k != along]
    length = TILE[request.device]
    currents = request.axes[along].values if along is not None else np.array([request.options.get("I", np.nan)])
    first = piece.start[along] // length if along is not None else 0
    a_row = -(-piece.whole[along] // length) if along is not None else 1
    for row in np.ndindex(*(request.shape[k] for k in rest)):
        here = {request.names[k]: float(request.axes[k].values[i]) for k, i in zip(rest, row, strict=True)}
        p = request.neuron._replace(**{name: here.pop(name) for name in Numbers._fields if name in here})
        number = 0
        for k, i in zip(rest, row, strict=True):
            number = number * piece.whole[k] + piece.start[k] + i
        for k in range(-(-currents.size // length)):
            part = slice(k * length, min((k + 1) * length, currents.size))
            place: list[Any] = [part] * len(request.axes)
            for axis, i in zip(rest, row, strict=True):
                place[axis] = i
            seed = seed_from(request.seed, number * a_row + first + k)
            yield _Tile(tuple(place), p, currents[part], seed, _told(request, here, currents[part]))


def _told(request: Request, here: Mapping[str, float], I: np.ndarray) -> dict[str, Any]:
    """Return what the measure is told beside neuron, currents and seed, at these values of the axes."""
    options = {name: value for name, value in request.options.items() if name != "I"}
    if "cuda" in request.measure.devices:
        options["device"] = request.device
    if request.stimulus is None:
        return options | dict(here)
    kind = type(request.stimulus)
    usual = {name: value for name, value in request.stimulus.param.values().items() if name != "name"}
    usual |= {name: value for name, value in here.items() if name in kind.param}
    each = [usual | ({"I": float(one)} if request.along is not None else {}) for one in I]
    noise = {name: value for name, value in here.items() if name not in kind.param}
    return options | noise | {"stimulus": [kind(**values) for values in each]}


def _of_tile(measure: Measure, tile: _Tile) -> tuple[dict[str, np.ndarray], str]:
    """Return the columns of a tile, and a sentence; points at which the measure has no answer are nan."""
    try:
        answer = measure.compute(tile.p, tile.I, tile.seed, **tile.options)
        return columns_of_measure(measure, answer, tile.I.size)
    except ValueError as problem:
        if tile.I.size == 1:
            missing = {each.name: _no_value(each, tile.options, measure) for each in measure.results}
            if not missing:
                raise
            return missing, say("At some points there is no value: {problem}", problem=str(problem))
    columns: dict[str, list[np.ndarray]] = {}
    note = ""
    for k in range(tile.I.size):
        options = dict(tile.options)
        if "stimulus" in options:
            options["stimulus"] = options["stimulus"][k : k + 1]
        alone = tile._replace(I=tile.I[k : k + 1], seed=seed_from(tile.seed, k), options=options)
        found, said = _of_tile(measure, alone)
        note = note or said
        for name, column in found.items():
            columns.setdefault(name, []).append(column)
    return {name: np.concatenate(each) for name, each in columns.items()}, note


def _no_value(each: Mapped, options: Mapping[str, Any], measure: Measure) -> np.ndarray:
    """Return the column of one point that has no value."""
    return np.full((1, further_values(measure, options, each.over).size) if each.over else 1, np.nan)


def further_values(measure: Measure, options: Mapping[str, Any], name: str) -> np.ndarray:
    """Return the values of an axis that an option of the measure brings, whether given or assumed."""
    assumed = inspect.signature(measure.compute).parameters[name].default
    return np.atleast_1d(np.asarray(options.get(name, assumed), np.float64))


def columns_of_measure(measure: Measure, found: Any, size: int) -> tuple[dict[str, np.ndarray], str]:
    """Return what a measure gave for `size` points as columns by name, and its sentence.

    Raises
    ------
    ValueError
        If it is no number for each of them.
    """
    named = dict(found) if isinstance(found, Mapping) else {_name(measure): found}
    note = named.pop("note", "")
    columns = {}
    declared = {each.name: each for each in measure.results}
    for name, values in named.items():
        array = np.asarray(values)
        dimensions = 2 if name in declared and declared[name].over else 1
        if array.dtype.kind not in "iufb" or array.ndim != dimensions or array.shape[0] != size:
            raise TypeError(say(
                "The measure {measure} must return one number for each of the {size} currents that it was given; for "
                "{name} it returned {given}.", measure=measure.name, size=size, name=name, given=shorten(values),
            ))  # fmt: skip
        columns[name] = array.astype(np.float64)
    return columns, note


def _name(measure: Measure) -> str:
    """Return what the only variable of an own measure is called."""
    return measure.name if measure.name.isidentifier() else "value"
