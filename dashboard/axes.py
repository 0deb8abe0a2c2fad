"""Axes that mostly stand still while one drags."""

from __future__ import annotations

from dashboard.scales import FIRST, nice, scale
from model import theory
from model.parameters import Numbers
from model.stimuli import CURRENT_BOUNDS, KINDS

RHEOBASES = 4  # that the f-I curve shows at least
EDGE = 0.05  # of a span, left free beside it: a line or a mark at its very end is whole


def slider_range(kind: str, preset: str = FIRST) -> tuple[float, float]:
    """Return the currents [nA] that the slider of I covers with this kind of stimulus."""
    _, low, high, _ = scale(KINDS[kind], "I", preset)
    return low, high


def reaching(span: tuple[float, float], low: float, high: float) -> tuple[float, float]:
    """Return a span that covers these values too: it grows to round numbers, and only where it must."""
    start, end = span
    return (-nice(-1.1 * low) if low < min(start, 0.0) else start), (nice(1.1 * high) if high > end else end)


def current_range(neuron: Numbers, I: float, kind: str = "constant", preset: str = FIRST) -> tuple[float, float]:
    """Return the currents [nA] the curve covers: those of the slider, always the present one, and some rheobases.

    So two neurons are mostly seen over the same currents, and their curves can be compared.
    """
    start, end = reaching(slider_range(kind, preset), I, max(I, RHEOBASES * theory.rheobase(neuron)))
    return max(start, CURRENT_BOUNDS[0]), min(end, CURRENT_BOUNDS[1])


def with_edge(span: tuple[float, float]) -> tuple[float, float]:
    """Return a span with an edge on both sides."""
    start, end = span
    return start - EDGE * (end - start), end + EDGE * (end - start)
