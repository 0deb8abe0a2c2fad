"""V(t): the membrane potential with every spike drawn, and the levels that matter."""

from __future__ import annotations

import holoviews as hv
import numpy as np

from dashboard.result import Result, lowest, voltage_range
from dashboard.views.board import Board, Columns, Span
from dashboard.views.detail import Window, drawn_line, drawn_spikes
from dashboard.views.style import AXES
from model import theory
from model.parameters import Numbers
from model.sentences import say


def build(board: Board) -> hv.Overlay:
    """Return the HoloViews element of this plot without data; results fill its data sources by their names."""
    t, V = hv.Dimension("t", label="time", unit="ms"), hv.Dimension("V", unit="mV")
    line = hv.Curve(([], []), t, V)
    spikes = hv.Scatter(([], []), "t", "V")
    levels = hv.Segments(([], [], [], []), ["t", "V", "t_end", "V_end"])
    labels = hv.Labels(([], [], []), ["t", "V"], "text")
    return (
        board.behind("trace", "trace", t, V)
        * levels.opts(line_dash="dashed", line_width=1.2, alpha=0.9, hooks=[board.named("levels", "ink")])
        * line.opts(line_width=1.8, hooks=[board.named("trace", "blue")])
        * spikes.opts(marker="inverted_triangle", size=6, hooks=[board.named("spikes", "vermilion", say("spike"))])
        * labels.opts(
            text_align="right", text_baseline="bottom", text_font_size="12px", hooks=[board.named("level_names", "ink")]
        )
    ).opts(xaxis="bare", ylabel=say("V (mV)"), **AXES)  # the times stand below, on the axis of the current


def columns(result: Result, window: Window | None = None) -> dict[str, Columns]:
    """Return the new columns of the data sources; with every step of a window [ms], where only that is seen."""
    t, V = voltage_line(result, window)
    spikes = drawn_spikes(result.trace.spikes, window)
    names, heights = levels(result)
    end = np.full(heights.size, result.duration)
    return {
        "trace": {"t": t, "V": V},
        "spikes": {"t": spikes, "V": np.full(spikes.size, result.neuron.V_th)},
        "levels": {"t": np.zeros(heights.size), "V": heights, "t_end": end, "V_end": heights},
        "level_names": {"t": end, "V": heights, "text": names},
    }


def ranges(result: Result) -> tuple[Span, Span]:
    """Return from where to where the horizontal and the vertical axis go, in their units."""
    return (0.0, result.duration), voltage_range(result.neuron, lowest(result.trace))


def voltage_line(result: Result, window: Window | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return times [ms] and potentials [mV] of the line: thinned, then each spike put in at its own time.

    A recorded trace never shows V_th, since the sample before the crossing is the last below it.
    """
    t, V = drawn_line(result.trace.t, np.minimum(result.trace.V, result.neuron.V_th), window)
    return with_spikes(t, V, drawn_spikes(result.trace.spikes, window), result.neuron)


def with_spikes(t: np.ndarray, V: np.ndarray, spikes: np.ndarray, neuron: Numbers) -> tuple[np.ndarray, np.ndarray]:
    """Return a line that rises to V_th and falls to V_reset at the time of each spike."""
    where = np.searchsorted(t, spikes, side="right") + 2 * np.arange(spikes.size)
    x, y = np.empty(t.size + 2 * spikes.size), np.empty(t.size + 2 * spikes.size)
    line = np.ones(x.size, dtype=np.bool_)
    line[where] = line[where + 1] = False
    x[line], y[line] = t, V
    x[where] = x[where + 1] = spikes
    y[where], y[where + 1] = neuron.V_th, neuron.V_reset
    return x, y


def levels(result: Result) -> tuple[np.ndarray, np.ndarray]:
    """Return the names and heights [mV] of V_T, V_th, V_reset and the resting point, if there is one."""
    neuron = result.neuron
    rest, _ = theory.fixed_points(neuron, 0.0)
    named = [
        ("V_T", neuron.V_T),
        ("V_th", neuron.V_th),
        ("V_reset", neuron.V_reset),
        (say("rest at I = 0"), float(rest)),
    ]
    shown = [(name, height) for name, height in named if np.isfinite(height)]
    return np.array([name for name, _ in shown], dtype=object), np.array([height for _, height in shown])
