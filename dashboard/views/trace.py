"""V(t): the membrane potential with every spike drawn, and the levels that matter."""

from __future__ import annotations

import holoviews as hv
import numpy as np

from dashboard.result import Result, lowest, voltage_range
from dashboard.views.board import Board, Columns, Span
from dashboard.views.style import AXES
from model import theory

LINE_POINTS = 1200  # twice the pixels of the plot on a laptop, and more than those on a projector
DRAWN_SPIKES = 2000  # more would be a solid block


def build(board: Board) -> hv.Overlay:
    """Return the element, empty."""
    t, V = hv.Dimension("t", label="time", unit="ms"), hv.Dimension("V", unit="mV")
    line = hv.Curve(([], []), t, V)
    spikes = hv.Scatter(([], []), "t", "V")
    levels = hv.Segments(([], [], [], []), ["t", "V", "t_end", "V_end"])
    labels = hv.Labels(([], [], []), ["t", "V"], "text")
    return (
        board.behind("trace", "trace", t, V)
        * levels.opts(line_dash="dashed", line_width=1.2, alpha=0.9, hooks=[board.named("levels", "ink")])
        * line.opts(line_width=1.8, hooks=[board.named("trace", "blue")])
        * spikes.opts(marker="inverted_triangle", size=6, hooks=[board.named("spikes", "vermilion")])
        * labels.opts(
            text_align="right", text_baseline="bottom", text_font_size="12px", hooks=[board.named("level_names", "ink")]
        )
    ).opts(xaxis="bare", ylabel="V (mV)", **AXES)  # the times stand below, on the axis of the current


def columns(result: Result) -> dict[str, Columns]:
    """Return the columns of this view's sources."""
    t, V = drawn(result)
    spikes = evenly(result.trace.spikes, DRAWN_SPIKES)
    names, heights = levels(result)
    end = np.full(heights.size, result.duration)
    return {
        "trace": {"t": t, "V": V},
        "spikes": {"t": spikes, "V": np.full(spikes.size, result.neuron.V_th)},
        "levels": {"t": np.zeros(heights.size), "V": heights, "t_end": end, "V_end": heights},
        "level_names": {"t": end, "V": heights, "text": names},
    }


def ranges(result: Result) -> tuple[Span, Span]:
    """Return the span of both axes."""
    return (0.0, result.duration), voltage_range(result.neuron, lowest(result.trace))


def drawn(result: Result) -> tuple[np.ndarray, np.ndarray]:
    """Return the line to draw: thinned to what a screen can show, then each spike put in at its own time.

    A recorded trace never shows V_th, since the sample before the crossing is the last below it.
    """
    t, V = thinned(result.trace.t, np.minimum(result.trace.V, result.neuron.V_th))
    spikes = evenly(result.trace.spikes, DRAWN_SPIKES)
    where = np.searchsorted(t, spikes, side="right") + 2 * np.arange(spikes.size)
    x, y = np.empty(t.size + 2 * spikes.size), np.empty(t.size + 2 * spikes.size)
    line = np.ones(x.size, dtype=np.bool_)
    line[where] = line[where + 1] = False
    x[line], y[line] = t, V
    x[where] = x[where + 1] = spikes
    y[where], y[where + 1] = result.neuron.V_th, result.neuron.V_reset
    return x, y


def thinned(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return at most `LINE_POINTS` points: the lowest and the highest of each stretch, so that no extreme is lost."""
    if x.size <= LINE_POINTS:
        return x, y
    stretch = -(-2 * x.size // LINE_POINTS)
    whole = x.size - x.size % stretch
    stretches = y[:whole].reshape(-1, stretch)
    low, high = stretches.argmin(axis=1), stretches.argmax(axis=1)
    kept = np.repeat(np.arange(0, whole, stretch), 2)
    kept[0::2] += np.minimum(low, high)
    kept[1::2] += np.maximum(low, high)
    if whole < x.size:
        last = y[whole:]
        kept = np.concatenate((kept, whole + np.sort([last.argmin(), last.argmax()])))
    return x[kept], y[kept]


def evenly(values: np.ndarray, limit: int) -> np.ndarray:
    """Return at most `limit` of the values, evenly chosen."""
    return values if values.size <= limit else values[np.linspace(0, values.size - 1, limit).astype(int)]


def levels(result: Result) -> tuple[np.ndarray, np.ndarray]:
    """Return the names and heights [mV] of V_T, V_th, V_reset and the resting point, if there is one."""
    neuron = result.neuron
    rest, _ = theory.fixed_points(neuron, 0.0)
    named = [("V_T", neuron.V_T), ("V_th", neuron.V_th), ("V_reset", neuron.V_reset), ("rest at I = 0", float(rest))]
    shown = [(name, height) for name, height in named if np.isfinite(height)]
    return np.array([name for name, _ in shown]), np.array([height for _, height in shown])
