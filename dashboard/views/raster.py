"""Raster: a dot for every spike of fifty independent neurons."""

from __future__ import annotations

import holoviews as hv

from dashboard.studies.raster import NEURONS, Raster
from dashboard.views.board import Board, Columns, Span
from dashboard.views.style import AXES
from model.sentences import say


def build(board: Board) -> hv.Overlay:
    """Return the element, empty."""
    dots = hv.Scatter(([], []), hv.Dimension("t", unit="ms"), "neuron")
    return hv.Overlay(
        [dots.opts(marker="dash", angle=90, size=5, hooks=[board.named("raster", "blue", say("spike"))])]
    ).opts(xaxis="bare", ylabel=say("neuron"), **AXES)


def study_columns(study: Raster) -> dict[str, Columns]:
    """Return the columns of this view's sources."""
    return {"raster": {"t": study.t, "neuron": study.neuron}}


def study_ranges(study: Raster) -> tuple[Span, Span]:
    """Return the span of both axes."""
    return (0.0, study.duration), (0.0, NEURONS + 1.0)
