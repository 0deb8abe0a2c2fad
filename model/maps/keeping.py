"""Where the numbers of a map are kept while it grows: in memory, or in a store on disk that outlives the program.

A store is a folder that zarr and xarray read. One piece of a variable is one file, which is written beside its place
and then renamed: a file that is there is whole.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from model.maps.dataset import Column, as_dataset, map_attributes, map_columns
from model.maps.layout import all_pieces, edges_of_piece
from model.maps.piece import MapPart
from model.maps.request import Request
from model.runs.budget import LIBRARY
from model.sentences import say

if TYPE_CHECKING:
    import xarray

Index = tuple[int, ...]


class Keeper(Protocol):
    """Whatever keeps the pieces of a map; `pieces` is their shape."""

    pieces: tuple[int, ...]

    def has(self, index: Index) -> bool:
        """Whether a piece is done."""

    def keep(self, index: Index, part: MapPart) -> None:
        """Keep a piece."""

    def dataset(self, complete: bool) -> xarray.Dataset:
        """Return the map as far as it is done."""


class Memory:
    """Keeps a map in memory."""

    def __init__(self, request: Request, names: tuple[str, ...], pieces: tuple[int, ...]) -> None:
        self.request, self.pieces = request, pieces
        self.columns = map_columns(request, names)
        self.values = {column.name: np.full(column.shape, np.nan) for column in self.columns}
        self.done: set[Index] = set()
        self.notes: dict[str, str] = {}

    def has(self, index: Index) -> bool:
        """Whether a piece is done."""
        return index in self.done

    def keep(self, index: Index, part: MapPart) -> None:
        """Keep a piece."""
        start, stop = edges_of_piece(index, self.pieces, self.request.shape)
        place = tuple(slice(a, b) for a, b in zip(start, stop, strict=True))
        for name, values in part.values.items():
            self.values[name][place] = values
        self.done.add(index)
        if part.note:
            self.notes[_index_as_text(index)] = part.note

    def dataset(self, complete: bool) -> xarray.Dataset:
        """Return the map as far as it is done."""
        done = None if complete else _area(self.done, self.pieces, self.request.shape)
        return as_dataset(self.request, self.columns, self.values, _first(self.notes), done)


class Store:
    """Keeps a map in a folder.

    Raises
    ------
    ModuleNotFoundError
        If zarr is not installed.
    """

    def __init__(self, request: Request, path: Path, group: Any) -> None:
        self.request, self.path, self.group = request, path, group
        self.pieces: tuple[int, ...] = tuple(group.attrs["pieces"])
        self.columns = map_columns(request, tuple(group.attrs["variables"]))
        full = {"write_empty_chunks": True}  # a piece that is nan everywhere is done too
        self.arrays = {column.name: group[column.name].with_config(full) for column in self.columns}
        self.notes: dict[str, str] = dict(group.attrs["notes"])

    def has(self, index: Index) -> bool:
        """Whether a piece is done: whether all of its files are there."""
        return all(self._file(column, index).exists() for column in self.columns)

    def keep(self, index: Index, part: MapPart) -> None:
        """Write a piece.

        Raises
        ------
        OSError
            If the disk does not take it.
        """
        if part.note and part.note not in self.notes.values():
            self.notes[_index_as_text(index)] = str(part.note)
            self.group.attrs["notes"] = self.notes
        start, stop = edges_of_piece(index, self.pieces, self.request.shape)
        place = tuple(slice(a, b) for a, b in zip(start, stop, strict=True))
        for column in self.columns:
            self.arrays[column.name][place] = part.values[column.name]

    def dataset(self, complete: bool) -> xarray.Dataset:
        """Return the map as far as it is done; one that is too large for memory is read when it is used."""
        import xarray

        index = all_pieces(self.pieces, self.request.shape)
        done = None if complete else _area({each for each in index if self.has(each)}, self.pieces, self.request.shape)
        if sum(column.size for column in self.columns) <= LIBRARY.output_points:
            values = {name: np.asarray(array[...]) for name, array in self.arrays.items()}
            return as_dataset(self.request, self.columns, values, _first(self.notes), done)
        opened = xarray.open_zarr(self.path, consolidated=False)
        return opened.assign_attrs(map_attributes(self.request, _first(self.notes), complete))

    def _file(self, column: Column, index: Index) -> Path:
        beyond = [0] * (len(column.shape) - len(index))
        return self.path.joinpath(column.name, "c", *map(str, (*index, *beyond)))


def opened_store(request: Request, path: Any) -> Store | None:
    """Return the store in a folder; None where there is none yet.

    Raises
    ------
    ValueError
        If the folder holds something else, or another map.
    ModuleNotFoundError
        If zarr is not installed.
    """
    import zarr

    folder = Path(path)
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return None
    try:
        group: Any = zarr.open_group(folder, mode="r+")
        asked = json.loads(group.attrs["request"])
    except Exception:  # whatever is no group of zarr, or has no request, raises something of its own
        raise ValueError(say(
            "{path} is no store of a map, and is left as it is; name another folder.", path=str(path)
        )) from None  # fmt: skip
    differs = _first_difference(asked, request.described())
    if differs:
        raise ValueError(say(
            "The store {path} holds another map: there {name} is {there}, and {here} was asked for. "
            "Name another folder.",
            path=str(path), name=differs, there=asked.get(differs, "-"),
            here=request.described().get(differs, "-"),
        ))  # fmt: skip
    return Store(request, folder, group)


def new_store(request: Request, path: Any, names: tuple[str, ...], pieces: tuple[int, ...]) -> Store:
    """Make a store: beside its place first, so that a store that is there is whole.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    import zarr

    folder = Path(path)
    beside = folder.with_name(f".{folder.name}.{uuid.uuid4().hex[:8]}")
    try:
        group: Any = zarr.open_group(beside, mode="w")
        for axis in request.axes:
            group.create_array(
                axis.name, data=axis.values, chunks=axis.values.shape, dimension_names=[axis.name],
                attributes={"units": axis.unit, "long_name": axis.long_name},
            )  # fmt: skip
        for column in map_columns(request, names):
            for name, values in column.further.items():
                if name not in group:
                    group.create_array(name, data=values, chunks=values.shape, dimension_names=[name],
                                       attributes=column.further_attributes[name])  # fmt: skip
            group.create_array(
                column.name, shape=column.shape, dtype="float64", fill_value=np.nan, dimension_names=column.dims,
                chunks=(*pieces, *column.shape[len(pieces) :]), attributes=column.attributes,
            )  # fmt: skip
        about: Mapping[str, Any] = map_attributes(request, "", None)
        group.attrs.update({**about, "pieces": list(pieces), "variables": list(names), "notes": {},
                            "request": json.dumps(request.described())})  # fmt: skip
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists():
            folder.rmdir()  # it is empty
        os.rename(beside, folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return Store(request, folder, zarr.open_group(folder, mode="r+"))


def _first_difference(there: Mapping[str, str], here: Mapping[str, str]) -> str:
    """Return the first name under which two requests differ, "" where they are the same."""
    return next((name for name in {**there, **here} if there.get(name) != here.get(name)), "")


def _area(done: set[Index], pieces: tuple[int, ...], shape: tuple[int, ...]) -> np.ndarray:
    """Return for every point of a map whether it is done."""
    area = np.zeros(shape, np.bool_)
    for index in done:
        start, stop = edges_of_piece(index, pieces, shape)
        area[tuple(slice(a, b) for a, b in zip(start, stop, strict=True))] = True
    return area


def _index_as_text(index: Index) -> str:
    return ",".join(f"{i:09d}" for i in index)


def _first(notes: Mapping[str, str]) -> str:
    """Return the sentences about the pieces, each once; in the order of the pieces, whatever was done first."""
    return min(notes.items())[1] if notes else ""
