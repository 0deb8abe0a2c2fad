"""Builds every plot of the page once with HoloViews, in one Bokeh document; results reach the plots by their names.

Rendering an element again costs about 12 ms; handing new columns to its data source costs the browser a frame and the
server nothing. So a view says how its plot is built, and later only which columns and which ranges it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, NamedTuple

import holoviews as hv
import numpy as np
from bokeh.document import Document
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, Patch, Segment
from bokeh.plotting import figure as Figure

from dashboard.views.style import PIN_LOOKS, Palette, PinLook, Sizes, paint, paint_glyph, sizes_of
from model.sentences import say

hv.extension("bokeh", logo=False)
hv.renderer("bokeh").webgl = False  # ten times slower than canvas where rendering is done in software

TOOLS = {
    "PanTool": say("Pan (x-axis)"), "WheelZoomTool": say("Wheel Zoom (x-axis)"), "BoxZoomTool": say("Box Zoom"),
    "ResetTool": say("Reset"), "SaveTool": say("Save"),
}  # fmt: skip # as Bokeh calls them, which it can only in English

Columns = Mapping[str, np.ndarray]
Span = tuple[float, float]


class Mark(NamedTuple):
    """What the legend says of one data source: how its marks look, and what they are."""

    source: str
    shape: str  # line, dashed, bar, area, or a marker of Bokeh's
    width: float  # px, of its line
    colour: str  # a role, as `paint_glyph` takes it
    text: str


class Board:
    """All plots in one Bokeh document, each in a place of its own: a root that holds one figure.

    Parameters
    ----------
    views : mapping of str to module
        Modules of `dashboard.views`: each has ``build(board)``; ``columns(result)`` and ``ranges(result)`` if it
        shows the run, ``study_columns(study)`` and ``study_ranges(study)`` if it shows a study.

    Attributes
    ----------
    figures, sources : dict
        By the names that updates use.
    ghosts : dict of str to str
        For each data source that keeps what was there before a slider moved, the source it is taken from.
    pins : dict of str to dict
        For each data source that shows a pinned run: its view, and the renderer, which is not seen before; nothing
        drawn takes its time too.
    legends : dict of str to list of Mark
        For each view.
    """

    def __init__(self, views: Mapping[str, ModuleType]) -> None:
        self.document = Document()
        self.figures: dict[str, Figure] = {}
        self.sources: dict[str, ColumnDataSource] = {}
        self.ghosts: dict[str, str] = {}
        self.pins: dict[str, dict[str, Any]] = {}
        self.legends: dict[str, list[Mark]] = {}
        self._renderers: list[tuple[str, Any, Sizes]] = []
        for name, view in views.items():
            self._legend = self.legends[name] = []
            element = view.build(self).opts(hv.opts.Overlay(responsive=True, show_legend=False, shared_axes=False))
            figure = self.figures[name] = hv.render(element)
            self._legend.sort(key=lambda mark: mark.source in self.ghosts)
            figure.name = f"{name}_figure"
            for tool in figure.toolbar.tools:
                tool.description = TOOLS.get(type(tool).__name__)
            self.document.add_root(column(figure, name=f"{name}_place", sizing_mode="stretch_both"))

    def named(self, source: str, colour: str, text: str = "") -> Callable:
        """Return a hook that names an element's data source and remembers how to paint it, and what to call it."""

        def hook(plot: Any, element: hv.Element) -> None:
            data = plot.handles["source"]
            data.name = source
            self.sources[source] = data
            self._renderers.append((colour, plot.handles["glyph_renderer"], sizes_of(plot.handles["glyph"])))
            if text:
                glyph = plot.handles["glyph"]
                self._legend.append(Mark(source, shape_of(glyph), glyph.line_width, colour, text))

        return hook

    def ghost(self, source: str, x: hv.Dimension, y: hv.Dimension) -> hv.Curve:
        """Return a faint line for what a data source showed before a slider moved; the browser fills it."""
        self.ghosts[f"{source}_ghost"] = source
        return hv.Curve(([], []), x, y).opts(
            line_width=1, hooks=[self.named(f"{source}_ghost", "ghost", say("before"))]
        )

    def behind(self, view: str, source: str, x: hv.Dimension, y: hv.Dimension) -> hv.Overlay:
        """Return the lines behind a data source: its ghost, and those of pinned runs; the browser fills them."""
        lines = [self._pin(view, f"{source}_pin{number}", look, x, y) for number, look in enumerate(PIN_LOOKS, 1)]
        return hv.Overlay([self.ghost(source, x, y), *lines])

    def _pin(self, view: str, name: str, look: PinLook, x: hv.Dimension, y: hv.Dimension) -> hv.Curve:
        """Return the line of a pinned run, which is not seen yet.

        It lies on a canvas of its own, which is not painted again while a slider moves: dashes take long.
        """

        def hide(plot: Any, element: hv.Element) -> None:
            renderer = plot.handles["glyph_renderer"]
            renderer.visible, renderer.level = False, "overlay"
            self.pins[name] = {"view": view, "renderer": {"id": renderer.id}}

        hooks = [self.named(name, look.colour), hide]
        return hv.Curve(([], []), x, y).opts(line_width=1.5, line_dash=look.dashes, hooks=hooks)

    def paint(self, palette: Palette, large: bool) -> None:
        """Give every figure the colours of a palette, and letters, lines and marks for the last row if asked for."""
        for each in self.figures.values():
            paint(each, palette, large)
        for colour, renderer, sizes in self._renderers:
            paint_glyph(renderer, colour, palette, sizes, large)


def shape_of(glyph: Any) -> str:
    """Return how the marks of a glyph look."""
    if hasattr(glyph, "marker"):
        return str(glyph.marker)
    if isinstance(glyph, Patch):
        return "area"
    if glyph.line_dash:
        return "dashed"
    return "bar" if isinstance(glyph, Segment) else "line"
