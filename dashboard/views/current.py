"""I(t): the input current, on the time axis of the trace."""

from __future__ import annotations

import holoviews as hv
import numpy as np

from dashboard.axes import reaching, slider_range, with_edge
from dashboard.result import Result
from dashboard.views.board import Board, Columns, Span
from dashboard.views.style import AXES
from dashboard.views.trace import thinned


def build(board: Board) -> hv.Overlay:
    """Return the element, empty."""
    line = hv.Curve(([], []), hv.Dimension("t", label="time", unit="ms"), hv.Dimension("I", unit="nA"))
    return hv.Overlay([line.opts(line_width=1.8, hooks=[board.named("current", "green")])]).opts(
        xlabel="time (ms)", ylabel="I (nA)", **AXES
    )


def columns(result: Result) -> dict[str, Columns]:
    """Return the columns of this view's sources: the corners where the current is piecewise constant."""
    t, I = result.trace.t, result.trace.I
    jumps = np.flatnonzero(np.diff(I))
    if jumps.size * 2 < t.size // 8:  # steps and pulses: draw upright edges
        t_edges = np.concatenate(([t[0]], np.repeat(t[jumps + 1], 2), [result.duration]))
        I_edges = np.concatenate(([I[0]], np.column_stack((I[jumps], I[jumps + 1])).ravel(), [I[-1]]))
        return {"current": {"t": t_edges, "I": I_edges}}
    t, I = thinned(t, I)
    return {"current": {"t": t, "I": I}}


def ranges(result: Result) -> tuple[Span, Span]:
    """Return the span of both axes: the currents of the slider, so that a larger one is seen to be larger."""
    I = result.trace.I
    return (0.0, result.duration), with_edge(reaching(slider_range(result.choice.kind), float(I.min()), float(I.max())))
