"""Raster: a dot for every spike of fifty independent neurons."""

from __future__ import annotations

import holoviews as hv

from dashboard.studies.raster import NEURONS, Raster
from dashboard.views.board import Board, Columns, Span
from dashboard.views.style import AXES
from model.sentences import say


def build(board: Board) -> hv.Overlay:
    """Return the HoloViews element of this plot without data; results fill its data sources by their names."""
    dots = hv.Scatter(([], []), hv.Dimension("t", unit="ms"), "neuron")
    return hv.Overlay(
        [dots.opts(marker="dash", angle=90, size=5, hooks=[board.named("raster", "blue", say("spike"))])]
    ).opts(xaxis="bare", ylabel=say("neuron"), **AXES)


def study_columns(study: Raster) -> dict[str, Columns]:
    """Return the new columns of the data sources of this plot, by name of the source."""
    return {"raster": {"t": study.t, "neuron": study.neuron}}


def study_ranges(study: Raster) -> tuple[Span, Span]:
    """Return from where to where the horizontal and the vertical axis go, in their units."""
    return (0.0, study.duration), (0.0, NEURONS + 1.0)
