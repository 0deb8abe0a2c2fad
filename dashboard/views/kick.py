"""Phase response: exact as a line, simulated kicks as points."""

from __future__ import annotations

import holoviews as hv
import numpy as np

from dashboard.axes import nice
from dashboard.studies.kick import Kick
from dashboard.views.board import Board, Columns, Span
from dashboard.views.style import AXES
from model.sentences import say


def build(board: Board) -> hv.Overlay:
    """Return the element, empty."""
    return (
        hv.Curve(([], []), "phase", "advance").opts(
            line_width=2, hooks=[board.named("kick_theory", "ink", say("exact"))]
        )
        * hv.Scatter(([], []), "phase", "advance").opts(
            size=6, hooks=[board.named("kick_simulated", "orange", say("simulated"))]
        )
    ).opts(xlabel=say("phase (cycles)"), ylabel=say("advance (cycles/mV)"), **AXES)


def study_columns(study: Kick) -> dict[str, Columns]:
    """Return the columns of this view's sources."""
    return {
        "kick_theory": {"phase": study.phase, "advance": study.exact},
        "kick_simulated": {"phase": study.measured_phase, "advance": study.measured},
    }


def study_ranges(study: Kick) -> tuple[Span, Span]:
    """Return the span of both axes."""
    top = float(np.max(study.exact, initial=0.0))
    return (0.0, 1.0), (0.0, nice(1.1 * top) if top > 0 else 1.0)
