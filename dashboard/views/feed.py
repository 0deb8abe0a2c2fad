"""Builds a plot once with HoloViews, then streams columns into its Bokeh data sources.

Rendering an element again costs about 12 ms; assigning the columns of its data source costs 0.06 ms.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from types import ModuleType
from typing import Any

import holoviews as hv
import numpy as np
from bokeh.models import ColumnDataSource, CustomJS
from bokeh.plotting import figure as Figure

from dashboard.result import Result
from dashboard.views.style import Palette, paint, paint_glyph

hv.extension("bokeh", logo=False)
hv.renderer("bokeh").webgl = False  # ten times slower than canvas where rendering is done in software

FEW = 64  # numbers

Columns = Mapping[str, np.ndarray]
Span = tuple[float, float]


class Feed:
    """The figures and data sources of one visitor's page.

    Parameters
    ----------
    views : mapping of str to module
        Modules of `dashboard.views`: each has ``build(feed)``; ``columns(result)`` and ``ranges(result)`` if it
        shows the run, ``study_columns(study)`` and ``study_ranges(study)`` if it shows a study.
    """

    def __init__(self, views: Mapping[str, ModuleType]) -> None:
        self.views = views
        self.figures: dict[str, Figure] = {}
        self.sources: dict[str, ColumnDataSource] = {}
        self.large = False  # the page is read from the last row
        self._renderers: list[tuple[str, Any]] = []
        self._shown_ranges: dict[str, tuple[Span, Span]] = {}
        self._shown: dict[str, Columns] = {}
        self._study_columns: dict[str, Mapping[str, Columns]] = {}

    def element(self, view: str) -> hv.Overlay:
        """Build a view's element; its figure and sources are caught when the page renders it."""
        catch = self._catch_figure(view)
        return (
            self.views[view]
            .build(self)
            .opts(hv.opts.Overlay(hooks=[catch], responsive=True, show_legend=False, shared_axes=False))
        )

    def named(self, source: str, colour: str) -> Callable:
        """Return a hook that names an element's data source and remembers how to paint it."""

        def hook(plot: Any, element: hv.Element) -> None:
            data = plot.handles["source"]
            data.name = source
            self.sources[source] = data
            self._renderers.append((colour, plot.handles["glyph_renderer"]))

        return hook

    def _catch_figure(self, view: str) -> Callable:
        def hook(plot: Any, element: hv.Element) -> None:
            self.figures[view] = plot.state
            plot.state.js_on_event("doubletap", CustomJS(code="cb_obj.origin.reset.emit()"))

        return hook

    def paint(self, palette: Palette) -> None:
        """Give every figure the colours of a palette."""
        for each in self.figures.values():
            paint(each, palette, self.large)
        for colour, renderer in self._renderers:
            paint_glyph(renderer, colour, palette)

    def show(self, result: Result, hidden: Collection[str] = ()) -> None:
        """Stream a run into the plots that show it and are seen; what is on the screen already is not sent again."""
        for name, view in self.views.items():
            if hasattr(view, "columns") and name not in hidden:
                self._stream(view.columns(result))
                self._set_ranges(name, view.ranges(result))

    def show_study(self, names: Iterable[str], study: Any) -> None:
        """Stream the result of a study into the plots of its tab."""
        for name in names:
            view = self.views[name]
            columns = view.study_columns(study)
            self._study_columns[name] = columns
            self._stream(columns)
            if hasattr(view, "study_ranges"):
                self._set_ranges(name, view.study_ranges(study))

    def clear(self, names: Iterable[str]) -> None:
        """Take a study's lines and points off the plots: they belong to earlier choices."""
        for name in names:
            for source, columns in self._study_columns.get(name, {}).items():
                self._stream({source: {column: np.zeros(0) for column in columns}})

    def _stream(self, sources: Mapping[str, Columns]) -> None:
        for source, columns in sources.items():
            if not same(columns, self._shown.get(source)):
                self.sources[source].data = {name: lean(column) for name, column in columns.items()}
                self._shown[source] = columns

    def _set_ranges(self, view: str, ranges: tuple[Span, Span]) -> None:
        if ranges == self._shown_ranges.get(view):  # a zoom of the visitor survives until the axes must move
            return
        self._shown_ranges[view] = ranges
        figure = self.figures[view]
        for axis, (start, end) in zip((figure.x_range, figure.y_range), ranges, strict=True):
            axis.update(start=start, end=end, reset_start=start, reset_end=end)


def same(new: Columns, old: Columns | None) -> bool:
    """Whether two sets of columns hold the same numbers."""
    return old is not None and all(np.array_equal(new[name], old[name]) for name in new)


def lean(column: np.ndarray) -> np.ndarray | list:
    """Return a short column as a list: written out, it is less than the wrapping of an array."""
    return column.tolist() if column.size < FEW else column
