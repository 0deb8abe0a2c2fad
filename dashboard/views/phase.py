"""The phase line: dV/dt over V, which way V flows, the levels, the fixed points and the minimum where they can meet."""

from __future__ import annotations

import holoviews as hv
import numpy as np

from dashboard.axes import nice
from dashboard.result import Result
from dashboard.views.board import Board, Columns, Span
from dashboard.views.style import AXES
from model.sentences import Signed, say
from model.theory.flow import vector_field

BEYOND = 1e5  # mV; no axis reaches as far, so a line to there crosses all of it
ARROWS = 13  # along the axis of V
CLEAR = 0.035  # of the axis; an arrow nearer to a fixed point or to the minimum would hide it
NEXT = 0.07  # of the axis; two arrows nearer to each other would look like one
ROW = 0.12  # of the axis of dV/dt: the height of a name
NAME, SENTENCE = 0.26, 0.46  # of the axis of V: the width of a name, and of the distance in words


def build(board: Board) -> hv.Overlay:
    """Return the HoloViews element of this plot without data; results fill its data sources by their names."""
    V, dV = hv.Dimension("V", unit="mV"), hv.Dimension("dV", unit="mV/ms")
    ends = [V, dV, "V_end", "dV_end"]
    return (
        board.behind("phase", "phase_line", V, dV)
        * hv.Segments(([], [], [], []), ends).opts(line_width=1.2, hooks=[board.named("phase_zero", "ink")])
        * hv.Segments(([], [], [], []), ends).opts(
            line_width=1.2, line_dash="dashed", alpha=0.9, hooks=[board.named("phase_levels", "ink")]
        )
        * hv.Scatter(([], [], []), V, [dV, "angle"]).opts(
            marker="triangle", size=8, alpha=0.75, angle="angle", hooks=[board.named("flow", "blue", say("flow"))]
        )
        * hv.Curve(([], []), V, dV).opts(line_width=2, hooks=[board.named("phase_line", "blue")])
        * hv.Segments(([], [], [], []), ends).opts(line_width=2.5, hooks=[board.named("phase_distance", "vermilion")])
        * hv.Scatter(([], []), V, dV).opts(
            marker="square", size=8, hooks=[board.named("phase_minimum", "vermilion", say("minimum"))]
        )
        * hv.Scatter(([], []), V, dV).opts(size=11, hooks=[board.named("stable", "ink", say("stable"))])
        * hv.Scatter(([], []), V, dV).opts(
            size=11, line_width=2, hooks=[board.named("unstable", "ink/paper", say("unstable"))]
        )
        * hv.Labels(([], [], []), [V, dV], "text").opts(
            text_baseline="top", text_font_size="12px", hooks=[board.named("phase_names", "ink")]
        )
    ).opts(xlabel=say("V (mV)"), ylabel=say("dV/dt (mV/ms)"), **AXES)


def columns(result: Result) -> dict[str, Columns]:
    """Return the new columns of the data sources of this plot, by name of the source."""
    phase = result.phase
    V_T, lowest = np.array([result.neuron.V_T]), vector_field(result.neuron, [result.neuron.V_T], result.I)
    arrows, turns = arrows_at(result)
    return {
        "phase_zero": segment([-BEYOND], [0.0], [BEYOND], [0.0]),
        "phase_line": {"V": phase.V, "dV": phase.dV},
        "stable": fixed_point_columns(phase.stable),
        "unstable": fixed_point_columns(phase.unstable),
        "flow": {"V": arrows, "dV": np.zeros(arrows.size), "angle": turns},
        "phase_minimum": {"V": V_T, "dV": lowest, **current_columns(result)},
        "phase_distance": segment(V_T, [0.0], V_T, lowest),
        **level_columns(result, float(lowest[0])),
    }


def current_columns(result: Result) -> Columns:
    """Return the current [nA] of the line, and by how much another one would raise it [mV/ms per nA].

    From these the browser knows dV/dt at any moment of a changing current.
    """
    return {"I": np.array([result.I]), "per_nA": np.array([result.neuron.R / result.neuron.tau])}


def segment(V: object, dV: object, V_end: object, dV_end: object) -> Columns:
    """Return the columns of straight lines."""
    given = {"V": V, "dV": dV, "V_end": V_end, "dV_end": dV_end}
    return {name: np.asarray(each, dtype=float) for name, each in given.items()}


def fixed_point_columns(V: float) -> Columns:
    """Return the columns of a fixed point at V [mV]; they are empty where V is nan."""
    there = np.array([V])[np.isfinite([V])]
    return {"V": there, "dV": np.zeros(there.size)}


def arrows_at(result: Result) -> tuple[np.ndarray, np.ndarray]:
    """Return arrow heads along the axis, clear of the dots, and between the fixed points: where [mV], and how turned.

    A triangle points upwards; turned by a quarter it points to where V rises, or to where it falls [rad].
    """
    phase, V_T = result.phase, result.neuron.V_T
    low, high = float(phase.V[0]), float(phase.V[-1])
    along = low + (high - low) * (np.arange(ARROWS) + 0.5) / ARROWS
    between = 0.5 * (phase.stable + phase.unstable)  # nan where there are not two
    V = np.append(along[np.abs(along - between) > NEXT * (high - low)], between) if np.isfinite(between) else along
    dots = np.array([phase.stable, phase.unstable]) if np.isfinite(phase.stable) else np.array([V_T])
    clear = (np.abs(V[:, None] - dots[np.isfinite(dots)]) > CLEAR * (high - low)).all(axis=1)
    V = V[clear & (result.neuron.V_th > V)]  # beyond V_th there is no flow: V is reset
    return V, np.where(vector_field(result.neuron, V, result.I) > 0, -0.5 * np.pi, 0.5 * np.pi)


def level_columns(result: Result, lowest: float) -> dict[str, Columns]:
    """Return upright lines at the levels, and all names: of the levels, and of the distance of the minimum [mV/ms].

    Levels are named at the top, one below the other where they are close; the distance below, where there is room.
    """
    (low, high), (bottom, top) = ranges(result)
    levels = sorted((float(getattr(result.neuron, name)), name) for name in ("V_reset", "V_T", "V_th"))
    V, rows = np.array([each for each, _ in levels]), [0]
    for gap in np.diff(V):
        rows.append(rows[-1] + 1 if gap < NAME * (high - low) else 0)
    heights = top - (top - bottom) * ROW * np.array(rows)
    beside = 0.5 * SENTENCE * (high - low)
    side = result.neuron.V_T + (beside if result.neuron.V_T + 2 * beside < high else -beside)
    said = say("min {lowest:+.3g} mV/ms", lowest=Signed(lowest))
    return {
        "phase_levels": segment(V, np.full(V.size, -BEYOND), V, np.full(V.size, BEYOND)),
        "phase_names": {
            "V": np.append(V, side), "dV": np.append(heights, min(lowest, 0.0) - 0.3 * ROW * (top - bottom)),
            "text": np.array([*(name for _, name in levels), said], dtype=object),
        },
    }  # fmt: skip


def ranges(result: Result) -> tuple[Span, Span]:
    """Return the ends of both axes [mV, mV/ms]: every level, what V has reached, the dip of the curve, some upswing."""
    phase = result.phase
    lowest = float(phase.dV.min())
    depth = nice(max(-lowest, 0.55 * float(phase.dV[0]), 0.6 * lowest, 0.5))
    return (float(phase.V[0]), float(phase.V[-1])), (-depth, 2 * depth)
