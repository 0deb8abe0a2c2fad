"""`python -m model.maps`: a map from the command line, with a bar that says how far it is and how long it will take."""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from model.maps.carrying import MapStopped
from model.maps.measures import MEASURES
from model.maps.sweeping import sweep
from model.parameters import ExpIFParameters, Numbers
from model.sentences import say
from model.stimuli import KINDS

ABOUT = """\
Ask the same question of every neuron of a grid.

axes:
  parameters of the neuron:  {neuron}
  input and noise:           I, sigma, tau_noise, and the quantities of a --stimulus
measures:
  exact, exact_noise         rate without noise; rate and CV under white noise
  rate, cv                   simulated, with their standard errors
  latency, gain, rheobase    time to the first spike; response at the frequencies f; rheobase
"""
EXAMPLES = """\
examples:
  python -m model.maps --axis I=0:20:200 --axis delta_T=0.5:8:100 --measure exact --output map.nc
  python -m model.maps --axis I=0:10:128 --axis sigma=1,2,4 --measure rate \\
      --option duration=5000 --option neurons=20 --store map.zarr --workers 2
  python -m model.maps --axis frequency=1,5,25 --axis I_swing=0:5:20 --stimulus sine --set I=3

A map with --store goes on where it was interrupted, when the same command is given again.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Make a map as the command line asks; return 0, or 1 after a sentence about what was wrong."""
    given = parser().parse_args(arguments)
    try:
        found = sweep(**arguments_of(given))
        saved(found, given.output)
    except KeyboardInterrupt:
        print(say("Interrupted. What is done is kept in the store, if there is one."), file=sys.stderr)
        return 130
    except (ValueError, RuntimeError, ModuleNotFoundError, OSError, MapStopped) as problem:
        print(problem, file=sys.stderr)
        return 1
    if not given.quiet:
        print(found)
    return 0


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    made = argparse.ArgumentParser(
        "python -m model.maps", description=ABOUT.format(neuron=", ".join(Numbers._fields)), epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    add = made.add_argument
    add("--axis", action="append", required=True, metavar="NAME=VALUES",
        help="an axis: first:last:count, or values with commas; give it once for each axis")  # fmt: skip
    add("--measure", default="rate", choices=list(MEASURES), help="what is asked (default: %(default)s)")
    add("--set", action="append", default=[], metavar="NAME=VALUE",
        help="a parameter of the neuron or of the stimulus that is not its default")  # fmt: skip
    add("--option", action="append", default=[], metavar="NAME=VALUE",
        help="what the measure is told, as I=5, sigma=2, duration=2000, neurons=20, f=1,10,100")  # fmt: skip
    add("--stimulus", choices=list(KINDS), help="the shape of the input, where it is not constant")
    add("--seed", type=int, default=0, help="the same seed gives the same numbers (default: %(default)s)")
    add("--store", metavar="FOLDER", help="keeps what is done, so that the work can be interrupted")
    add("--points", type=int, help="points that are computed and kept at once (default: about a second of work)")
    add("--workers", type=int, default=1, help="processes on this machine (default: %(default)s)")
    add("--scheduler", metavar="ADDRESS", help="a Dask cluster that computes, as tcp://host:8786")
    add("--device", default="cpu", choices=["cpu", "cuda"], help="where rates are simulated (default: %(default)s)")
    add("--output", metavar="FILE", type=Path, help="where to write the map: .nc (NetCDF) or .csv")
    add("--quiet", action="store_true", help="no bar, and no summary at the end")
    return made


def arguments_of(given: argparse.Namespace) -> dict[str, Any]:
    """Return the arguments of `sweep`.

    Raises
    ------
    ValueError
        If a value cannot be read, or the kind of file is unknown.
    """
    if given.output is not None and given.output.suffix not in (".nc", ".csv"):
        raise ValueError(
            say("The map can be written to a file .nc or .csv; {file} is neither.", file=str(given.output))
        )
    fixed, options = (dict(map(named_value, each)) for each in (given.set, given.option))
    neuron = {name: fixed.pop(name) for name in Numbers._fields if name in fixed}
    if given.stimulus is not None:
        kind = KINDS[given.stimulus]
        wrong = [name for name in fixed if name not in kind.param]
        options["stimulus"] = None if wrong else kind(**fixed)
    else:
        wrong = list(fixed)
    if wrong:
        raise ValueError(say(
            "--set knows no {name}; it takes the neuron's parameters, and what the stimulus has.", name=wrong[0]
        ))  # fmt: skip
    client = None
    if given.scheduler is not None:
        from model.maps.sweeping import check_extra

        check_extra(None, given.scheduler)
        from distributed import Client

        client = Client(given.scheduler)
    return {
        "p": ExpIFParameters(**neuron), "grid": dict(map(named_axis, given.axis)), "measure": given.measure,
        "options": options, "seed": given.seed, "store": given.store, "points": given.points, "workers": given.workers,
        "client": client, "device": given.device, "progress": not given.quiet,
    }  # fmt: skip


def named_axis(text: str) -> tuple[str, np.ndarray]:
    """Return the name and the values of an axis, from `NAME=first:last:count` or `NAME=a,b,c`.

    Raises
    ------
    ValueError
        If the text is neither.
    """
    name, _, values = text.partition("=")
    try:
        if ":" in values:
            first, last, count = values.split(":")
            return name, np.linspace(float(first), float(last), int(count))
        return name, np.array([float(value) for value in values.split(",")])
    except ValueError:
        raise ValueError(say(
            "An axis is written as I=0:20:200 (first, last, count) or I=1,2,5; {given} is neither.", given=text
        )) from None  # fmt: skip


def named_value(text: str) -> tuple[str, Any]:
    """Return the name and the value of `NAME=VALUE`: a number, numbers with commas, or a text.

    Raises
    ------
    ValueError
        If there is no equals sign.
    """
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(say("A value is written as NAME=VALUE; {given} has no equals sign.", given=text))
    try:
        return name, ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return name, value


def saved(found: Any, file: Path | None) -> None:
    """Write a map to a file, where one is named."""
    if file is not None and file.suffix == ".nc":
        found.to_netcdf(file, engine="h5netcdf")
    elif file is not None:
        found.to_dataframe().to_csv(file)


if __name__ == "__main__":
    sys.exit(main())
