"""The numbers of a run, with their units: as a data set of xarray, and as tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dashboard.curve import NONE, Simulated
from dashboard.result import Result, compute
from dashboard.session import Snapshot, members
from dashboard.studies import rates
from model import __version__
from model.points import Points
from model.runs.arguments import steps_of
from model.sentences import say

MOST_ROWS = 200_000  # of a table; spreadsheets hold a million, and reading it back takes memory
ROWS = 10_000  # that are written_table at once, in about 10 ms

LONG_NAMES = {
    "t": "time", "V": "membrane potential", "I": "input current", "spikes": "spike times",
    "I_exact": "currents of the exact f-I curve", "rate_exact": "exact firing rate",
    "I_simulated": "currents of the simulated f-I curve", "rate_simulated": "simulated firing rate",
    "rate_error": "standard error of the simulated firing rate",
}  # fmt: skip
UNITS = {"t": "ms", "V": "mV", "I": "nA", "spikes": "ms", "I_exact": "nA", "rate_exact": "Hz", "I_simulated": "nA",
         "rate_simulated": "Hz", "rate_error": "Hz"}  # fmt: skip


def simulated(choice: Snapshot) -> Iterator[Simulated | None]:
    """Yield None while the points of the f-I curve are simulated, and at the end the points."""
    seen = NONE
    for part in rates.run(choice, False):
        seen = part.simulated
        yield None
    yield seen


def columns(result: Result, points: Simulated) -> dict[str, tuple[str, np.ndarray]]:
    """Return the numbers by name, each with the name of its dimension."""
    trace, curve = result.trace, result.curve
    return {
        "t": ("t", trace.t), "V": ("t", trace.V), "I": ("t", trace.I), "spikes": ("spike", trace.spikes),
        "I_exact": ("I_exact", curve.currents), "rate_exact": ("I_exact", curve.rates),
        "I_simulated": ("I_simulated", points.currents), "rate_simulated": ("I_simulated", points.rates),
        "rate_error": ("I_simulated", points.errors),
    }  # fmt: skip


def netcdf(choice: Snapshot, link: str) -> Iterator[bytes | None]:
    """Yield the parts of a NetCDF file: None, and at the end all of it."""
    import xarray  # here, for it takes a second that no visitor need wait for

    points = NONE
    for each in simulated(choice):
        points = points if each is None else each
        yield None
    named = columns(compute(choice), points)
    described = {name: {"units": UNITS[name], "long_name": LONG_NAMES[name]} for name in named}
    dimensions = [name for name, (dimension, _) in named.items() if name == dimension]
    variables = {name: (dimension, values, described[name]) for name, (dimension, values) in named.items()}
    coordinates = {name: variables.pop(name) for name in dimensions}
    yield bytes(xarray.Dataset(variables, coordinates, attributes(choice, link)).to_netcdf(engine="h5netcdf"))


def attributes(choice: Snapshot, link: str) -> dict[str, Any]:
    """Return what was chosen, by the names that the page and the library use, and where it comes from."""
    units = [f"{name} {unit}" for name, unit in units_of(choice).items() if unit]
    values = {name: value.text if isinstance(value, Points) else value for name, value in named_choices(choice).items()}
    about = {
        "title": "A run of the exponential integrate-and-fire (ExpIF) neuron", "link": link,
        "source": f"expif-dashboard {__version__}", "version": __version__, "parameter_units": ", ".join(units),
    }  # fmt: skip
    return {**about, **values}


def units_of(choice: Snapshot) -> dict[str, str]:
    """Return the unit of every choice, "" where it has none."""
    return {name: getattr(owner.param[name], "unit", "") for name, owner in members(choice.kind).items()}


def named_choices(choice: Snapshot) -> dict[str, Any]:
    """Return the choices that a snapshot was taken of, by name."""
    settings = {
        name: getattr(choice, name)
        for name in ("kind", "duration", "dt", "method", "sigma", "tau_noise", "seed", "device")
    }
    return {**settings, **choice.neuron._asdict(), **dict(choice.stimulus)}


def table(*names: str) -> Callable[[Snapshot, str], Iterator[bytes | None]]:
    """Return the format of a table of these columns, as comma-separated values."""

    def made(choice: Snapshot, link: str) -> Iterator[bytes | None]:
        if names[0] == "t" and (steps := steps_of(choice.duration, choice.dt)) > MOST_ROWS:
            raise ValueError(
                say(
                    "This run has {steps} steps, and a table has at most {most} rows. Take the NetCDF file, which "
                    "holds all of them, or choose a shorter duration.",
                    steps=steps, most=MOST_ROWS,
                )
            )  # fmt: skip
        points = NONE
        if "rate_simulated" in names:
            for each in simulated(choice):
                points = points if each is None else each
                yield None
        named = columns(compute(choice), points)
        yield None
        yield from written_table({f"{name} ({UNITS[name]})": named[name][1] for name in names})

    return made


def written_table(columns: dict[str, np.ndarray]) -> Iterator[bytes | None]:
    """Yield None between the parts of a table, and at the end the table: its numbers lose nothing.

    A column that is shorter than the others is empty at its end.
    """
    longest = max(column.size for column in columns.values())
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for start in range(0, longest, ROWS):
        length = min(ROWS, longest - start)
        parts = [list(map(repr, column[start : start + ROWS].tolist())) for column in columns.values()]
        writer.writerows(zip(*([*part, *[""] * (length - len(part))] for part in parts), strict=True))
        yield None
    yield text.getvalue().encode()
