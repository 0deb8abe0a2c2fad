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
    """Return the HoloViews element of this plot without data; results fill its data sources by their names."""
    return (
        hv.Curve(([], []), "phase", "advance").opts(
            line_width=2, hooks=[board.named("kick_theory", "ink", say("exact"))]
        )
        * hv.Scatter(([], []), "phase", "advance").opts(
            size=6, hooks=[board.named("kick_simulated", "orange", say("simulated"))]
        )
    ).opts(xlabel=say("phase (cycles)"), ylabel=say("advance (cycles/mV)"), **AXES)


def study_columns(study: Kick) -> dict[str, Columns]:
    """Return the new columns of the data sources of this plot, by name of the source."""
    return {
        "kick_theory": {"phase": study.phase, "advance": study.exact},
        "kick_simulated": {"phase": study.measured_phase, "advance": study.measured},
    }


def study_ranges(study: Kick) -> tuple[Span, Span]:
    """Return from where to where the horizontal and the vertical axis go, in their units."""
    top = float(np.max(study.exact, initial=0.0))
    return (0.0, 1.0), (0.0, nice(1.1 * top) if top > 0 else 1.0)
