"""The f-I curve: exact as a line, simulated as points, and where the neuron is now."""

from __future__ import annotations

import holoviews as hv
import numpy as np

from dashboard.result import Result, nice
from dashboard.views.feed import Columns, Feed, Span
from dashboard.views.style import AXES


def build(feed: Feed) -> hv.Overlay:
    """Return the element, empty."""
    I, rate = hv.Dimension("I", unit="nA"), hv.Dimension("rate", unit="Hz")
    return (
        hv.Curve(([], []), I, rate).opts(line_width=2, hooks=[feed.named("fi_theory", "ink")])
        * hv.Scatter(([], []), I, rate).opts(marker="circle", size=5, hooks=[feed.named("fi_simulated", "orange")])
        * hv.Scatter(([], []), I, rate).opts(
            marker="diamond", size=15, line_width=2.5, hooks=[feed.named("operating_point", "vermilion/paper")]
        )
    ).opts(xlabel="I (nA)", ylabel="rate (Hz)", **AXES)


def columns(result: Result) -> dict[str, Columns]:
    """Return the columns of this view's sources."""
    curve = result.curve
    return {
        "fi_theory": {"I": curve.currents, "rate": curve.rates},
        "fi_simulated": {"I": curve.simulated_currents, "rate": curve.simulated_rates},
        "operating_point": {"I": np.array([result.I]), "rate": np.array([result.rate])},
    }


def ranges(result: Result) -> tuple[Span, Span]:
    """Return the span of both axes."""
    curve = result.curve
    top = max(float(curve.rates.max()), float(curve.simulated_rates.max()), result.rate, 1.0)
    return (float(curve.currents[0]), float(curve.currents[-1])), (0.0, nice(1.05 * top))
