"""Frequency response, first part: the gain, with its limit at high frequencies."""

from __future__ import annotations

import holoviews as hv
import numpy as np

from dashboard.studies.response import FREQUENCIES, Response
from dashboard.views.board import Board, Columns, Span
from dashboard.views.style import FREQUENCY_AXES
from model.sentences import say


def build(board: Board) -> hv.Overlay:
    """Return the HoloViews element of this plot without data; results fill its data sources by their names."""
    f, gain = hv.Dimension("f", unit="Hz"), hv.Dimension("gain", unit="Hz/nA")
    return (
        hv.Curve(([], []), f, gain).opts(
            line_width=1.5, line_dash="dashed", hooks=[board.named("asymptote", "ink", say("limit 1/f"))]
        )
        * hv.Curve(([], []), f, gain).opts(line_width=2, hooks=[board.named("gain_theory", "ink", say("exact"))])
        * hv.Segments(([], [], [], []), ["f", "gain", "f_end", "gain_end"]).opts(
            line_width=2, hooks=[board.named("gain_errors", "orange", say("std. error"))]
        )
        * hv.Scatter(([], []), f, gain).opts(size=7, hooks=[board.named("gain_simulated", "orange", say("measured"))])
    ).opts(xlabel="", ylabel=say("gain (Hz/nA)"), logy=True, **(FREQUENCY_AXES | {"ylim": (0.01, 10.0)}))


def study_columns(study: Response) -> dict[str, Columns]:
    """Return the new columns of the data sources of this plot, by name of the source."""
    f, gain, error = study.measured_f, study.measured_gain, study.measured_error
    least = np.maximum(gain - error, 1e-3 * gain)  # a logarithmic axis has no zero
    return {
        "asymptote": {"f": study.f, "gain": study.asymptote},
        "gain_theory": {"f": study.f, "gain": study.gain},
        "gain_errors": {"f": f, "gain": least, "f_end": f, "gain_end": gain + error},
        "gain_simulated": {"f": f, "gain": gain},
    }


def study_ranges(study: Response) -> tuple[Span, Span]:
    """Return from where to where the horizontal and the vertical axis go, in their units."""
    frequencies = float(FREQUENCIES[0]), float(FREQUENCIES[-1])
    if not study.gain.size or study.gain.max() <= 0:
        return frequencies, (0.01, 10.0)  # three decades: of fewer, an axis names every digit
    top = 10.0 ** np.ceil(np.log10(1.2 * float(study.gain.max())))
    return frequencies, (max(top * 1e-6, 10.0 ** np.floor(np.log10(max(float(study.gain.min()), 1e-300)))), top)
