"""Files of recordings, each format to named channels with their units; nothing in a file is ever executed."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from model.sentences import say

LARGEST = 1_000_000_000  # bytes


class Channel(NamedTuple):
    """One series of numbers of a file: its name, its unit as written there (else ""), values, dt [ms]."""

    name: str
    unit: str
    values: np.ndarray
    dt: float | None = None


def channels_of(path: Path, sweep: int) -> list[Channel]:
    """Return every channel of a file.

    Raises
    ------
    ValueError
        In a sentence, if the file cannot be read.
    ImportError
        If its format needs a package that is not installed.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise ValueError(
            say(
                "Files called {suffix} are not known; {known} are.",
                suffix=path.suffix or path.name,
                known=", ".join(READERS),
            )
        )
    if not path.is_file():
        raise ValueError(say("There is no file {path}.", path=str(path)))
    if path.stat().st_size > LARGEST:
        raise ValueError(
            say(
                "The file is {size:.2g} GB large, and {most:.2g} are allowed. Save a part of it.",
                size=path.stat().st_size / 1e9,
                most=LARGEST / 1e9,
            )
        )
    try:
        found = reader(path, sweep)
    except (ImportError, ValueError) as problem:
        if isinstance(problem, ImportError) or hasattr(problem.args[0] if problem.args else "", "pattern"):
            raise  # a sentence already
        raise _unreadable(path, problem) from problem
    except Exception as problem:  # what a damaged file makes a reader raise may be anything
        raise _unreadable(path, problem) from problem
    return [each for each in found if each.values.size]


def _unreadable(path: Path, problem: Exception) -> ValueError:
    """Return the error for a file that its reader does not understand."""
    return ValueError(
        say(
            "The file {name} cannot be read as {suffix}: it is damaged, or of another format ({problem}).",
            name=path.name,
            suffix=path.suffix,
            problem=type(problem).__name__,
        )
    )


def channels_of_table(path: Path, sweep: int) -> list[Channel]:
    """Return the columns of a table; units stand in brackets or behind the last underscore of the names."""
    pandas = importlib.import_module("pandas")
    table = pandas.read_csv(path, sep=None, engine="python", comment="#", header=None, nrows=1)
    header = None if all(_is_number(each) for each in table.iloc[0]) else 0
    separator = _separator(path)
    table = pandas.read_csv(path, sep=separator, comment="#", header=header)
    found = []
    for name in table.columns:
        values = pandas.to_numeric(table[name], errors="raise").to_numpy(np.float64)
        found.append(Channel(str(name).strip(), unit_in(str(name)), values))
    return found


def _is_number(text: Any) -> bool:
    """Whether a cell is a number."""
    try:
        float(text)
    except (TypeError, ValueError):
        return False
    return True


def _separator(path: Path) -> str:
    """Return what separates the columns in the first line that is no comment."""
    with path.open(encoding="utf-8") as lines:
        first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    return max(",;\t", key=first.count) if any(each in first for each in ",;\t") else r"\s+"


def unit_in(name: str) -> str:
    """Return the unit that a name carries: "V (mV)", "I [pA]" or "I_nA"; "" where it carries none."""
    for opening, closing in ("()", "[]"):
        if opening in name and name.rstrip().endswith(closing):
            return name[name.rindex(opening) + 1 : name.rindex(closing)].strip()
    last = name.rsplit("_", 1)[-1]
    return last if "_" in name and last in ("V", "mV", "uV", "A", "nA", "pA", "uA", "mA", "s", "ms", "us") else ""


def channels_of_npz(path: Path, sweep: int) -> list[Channel]:
    """Return the arrays of an archive of NumPy, but for those that would need unpickling."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
        return _from_arrays({name: archive[name] for name in archive.files}, sweep)


def channels_of_mat(path: Path, sweep: int) -> list[Channel]:
    """Return the arrays of a file of MATLAB, of the older and of the newer format (7.3)."""
    if path.read_bytes()[:8] == b"\x89HDF\r\n\x1a\n" or b"MATLAB 7.3" in path.read_bytes()[:128]:
        import h5py

        with h5py.File(path) as file:
            arrays = {name: np.asarray(each) for name, each in file.items() if isinstance(each, h5py.Dataset)}
    else:
        from scipy.io import loadmat

        arrays = {name: each for name, each in loadmat(path).items() if not name.startswith("__")}
    return _from_arrays(arrays, sweep)


def _from_arrays(arrays: dict[str, np.ndarray], sweep: int) -> list[Channel]:
    """Return the numeric arrays with one dimension, and one row or column of those with two."""
    found = []
    for name, array in arrays.items():
        if getattr(array, "dtype", None) is None or array.dtype.kind not in "iuf":
            continue
        values = np.squeeze(array)
        if values.ndim == 2:
            rows = values if values.shape[1] >= values.shape[0] else values.T
            _check_sweep(sweep, len(rows))
            values = rows[sweep]
        if values.ndim <= 1:
            found.append(Channel(name, unit_in(name), np.atleast_1d(values).astype(np.float64)))
    return found


def _check_sweep(sweep: int, number: int) -> None:
    """Raise ValueError where there is no such sweep."""
    if not 0 <= sweep < number:
        raise ValueError(
            say("There is no sweep {sweep}; the file has {number}, counted from 0.", sweep=sweep, number=number)
        )


def channels_with_neo(path: Path, sweep: int) -> list[Channel]:
    """Return the signals of one sweep of an ABF or NWB file."""
    try:
        io = importlib.import_module("neo.io")
        if path.suffix.lower() == ".nwb":
            importlib.import_module("pynwb")
    except ImportError as problem:
        raise ImportError(say("Files called {suffix} need the extra recordings: python -m pip install "
                              "'expif-dashboard[recordings]'.", suffix=path.suffix)) from problem  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the readers, about fields that are not needed here
        nwb = path.suffix.lower() == ".nwb"
        blocks = io.NWBIO(str(path), mode="r").read_all_blocks() if nwb else io.AxonIO(str(path)).read()
    segments = [each for block in blocks for each in block.segments]
    _check_sweep(sweep, len(segments))
    found: list[Channel] = []
    for signal in segments[sweep].analogsignals:
        dt = 1000.0 / float(signal.sampling_rate.rescale("Hz").magnitude)
        names = getattr(signal, "array_annotations", {}).get("channel_names", [])
        for k in range(signal.shape[1]):
            name = str(names[k]) if len(names) == signal.shape[1] else str(signal.name or f"signal {len(found)}")
            unit = signal.units.dimensionality.string
            found.append(Channel(name, unit, np.asarray(signal.magnitude[:, k], dtype=np.float64), dt))
    return found


READERS: dict[str, Callable[[Path, int], list[Channel]]] = {
    ".csv": channels_of_table, ".txt": channels_of_table, ".tsv": channels_of_table,
    ".npz": channels_of_npz, ".mat": channels_of_mat, ".abf": channels_with_neo,
    ".nwb": channels_with_neo,
}  # fmt: skip
