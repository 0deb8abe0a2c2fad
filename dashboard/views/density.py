"""Membrane potential: how often it is where, on the voltage axis of the trace."""

from __future__ import annotations

import holoviews as hv
import numpy as np

from dashboard.axes import nice
from dashboard.studies.density import Density
from dashboard.views.board import Board, Columns, Span
from dashboard.views.style import AXES
from model.sentences import say


def build(board: Board) -> hv.Overlay:
    """Return the HoloViews element of this plot without data; results fill its data sources by their names."""
    density, V = hv.Dimension("density", unit="1/mV"), hv.Dimension("V", unit="mV")
    held = hv.Segments(([], [], [], []), ["density", "V", "density_end", "V_end"])
    return (
        held.opts(line_width=2, line_dash="dashed", hooks=[board.named("density_held", "blue", say("held at V_reset"))])
        * hv.Curve(([], []), density, V).opts(line_width=2, hooks=[board.named("density_theory", "ink", say("exact"))])
        * hv.Scatter(([], []), density, V).opts(
            size=6, hooks=[board.named("density_simulated", "orange", say("simulated"))]
        )
    ).opts(xlabel=say("density (1/mV)"), ylabel=say("V (mV)"), **AXES)


def study_columns(study: Density) -> dict[str, Columns]:
    """Return the new columns of the data sources of this plot, by name of the source."""
    end = study_ranges(study)[0][1]  # as an infinite density at one point would reach
    return {
        "density_held": {
            "density": np.zeros(study.held.size), "V": study.held,
            "density_end": np.full(study.held.size, end), "V_end": study.held,
        },
        "density_theory": {"density": study.exact, "V": study.V},
        "density_simulated": {"density": study.simulated, "V": study.centres},
    }  # fmt: skip


def study_ranges(study: Density) -> tuple[Span, Span]:
    """Return the span of both axes; V as in the trace."""
    top = max(float(np.max(column, initial=0.0)) for column in (study.exact, study.simulated))
    return (0.0, nice(1.1 * top) if top > 0 else 1.0), study.span
