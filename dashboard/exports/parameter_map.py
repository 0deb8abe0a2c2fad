"""What can be taken along of a map: its numbers with their units, and a script that computes and draws them again."""

from __future__ import annotations

import textwrap
from collections.abc import Generator, Iterator
from typing import Any

import numpy as np

from dashboard.exports.data import attributes, written_table
from dashboard.exports.program import neuron_code
from dashboard.names import label
from dashboard.session import Snapshot, members
from dashboard.studies.parameter_map import (
    MapValues,
    Plane,
    asked_of,
    axis_values,
    finest,
    in_turns,
    plane_of,
    present,
    result_of,
)
from model import __version__
from model.parameters import Numbers


def axes_of(choice: Snapshot, plane: Plane) -> dict[str, dict[str, Any]]:
    """Return, for the axis that goes up and for the one across, its values, unit and long name."""
    across, up = finest(plane)
    found = {}
    for name, span, points in ((plane.y, plane.y_span, up), (plane.x, plane.x_span, across)):
        declared = members(choice.kind)[name].param[name]
        found[name] = {"values": axis_values(span, points), "units": declared.unit, "long_name": str(declared.label)}
    return found


def finest_map(choice: Snapshot) -> Generator[None, None, MapValues]:
    """Yield between the turns in which a map is computed, and return all of it."""
    drawn = MapValues(plane_of(choice), np.zeros((0, 0)))
    for each in in_turns(drawn.plane, finest(drawn.plane)):
        drawn = each or drawn
        yield None
    return drawn


def map_netcdf(choice: Snapshot, link: str) -> Iterator[bytes | None]:
    """Yield the parts of a NetCDF file: None, and at the end all of it."""
    import xarray  # here, for it takes a second that no visitor need wait for

    drawn = yield from finest_map(choice)
    shown, axes = result_of(drawn.plane.of), axes_of(choice, drawn.plane)
    about = {"units": shown.unit, "long_name": shown.long_name}
    coordinates = {name: (name, axis.pop("values"), axis) for name, axis in axes.items()}
    told = {name: value for name, value in attributes(choice, link).items() if name not in axes}
    told |= {"title": "A map of exponential integrate-and-fire (ExpIF) neurons", "measure": drawn.plane.of}
    dataset = xarray.Dataset({shown.name: ((*axes,), drawn.values, about)}, coordinates, told)
    yield bytes(dataset.to_netcdf(engine="h5netcdf"))


def map_table(choice: Snapshot, link: str) -> Iterator[bytes | None]:
    """Yield None between the parts of a table with a row for each neuron, and at the end the table."""
    drawn = yield from finest_map(choice)
    shown, axes = result_of(drawn.plane.of), axes_of(choice, drawn.plane)
    meshes = np.meshgrid(*(axis["values"] for axis in axes.values()), indexing="ij")
    columns = {f"{name} ({axes[name]['units']})": mesh.ravel() for name, mesh in zip(axes, meshes, strict=True)}
    head = f"{shown.name} ({shown.unit})" if shown.unit else shown.name
    yield from written_table({**columns, head: drawn.values.ravel()})


def map_script(choice: Snapshot, link: str) -> str:
    """Return a script that asks `model.maps.sweep` for the map, and draws it."""
    plane = plane_of(choice)
    shown, size = result_of(plane.of), dict(zip((plane.x, plane.y), finest(plane), strict=True))
    spans = {plane.y: plane.y_span, plane.x: plane.x_span}
    values = {name: f"np.linspace({span[0]!r}, {span[1]!r}, {size[name]})" for name, span in spans.items()}
    _, grid, measure, options = asked_of(plane, (2, 2))
    told = f", options={options!r}" if options else ""
    about = (
        f"A map of exponential integrate-and-fire (ExpIF) neurons, as the page showed it with expif-dashboard "
        f"{__version__}. Needs that package with its extra maps, and draws with HoloViews."
    )
    heading = textwrap.fill(about, 100) + (f"\n\nThe page: <{link}>\n" if link else "\n")
    return MAP_SCRIPT.format(
        about=heading, neuron=neuron_code(choice), x=plane.x, y=plane.y,
        axes="\n".join(f"    {name!r}: {values[name]}," for name in spans).replace("'", '"'),
        asked=", ".join(f'"{name}"' for name in grid), measure=measure, told=told.replace("'", '"'),
        variable=shown.name, unit=shown.unit, rheobase=rheobase_code(plane),
        x_named=dimension_code(choice, plane.x), y_named=dimension_code(choice, plane.y),
        here=(present(choice, plane.x), present(choice, plane.y)),
    )  # fmt: skip


def dimension_code(choice: Snapshot, name: str) -> str:
    """Return the code of an axis as HoloViews names it."""
    declared = members(choice.kind)[name].param[name]
    return f'hv.Dimension("{name}", label="{label(declared)} {name}", unit="{declared.unit}")'


def rheobase_code(plane: Plane) -> str:
    """Return the lines that draw the rheobase, where one axis is the current and the other one changes it."""
    if "I" not in (plane.x, plane.y):
        return ""
    other = plane.y if plane.x == "I" else plane.x
    if other not in Numbers._fields:
        return ""
    points = '(rheobase, grid["{0}"])' if plane.x == "I" else '(grid["{0}"], rheobase)'
    return RHEOBASE.format(other=other, points=points.format(other))


RHEOBASE = """\
rheobase = sweep(p, {{"{other}": grid["{other}"]}}, "rheobase")["rheobase"].values
line = hv.Curve({points}, x, y, label="rheobase")
figure = figure * line.opts(color="#D55E00", line_dash="dashed", line_width=2.5)
"""

MAP_SCRIPT = '''\
"""{about}"""

import holoviews as hv
import numpy as np
from bokeh.io import save
from bokeh.resources import INLINE

from model import ExpIFParameters
from model.maps import sweep

# The neuron, and the two axes; what is not named of the neuron has its default.
{neuron}
grid = {{
{axes}
}}

# The map; an axis along which nothing changes is not asked for.
found = sweep(p, {{name: grid[name] for name in [{asked}]}}, "{measure}"{told})
values = found["{variable}"]
for name in grid:
    if name not in values.dims:
        values = values.expand_dims({{name: grid[name]}})
values = values.transpose("{y}", "{x}").where(np.isfinite)
print("{variable} ({unit}): from", float(values.min()), "to", float(values.max()))

# Drawn in colours that are even to the eye; the diamond is the neuron that the page showed.
hv.extension("bokeh")
x = {x_named}
y = {y_named}
answer = hv.Dimension("{variable}", unit="{unit}")
image = hv.Image((grid["{x}"], grid["{y}"], values.values), [x, y], answer)
here = hv.Scatter([{here}], x, y, label="this neuron").opts(color="#D55E00", marker="diamond", size=14)
ends = {{"xlim": (grid["{x}"].min(), grid["{x}"].max()), "ylim": (grid["{y}"].min(), grid["{y}"].max())}}
figure = image.opts(cmap="viridis", colorbar=True) * here
{rheobase}figure = figure.opts(hv.opts.Overlay(width=640, height=420, legend_position="top", **ends))
save(hv.render(figure), "map.html", resources=INLINE, title="A map of neurons")
print("The figure is in map.html.")
'''
