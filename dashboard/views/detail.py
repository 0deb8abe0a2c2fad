"""How much of a run is drawn: what a screen can show of all of it, and every step of what is looked at closely."""

from __future__ import annotations

import numpy as np

LINE_POINTS = 1200  # twice the pixels of the plot on a laptop, and more than those on a projector
AROUND_POINTS = 400  # on each side of what is looked at closely, to be seen until the next answer is here
DRAWN_SPIKES = 2000  # more would be a solid block

Window = tuple[float, float]  # ms, the times that are seen


def drawn_line(t: np.ndarray, y: np.ndarray, window: Window | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return a line thinned to what a screen can show of all of it, or of a window [ms]."""
    if window is None:
        return thinned(t, y, LINE_POINTS)
    before, inside, after = split_by_window(t, window)
    pieces = [thinned(t[part], y[part], AROUND_POINTS) for part in (before, after)]
    pieces.insert(1, thinned(t[inside], y[inside], LINE_POINTS))
    x, heights = zip(*pieces, strict=True)
    return np.concatenate(x), np.concatenate(heights)


def drawn_spikes(spikes: np.ndarray, window: Window | None = None) -> np.ndarray:
    """Return the spikes [ms] to draw: all, or evenly chosen ones of too many; those in the window come first."""
    if window is None:
        return evenly(spikes, DRAWN_SPIKES)
    before, inside, after = (spikes[part] for part in split_by_window(spikes, window))
    return np.concatenate([evenly(each, DRAWN_SPIKES) for each in (before, inside, after)])


def split_by_window(t: np.ndarray, window: Window) -> tuple[slice, slice, slice]:
    """Return slices of the times before, in and after a window [ms]; the next time on each side counts as in it."""
    first = max(int(np.searchsorted(t, window[0], "left")) - 1, 0)
    end = min(int(np.searchsorted(t, window[1], "right")) + 1, t.size)
    return slice(0, first), slice(first, end), slice(end, t.size)


def thinned(x: np.ndarray, y: np.ndarray, points: int) -> tuple[np.ndarray, np.ndarray]:
    """Return about `points` points: the lowest and the highest of each stretch, so that no extreme is lost."""
    if x.size <= points:
        return x, y
    stretch = -(-2 * x.size // points)
    whole = x.size - x.size % stretch
    stretches = y[:whole].reshape(-1, stretch)
    low, high = stretches.argmin(axis=1), stretches.argmax(axis=1)
    kept = np.repeat(np.arange(0, whole, stretch), 2)
    kept[0::2] += np.minimum(low, high)
    kept[1::2] += np.maximum(low, high)
    if whole < x.size:
        last = y[whole:]
        kept = np.concatenate((kept, whole + np.sort([last.argmin(), last.argmax()])))
    return x[kept], y[kept]


def evenly(values: np.ndarray, limit: int) -> np.ndarray:
    """Return at most `limit` of the values, evenly chosen."""
    return values if values.size <= limit else values[np.linspace(0, values.size - 1, limit).astype(int)]
