"""The dynamic I-V curve of a recording, as a phase line: dV/dt at each V without the current, and the fitted one."""

from __future__ import annotations

import holoviews as hv
import numpy as np

from dashboard.axes import nice, with_edge
from dashboard.studies.recording import FittedRecording
from dashboard.views.board import Board, Columns, Span
from dashboard.views.style import AXES
from model.sentences import say

BEYOND = 1e5  # mV; no axis reaches as far


def build(board: Board) -> hv.Overlay:
    """Return the HoloViews element of this plot without data; a fit fills its data sources by their names."""
    V, dV = hv.Dimension("V", unit="mV"), hv.Dimension("dV", unit="mV/ms")
    ends = [V, dV, "V_end", "dV_end"]
    return (
        hv.Segments(([], [], [], []), ends).opts(line_width=1.2, hooks=[board.named("drift_zero", "ink")])
        * hv.Curve(([], []), V, dV).opts(line_width=2, hooks=[board.named("drift_fitted", "blue", say("fitted"))])
        * hv.Segments(([], [], [], []), ends).opts(
            line_width=2, hooks=[board.named("drift_errors", "orange", say("std. error"))]
        )
        * hv.Scatter(([], []), V, dV).opts(
            marker="circle", size=5, hooks=[board.named("drift_points", "orange", say("recorded"))]
        )
    ).opts(xlabel=say("V (mV)"), ylabel=say("dV/dt (mV/ms)"), **AXES)


def fitted_columns(fit: FittedRecording) -> dict[str, Columns]:
    """Return the columns of the data sources of this plot, by name of the source."""
    V, F, error = fit.curve_V, fit.curve_F, fit.curve_error
    zero = np.zeros(1)
    return {
        "drift_zero": {"V": zero - BEYOND, "dV": zero, "V_end": zero + BEYOND, "dV_end": zero},
        "drift_fitted": {"V": fit.line_V, "dV": fit.line_F},
        "drift_errors": {"V": V, "dV": F - error, "V_end": V, "dV_end": F + error},
        "drift_points": {"V": V, "dV": F},
    }


def fitted_ranges(fit: FittedRecording) -> tuple[Span, Span]:
    """Return the ends of both axes [mV, mV/ms]: all points, and as much of the upswing as there is of the dip."""
    depth = nice(max(-float(fit.curve_F.min()), 0.1))
    top = min(max(float(fit.curve_F.max()), 0.1), 2.0 * depth)
    return with_edge((float(fit.curve_V[0]), float(fit.curve_V[-1]))), (-depth, max(nice(top), 0.5 * depth))
