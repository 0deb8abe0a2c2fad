"""The f-I curve: exact as a line, simulated as points with their errors, and where the neuron is now."""

from __future__ import annotations

import holoviews as hv
import numpy as np

from dashboard.axes import nice, with_edge
from dashboard.curve import Curve, Simulated, key_of
from dashboard.result import Result
from dashboard.studies.rates import Rates
from dashboard.views.board import Board, Columns, Span
from dashboard.views.style import AXES
from model.sentences import say


def build(board: Board) -> hv.Overlay:
    """Return the HoloViews element of this plot without data; results fill its data sources by their names."""
    I, rate = hv.Dimension("I", unit="nA"), hv.Dimension("rate", unit="Hz")
    return (
        board.behind("fi", "fi_theory", I, rate)
        * hv.Curve(([], []), I, rate).opts(
            line_width=1.5, line_dash="dashed", hooks=[board.named("fi_without_noise", "ink", say("without noise"))]
        )
        * hv.Curve(([], []), I, rate).opts(line_width=2, hooks=[board.named("fi_theory", "ink", say("exact"))])
        * hv.Curve(([], []), I, rate).opts(
            line_width=2.5, line_dash="dashed", hooks=[board.named("fi_rest", "blue", say("at rest"))]
        )
        * hv.Scatter(([], []), I, rate).opts(
            marker="dash", angle=90, size=18, line_width=2.5, hooks=[board.named("fi_rheobase", "vermilion")]
        )
        * hv.Labels(([], [], []), [I, rate], "text").opts(
            text_align="left",
            text_baseline="bottom",
            text_font_size="12px",
            angle=90,
            hooks=[board.named("fi_rheobase_name", "ink")],
        )
        * hv.Segments(([], [], [], []), ["I", "rate", "I_end", "rate_end"]).opts(
            line_width=2, hooks=[board.named("fi_errors", "orange", say("std. error"))]
        )
        * hv.Scatter(([], []), I, rate).opts(
            marker="square", size=6, hooks=[board.named("fi_from_reset", "orange", say("from reset"))]
        )
        * hv.Scatter(([], []), I, rate).opts(
            marker="circle", size=5, hooks=[board.named("fi_simulated", "orange", say("simulated"))]
        )
        * hv.Scatter(([], []), I, rate).opts(
            marker="diamond",
            size=15,
            line_width=2.5,
            hooks=[board.named("operating_point", "vermilion/paper", say("this run"))],
        )
    ).opts(xlabel=say("I (nA)"), ylabel=say("rate (Hz)"), **AXES)


def columns(result: Result) -> dict[str, Columns]:
    """Return the new columns of the data sources of this plot, by name of the source."""
    curve = result.curve
    return {
        "fi_theory": {"I": curve.currents, "rate": curve.rates},
        "fi_without_noise": {"I": curve.quiet_currents, "rate": curve.quiet_rates},
        "operating_point": {"I": np.array([result.I]), "rate": np.array([result.rate])},
        "fi_rest": resting(curve),
        **rheobase_columns(result),
        **(
            point_columns(curve.simulated, curve.from_reset) if curve.simulated.currents.size else {}
        ),  # or they come with the study
    }


def study_columns(study: Rates) -> dict[str, Columns]:
    """Return the columns that the study fills, by name of the data source."""
    return point_columns(study.simulated, study.from_reset)


def resting(curve: Curve) -> Columns:
    """Return the columns of the line at 0 Hz where the neuron can rest although it can fire too."""
    I = np.array(curve.resting or [], dtype=float)
    return {"I": I, "rate": np.zeros(I.size)}


def point_columns(simulated: Simulated, from_reset: Simulated) -> dict[str, Columns]:
    """Return the columns of the simulated points, with one standard error to each side where there is one."""
    noisy = simulated.errors > 0
    I, rate, error = (column[noisy] for column in simulated)
    return {
        "fi_simulated": {"I": simulated.currents, "rate": simulated.rates},
        "fi_from_reset": {"I": from_reset.currents, "rate": from_reset.rates},
        "fi_errors": {"I": I, "rate": rate - error, "I_end": I, "rate_end": rate + error},
    }


def rheobase_columns(result: Result) -> dict[str, Columns]:
    """Return the columns of a tick at the rheobase and of its name, where the axis reaches it."""
    low, high = key_of(result.choice).span
    bottom, top = ranges(result)[1]
    there = np.array([result.rheobase] if low <= result.rheobase <= high else [])
    above = np.full(there.size, 0.06 * (top - bottom))
    return {
        "fi_rheobase": {"I": there, "rate": np.zeros(there.size)},
        "fi_rheobase_name": {"I": there, "rate": above, "text": np.array([say("rheobase")] * there.size, dtype=object)},
    }


def ranges(result: Result) -> tuple[Span, Span]:
    """Return from where to where the horizontal and the vertical axis go, in their units."""
    curve = result.curve
    top = max(float(np.max(rates, initial=1.0)) for rates in (curve.rates, curve.quiet_rates, curve.simulated.rates))
    return with_edge(key_of(result.choice).span), with_edge((0.0, nice(max(top, result.rate))))
