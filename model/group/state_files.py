"""Named arrays, and one text, in a file: HDF5, NumPy, MATLAB and JSON. None of them can carry code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

Content = dict[str, Any]  # arrays by name, and "about", a text


def write_h5(path: str, content: Content) -> None:
    """Write HDF5."""
    import h5py

    with h5py.File(path, "w") as file:
        for name, value in content.items():
            file[name] = value


def read_h5(path: Path) -> Content:
    """Read HDF5."""
    import h5py

    with h5py.File(path, "r") as file:
        return {name: data.asstr()[()] if name == "about" else data[()] for name, data in file.items()}


def write_npz(path: str, content: Content) -> None:
    """Write NumPy's own format."""
    np.savez(path, **content)


def read_npz(path: Path) -> Content:
    """Read NumPy's own format; objects in it, which would be pickles, are refused."""
    with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
        return {name: str(file[name]) if name == "about" else file[name] for name in file.files}


def write_mat(path: str, content: Content) -> None:
    """Write MATLAB's format."""
    from scipy.io import savemat

    savemat(path, content, oned_as="row")


def read_mat(path: Path) -> Content:
    """Read MATLAB's format, where every vector is a matrix of one row and a flag is a number."""
    from scipy.io import loadmat

    found = {name: value for name, value in loadmat(path).items() if not name.startswith("__")}
    delays = {name: value for name, value in found.items() if name.startswith("delay_")}
    return {**{name: value.ravel() for name, value in found.items()}, **delays, "about": str(found["about"].item())}


def write_json(path: str, content: Content) -> None:
    """Write JSON; a float is written so that it is read back as the same float."""
    plain = {name: value if name == "about" else np.asarray(value).tolist() for name, value in content.items()}
    Path(path).write_text(json.dumps(plain, allow_nan=False), encoding="utf-8")


def read_json(path: Path) -> Content:
    """Read JSON."""
    found = json.loads(path.read_text(encoding="utf-8"))
    return {name: value if name == "about" else np.array(value) for name, value in found.items()}


FORMATS = {
    ".h5": (write_h5, read_h5),
    ".hdf5": (write_h5, read_h5),
    ".npz": (write_npz, read_npz),
    ".mat": (write_mat, read_mat),
    ".json": (write_json, read_json),
}
