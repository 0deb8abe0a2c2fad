"""Interspike intervals: exact density as a line, histogram as points."""

from __future__ import annotations

import holoviews as hv
import numpy as np

from dashboard.axes import nice
from dashboard.studies.intervals import Intervals
from dashboard.views.board import Board, Columns, Span
from dashboard.views.style import AXES
from model.sentences import say


def build(board: Board) -> hv.Overlay:
    """Return the HoloViews element of this plot without data; results fill its data sources by their names."""
    return (
        hv.Curve(([], []), "interval", "density").opts(
            line_width=2, hooks=[board.named("isi_theory", "ink", say("exact"))]
        )
        * hv.Scatter(([], []), "interval", "density").opts(
            size=6, hooks=[board.named("isi_simulated", "orange", say("simulated"))]
        )
    ).opts(xlabel=say("interval (ms)"), ylabel=say("density (1/ms)"), **AXES)


def study_columns(study: Intervals) -> dict[str, Columns]:
    """Return the new columns of the data sources of this plot, by name of the source."""
    return {
        "isi_theory": {"interval": study.t, "density": study.exact},
        "isi_simulated": {"interval": study.centres, "density": study.simulated},
    }


def study_ranges(study: Intervals) -> tuple[Span, Span]:
    """Return from where to where the horizontal and the vertical axis go, in their units."""
    top = max(float(np.max(column, initial=0.0)) for column in (study.exact, study.simulated))
    return (0.0, study.longest), (0.0, nice(1.1 * top) if top > 0 else 1.0)
