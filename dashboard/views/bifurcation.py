"""The bifurcation diagram: fixed points over one input, where they meet, where V goes while firing, where we are."""

from __future__ import annotations

import holoviews as hv
import numpy as np

from dashboard.axes import with_edge
from dashboard.result import Result, voltage_range
from dashboard.studies.bifurcation import Diagram, diagram
from dashboard.views.board import Board, Columns, Span
from dashboard.views.style import AXES
from model.sentences import listed, say

BEYOND = 1e6  # no axis reaches as far


def build(board: Board) -> hv.Overlay:
    """Return the HoloViews element of this plot without data; results fill its data sources by their names."""
    value, V = "value", hv.Dimension("V", unit="mV")
    ends = [value, V, "value_end", "V_end"]
    return (
        hv.Area(([], [], []), value, [V, "V_top"]).opts(
            line_alpha=0, fill_alpha=0.2, hooks=[board.named("firing_range", "green", say("V while firing"))]
        )
        * hv.Segments(([], [], [], []), ends).opts(
            line_width=2, line_dash="dotdash", hooks=[board.named("present_value", "vermilion", say("present value"))]
        )
        * hv.Segments(([], [], [], []), ends).opts(line_width=7, hooks=[board.named("bistable_range", "orange")])
        * hv.Curve(([], []), value, V).opts(line_width=2.5, hooks=[board.named("branch_stable", "ink", say("stable"))])
        * hv.Curve(([], []), value, V).opts(
            line_width=2, line_dash="dashed", hooks=[board.named("branch_unstable", "ink", say("unstable"))]
        )
        * hv.Scatter(([], []), value, V).opts(
            marker="square", size=9, hooks=[board.named("meeting", "vermilion", say("they meet"))]
        )
        * hv.Labels(([], [], []), [value, V], "text").opts(
            text_font_size="12px", text_baseline="bottom", hooks=[board.named("bistable_name", "ink")]
        )
    ).opts(xlabel="", ylabel=say("V (mV)"), **AXES)


def columns(result: Result) -> dict[str, Columns]:
    """Return the new columns of the data sources of this plot, by name of the source."""
    shown = diagram(result.choice)
    found = shown.branches
    upright = np.array([shown.present])
    return {
        "branch_stable": known(found.values, found.stable),
        "branch_unstable": known(found.values, found.unstable),
        "meeting": {"value": found.meetings, "V": found.V_meetings},
        "firing_range": firing(result, shown),
        "present_value": segments(upright, upright, np.array([-BEYOND]), np.array([BEYOND])),
        **bistable_columns(result, shown),
    }


def known(values: np.ndarray, V: np.ndarray) -> Columns:
    """Return the columns of a branch of fixed points [mV], without the values that have none."""
    there = np.isfinite(V)
    return {"value": values[there], "V": V[there]}


def segments(start: np.ndarray, end: np.ndarray, V: np.ndarray, V_end: np.ndarray) -> Columns:
    """Return the columns of straight lines."""
    return {"value": start, "V": V, "value_end": end, "V_end": V_end}


def firing(result: Result, shown: Diagram) -> Columns:
    """Return the outline of what V covers while the neuron fires, V_reset to V_th; without height where it does not."""
    values, fires = shown.branches.values, shown.branches.fires
    change = np.flatnonzero(fires[1:] != fires[:-1]) + 1
    x = np.insert(values, change, values[change - 1])  # upright edges
    on = np.insert(fires, change, fires[change])
    low, high = (x if shown.over == name else getattr(result.neuron, name) for name in ("V_reset", "V_th"))
    top = np.broadcast_to(np.asarray(high, dtype=float), x.shape)
    bottom = np.where(on, low, top)
    if not fires.any():
        x, top, bottom = x[:0], top[:0], bottom[:0]
    return {"x": np.concatenate([x, x[::-1]]), "y": np.concatenate([top, bottom[::-1]])}


def bistable_columns(result: Result, shown: Diagram) -> dict[str, Columns]:
    """Return the columns of bars at the bottom where the neuron can both rest and fire, and of their names."""
    values = shown.branches.values
    both = shown.branches.fires & np.isfinite(shown.branches.stable)
    edges = np.diff(np.concatenate([[False], both, [False]]).astype(int))
    first, last = values[np.flatnonzero(edges == 1)], values[np.flatnonzero(edges == -1) - 1]
    first, last = first[last > first], last[last > first]
    (low, high), (bottom, top) = ranges(result)
    V = np.full(first.size, bottom + 0.03 * (top - bottom))
    middle = np.clip(0.5 * (first + last), low + 0.12 * (high - low), high - 0.12 * (high - low))
    return {
        "bistable_range": segments(first, last, V, V),
        "bistable_name": {
            "value": middle, "V": V + 0.02 * (top - bottom),
            "text": np.array([say("bistable")] * first.size, dtype=object)
        },
    }  # fmt: skip


def ranges(result: Result) -> tuple[Span, Span]:
    """Return from where to where the horizontal and the vertical axis go, in their units."""
    shown = diagram(result.choice)
    found = shown.branches
    low, high = voltage_range(result.neuron, float(np.min(found.stable[np.isfinite(found.stable)], initial=np.inf)))
    if shown.over in ("V_rest", "V_reset", "V_T", "V_th"):
        low, high = min(low, shown.span[0]), max(high, shown.span[1])
    return with_edge(shown.span), with_edge((low, high))


def said(result: Result) -> str:
    """Say in numbers what the bifurcation diagram shows."""
    shown = diagram(result.choice)
    over, found = shown.over, shown.branches
    fires = found.values[found.fires]
    places = zip(found.meetings, found.V_meetings, strict=True)
    meetings = [say("{over} = {value:.3g} (V = {V:.1f} mV)", over=over, value=value, V=V) for value, V in places]
    met = (
        say("they meet at {places}", places=listed(meetings, "{before} and {last}"))
        if meetings
        else say("they meet nowhere")
    )
    firing = say("it fires nowhere")
    if fires.size:
        firing = say("the neuron fires from {low:.3g} to {high:.3g}", low=fires.min(), high=fires.max())
    return say("Fixed points for {over} from {low:.3g} to {high:.3g}, at present {present:.4g}; {met}; {firing}.",
               over=over, low=shown.span[0], high=shown.span[1], present=shown.present,
               met=met, firing=firing)  # fmt: skip
