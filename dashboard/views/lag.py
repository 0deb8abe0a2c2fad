"""Frequency response, second part: by how much the rate lags behind the current; its marks are those of the gain."""

from __future__ import annotations

import holoviews as hv

from dashboard.studies.response import FREQUENCIES, Response
from dashboard.views.board import Board, Columns, Span
from dashboard.views.style import FREQUENCY_AXES
from model.sentences import say


def build(board: Board) -> hv.Overlay:
    """Return the HoloViews element of this plot without data; results fill its data sources by their names."""
    f, phase = hv.Dimension("f", unit="Hz"), hv.Dimension("phase", unit="deg")
    return (
        hv.Curve(([], []), f, phase).opts(line_width=2, hooks=[board.named("lag_theory", "ink")])
        * hv.Scatter(([], []), f, phase).opts(size=7, hooks=[board.named("lag_simulated", "orange")])
    ).opts(xlabel=say("frequency (Hz)"), ylabel=say("phase (°)"), **FREQUENCY_AXES)


def study_columns(study: Response) -> dict[str, Columns]:
    """Return the new columns of the data sources of this plot, by name of the source."""
    return {
        "lag_theory": {"f": study.f, "phase": study.lag},
        "lag_simulated": {"f": study.measured_f, "phase": study.measured_lag},
    }


def study_ranges(study: Response) -> tuple[Span, Span]:
    """Return from where to where the horizontal and the vertical axis go, in their units."""
    low = float(study.lag.min(initial=-90.0))
    high = float(study.lag.max(initial=0.0))
    return (float(FREQUENCIES[0]), float(FREQUENCIES[-1])), (low - 15.0, high + 15.0)
