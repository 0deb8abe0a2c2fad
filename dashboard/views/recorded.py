"""A recording over time: V, the recorded spikes, and below them those that the fitted neuron predicts."""

from __future__ import annotations

import holoviews as hv
import numpy as np

from dashboard.studies.recording import FittedRecording
from dashboard.views.board import Board, Columns, Span
from dashboard.views.style import AXES
from model.sentences import say

ROWS = (0.92, 0.80)  # where recorded and predicted spikes stand, as a share of the axis
TOP = 0.7  # below which V stays


def build(board: Board) -> hv.Overlay:
    """Return the HoloViews element of this plot without data; a fit fills its data sources by their names."""
    t, V = hv.Dimension("t", unit="ms"), hv.Dimension("V", unit="mV")
    return (
        hv.Curve(([], []), t, V).opts(line_width=1.2, hooks=[board.named("recorded_V", "blue", say("recorded V"))])
        * hv.Scatter(([], []), t, V).opts(
            marker="inverted_triangle", size=8, hooks=[board.named("recorded_spikes", "vermilion", say("recorded"))]
        )
        * hv.Scatter(([], []), t, V).opts(
            marker="diamond", size=8, hooks=[board.named("predicted_spikes", "green", say("predicted"))]
        )
    ).opts(xlabel=say("time (ms)"), ylabel=say("V (mV)"), **AXES)


def fitted_columns(fit: FittedRecording) -> dict[str, Columns]:
    """Return the columns of the data sources of this plot, by name of the source."""
    low, high = fitted_ranges(fit)[1]
    rows = [low + share * (high - low) for share in ROWS]
    return {
        "recorded_V": {"t": fit.t, "V": fit.V},
        "recorded_spikes": {"t": fit.recorded, "V": np.full(fit.recorded.size, rows[0])},
        "predicted_spikes": {"t": fit.predicted, "V": np.full(fit.predicted.size, rows[1])},
    }


def fitted_ranges(fit: FittedRecording) -> tuple[Span, Span]:
    """Return the ends of both axes [ms, mV]: of the times what is seen at first."""
    low, high = float(fit.V.min()), float(fit.V.max())
    return fit.seen, (low - 2.0, low - 2.0 + (high - low + 4.0) / TOP)
