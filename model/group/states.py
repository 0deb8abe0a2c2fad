"""A group's state in a file, and back.

A file holds the format version, geometry, parameters, time, method, noise, random state and every state array, so that
a run that goes on from it equals one that was never interrupted. No format here can carry code: pickle is refused.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from model.group.engine import checked_float, checked_time
from model.group.state_files import FORMATS
from model.integrators.equation import State
from model.kernels.layout import Clock
from model.parameters import Numbers
from model.quantity import shorten
from model.run_settings import RunSettings
from model.runs.schemes import checked_method

VERSION = 1


def save(group: Any, filename: Any) -> None:
    """Write the state of a group; the suffix chooses the format.

    Parameters
    ----------
    group : ExpIF
    filename : str or path
        Ending in .h5, .hdf5, .npz, .mat or .json. An existing file is replaced at once, or not at all.

    Raises
    ------
    ValueError
        If the suffix is none of these.
    FileNotFoundError
        If there is no such folder.
    """
    path, (write, _) = _format(filename)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {path.parent} to write {path.name} into.")
    content = {"about": json.dumps(_about(group)), **_arrays(group)}
    handle, temporary = tempfile.mkstemp(suffix=path.suffix, prefix=".", dir=path.parent)
    os.close(handle)
    try:
        write(temporary, content)
        with open(temporary, "rb") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def load(group: Any, filename: Any, verbose: bool = False, check: bool = True) -> None:
    """Put a group into the state that a file holds; where anything is wrong with it, nothing is changed.

    Parameters
    ----------
    group : ExpIF
        Of the same geometry and precision as the one that was saved.
    filename : str or path
    verbose : bool
        Print what was loaded.
    check : bool
        Refuse a file whose method is not the group's; otherwise the group takes over the file's method.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is damaged, of another program or version, or does not fit the group.
    """
    path, (_, read) = _format(filename)
    if not path.exists():
        raise FileNotFoundError(f"There is no file {path}.")
    try:
        content = read(path)
        about = json.loads(content["about"])
    except Exception as problem:
        raise ValueError(f"{path} is damaged, or was not written by save_states ({problem}).") from None
    apply = _checked_content(group, path, about, content, check)
    apply()
    if verbose:
        print(
            f"{path}: {group!r}, "
            + ", ".join(f"{name} {array.shape}" for name, array in group.vars("relative").items())
        )


def _about(group: Any) -> dict[str, Any]:
    """Return everything of a group's state that is not an array."""
    return {
        "program": "expif-dashboard",
        "version": VERSION,
        "shape": list(group.shape),
        "dtype": str(group.V.dtype),
        "method": group.method,
        "clock": list(group._clock),
        "dt": group.dt,
        "steps_done": group._steps_done,
        "sigma": group.sigma,
        "noise_seed": group._noise_seed,
        "random_state": group._rng.bit_generator.state,
        "delays": {key: [line.dt, line._row] for key, line in _delays(group).items()},
    }


def _arrays(group: Any) -> dict[str, np.ndarray]:
    """Return every array of a group's state, with its parameters and delay lines, by name in the file."""
    parameters = {f"parameter_{name}": np.atleast_1d(group._parameters[name]) for name in Numbers._fields}
    delays = {f"delay_{key}": line.data for key, line in _delays(group).items()}
    return {**group._state._asdict(), **parameters, **delays}


def _delays(group: Any) -> dict[str, Any]:
    """Return the delay lines of a group by key."""
    return {key: line for key, line in group.implicit_nodes.items() if line in group._delays()}


def _checked_content(group: Any, path: Path, about: Any, content: dict, check: bool) -> Callable[[], None]:
    """Check everything that a file holds, and return the function that changes the group."""
    if not isinstance(about, dict) or about.get("program") != "expif-dashboard":
        raise ValueError(f"{path} was not written by save_states.")
    if about.get("version") != VERSION:
        raise ValueError(f"{path} has format version {shorten(about.get('version'))}; this program reads {VERSION}.")
    here = _about(group)
    for what in ("shape", "dtype", *(["method"] if check else [])):
        if about.get(what) != here[what]:
            raise ValueError(f"{path} does not fit: its {what} is {about.get(what)}, the group's is {here[what]}.")
    try:
        return _prepared(group, about, content)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise ValueError(f"{path} is damaged or does not fit the group: {problem}") from None


def _prepared(group: Any, about: dict, content: dict) -> Callable[[], None]:
    """Return the function that puts a group into the state of a file, after every value has been checked."""
    arrays = {name: _fitting_array(name, content[name], array) for name, array in _arrays_to_fill(group).items()}
    state = State(*(arrays[name] for name in State._fields))
    if not all(np.isfinite(x).all() for x in state) or (state.count < 0).any():
        raise ValueError("its state has numbers that are not finite, or counts below zero.")
    read = {name: np.asarray(content[f"parameter_{name}"], np.float64) for name in Numbers._fields}
    values = {name: float(value[0]) if value.shape == (1,) else value for name, value in read.items()}
    trial = type(group._parameters)(type(group.parameters)(), group.shape, values)
    method = checked_method(about["method"])
    origin, first, step = about["clock"]
    clock = Clock(checked_time(origin), int(first), checked_float(RunSettings.param.dt, step))
    dt, sigma = checked_float(RunSettings.param.dt, about["dt"]), checked_float(RunSettings.param.sigma, about["sigma"])
    steps_done, seed = int(about["steps_done"]), int(about["noise_seed"])
    delays = _delays(group)
    if set(about["delays"]) != set(delays):
        raise ValueError(f"its delays are {sorted(about['delays'])}, the group's are {sorted(delays)}.")
    rng = np.random.default_rng()
    rng.bit_generator.state = about["random_state"]
    if first < 0 or steps_done < 0 or not 0 <= seed < 2**63:
        raise ValueError("its steps or its seed are out of range.")

    def apply() -> None:
        for name, array in _arrays_to_fill(group).items():
            array[...] = arrays[name]
        group._parameters.set({name: trial[name] for name in Numbers._fields})
        group.method, group._clock, group.dt = method, clock, dt
        group._steps_done, group._noise_seed, group.sigma = steps_done, seed, sigma
        group._rng.bit_generator.state = rng.bit_generator.state
        for key, line in delays.items():
            line._row = int(about["delays"][key][1]) % len(line.data)

    return apply


def _arrays_to_fill(group: Any) -> dict[str, np.ndarray]:
    """Return the arrays of a group that a file replaces, by name in the file."""
    return {**group._state._asdict(), **{f"delay_{key}": line.data for key, line in _delays(group).items()}}


def _fitting_array(name: str, found: Any, array: np.ndarray) -> np.ndarray:
    """Return an array of a file in the type of the group's own, or raise ValueError where it does not fit."""
    found = np.asarray(found)
    if found.shape != array.shape or found.dtype.kind not in ("bui" if array.dtype.kind in "bi" else "fiu"):
        raise ValueError(f"its {name} has shape {found.shape} and type {found.dtype}.")
    return found.astype(array.dtype)


def _format(filename: Any) -> tuple[Path, tuple]:
    """Return the path, and the functions that write and read its format, or raise ValueError."""
    if not isinstance(filename, (str, Path)):
        raise ValueError(f"A file name must be a text or a path; {shorten(filename)} was given.")
    path = Path(filename)
    if path.suffix in (".pkl", ".pickle"):
        raise ValueError(
            f"{path.name}: pickle files are refused, because opening one can run any code that somebody put into it. "
            f"Use one of {', '.join(FORMATS)}."
        )
    if path.suffix not in FORMATS:
        raise ValueError(f"{path.name}: the suffix must be one of {', '.join(FORMATS)}.")
    return path, FORMATS[path.suffix]
