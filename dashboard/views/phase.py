"""The phase line: dV/dt over V, with a filled stable and an open unstable fixed point."""

from __future__ import annotations

import holoviews as hv
import numpy as np

from dashboard.axes import nice
from dashboard.result import Result
from dashboard.views.board import Board, Columns, Span
from dashboard.views.style import AXES

BEYOND = 1e5  # mV; no axis reaches as far, so the line at zero crosses all of it


def build(board: Board) -> hv.Overlay:
    """Return the element, empty."""
    V, dV = hv.Dimension("V", unit="mV"), hv.Dimension("dV", unit="mV/ms")
    return (
        board.ghost("phase_line", V, dV)
        * hv.Segments(([], [], [], []), ["V", "dV", "V_end", "dV_end"]).opts(
            line_width=1.2, hooks=[board.named("phase_zero", "ink")]
        )
        * hv.Curve(([], []), V, dV).opts(line_width=2, hooks=[board.named("phase_line", "blue")])
        * hv.Scatter(([], []), V, dV).opts(size=11, hooks=[board.named("stable", "ink")])
        * hv.Scatter(([], []), V, dV).opts(size=11, line_width=2, hooks=[board.named("unstable", "ink/paper")])
    ).opts(xlabel="V (mV)", ylabel="dV/dt (mV/ms)", **AXES)


def columns(result: Result) -> dict[str, Columns]:
    """Return the columns of this view's sources."""
    phase = result.phase
    ends = np.array([-BEYOND]), np.array([BEYOND])
    return {
        "phase_zero": {"V": ends[0], "dV": np.zeros(1), "V_end": ends[1], "dV_end": np.zeros(1)},
        "phase_line": {"V": phase.V, "dV": phase.dV},
        "stable": point(phase.stable),
        "unstable": point(phase.unstable),
    }


def point(V: float) -> Columns:
    """Return one fixed point, or none where there is none."""
    there = np.array([V])[np.isfinite([V])]
    return {"V": there, "dV": np.zeros(there.size)}


def ranges(result: Result) -> tuple[Span, Span]:
    """Return the span of both axes: the dip of the curve and as much of the upswing as fits."""
    phase = result.phase
    depth = nice(max(-float(phase.dV.min()), abs(float(np.median(phase.dV))), 0.5))
    return (float(phase.V[0]), float(phase.V[-1])), (-depth, 2 * depth)
