"""A plot of the page by itself: its element, filled with a result, with colours, axes and names of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import holoviews as hv
import numpy as np

from dashboard.views.board import Columns, Span, same_columns
from dashboard.views.style import PALETTES, paint, paint_glyph, sizes_of

PALETTE = next(iter(PALETTES.values()))


class Alone:
    """Stands where a view expects a board: nothing is kept there, and every element paints itself."""

    def named(self, source: str, colour: str, text: str = "") -> Callable:
        """Return a hook that paints an element, and knows which columns it shows and what they are."""
        return _Painted(source, colour, text)

    def ghost(self, source: str, x: hv.Dimension, y: hv.Dimension) -> hv.Curve:
        """Return nothing to be seen: no slider moves."""
        return hv.Curve(([], []), x, y)

    def behind(self, view: str, source: str, x: hv.Dimension, y: hv.Dimension) -> hv.Curve:
        """Return nothing to be seen: nothing is kept."""
        return self.ghost(source, x, y)


class _Painted:
    """A hook of HoloViews for one element."""

    def __init__(self, source: str, colour: str, text: str) -> None:
        self.source, self.colour, self.text = source, colour, text

    def __call__(self, plot: Any, element: hv.Element) -> None:
        renderer = plot.handles["glyph_renderer"]
        same_columns(renderer)
        paint_glyph(renderer, self.colour, PALETTE, sizes_of(renderer.glyph), False)


def element(
    view: ModuleType, columns: Mapping[str, Columns], ranges: tuple[Span, Span], xlabel: str = ""
) -> hv.Overlay:
    """Return the element of a view, filled.

    Parameters
    ----------
    view : module
        One of `dashboard.views`.
    columns : mapping of str to mapping of str to array
        By the names of its sources; those it is not given are left out.
    ranges : pair of pairs
        Where the axes end.
    xlabel : str
        What stands at the axis below, where the view leaves that to another one, or to the page.
    """
    overlay = view.build(Alone())
    filled = [each for each in (_with_columns(part, columns) for part in overlay) if each is not None]
    (left, right), (bottom, top) = ranges
    options = {
        "xlim": (left, right), "ylim": (bottom, top), "width": 720, "height": 360, "show_legend": True,
        "legend_position": "right", "hooks": [lambda plot, element: paint(plot.state, PALETTE)],
    }  # fmt: skip
    if xlabel:
        options |= {"xaxis": "bottom", "xlabel": xlabel}
    return overlay.clone(filled).opts(**options)


def _with_columns(part: hv.Element, columns: Mapping[str, Columns]) -> hv.Element | None:
    """Return a part with its columns; None where it has none, or draws them in a way of its own."""
    hooks = hv.Store.lookup_options("bokeh", part, "plot").kwargs.get("hooks", [])
    painted = next((hook for hook in hooks if isinstance(hook, _Painted)), None)
    if painted is None or painted.source not in columns:
        return None
    given, names = columns[painted.source], [dimension.name for dimension in part.dimensions()]
    if not set(names) <= given.keys() or not len(given[names[0]]):
        return None
    if isinstance(part, hv.Image):
        across, up = (int(size) for size in given["shape"])
        (left, right), (bottom, top) = (given[name] for name in names[:2])
        values = np.asarray(given["value"]).reshape(up, across)
        data = np.linspace(left, right, across), np.linspace(bottom, top, up), values
        return part.clone(data, bounds=None, xdensity=None, ydensity=None).opts(clim=tuple(given["colours"]))
    return part.clone(tuple(np.asarray(given[name]) for name in names), label=painted.text)
