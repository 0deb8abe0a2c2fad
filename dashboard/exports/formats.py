"""Which files there are, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from dashboard.exports import data, parameter_map, program
from dashboard.session import Snapshot
from model.sentences import say

Parts = Iterator[bytes | None]


class Format(NamedTuple):
    """A file: how it is called on the page, its kind for browsers, and what makes it of choices and their link."""

    title: str
    kind: str
    made: Callable[[Snapshot, str], Parts]
    many: bool = False  # there are others that end alike


def at_once(text: Callable[[Snapshot, str], str]) -> Callable[[Snapshot, str], Parts]:
    """Return a format that has one part."""

    def made(choice: Snapshot, link: str) -> Parts:
        yield text(choice, link).encode()

    return made


CSV = "text/csv; charset=utf-8"
FORMATS = {
    "neuron.py": Format(say("Python script"), "text/x-python; charset=utf-8", at_once(program.script)),
    "neuron.ipynb": Format(say("Jupyter notebook"), "application/x-ipynb+json", at_once(program.notebook)),
    "neuron.nc": Format(say("NetCDF: everything, with units"), "application/x-netcdf", data.netcdf),
    "trace.csv": Format(say("CSV: trace and current"), CSV, data.table("t", "V", "I"), True),
    "spikes.csv": Format(say("CSV: spike times"), CSV, data.table("spikes"), True),
    "curve.csv": Format(say("CSV: f-I curve"), CSV, data.table(
        "I_exact", "rate_exact", "I_simulated", "rate_simulated", "rate_error"), True),
    "map.py": Format(
        say("Map: Python script"), "text/x-python; charset=utf-8", at_once(parameter_map.map_script), True
    ),
    "map.nc": Format(say("Map: NetCDF"), "application/x-netcdf", parameter_map.map_netcdf, True),
    "map.csv": Format(say("Map: CSV"), CSV, parameter_map.map_table, True),
}  # fmt: skip
