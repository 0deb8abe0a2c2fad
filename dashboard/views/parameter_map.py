"""The map: the answer of every neuron of a plane as a colour, contours, the rheobase, and where we are."""

from __future__ import annotations

from typing import Any

import holoviews as hv
import numpy as np
from bokeh.models import BasicTicker, BasicTickFormatter

from dashboard.axes import nice
from dashboard.result import Result
from dashboard.studies.common import main_current
from dashboard.studies.parameter_map import (
    MapStudy,
    MapValues,
    Plane,
    axis_values,
    border,
    places_in_lists,
    plane_of,
    present,
    result_of,
    with_run,
)
from dashboard.views.board import Board, Columns, Span
from dashboard.views.contours import contours_of, joined_lines, places_of_numbers, round_levels
from dashboard.views.style import AXES
from model.sentences import say

COLOURS = "viridis"  # even to the eye, and to colour-blind ones
MOST = 0.95  # of the values: where few are far above, the colours end at these
FAR = 3.0  # times as large
NAMES = {
    "exact": say("rate"), "exact_noise": say("rate under noise"), "cv": say("CV under noise"),
    "rheobase": say("rheobase"), "latency": say("latency"),
}  # fmt: skip


def build(board: Board) -> hv.Overlay:
    """Return the HoloViews element of this plot without data; results fill its data sources by their names."""
    x, y = hv.Dimension("x"), hv.Dimension("y")
    bar = {
        "formatter": BasicTickFormatter(), "ticker": BasicTicker(desired_num_ticks=5), "width": 12, "padding": 4,
        "label_standoff": 5, "title_standoff": 5, "title": " ",
    }  # fmt: skip

    def line(name: str, colour: str, text: str = "", **options: object) -> hv.Curve:
        return hv.Curve(([], []), x, y).opts(**options, hooks=[board.named(name, colour, text)])

    return (
        hv.Image(np.zeros((2, 2), np.float32), [x, y], hv.Dimension("value"), bounds=(0, 0, 1, 1)).opts(
            cmap=COLOURS,
            clim=(0.0, 1.0),
            colorbar=True,
            colorbar_opts=bar,
            clipping_colors={"NaN": (0, 0, 0, 0)},
            hooks=[board.named("map", "ink"), named_colours],
        )
        * line("map_contours", "on_dark", line_width=1.2)
        * line("map_contours_dark", "on_light", line_width=1.2)
        * line("map_rheobase_rim", "on_dark", line_width=5)
        * line("map_rheobase", "vermilion", say("rheobase"), line_width=2.5, line_dash="dashed")
        * hv.Labels(([], [], []), [x, y], "text").opts(text_font_size="12px", hooks=[board.named("map_numbers", "ink")])
        * hv.Scatter(([], []), x, y).opts(
            marker="diamond",
            size=17,
            line_width=3,
            hooks=[board.named("map_here", "vermilion/on_dark", say("this neuron"))],
        )
    ).opts(xlabel=" ", ylabel=" ", **AXES)


def named_colours(plot: Any, element: hv.Element) -> None:
    """Name what turns values into colours, so that the browser finds it."""
    plot.handles["glyph"].color_mapper.name = "map_colours"


def columns(result: Result) -> dict[str, Columns]:
    """Return the new columns of the data sources of this plot, by name of the source."""
    plane = plane_of(result.choice)
    drawn = with_run(plane)
    x, y = (np.array([present(result.choice, name)]) for name in (plane.x, plane.y))
    return {
        **(image_columns(drawn) if drawn is not None else {}),
        **rheobase_lines(plane, main_current(result.choice)),
        "map_here": {"x": x, "y": y},
    }


def study_columns(study: MapStudy) -> dict[str, Columns]:
    """Return the columns that the study fills, by name of the data source."""
    return image_columns(study.drawn) if study.drawn is not None else {}


def image_columns(drawn: MapValues) -> dict[str, Columns]:
    """Return the columns of a map and of its contours."""
    plane, colours = drawn.plane, colour_span(drawn)
    return {
        "map": {
            "value": drawn.values.ravel(), "x": np.array(plane.x_span), "y": np.array(plane.y_span),
            "shape": np.array(drawn.values.shape[::-1], float), "colours": np.array(colours),
            "of": np.array(places_in_lists(plane), float),
            "title": np.array([title_of(plane)], dtype=object),
        },
        **contour_columns(plane, drawn.values, colours),
    }  # fmt: skip


def title_of(plane: Plane) -> str:
    """Return what stands beside the colour bar: what is shown, and its unit."""
    shown = result_of(plane.of)
    return say("{what} ({unit})", what=NAMES[plane.of], unit=shown.unit) if shown.unit else NAMES[plane.of]


def colour_span(drawn: MapValues) -> Span:
    """Return the values at which the colours begin and end; a few that are far above the others have the last one."""
    known = drawn.values[np.isfinite(drawn.values)]
    low, high = float(known.min(initial=0.0)), float(known.max(initial=0.0))
    if known.size and high > FAR * (most := float(np.quantile(known, MOST))) > 0:
        high = most
    return (-nice(-low) if low < 0 else 0.0), (nice(high) if high > 0 else 0.0 if low < 0 else 1.0)


def rheobase_lines(plane: Plane, I: float) -> dict[str, Columns]:
    """Return the columns of the line on one side of which the neurons are silent, and of its rim."""
    x, y, excess = border(plane, I)
    line = joined_lines([contours_of(x, y, excess)(0.0)])
    return {"map_rheobase_rim": line, "map_rheobase": line}


def contour_columns(plane: Plane, values: np.ndarray, colours: Span) -> dict[str, Columns]:
    """Return the columns of lines of equal values, white on dark colours and dark on bright ones, and of numbers."""
    low, high = colours
    x, y = axis_values(plane.x_span, values.shape[1]), axis_values(plane.y_span, values.shape[0])
    level, lines_at = round_levels(low, high), contours_of(x, y, values)
    lines = [lines_at(each) for each in level]
    places = places_of_numbers(lines, plane.x_span, plane.y_span)
    dark = level < 0.5 * (low + high)
    return {
        "map_contours": joined_lines([each for each, below in zip(lines, dark, strict=True) if below]),
        "map_contours_dark": joined_lines([each for each, below in zip(lines, dark, strict=True) if not below]),
        "map_numbers": {
            "x": np.array([x for _, x, _ in places]), "y": np.array([y for _, _, y in places]),
            "text": np.array([say("{level:.4g}", level=float(level[k])) for k, *_ in places], dtype=object),
        },
    }  # fmt: skip


def ranges(result: Result) -> tuple[Span, Span]:
    """Return from where to where the horizontal and the vertical axis go, in their units."""
    plane = plane_of(result.choice)
    return plane.x_span, plane.y_span


def said(result: Result) -> str:
    """Say in numbers where the map is, and where we are on it."""
    plane = plane_of(result.choice)
    x, y = present(result.choice, plane.x), present(result.choice, plane.y)
    return say(
        "{x} from {left:.4g} to {right:.4g} across, at present {x_now:.4g}; {y} from {bottom:.4g} to {top:.4g} up, at "
        "present {y_now:.4g}; the rheobase of this neuron is {rheobase:.4g} nA.",
        x=plane.x, left=plane.x_span[0], right=plane.x_span[1], x_now=x,
        y=plane.y, bottom=plane.y_span[0], top=plane.y_span[1], y_now=y, rheobase=result.rheobase,
    )  # fmt: skip


def study_said(study: MapStudy) -> str:
    """Say in numbers what the map shows."""
    if study.drawn is None or not np.isfinite(study.drawn.values).any():
        return say("There is no value on the map.")
    shown = result_of(study.drawn.plane.of)
    low, high = np.nanmin(study.drawn.values), np.nanmax(study.drawn.values)
    return say(
        "The {what} runs from {low:.4g} to {high:.4g} {unit}.",
        what=NAMES[study.drawn.plane.of], low=low, high=high, unit=shown.unit,
    )  # fmt: skip
