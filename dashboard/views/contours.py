"""Lines of equal values over a plane, at round values, and where their numbers stand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from contourpy import LineType, contour_generator

from dashboard.axes import nice
from dashboard.views.board import Columns, Span

LINES = 9  # of equal values, about
FLAT = 1e-6  # of the largest value: smaller differences are those of rounding, and no line runs through them
CLEAR = 0.06  # of an axis: no number stands nearer to its end
SHORTEST = 8  # points of a line with a number
BESIDE = 0.1  # of both axes: no two numbers are nearer to each other


def round_levels(low: float, high: float) -> np.ndarray:
    """Return round values between two, about as many as there are to be lines."""
    step = nice((high - low) / LINES)
    return step * np.arange(np.floor(low / step) + 1, np.ceil(high / step - 1e-9))


def contours_of(x: np.ndarray, y: np.ndarray, values: np.ndarray) -> Callable[[float], np.ndarray]:
    """Return what gives the points (n, 2) of the lines at which values (ny, nx) have a level, nan between two lines."""
    finest = FLAT * float(np.nanmax(np.abs(values), initial=0.0)) or 1.0
    even = np.ma.masked_invalid(np.round(values / finest) * finest)
    generator = contour_generator(x, y, even, line_type=LineType.ChunkCombinedNan)

    def lines_at(level: float) -> np.ndarray:
        [points] = generator.lines(level)[0]
        return np.zeros((0, 2)) if points is None else points

    return lines_at


def joined_lines(lines: list[np.ndarray]) -> Columns:
    """Return the columns of lines with gaps between them."""
    gap = np.full((1, 2), np.nan)
    points = np.concatenate([np.zeros((0, 2)), *(part for line in lines if line.size for part in (line, gap))])[:-1]
    return {"x": points[:, 0], "y": points[:, 1]}


def places_of_numbers(lines: list[np.ndarray], x_span: Span, y_span: Span) -> list[tuple[int, float, float]]:
    """Return which lines carry a number, and where; a line whose number would stand on another one has none."""
    found: list[tuple[int, float, float]] = []
    sizes = np.ptp(x_span), np.ptp(y_span)
    for number, line in enumerate(lines):
        place = place_of_number(line, x_span, y_span)
        if place and all(np.abs(np.subtract(place, each[1:]) / sizes).max() > BESIDE for each in found):
            found.append((number, *place))
    return found


def place_of_number(points: np.ndarray, x_span: Span, y_span: Span) -> tuple[float, float] | None:
    """Return where the number of a line stands: in the middle of its longest part; None if that is short."""
    longest = max(np.split(points, np.flatnonzero(np.isnan(points[:, 0]))), key=len)
    clear = np.isfinite(longest[:, 0])
    for column, (low, high) in zip(longest.T, (x_span, y_span), strict=True):
        clear &= np.abs(column - 0.5 * (low + high)) < (0.5 - CLEAR) * (high - low)
    inside = longest[clear]
    if len(inside) < SHORTEST:
        return None
    x, y = inside[len(inside) // 2]
    return float(x), float(y)
