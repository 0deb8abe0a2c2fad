"""The rate of the population in the raster, and the exact one where the current is constant."""

from __future__ import annotations

import holoviews as hv
import numpy as np

from dashboard.axes import nice
from dashboard.studies.raster import Raster
from dashboard.views.board import Board, Columns, Span
from dashboard.views.style import AXES
from model.sentences import say


def build(board: Board) -> hv.Overlay:
    """Return the HoloViews element of this plot without data; results fill its data sources by their names."""
    t, rate = hv.Dimension("t", unit="ms"), hv.Dimension("rate", unit="Hz")
    return (
        hv.Curve(([], []), t, rate).opts(
            line_width=1.5, hooks=[board.named("population_rate", "orange", say("simulated"))]
        )
        * hv.Curve(([], []), t, rate).opts(line_width=2, hooks=[board.named("population_theory", "ink", say("exact"))])
    ).opts(xlabel=say("time (ms)"), ylabel=say("rate (Hz)"), **AXES)


def study_columns(study: Raster) -> dict[str, Columns]:
    """Return the new columns of the data sources of this plot, by name of the source."""
    known = np.isfinite([study.exact, study.exact])
    return {
        "population_rate": {"t": study.centres, "rate": study.rate},
        "population_theory": {
            "t": np.array([0.0, study.duration])[known],
            "rate": np.array([study.exact, study.exact])[known],
        },
    }


def study_ranges(study: Raster) -> tuple[Span, Span]:
    """Return from where to where the horizontal and the vertical axis go, in their units."""
    return (0.0, study.duration), (0.0, nice(1.1 * max(float(study.rate.max(initial=0.0)), 1.0)))
