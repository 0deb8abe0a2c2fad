"""I(t): the input current, on the time axis of the trace."""

from __future__ import annotations

from typing import Any

import holoviews as hv
import numpy as np

from dashboard.axes import reaching, slider_range, with_edge
from dashboard.result import Result
from dashboard.views.board import Board, Columns, Span
from dashboard.views.detail import Window, drawn_line
from dashboard.views.style import AXES
from model.sentences import say


def build(board: Board) -> hv.Overlay:
    """Return the HoloViews element of this plot without data; results fill its data sources by their names."""
    line = hv.Curve(([], []), hv.Dimension("t", label="time", unit="ms"), hv.Dimension("I", unit="nA"))
    band, label = hv.Area(([], [], []), "t", ["I", "I_end"]), hv.Labels(([], [], []), ["t", "I"], "text")
    return (
        band.opts(fill_alpha=0.2, line_alpha=0, hooks=[by_corners, board.named("noise_band", "green")])
        * line.opts(line_width=1.8, hooks=[board.named("current", "green")])
        * label.opts(
            text_align="right", text_baseline="top", text_font_size="12px", hooks=[board.named("noise_name", "ink")]
        )
    ).opts(xlabel=say("time (ms)"), ylabel=say("I (nA)"), **AXES)


def by_corners(plot: Any, element: hv.Element) -> None:
    """Name the columns of an area, the corners around it, as those of the line in its middle."""
    plot.handles["source"].data = {"t": [], "I": []}
    plot.handles["glyph"].update(x="t", y="I")


def columns(result: Result, window: Window | None = None) -> dict[str, Columns]:
    """Return the columns of this view's sources.

    The noise of the membrane is no current. The band shows what it is worth: a steady current of sigma/R more or less
    would move the leaky membrane by sigma.
    """
    t, I = current_line(result, window)
    worth, (_, (_, top)) = worth_of(result), ranges(result)
    name = say("membrane noise: ± σ/R = ± {worth:.3g} nA", worth=worth)
    band = {"t": np.concatenate((t, t[::-1])), "I": np.concatenate((I + worth, I[::-1] - worth))}
    label = {"t": np.array([result.duration]), "I": np.array([top]), "text": np.array([name], dtype=object)}
    if worth == 0:
        band, label = ({name: column[:0] for name, column in each.items()} for each in (band, label))
    return {"current": {"t": t, "I": I}, "noise_band": band, "noise_name": label}


def worth_of(result: Result) -> float:
    """Return the current [nA] that moves the leaky membrane by the standard deviation of its noise."""
    return result.choice.sigma / result.neuron.R


def current_line(result: Result, window: Window | None) -> tuple[np.ndarray, np.ndarray]:
    """Return times [ms] and currents [nA] of the line: its corners where the current is piecewise constant.

    Else every step of the window, where only that is seen.
    """
    t, I = result.trace.t, result.trace.I
    return corners(t, I, result.duration) or drawn_line(t, I, window)


def corners(t: np.ndarray, I: np.ndarray, end: float) -> tuple[np.ndarray, np.ndarray] | None:
    """Return a line with upright edges up to `end` [ms], where the current is steps and pulses; else None."""
    jumps = np.flatnonzero(np.diff(I))
    if jumps.size * 2 >= max(t.size // 8, 1):
        return None
    t_edges = np.concatenate(([t[0]], np.repeat(t[jumps + 1], 2), [end]))
    return t_edges, np.concatenate(([I[0]], np.column_stack((I[jumps], I[jumps + 1])).ravel(), [I[-1]]))


def ranges(result: Result) -> tuple[Span, Span]:
    """Return the ends of both axes [ms, nA]: the currents of the slider, so that a larger current looks larger."""
    worth, I = worth_of(result), result.trace.I
    low, high = float(I.min()) - worth, float(I.max()) + worth
    return (0.0, result.duration), with_edge(
        reaching(slider_range(result.choice.kind, result.choice.preset), low, high)
    )
